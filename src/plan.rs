//! The plan of a composition: inert data, in the order in which it is carried out.
//!
//! Lives here: [`Plan`] and its JSON form `witkit.plan/1`. May import: nothing of ours
//! (rank 1). Deliberately absent: how a plan is made, carried out and shown (`compose`).

use serde::{Deserialize, Serialize};

/// The value of `schema` in a plan.
pub const SCHEMA: &str = "witkit.plan/1";

/// Every wire of a composition, every candidate refused, every import left open, every export.
///
/// The same plan over the same files gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Whether identical core modules of different parts are shared.
    pub dedupe: bool,
    /// The instances, each after those it needs; the root is among them.
    pub parts: Vec<Part>,
    /// What the composed component imports.
    pub imports: Vec<Import>,
    /// What the composed component exports.
    pub exports: Vec<Export>,
}

/// One instance of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The name of the instance; unique in the plan.
    pub name: String,
    /// Its file. In a plan that is read from a file, relative to the folder of that file.
    pub path: String,
    /// Why it takes part.
    pub role: Role,
    /// Where each of its imports comes from, in the order of the part's own imports.
    pub wires: Vec<Wire>,
}

/// Why a part takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It is what the composition is about.
    Root,
    /// It was named.
    Definition,
    /// It was found in a search path.
    Found,
}

/// Where one import of a part comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// The import's name.
    pub import: String,
    /// What it gets.
    pub to: Target,
    /// Why this and nothing else.
    pub why: Why,
    /// What might have been meant, and why it was not taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
}

/// What an import gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Target {
    /// An export of another part.
    Export {
        /// The part.
        part: String,
        /// The export's name.
        export: String,
    },
    /// Another part as a whole: its instance serves as the imported instance.
    Instance {
        /// The part.
        part: String,
    },
    /// It is left open: an import of the composed component.
    Host {
        /// The import's name there; see [`Plan::imports`].
        host: String,
    },
    /// An imported type that has to equal another (`(type (eq …))`) gets that other type.
    Bound {
        /// Always true.
        bound: bool,
    },
    /// An export of an instance that is got like any other target.
    Of {
        /// The instance.
        of: Box<Target>,
        /// The name of its export.
        export: String,
    },
    /// An instance that is made of others.
    Bundle {
        /// What it exports, in order.
        bundle: Vec<Bundled>,
    },
}

/// An export of an instance that is made of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundled {
    /// Its name.
    pub name: String,
    /// What it is.
    pub to: Target,
}

impl Target {
    /// The parts that it takes something of.
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Target::Export { part, .. } | Target::Instance { part } => vec![part],
            Target::Host { .. } | Target::Bound { .. } => Vec::new(),
            Target::Of { of, .. } => of.parts(),
            Target::Bundle { bundle } => bundle.iter().flat_map(|b| b.to.parts()).collect(),
        }
    }
}

/// Why an import gets what it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The export has the very name of the import.
    Exact,
    /// The export is another version on the import's semver track.
    Semver,
    /// The export has the interface that the import `implements`, or the reverse.
    Implements,
    /// The part has the import's name.
    PartName,
    /// It was wired by hand.
    Wired,
    /// It is a link of a chain.
    Chain,
    /// The type is bound to equal another.
    Bound,
    /// Nothing exports it, and it may be left open.
    Open,
}

/// A candidate that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The part.
    pub part: String,
    /// Its export.
    pub export: String,
    /// Why not.
    pub reason: String,
}

/// An import of the composed component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// Its name: of those merged into it the highest version.
    pub name: String,
    /// The imports of parts that it stands for; the first is the one with the highest version.
    pub serves: Vec<Served>,
}

/// An import of a part that an import of the composed component stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Served {
    /// The part.
    pub part: String,
    /// The part's import.
    pub import: String,
    /// Only these types of it are needed, by the types of other imports; the part's own import
    /// is served by another part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<String>>,
}

/// An export of the composed component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// The part it is from; empty if it is from none.
    pub part: String,
    /// The export of that part; none for the part's instance as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<String>,
    /// What it is, if it is neither of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Target>,
    /// Why it is exported.
    pub why: WhyExported,
}

/// Why something is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyExported {
    /// The root exports it.
    Root,
    /// The outermost link of the chain exports it.
    Chain,
    /// It was asked for.
    Asked,
    /// Another export uses types that are defined in it.
    Types,
}

impl Plan {
    /// The part of that name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// The JSON form, with a line feed at the end.
    pub fn to_json(&self) -> String {
        // INVARIANT: the plan is strings, booleans, lists and enums without maps: all of it has
        // a JSON form, so serialising to memory cannot fail.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}
