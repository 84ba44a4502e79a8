//! Who gives what to whom, drawn.
//!
//! Lives here: [`Graph`], the data in `model`; what it is made of: [`graph()`], [`of_component`], [`of_plan`] (both
//! by `level`, `levels`, `resolve`, `assemble` and `world`) and [`of_wit`] (`packages`, `declared`); [`Filter`];
//! [`check()`]; how it is written: [`tree()`], [`dot()`], [`mermaid()`], [`json()`],
//! [`svg()`] and [`html()`] (by `layout`).
//! May import: `diag`, `source`, `names`, `escape` (rank 0), `wasm`, `plan` (1), `wit` (2),
//! `surface` (3).
//! Deliberately absent: deciding who should give what to whom (`compose`).

mod assemble;
mod check;
mod codes;
mod colors;
mod declared;
mod dot;
mod filter;
mod html;
mod json;
mod label;
mod layout;
mod level;
mod levels;
mod links;
mod mermaid;
mod model;
mod packages;
mod resolve;
mod svg;
mod tree;
mod world;

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

pub use assemble::Traced;
pub use check::check;
pub use codes::CODES;
pub use dot::dot;
pub use filter::Filter;
pub use html::html;
pub use json::json;
pub use mermaid::mermaid;
pub use model::{Edge, EdgeKind, Graph, Node, NodeKind, Port};
pub use packages::{Detail, of_wit};
pub use svg::svg;
pub use tree::tree;

use crate::diag::{Diagnostic, Locus, Report};
use crate::names::Patterns;
use crate::plan::Plan;
use crate::source::{self, Input};
use crate::wasm::instantiation::Instantiation;
use crate::wasm::sections::Malformed;
use crate::wasm::structure::Structure;
use crate::wasm::{Component, Kind, sniff};
use crate::wit::Search;
use level::{Embedded, Level};
use levels::Levels;
use world::World;

/// The graph of one input, a path or bytes: a component, or WIT in any form, which is told by the
/// bytes.
///
/// Fails if it cannot be read or is neither (`graph/unknown-input`).
///
/// ```
/// use witkit::{graph, graph::Options};
///
/// let wit = "package a:b; interface i { f: func(); } world w { export i; }";
/// let traced = graph(("b.wit", wit), &Options::default())?;
/// assert!(graph::mermaid(&traced.graph).starts_with("flowchart"));
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn graph(input: impl Into<Input>, options: &Options) -> Result<Traced, Report> {
    let wit = |input| {
        let (detail, search) = (Detail::default(), Search::default());
        of_wit(vec![input], detail, options.wit, &search)
    };
    let input = input.into();
    if let Input::Path(path) = &input
        && source::is_dir(path)
    {
        return wit(input);
    }
    let source = input.open()?;
    let name = source.name().to_string();
    let has_wit_name = Path::new(&name).extension().is_some_and(|e| e == "wit");
    match sniff(source.bytes()) {
        Kind::Wit | Kind::Script => wit(source.into()),
        Kind::Other if has_wit_name => wit(source.into()),
        Kind::Other => {
            let what = match source.bytes().trim_ascii().is_empty() {
                true => "empty",
                false => "neither WebAssembly nor WIT",
            };
            Err(unknown_input(&name, what).into())
        }
        Kind::CoreModule => Err(unknown_input(&name, "a core module, not a component").into()),
        Kind::Component | Kind::Wat | Kind::UnknownWasm => {
            let component = Component::new(source)?;
            match component.is_wit_package()? {
                true => wit(component.into_source().into()),
                false => of_component(&component, options),
            }
        }
    }
}

/// What a graph is to have, and what is known about the host.
///
/// [`graph`](graph()) has an example.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The WIT of nodes and edges, which takes longer.
    pub wit: bool,
    /// Patterns of imports that the host provides, besides `wasi:*`.
    pub imports: Vec<String>,
}

/// A part of a plan, or one that might have been.
///
/// [`of_plan`] shows it in use.
#[derive(Clone)]
pub struct PartOf {
    /// Its name in the plan.
    pub name: String,
    /// Its file, as it was named.
    pub path: String,
    /// Its bytes.
    pub component: Arc<Component>,
}

