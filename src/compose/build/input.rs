//! What a composition is built out of.
//!
//! Lives here: [`Input`]. May import: `wasm` (rank 1). Deliberately absent: building.

use std::sync::Arc;

use crate::wasm::Component;
use crate::wasm::structure::Structure;

/// A part as it is built in: the file of a planned part, with its outermost level.
pub(crate) struct Input<'a> {
    pub component: &'a Arc<Component>,
    pub structure: &'a Structure<'a>,
}
