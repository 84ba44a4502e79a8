//! `witkit graph`.

use std::path::Path;

use clap::ValueEnum;

use super::Run;
use super::args::{DepsArgs, OutputArgs, ReportArgs, nearest};
use super::extension::{self, Holds};
use super::terminal::{Exit, Failure, Findings, Terminal, usage};
use crate::compose::config;
use crate::compose::{self, PartSpec};
use crate::diag::Report;
use crate::graph::{self, Detail, Filter, Graph, Options, PartOf, Traced, WitInput};
use crate::names::Patterns;
use crate::no_effect;
use crate::plan::Role;
use crate::source::{NewFile, Source};
use crate::wasm::{self, Component, Kind};

/// Draw who gives what to whom: in a component, between components, in a plan, in WIT
///
/// What is drawn is told by what INPUT is: of one component, the instances in it; of several, what
/// `compose` would wire, the first as the root; of a plan (JSON), what it says; of WIT, worlds and
/// interfaces. Each arrow leads from who needs an interface to who has it, through aliases, bundles
/// and the borders of nested compositions; what nobody serves is open.
///
/// If compose has errors, they are printed, what is known is drawn all the same, and the exit code
/// is 1.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  witkit graph app.wasm
  witkit graph app.wasm cache.wasm log.wasm -f svg -o app.svg
  witkit graph -c witkit.toml -f html -o app.html
  witkit graph wit/ --packages -f mermaid
  witkit graph app.wasm --focus 'acme:kv/*' --hide 'wasi:*'
  witkit graph app.wasm --check --deny-warnings
  witkit compose app.wasm -p parts/ --plan --format json | witkit graph -

Exit codes: 0 no errors (with --deny-warnings: and no warnings), 1 findings, 2 wrong usage.")]
pub struct Args {
    /// Components, a plan, or WIT (files or folders); - for stdin; NAME=FILE names a component
    #[arg(required_unless_present = "config", value_name = "INPUT")]
    inputs: Vec<String>,

    /// Draw what a file says is to be composed: witkit.toml, a plan (JSON), or wasm-compose's YAML
    ///
    /// Of a witkit.toml with several compositions, `witkit.toml#NAME` takes [compose.NAME].
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["inputs", "packages", "interfaces"])]
    config: Option<String>,

    /// What to make: a tree to read, DOT or Mermaid for others to draw, JSON, or a drawing; what -o
    /// FILE says by its extension, else a tree
    #[arg(short = 'f', long, value_enum)]
    form: Option<Form>,

    #[command(flatten)]
    output: OutputArgs,

    /// Draw WIT by packages (of a component: that of its imports and exports)
    #[arg(long, conflicts_with = "interfaces")]
    packages: bool,

    /// Draw WIT by worlds and interfaces, as it is without a flag, also of a component
    #[arg(long)]
    interfaces: bool,

    /// Draw only what matches, nodes and interfaces, with their neighbours; `*` is any text
    #[arg(long, value_name = "PATTERN")]
    focus: Vec<String>,

    /// How many steps from --focus (1 if not given), or without it from the caller
    #[arg(long, value_name = "N")]
    depth: Option<usize>,

    /// Leave out what matches, nodes and interfaces: 'wasi:*'
    #[arg(long, value_name = "PATTERN")]
    hide: Vec<String>,

    /// Imports that the host serves besides wasi:*; all others are open: 'acme:kv/*'
    #[arg(long = "import", value_name = "PATTERN")]
    imports: Vec<String>,

    /// Report all that is wrong or odd in the whole graph, and draw only if -o is given
    ///
    /// Open imports, circles, two versions of one track, equal bytes, exports and parts that nobody
    /// uses, middleware that some go around.
    #[arg(long)]
    check: bool,

    #[command(flatten)]
    deps: DepsArgs,

    #[command(flatten)]
    report: ReportArgs,
}

