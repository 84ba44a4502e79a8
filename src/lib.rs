//! witkit: a toolchain for the WebAssembly component model.
//!
//! Each verb is a function in the root of the crate, and the module of the same name has its options
//! and results. It takes paths or bytes ([`Input`]), returns its result with a [`Report`], and never
//! prints. A build script has [`build::Build`].
//!
//! | to | call |
//! |---|---|
//! | make a component from a core module | [`componentize()`] |
//! | compose components, with or without a [`Plan`] | [`compose()`] |
//! | take a composition apart | [`split()`] |
//! | see what is in a component, a module or WIT | [`inspect()`], [`graph()`] |
//! | check a component against a world, a host or a policy | [`check()`] |
//! | compare versions of WIT or components | [`diff()`] |
//! | lint or format WIT | [`lint()`] with [`wit::load`], [`format()`] |
//! | convert WIT | [`wit::convert::convert`] |
//! | validate modules and components | [`validate()`] |
//! | make a component smaller | [`slim()`] |
//!
//! `docs/library.md` in the repository shows each of them in use, `docs/stability.md` says what stays
//! as it is.
//!
//! # Inside
//!
//! Modules have ranks and import only from lower ones (`tests/it/layers.rs` holds the law):
//! 0 `source`, `diag`, `guard`, `names`, `no_effect`, `escape`, `capabilities`; 1 `wasm`, `config`,
//! `plan`; 2 `baseline`, `features`, `parts`, `registry`, `spin`, `surface`, `type_slicer`, `wit`;
//! 3 `generate`, `packages`;
//! 4 the verbs (`check`, `componentize`, `compose`, `deps`, `diff`, `graph`, `init`, `inspect`, `lint`,
//! `publish`, `slim`, `split`, `validate`), which never import each other; `render` beside them, from
//! rank 0 only;
//! 5 `build`; 6 `cli`.

#![warn(missing_docs)]
// What is unsafe is allowed where it is, and listed in docs/trust.md.
#![deny(unsafe_code, clippy::undocumented_unsafe_blocks)]
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

// What is hidden is for the command line and the tests of this repository, and may change at any time.
#[doc(hidden)]
pub mod baseline;
pub mod build;
pub(crate) mod capabilities;
pub mod check;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod componentize;
pub mod compose;
#[doc(hidden)]
pub mod config;
#[doc(hidden)]
pub mod deps;
pub mod diag;
pub mod diff;
pub(crate) mod escape;
pub mod features;
pub(crate) mod generate;
pub mod graph;
#[doc(hidden)]
pub mod guard;
#[doc(hidden)]
pub mod init;
pub mod inspect;
pub mod lint;
pub(crate) mod names;
#[doc(hidden)]
pub mod no_effect;
#[doc(hidden)]
pub mod packages;
pub(crate) mod parts;
pub mod plan;
#[doc(hidden)]
pub mod publish;
#[doc(hidden)]
pub mod registry;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod render;
pub mod slim;
pub mod source;
pub(crate) mod spin;
pub mod split;
#[doc(hidden)]
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
///
/// ```
/// let codes = witkit::codes();
/// assert!(codes.is_sorted_by(|one, next| one.name < next.name));
/// ```
pub fn codes() -> Vec<&'static diag::Code> {
    let lists = [
        source::CODES,
        no_effect::CODES,
        packages::CODES,
        guard::CODES[0],
        config::CODES,
        wasm::CODES,
        baseline::CODES,
        features::CODES,
        compose::CODES,
        compose::SCRIPT_CODES,
        deps::CODES,
        graph::CODES,
        init::CODES,
        inspect::CODES,
        publish::CODES,
        registry::CODES,
        validate::CODES,
        split::CODES,
        slim::CODES,
        spin::CODES,
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

/// The Rust in the page about the library, compiled and run as a test.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct Library;