/// The graph of one component: the instances in it, its caller, and the host. A component that
/// puts no others together is one instance; a nested one that does is a node with its instances
/// within it, and edges go through its border.
///
/// Fails if the component is malformed (`input/malformed`).
///
/// ```
/// use witkit::{Component, graph::{Options, of_component}};
///
/// let component = Component::open(("app.wat", r#"(component (import "log" (func)))"#))?;
/// let graph = of_component(&component, &Options::default())?.graph;
/// assert_eq!(graph.edges[0].interface, "log");
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn of_component(component: &Component, options: &Options) -> Result<Traced, Report> {
    let bytes = component.bytes();
    let file = component.source().name();
    let decoded = component.decode()?;
    let malformed = |broken: Malformed| component.malformed(&broken);
    let structure = Structure::of(bytes).map_err(malformed)?;
    let instantiation = Instantiation::of(&structure).map_err(malformed)?;
    let outer = Rc::new(World::decoded(bytes, &decoded, options.wit));
    let stem = match source::stem(Path::new(file)) {
        stem if stem.is_empty() => file.to_string(),
        stem => stem,
    };
    let name = instantiation.name.unwrap_or(&stem);
    let alone = Level::around(name, file, bytes, &instantiation);
    let composed = Level::of(&structure, instantiation);
    let level = match composed.is_composition() {
        true => composed,
        false => alone,
    };
    let known = BTreeMap::from([(levels::place(bytes), Rc::clone(&outer))]);
    let sites = Levels::of(level, bytes, file, known, options.wit);
    Ok(assemble::assemble(
        file.to_string(),
        &sites,
        &outer,
        &allowed(options),
    ))
}

/// The graph of what `plan` says about `parts`. Parts that are not in the plan are nodes without
/// edges; imports that the plan says nothing about are open.
///
/// Fails with all parts that are malformed.
///
/// ```
/// use witkit::compose::{Options, compose};
/// use witkit::graph::{self, PartOf, of_plan};
///
/// // A picture of what would be composed, if only everything fitted.
/// let app = r#"(component (import "acme:kv/store@1.0.0" (instance (export "get" (func)))))"#;
/// let outcome = compose(&Options::default().root(("app.wat", app)));
/// let plan = outcome.plan.expect("the part could be read");
/// let parts: Vec<PartOf> = outcome.parts.into_iter().map(|part| PartOf {
///     name: part.name,
///     path: part.path,
///     component: part.component,
/// }).collect();
/// let traced = of_plan("app", &plan, &parts, &graph::Options::default())?;
/// assert!(traced.graph.nodes.iter().any(|node| node.name == "app"));
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn of_plan(
    title: &str,
    plan: &Plan,
    parts: &[PartOf],
    options: &Options,
) -> Result<Traced, Report> {
    let mut report = Report::new();
    let mut known: BTreeMap<levels::Place, Rc<World>> = BTreeMap::new();
    let mut embedded = Vec::new();
    for part in parts {
        let bytes = part.component.bytes();
        let externs = match known.get(&levels::place(bytes)) {
            Some(externs) => Rc::clone(externs),
            None => match part.component.decode() {
                Ok(decoded) => {
                    let externs = Rc::new(World::decoded(bytes, &decoded, options.wit));
                    known.insert(levels::place(bytes), Rc::clone(&externs));
                    externs
                }
                Err(finding) => {
                    report.push(finding);
                    continue;
                }
            },
        };
        let part = Embedded {
            name: Some(part.name.as_str().into()),
            file: Some(&part.path),
            bytes,
            is_shim: false,
        };
        embedded.push((part, externs));
    }
    let embedded = report.or_ok(embedded)?;
    let level = Level::planned(plan, &embedded);
    let sites = Levels::of(level, &[], title, known, options.wit);
    Ok(assemble::assemble(
        title.to_string(),
        &sites,
        &World::default(),
        &allowed(options),
    ))
}

/// The finding that no graph can be drawn of `file`, which is `what`.
#[doc(hidden)]
pub fn unknown_input(file: &str, what: &str) -> Diagnostic {
    codes::UNKNOWN_INPUT
        .report(format!("cannot draw a graph of `{file}`: it is {what}"))
        .at(Locus::File(file.to_string()), "")
        .help("pass a component, a plan, a WIT package, or a configuration: `-c FILE`")
}

/// The finding that `file`, which is `what`, does not go with the first input, which is `first`.
#[doc(hidden)]
pub fn mixed_inputs(file: &str, what: &str, first: &str) -> Diagnostic {
    codes::MIXED_INPUTS
        .report(format!(
            "`{file}` is {what}, but the first input is {first}"
        ))
        .at(Locus::File(file.to_string()), "")
        .note("several inputs form one graph only if all are components, or all are packages")
        .help("draw them separately")
}

fn allowed(options: &Options) -> Patterns {
    let wasi = ["wasi:*".to_string()];
    Patterns::new(wasi.iter().chain(&options.imports))
}