/// In which form a graph is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For reading
    Tree,
    /// For Graphviz
    Dot,
    /// For Markdown
    Mermaid,
    /// For programs: witkit.graph/1
    Json,
    /// A drawing, light and dark
    Svg,
    /// A page to click through, with the WIT of all interfaces
    Html,
}

impl Args {
    /// The form that is asked for, by the flag or by the extension of the file.
    fn form(&self) -> Result<Form, Failure> {
        let output = self.output.given();
        let by_extension = match extension::holds(output) {
            None => None,
            Some(Holds::Dot) => Some(Form::Dot),
            Some(Holds::Mermaid) => Some(Form::Mermaid),
            Some(Holds::Json) => Some(Form::Json),
            Some(Holds::Svg) => Some(Form::Svg),
            Some(Holds::Html) => Some(Form::Html),
            Some(Holds::Wasm | Holds::Wat | Holds::Wit) => {
                return Err(usage(extension::cannot_hold(output, "a graph")));
            }
        };
        match (self.form, by_extension) {
            (Some(form), Some(other)) if form != other => {
                let name = form.to_possible_value();
                let name = name.map_or(String::new(), |name| name.get_name().to_string());
                let makes = format!("a graph as {name}");
                Err(usage(extension::cannot_hold(output, &makes)))
            }
            (form, other) => Ok(form.or(other).unwrap_or(Form::Tree)),
        }
    }
}

impl Run for Args {
    fn findings(&self) -> Findings {
        match self.check {
            true => self.report.as_result(),
            false => self.report.beside_result(),
        }
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let form = self.form()?;
        let (traced, mut report) = trace(&self, form, terminal)?;
        report.extend(patterns_without_effect(&self, &traced.graph));
        let filter = Filter {
            focus: self.focus.clone(),
            depth: self.depth,
            hide: self.hide.clone(),
        };
        let (graph, unknown) = filter.of(&traced.graph);
        report.extend(unknown);
        if self.check {
            check(&traced, &mut report);
        }
        let output = self.output.path();
        if let Some(output) = output
            && let Err(finding) = NewFile::whole(output, drawn(&graph, form).as_bytes())
        {
            report.push(finding);
        }
        let exit = terminal.report(&report);
        if self.check || output.is_some() {
            return Ok(exit);
        }
        let drawn = drawn(&graph, form);
        let printed = match form {
            Form::Tree => terminal.print_tree(&drawn),
            _ => terminal.print(drawn.as_bytes()),
        };
        Ok(match printed {
            Exit::Clean => exit,
            failed => failed,
        })
    }
}

fn drawn(graph: &Graph, form: Form) -> String {
    match form {
        Form::Tree => graph::tree(graph),
        Form::Dot => graph::dot(graph),
        Form::Mermaid => graph::mermaid(graph),
        Form::Json => graph::json(graph),
        Form::Svg => graph::svg(graph),
        Form::Html => graph::html(graph),
    }
}

/// Adds what is wrong with the graph, but for what compose has said already.
fn check(traced: &Traced, report: &mut Report) {
    let said = [
        ("compose/open-import", "graph/open-import"),
        ("compose/cycle", "graph/cycle"),
        ("compose/unused-part", "graph/unreached-part"),
    ];
    let known: Vec<&str> = report
        .diagnostics()
        .iter()
        .filter_map(|finding| said.iter().find(|(code, _)| *code == finding.code.name))
        .map(|(_, same)| *same)
        .collect();
    let mut found = graph::check(traced);
    found.retain(|finding| !known.contains(&finding.code.name));
    report.extend(found);
}

/// An input, told by its bytes.
enum Input {
    Component(Source),
    Wit(WitInput),
    Plan(Source),
}

impl Input {
    fn what(&self) -> &'static str {
        match self {
            Input::Component(_) => "a component",
            Input::Wit(_) => "WIT",
            Input::Plan(_) => "a plan",
        }
    }
}

