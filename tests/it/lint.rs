//! `witkit lint`.
