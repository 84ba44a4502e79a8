//! The plan of a composition: inert data, in the order in which it is carried out.
//!
//! Lives here: [`Plan`] and its JSON form `witkit.plan/1`. May import: nothing of ours
//! (rank 1). Deliberately absent: how a plan is made, carried out and shown (`compose`).

mod generated;
mod virtuals;

pub use generated::{Answer, Generated, Recorded, Replayed, Sink, Traced};
pub use virtuals::{
    Clock, Does, Embedded, Input, OfHost, Setting, Settings, Virtual, VirtualInterface,
};

use serde::{Deserialize, Serialize};

/// The value of `schema` in a plan.
pub const SCHEMA: &str = "witkit.plan/1";

/// What `split` calls the file with the plan.
pub const FILE_NAME: &str = "plan.json";

/// Every wire, rejected candidate, import and export of a composition.
///
/// The same plan over the same files gives the same bytes. It is carried out by
/// [`crate::compose()`] with [`crate::compose::Options::plan`], and [`crate::split()`] makes one of a
/// composition: see there for an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Whether identical core modules of different parts are shared.
    pub dedupe: bool,
    /// The instances, each after those it needs; the root is among them.
    pub parts: Vec<Part>,
    /// The components that are passed or exported as components, not as instances.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// What the composed component imports.
    pub imports: Vec<Import>,
    /// What the composed component exports.
    pub exports: Vec<Export>,
}

/// One instance of one file.
///
/// [`Wire`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The name of the instance; unique in the plan.
    pub name: String,
    /// Its file. In a plan that is read from a file, relative to the folder of that file. Empty for
    /// a part that is generated.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Why it is in the composition.
    pub role: Role,
    /// What it is generated from, if it is not a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// What provides each of its imports, in the order of the part's own imports.
    pub wires: Vec<Wire>,
}

/// A component that is given or exported itself.
///
/// [`Plan::components`] has them; a plan with one:
///
/// ```
/// use witkit::Plan;
///
/// let text = r#"{ "schema": "witkit.plan/1", "dedupe": false, "parts": [], "imports": [],
/// "components": [{ "name": "worker", "path": "worker.wasm" }],
/// "exports": [{ "name": "worker", "component": "worker", "why": "asked" }] }"#;
/// let plan: Plan = serde_json::from_str(text)?;
/// assert_eq!(plan.components[0].path, "worker.wasm");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Its name; unique among the components.
    pub name: String,
    /// Its file, as that of a part.
    pub path: String,
}

/// Why a part is in the composition.
///
/// [`Generated`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It is the root, whose exports the composition has.
    Root,
    /// It was named.
    Definition,
    /// It was found in a search path.
    Found,
    /// It is generated: functions of it fail.
    Deny,
    /// It is generated: its functions give harmless answers.
    Stub,
    /// It is generated: its functions answer from a trace.
    Replay,
    /// It is generated: it passes calls on, and tells of them.
    Trace,
    /// It is generated: it takes the lines of all that trace.
    TraceSink,
    /// It is generated: it provides WASI from data.
    Virtual,
    /// It has no instance: its imports are the types that a script declares, for imports and exports
    /// of the composition that are of no part.
    Declarations,
}

/// What provides one import of a part.
///
/// ```
/// use witkit::compose::{Options, compose};
/// use witkit::plan::{Part, Refused, Target, Why, WhyExported};
///
/// let app = r#"(component (import "add" (func $add)) (export "run" (func $add)))"#;
/// let add = r#"(component
///     (core module $m (func (export "add")))
///     (core instance $m (instantiate $m))
///     (func (export "add") (canon lift (core func $m "add"))))"#;
/// let plan = compose(&Options::default().root(("app.wat", app)).part(("add.wat", add))).plan;
/// let plan = plan.expect("the parts could be read");
/// let part: &Part = plan.part("app").expect("it is the root");
/// assert!(!part.is_declarations());
///
/// let wire = &part.wires[0];
/// assert_eq!((wire.import.as_str(), wire.why), ("add", Why::Exact));
/// assert_eq!(wire.to, Target::Export { part: "add".into(), export: "add".into() });
/// assert_eq!(wire.to.parts(), ["add"]);
/// let refused: &[Refused] = &wire.refused;
/// refused.iter().for_each(|other| println!("not {}: {}", other.part, other.reason));
///
/// let export = &plan.exports[0];
/// assert_eq!((export.name.as_str(), export.why), ("run", WhyExported::Root));
/// assert!(plan.imports.iter().all(|import| !import.serves.is_empty()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// The import's name.
    pub import: String,
    /// What it gets.
    pub to: Target,
    /// Why this target was chosen.
    pub why: Why,
    /// Candidates that were not chosen, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
}