/// The graph of the inputs, with what compose has to say about them.
fn trace(args: &Args, form: Form, terminal: &Terminal) -> Result<(Traced, Report), Report> {
    let options = Options {
        wit: matches!(form, Form::Json | Form::Html),
        imports: args.imports.clone(),
    };
    if let Some(config) = &args.config {
        let (file, name) = match config.rsplit_once('#') {
            Some((file, name)) if !Path::new(config).is_file() => (file, Some(name)),
            _ => (config.as_str(), None),
        };
        let settings = config::read(Path::new(file), name)?;
        return composed(config, settings.options, options, terminal);
    }
    let mut report = Report::new();
    let mut inputs: Vec<(&str, PartSpec, Input)> = Vec::new();
    for text in &args.inputs {
        let spec = match Path::new(text).exists() {
            true => PartSpec {
                name: None,
                path: text.into(),
            },
            false => PartSpec::parse(text),
        };
        match open(&spec.path, args) {
            Ok(input) => inputs.push((text, spec, input)),
            Err(found) => report.extend(found),
        }
    }
    report.or_ok(())?;
    one_kind(&inputs)?;
    if let [(_, _, Input::Component(_))] = inputs.as_slice()
        && let Some((_, _, Input::Component(source))) = inputs.pop()
    {
        let traced = graph::of_component(&Component::new(source)?, &options)?;
        return Ok((traced, without_effect(args, false)));
    }
    let mut request = compose::Options::default();
    let mut wit = Vec::new();
    let mut names = Vec::new();
    for (text, spec, input) in inputs {
        names.push(text);
        match input {
            Input::Wit(input) => wit.push(input),
            Input::Plan(source) => {
                let file = match text {
                    // As for every file on standard input, paths in it are meant from here.
                    "-" => Path::new(""),
                    text => Path::new(text),
                };
                let settings = config::read_source(&source, file, None)?;
                return composed(source.name(), settings.options, options, terminal);
            }
            Input::Component(_) if request.root.is_none() => request.root = Some(spec),
            Input::Component(_) => request.definitions.push(spec),
        }
    }
    if !wit.is_empty() {
        let detail = match args.packages {
            true => Detail::Packages,
            false => Detail::Interfaces,
        };
        let config = nearest(None);
        let search = args.deps.search(config.as_deref())?;
        let traced = graph::of_wit(wit, detail, options.wit, &search)?;
        let mut report = without_effect(args, true);
        report.extend(args.deps.unused(&search, &report));
        return Ok((traced, report));
    }
    let (traced, mut report) = composed(&names.join(", "), request, options, terminal)?;
    report.extend(without_effect(args, false));
    Ok((traced, report))
}

/// The patterns of `--import` that no import of the whole matches; of WIT there is none.
fn patterns_without_effect(args: &Args, graph: &Graph) -> Report {
    let mut report = Report::new();
    if graph.nodes.iter().any(|node| node.kind.is_wit()) {
        return report;
    }
    let of_host = graph.edges.iter().filter(|edge| edge.to == "host");
    let names: Vec<&String> = of_host
        .flat_map(|edge| [Some(&edge.interface), edge.provided_as.as_ref()])
        .flatten()
        .collect();
    for pattern in &args.imports {
        let only = Patterns::new([pattern]);
        if !names.iter().any(|name| only.allow(name)) && pattern != "*" {
            report.push(no_effect::without_effect(
                &format!("--import {pattern}"),
                "no unresolved import matches it",
            ));
        }
    }
    report
}

/// The options that are for other inputs than these.
fn without_effect(args: &Args, is_wit: bool) -> Report {
    let mut report = Report::new();
    let mut tell = |given: bool, option: &str, why: &str| {
        if given {
            report.push(no_effect::without_effect(option, why));
        }
    };
    tell(
        args.packages && !is_wit,
        "--packages",
        "components are no WIT",
    );
    let imports = !args.imports.is_empty() && is_wit;
    tell(imports, "--import", "WIT leaves nothing unresolved");
    let no_drawing = args.check && args.output.given().is_none();
    let why = "--check looks at everything, and without -o nothing is drawn";
    for (option, patterns) in [("--focus", &args.focus), ("--hide", &args.hide)] {
        tell(no_drawing && !patterns.is_empty(), option, why);
    }
    tell(args.depth.is_some() && no_drawing, "--depth", why);
    report
}

