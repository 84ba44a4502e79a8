//! What a part of a plan is generated from.
//!
//! Lives here: [`Generated`] and what it is made of. May import: its siblings.
//! Deliberately absent: virtual WASI (`virtuals`), and how parts are generated (`generate`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Served, Virtual};

/// What a part is generated from: with the parts that it names, this gives the same bytes again.
///
/// ```
/// use witkit::compose::{Options, compose};
/// use witkit::plan::{Answer, Generated, Role, Sink};
///
/// let app = r#"(component (import "acme:kv/store@1.0.0" (instance
///     (export "get" (func (param "key" string) (result (option string)))))))"#;
/// let options = Options { stub: vec!["acme:kv/*".into()], ..Options::default() };
/// let plan = compose(&options.root(("app.wat", app))).plan.expect("the part could be read");
/// let part = plan.parts.iter().find(|part| part.role == Role::Stub).expect("it is generated");
/// let made: &Generated = part.generated.as_ref().expect("of this");
/// assert_eq!(made.interface.as_deref(), Some("acme:kv/store@1.0.0"));
/// assert_eq!(made.functions["get"], Answer::Stub("none".into()));
/// assert_eq!(made.of[0].part, "app");
/// assert!(made.replay.iter().all(|file| file.calls.iter().all(|call| call.line > 0)));
/// assert!(made.trace.as_ref().is_none_or(|trace| trace.functions.is_empty()));
/// assert!(!matches!(made.sink, Some(Sink::Import(_))));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// The interface that it exports; without one, it exports functions and types of a world.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// The imports of parts that have its types, that with the highest version first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<Served>,
    /// Resources of the interface that it does not define: it has them from its own import.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<String>,
    /// Resources that it makes for other generated parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub makes: Vec<String>,
    /// Resources that other generated parts make for it, by the interface.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub made: BTreeMap<String, Vec<String>>,
    /// What each function answers; one that is not here is passed on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub functions: BTreeMap<String, Answer>,
    /// The calls of files from which functions answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replay: Vec<Replayed>,
    /// How it tells of calls that it passes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Traced>,
    /// Where the lines go, if it is what takes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sink: Option<Sink>,
    /// What it provides from data, if it is virtual.
    #[serde(default, rename = "virtual", skip_serializing_if = "Option::is_none")]
    pub from_data: Option<Virtual>,
    /// All of it, as WebAssembly text, if it only declares types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wat: Option<String>,
    /// The statements of a script that declare these types, if a script does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
}

/// The calls of a file from which functions of a part answer.
///
/// [`Generated`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replayed {
    /// The name of the file, without its folder; unique in the part.
    pub file: String,
    /// The calls in it, in order.
    pub calls: Vec<Recorded>,
}

/// A call that was recorded.
///
/// [`Generated`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The line of the file.
    pub line: u32,
    /// The function.
    pub function: String,
    /// Its arguments and result, in WAVE: `("a") = some("1")`.
    pub call: String,
}

/// How a part tells of calls that it passes on.
///
/// [`Generated`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traced {
    /// What each line begins with, before the function.
    pub line: String,
    /// Behind how many bytes or elements strings and lists are cut; 0 for never.
    pub limit: u32,
    /// The functions that it tells of.
    pub functions: Vec<String>,
}

/// Where the lines of traced calls go.
///
/// [`Generated`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sink {
    /// To `wasi:cli/stderr` of that release of WASI.
    Stderr(String),
    /// To an import: an interface with `log: func(line: string)`, or a function of that type.
    Import(String),
}

/// What a generated function answers, as text.
///
/// [`Generated`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It fails: with this error, or by a `trap`.
    Deny(String),
    /// It gives this harmless answer.
    Stub(String),
    /// It gives the answer that was asked for, in WAVE.
    Value(String),
    /// It answers as the calls of that file do.
    Replay(String),
}