/// What satisfies an import, or what an export is.
///
/// [`Wire`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "expected one of `part` (with or without `export`, `types` or `type`), `host`, \
                 `component`, `bound`, `of` with `export`, or `bundle`"
)]
pub enum Target {
    /// An export of another part.
    Export {
        /// The part.
        part: String,
        /// The export's name.
        export: String,
    },
    /// An instance that the composition itself provides: the types of an imported interface that
    /// contains only types. The part only defines what these types are.
    Types {
        /// The part that imports the interface.
        part: String,
        /// The import's name.
        types: String,
    },
    /// A type that a part of declarations imports.
    Type {
        /// That part.
        part: String,
        /// The import's name.
        r#type: String,
    },
    /// Another part as a whole: its instance is the imported instance.
    Instance {
        /// The part.
        part: String,
    },
    /// The host: an import of the composed component.
    Host {
        /// The import's name there; see [`Plan::imports`].
        host: String,
    },
    /// A component itself, not an instance of it.
    Component {
        /// Its name; see [`Plan::components`].
        component: String,
    },
    /// For an imported type that must equal another (`(type (eq …))`): that other type.
    Bound {
        /// Always true.
        bound: bool,
    },
    /// An export of an instance, which is any other target.
    Of {
        /// The instance.
        of: Box<Target>,
        /// The name of its export.
        export: String,
    },
    /// An instance that is built from other items.
    Bundle {
        /// What it exports, in order.
        bundle: Vec<Bundled>,
    },
}

/// An export of an instance that is built from other items.
///
/// ```
/// use witkit::plan::{Bundled, Target};
///
/// let get = Target::Export { part: "store".into(), export: "get".into() };
/// let bundle = Target::Bundle { bundle: vec![Bundled { name: "get".into(), to: get }] };
/// assert_eq!(bundle.parts(), ["store"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundled {
    /// Its name.
    pub name: String,
    /// What it is.
    pub to: Target,
}

impl Target {
    /// The parts that it refers to.
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Target::Export { part, .. } | Target::Instance { part } => vec![part],
            Target::Host { .. }
            | Target::Component { .. }
            | Target::Bound { .. }
            | Target::Type { .. }
            | Target::Types { .. } => Vec::new(),
            Target::Of { of, .. } => of.parts(),
            Target::Bundle { bundle } => bundle.iter().flat_map(|b| b.to.parts()).collect(),
        }
    }
}

/// Why an import is wired the way it is.
///
/// [`Wire`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The export has the exact name of the import.
    Exact,
    /// The export is a semver-compatible version of the import.
    Semver,
    /// The export has the interface that the import `implements`, or the reverse.
    Implements,
    /// The part has the import's name.
    PartName,
    /// It was wired explicitly.
    Wired,
    /// It is a link of a chain.
    Chain,
    /// A part is generated for it: `--deny`, `--stub`, `--replay` or `--trace` matches it, or it is
    /// virtual.
    Generated,
    /// The type must equal another.
    Bound,
    /// No part exports it, and it may be left to the host.
    Open,
    /// No part exports it, and none has to: it contains only types.
    Types,
}

/// A candidate that was not chosen.
///
/// [`Wire`] shows it in use.
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
///
/// [`Wire`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// Its name, with the highest version of the imports merged into it.
    pub name: String,
    /// The imports of parts that it stands for; the first is the one with the highest version.
    pub serves: Vec<Served>,
}