/// Opens an input and tells what it is.
fn open(path: &Path, args: &Args) -> Result<Input, Report> {
    if path.is_dir() {
        // What cannot be listed is for those to report who read it.
        if let Ok(mut entries) = std::fs::read_dir(path)
            && !entries.any(|entry| {
                let name = entry.map(|entry| entry.path()).unwrap_or_default();
                name.extension().is_some_and(|e| e == "wit")
            })
        {
            let what = "a folder without .wit files";
            return Err(graph::unknown_input(&path.to_string_lossy(), what).into());
        }
        return Ok(Input::Wit(WitInput::Folder(path.to_path_buf())));
    }
    // Of several inputs, only a component can come from there: compose reads it itself.
    if path == Path::new("-") && args.inputs.len() > 1 && !args.packages && !args.interfaces {
        return Ok(Input::Component(Source::memory("stdin", Vec::new())));
    }
    let source = Source::open(path)?;
    let wit = |source| Ok(Input::Wit(WitInput::Source(source)));
    if args.packages || args.interfaces {
        return wit(source);
    }
    let kind = wasm::sniff(source.bytes());
    let trimmed = source.bytes().trim_ascii_start();
    match kind {
        Kind::Wit => wit(source),
        Kind::Other if trimmed.starts_with(b"{") => Ok(Input::Plan(source)),
        Kind::Other
            if source
                .path()
                .and_then(Path::extension)
                .is_some_and(|e| e == "wit") =>
        {
            wit(source)
        }
        Kind::Other if trimmed.is_empty() => {
            Err(graph::unknown_input(source.name(), "empty").into())
        }
        Kind::Other => {
            let what = "neither WebAssembly nor WIT nor a plan";
            Err(graph::unknown_input(source.name(), what).into())
        }
        Kind::CoreModule => {
            Err(graph::unknown_input(source.name(), "a core module, not a component").into())
        }
        Kind::Component | Kind::Wat | Kind::UnknownWasm => {
            let component = Component::new(source)?;
            match component.is_wit_package()? {
                true => wit(component.into_source()),
                false => Ok(Input::Component(component.into_source())),
            }
        }
    }
}

/// Fails with all inputs that do not go with the first.
fn one_kind(inputs: &[(&str, PartSpec, Input)]) -> Result<(), Report> {
    let mut report = Report::new();
    let Some((_, _, first)) = inputs.first() else {
        return Ok(());
    };
    for (text, _, input) in &inputs[1..] {
        if input.what() != first.what() || matches!(input, Input::Plan(_)) {
            report.push(graph::mixed_inputs(text, input.what(), first.what()));
        }
    }
    report.or_ok(())
}

/// The graph of what compose makes of a request.
fn composed(
    title: &str,
    request: compose::Options,
    mut options: Options,
    terminal: &Terminal,
) -> Result<(Traced, Report), Report> {
    options.imports.extend(request.imports.iter().cloned());
    let request = compose::Options {
        imports: options.imports.clone(),
        ..request
    };
    let outcome = terminal.during("composing", || compose::unvalidated(&request));
    let Some(plan) = &outcome.plan else {
        return Err(outcome.report);
    };
    let parts: Vec<PartOf> = outcome
        .parts
        .into_iter()
        // What only turned up in a search path is nobody's mistake.
        .filter(|part| {
            let given = |value: &crate::plan::Component| value.name == part.name;
            part.role != Role::Found
                || plan.part(&part.name).is_some()
                || plan.components.iter().any(given)
        })
        .map(|part| PartOf {
            name: part.name,
            path: part.path,
            component: part.component,
        })
        .collect();
    let traced = graph::of_plan(title, plan, &parts, &options)?;
    Ok((traced, outcome.report))
}
