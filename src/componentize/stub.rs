//! Modules that trap everywhere.
//!
//! Lives here: [`module`]. May import: nothing of ours.
//! Deliberately absent: answers; a stub is there to be linked against, not to be called.

use wit_parser::{LiftLowerAbi, ManglingAndAbi};

use super::request::{Request, Stub};
use super::world::Chosen;

/// A core module that imports all that the world imports and traps in all that it exports.
pub(super) fn module(request: &Request, stub: Stub, chosen: &Chosen) -> Vec<u8> {
    let mangling = match stub {
        // The names of component-model#378 know only sync functions.
        Stub::Sync if request.reject_legacy_names => ManglingAndAbi::Standard32,
        Stub::Sync => ManglingAndAbi::Legacy(LiftLowerAbi::Sync),
        Stub::AsyncCallback => ManglingAndAbi::Legacy(LiftLowerAbi::AsyncCallback),
        Stub::AsyncStackful => ManglingAndAbi::Legacy(LiftLowerAbi::AsyncStackful),
    };
    wit_component::dummy_module(&chosen.wit.resolve, chosen.world, mangling)
}
