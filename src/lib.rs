//! witkit: a toolchain for the WebAssembly component model.
//!
//! Modules have ranks and import only from lower ones (`tests/it/layers.rs` holds the law):
//! 0 `source`, `diag`, `guard`, `names`, `no_effect`, `escape`, `capabilities`; 1 `wasm`, `config`,
//! `plan`; 2 `baseline`, `features`, `parts`, `surface`, `type_slicer`, `wit`; 3 `generate`;
//! 4 the verbs (`check`, `componentize`, `compose`, `diff`, `graph`, `init`, `inspect`, `lint`, `slim`,
//! `split`, `validate`), which never import each other; `render` beside them, from rank 0 only;
//! 5 `build`; 6 `cli`.

#![warn(missing_docs)]
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::iter_over_hash_type,
    )
)]

pub mod baseline;
pub mod build;
pub(crate) mod capabilities;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod componentize;
pub mod compose;
pub mod config;
pub mod diag;
pub mod diff;
pub(crate) mod escape;
pub mod features;
pub(crate) mod generate;
pub mod graph;
pub mod guard;
pub mod init;
pub mod inspect;
pub mod lint;
pub(crate) mod names;
pub mod no_effect;
pub(crate) mod parts;
pub mod plan;
#[cfg(feature = "cli")]
pub mod render;
pub mod slim;
pub mod source;
pub mod split;
pub mod surface;
pub(crate) mod type_slicer;
pub mod validate;
pub mod wasm;
pub mod wit;

pub use check::check;
pub use componentize::componentize;
pub use compose::compose;
pub use diag::Report;
pub use diff::diff;
pub use graph::graph;
pub use inspect::inspect;
pub use lint::lint;
pub use plan::Plan;
pub use slim::slim;
pub use source::{Input, Source};
pub use split::split;
pub use validate::validate;
pub use wasm::Component;
pub use wit::Wit as Package;
pub use wit::format::format_source as format;

/// Every code that this crate can raise, by name.
pub fn codes() -> Vec<&'static diag::Code> {
    let lists = [
        source::CODES,
        no_effect::CODES,
        guard::CODES[0],
        config::CODES,
        wasm::CODES,
        baseline::CODES,
        features::CODES,
        compose::CODES,
        compose::SCRIPT_CODES,
        graph::CODES,
        init::CODES,
        inspect::CODES,
        validate::CODES,
        split::CODES,
        slim::CODES,
    ];
    let mut codes: Vec<_> = [&lists[..], wit::CODES, check::CODES, componentize::CODES]
        .concat()
        .concat();
    codes.extend(lint::codes());
    codes.extend(diff::codes());
    codes.sort_by_key(|code| code.name);
    codes
}

/// The Rust in the README, compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
