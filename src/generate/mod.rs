//! Parts that are generated: components that provide an interface without anybody having written
//! them.
//!
//! A part exports an interface whose types are given as a [`Surface`](crate::surface::Surface) has
//! them. Its functions fail (`deny`), give harmless answers (`stub`) or those of a trace (`replay`). Resources that others make
//! are imported and exported again as they are, so that their identity survives; the rest it
//! defines itself. Functions that are not answered are those of whoever provides the interface.
//!
//! The way: what the functions answer (`answers`, `values`, `wave`), how that looks to core code (`abi`,
//! `memory`, `code`, `module`), and the component around it (`types`, `part`).
//! Other parts provide WASI from data (`virtuals`).
//! May import: `names`, `source`, `surface`, `wasm` (ranks 0 to 2).
//! Deliberately absent: reading files, flags, and which imports a part is for.

mod abi;
mod answers;
mod code;
mod descriptors;
mod homes;
mod items;
mod kind;
mod memory;
mod module;
mod part;
mod replay;
mod sink;
#[cfg(test)]
mod tests;
mod traced;
mod types;
mod values;
mod virtuals;
mod wave;

use std::collections::BTreeSet;

use crate::plan::Replayed;
use crate::surface::{ExternName, Item};

pub(crate) use homes::Key;
pub(crate) use part::generate;
pub(crate) use replay::InCall;
pub(crate) use sink::{SINK, sink_to, stderr_sink};
pub(crate) use virtuals::{
    Data, How, MadeVirtual, OfHost, Provided, STREAMS, Streams, Virtual, generate_streams,
    generate_virtual,
};
pub(crate) use wave::Wrong;

/// What the functions of a part do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Fail: with an error that says so, or else by a trap.
    Deny,
    /// Give answers that do no harm.
    Stub,
    /// Answer as the calls of a file do, by its position.
    Replay(usize),
}

impl Kind {
    /// Its name, in plans and in names of parts.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Deny => "deny",
            Kind::Stub => "stub",
            Kind::Replay(_) => "replay",
        }
    }
}

/// What a part is to be.
pub(crate) struct Spec<'a> {
    /// The interface that it exports; without one, it exports the items themselves.
    pub name: Option<&'a str>,
    /// What is in it, as its importers have it, the highest version first: of items with one name,
    /// the first is meant.
    pub items: Vec<&'a [(ExternName, Item)]>,
    /// What each function does; those for which there is nothing are passed on to whoever provides
    /// the interface.
    pub kind: &'a dyn Fn(&str) -> Option<Kind>,
    /// What a stubbed function answers, in WAVE, where it is not to be chosen.
    pub value: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The calls of files from which functions answer.
    pub replay: &'a [Replayed],
    /// Resources of the interface that the part does not define, since others make them.
    pub kept: &'a BTreeSet<String>,
    /// Resources that it makes for other generated parts.
    pub makes: &'a BTreeSet<String>,
    /// Resources that other generated parts make for it.
    pub made: &'a BTreeSet<Key>,
    /// How functions that are passed on are told of; none if they are not.
    pub trace: Option<Trace<'a>>,
}

/// How calls are told of.
pub(crate) struct Trace<'a> {
    /// What each line begins with.
    pub prefix: &'a str,
    /// Behind how many bytes or elements strings and lists are cut; 0 for never.
    pub limit: u32,
    /// Whether a function is told of.
    pub functions: &'a dyn Fn(&str) -> bool,
}

/// A part that was generated.
#[derive(Debug)]
pub(crate) struct Made {
    /// The component.
    pub bytes: Vec<u8>,
    /// What each function that is not passed on does, and its answer as text.
    pub answers: Vec<(String, Kind, String)>,
}

/// Why a part cannot be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cannot {
    /// The item that is at fault; none if it is not one alone.
    pub item: Option<String>,
    pub why: String,
    /// It has to make a resource that others make as well.
    pub makes: Vec<Key>,
    /// What is wrong with the value that it was to answer.
    pub wrong: Option<Box<Wrong>>,
    /// What is wrong with a call that it was to answer from.
    pub call: Option<Box<InCall>>,
}

impl Cannot {
    pub fn new(why: impl Into<String>) -> Cannot {
        Cannot {
            item: None,
            why: why.into(),
            makes: Vec::new(),
            wrong: None,
            call: None,
        }
    }

    fn of(mut self, item: &str) -> Cannot {
        self.item = Some(item.to_string());
        self
    }
}

type Fallible<T> = Result<T, Cannot>;
