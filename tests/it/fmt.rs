//! `witkit fmt`.