/// An import of a part that an import of the composed component stands for.
///
/// [`Generated`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Served {
    /// The part.
    pub part: String,
    /// The part's import.
    pub import: String,
    /// Only these types of it are needed, by the types of other imports; another part satisfies the
    /// part's own import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<String>>,
}

/// An export of the composed component.
///
/// Unknown keys are rejected here as well: they are passed to the target, which rejects them.
///
/// [`Wire`] shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// What it is; in JSON its keys are beside the name.
    #[serde(flatten)]
    pub to: Target,
    /// Why it is exported.
    pub why: WhyExported,
}

/// Why something is exported.
///
/// [`Wire`] shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyExported {
    /// The root exports it.
    Root,
    /// The outermost link of the chain exports it.
    Chain,
    /// `--export` or a script added it.
    Asked,
    /// Another export uses types that it defines.
    Types,
}

impl Part {
    /// Whether it only declares types, and has no instance.
    pub fn is_declarations(&self) -> bool {
        self.role == Role::Declarations
    }
}

impl Plan {
    /// The part of that name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// The JSON form, with a line feed at the end.
    ///
    /// ```
    /// use witkit::Plan;
    /// use witkit::compose::{Options, compose};
    ///
    /// let outcome = compose(&Options::default().root(("app.wat", "(component)")));
    /// let plan = outcome.plan.expect("the part could be read");
    /// let again: Plan = serde_json::from_str(&plan.to_json())?;
    /// assert_eq!(again, plan);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn to_json(&self) -> String {
        // INVARIANT: the plan is strings, booleans, lists and enums without maps: all of it has
        // a JSON form, so serialising to memory cannot fail.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A plan with that as what its only wire gets, and what its only export gives.
    fn plan(target: &str) -> Result<Plan, serde_json::Error> {
        let keys = target.trim_matches(['{', '}']);
        serde_json::from_str(&format!(
            r#"{{"schema": "witkit.plan/1", "dedupe": false, "imports": [],
                "parts": [{{"name": "p", "path": "p.wasm", "role": "root",
                           "wires": [{{"import": "i", "to": {target}, "why": "exact"}}]}}],
                "exports": [{{"name": "e", {keys}, "why": "root"}}]}}"#
        ))
    }

    #[test]
    fn wires_and_exports_say_where_they_lead_in_the_same_words() {
        for target in [
            r#"{"part": "a", "export": "x"}"#,
            r#"{"part": "a", "types": "i"}"#,
            r#"{"part": "a", "type": "t"}"#,
            r#"{"part": "a"}"#,
            r#"{"host": "h"}"#,
            r#"{"component": "c"}"#,
            r#"{"of": {"host": "h"}, "export": "x"}"#,
            r#"{"bundle": [{"name": "n", "to": {"part": "a"}}]}"#,
        ] {
            let read = plan(target).expect("it is a plan");
            assert_eq!(read.parts[0].wires[0].to, read.exports[0].to, "{target}");
            let again: Plan = serde_json::from_str(&read.to_json()).expect("it is a plan");
            assert_eq!(again, read);
        }
    }

    #[test]
    fn a_key_that_a_target_does_not_have_is_refused_and_not_passed_over() {
        // Without the misspelt key the first would mean the part as a whole.
        for target in [
            r#"{"part": "a", "exprot": "x"}"#,
            r#"{"host": "h", "export": "x"}"#,
            r#"{"of": {"part": "a", "exprot": "x"}, "export": "y"}"#,
            r#"{"bundle": [{"name": "n", "to": {"part": "a", "exprot": "x"}}]}"#,
        ] {
            let refused = plan(target).expect_err(target).to_string();
            assert!(refused.contains("expected one of `part`"), "{refused}");
        }
        let export = r#"{"name": "e", "part": "a", "exprot": "x", "why": "root"}"#;
        assert!(serde_json::from_str::<Export>(export).is_err());
    }
}
