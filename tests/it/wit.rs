//! `witkit wit`.
