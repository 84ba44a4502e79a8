//! Who gives what to whom, drawn.
//!
//! Lives here: [`Graph`], the data in `model`.
//! May import: `diag`, `source`, `names` (rank 0), `wasm`, `plan` (1), `wit`, `wiring` (2),
//! `surface` (3).
//! Deliberately absent: deciding who should give what to whom (`compose`).

mod model;

pub use model::{Edge, EdgeKind, Graph, Node, NodeKind, Port};
