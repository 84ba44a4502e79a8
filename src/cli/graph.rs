//! `witkit graph`.

mod form;

use std::path::Path;

use form::Form;

use super::Run;
use super::args::{AllowArgs, DepsArgs, OutputArgs, ReportArgs, nearest};
use super::extension;
use super::paths::{Takes, given_or_usual};
use super::terminal::{Exit, Failure, Findings, Terminal, usage};
use crate::compose::config;
use crate::compose::{self, PartSpec};
use crate::diag::Report;
use crate::graph::{self, Detail, Filter, Graph, Options, PartOf, Traced};
use crate::names::Patterns;
use crate::no_effect;
use crate::plan::Role;
use crate::source::{self, NewFile, Source};
use crate::wasm::{self, Component, Kind};

/// Draw components, compositions and WIT as a graph
///
/// INPUT determines what is drawn: for one component, its instances; for several, what `compose`
/// would connect, with the first as the root; for a plan (JSON), its contents; for WIT, worlds and
/// interfaces. Each arrow leads from the importer of an interface to its provider, through aliases,
/// bundles and the borders of nested compositions. An import without a provider is drawn as
/// unresolved.
///
/// If compose has errors, they are printed, what is known is drawn anyway, and the exit code is 1.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit graph app.wasm
  witkit graph app.wasm cache.wasm log.wasm -o app.svg
  witkit graph -c witkit.toml -o app.html
  witkit graph wit/ --packages --format mermaid
  witkit graph app.wasm --focus 'acme:kv/*' --hide 'wasi:*'
  witkit graph app.wasm --check --deny-warnings
  witkit compose app.wasm -p parts/ --plan --json | witkit graph -"))]
pub struct Args {
    /// Components, a plan, or WIT (files or folders); - for stdin; NAME=FILE names a component
    ///
    /// The default is `wit` of [paths] in witkit.toml, or else the folder wit/, or else this
    /// folder.
    #[arg(value_name = "INPUT")]
    inputs: Vec<String>,

    /// Read configuration from FILE, not from the nearest witkit.toml
    ///
    /// Draws what FILE describes: a witkit.toml, a plan (JSON), or a YAML configuration of
    /// wasm-compose. If a witkit.toml has several compositions, choose one with `witkit.toml#NAME`,
    /// for [compose.NAME]; of a spin.toml, a component with `spin.toml#COMPONENT`.
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["inputs", "packages", "interfaces"])]
    config: Option<String>,

    #[command(flatten)]
    output: OutputArgs,

    /// Draw WIT packages (for a component, those of its imports and exports)
    #[arg(long, conflicts_with = "interfaces")]
    packages: bool,

    /// Draw worlds and interfaces, also of a component
    #[arg(long)]
    interfaces: bool,

    /// Draw only matching nodes and interfaces, with their neighbors
    #[arg(long, value_name = "PATTERN")]
    focus: Vec<String>,

    /// Draw this many steps from --focus or the caller [default with --focus: 1]
    #[arg(long, value_name = "N")]
    depth: Option<usize>,

    /// Hide matching nodes and interfaces: 'wasi:*'
    #[arg(long, value_name = "PATTERN")]
    hide: Vec<String>,

    #[command(flatten)]
    allow: AllowArgs,

    /// Report what is wrong instead of writing; exit with 1 if anything is
    ///
    /// Checks the whole graph for unresolved imports, cycles, several versions on one semver track,
    /// identical components, unused exports and parts, and bypassed middleware. With -o, the graph
    /// is drawn as well.
    #[arg(long)]
    check: bool,

    #[command(flatten)]
    deps: DepsArgs,

    #[command(flatten)]
    report: ReportArgs<Form>,
}

impl Args {
    /// In which form the graph is written: by the flag, by the extension of the file, or as a tree.
    fn drawing(&self) -> Result<Form, Failure> {
        let output = self.output.given();
        let by_extension = Form::by_extension(output)?;
        let given = self.report.given().filter(|form| form.is_drawn());
        // JSON and text are also forms of the findings that --check prints.
        let given =
            given.filter(|form| !(self.check && (*form == Form::Tree || *form == Form::Json)));
        match (given, by_extension) {
            (Some(_), None) if self.check && self.output.path().is_none() => Err(usage(
                "`--check` draws nothing without `-o FILE`; formats of findings are human, json, sarif, github, \
                 gitlab, junit and markdown",
            )),
            (Some(form), Some(other)) if form != other => {
                let name = form.name();
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
            false => self.report.beside_document(),
        }
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let form = self.drawing()?;
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
            && let Err(finding) =
                NewFile::whole(output, drawn(&graph, &traced.graph, form).as_bytes())
        {
            report.push(finding);
        }
        let exit = terminal.report(&report);
        if self.check || output.is_some() {
            return Ok(exit);
        }
        let drawn = drawn(&graph, &traced.graph, form);
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

fn drawn(graph: &Graph, whole: &Graph, form: Form) -> String {
    match form {
        Form::Tree
        | Form::Plain
        | Form::Sarif
        | Form::Github
        | Form::Gitlab
        | Form::Junit
        | Form::Markdown => graph::tree(graph, whole),
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
    Wit(source::Input),
    Plan(Source),
    Script(Source),
}

impl Input {
    fn what(&self) -> &'static str {
        match self {
            Input::Component(_) => "a component",
            Input::Wit(_) => "WIT",
            Input::Plan(_) => "a plan",
            Input::Script(_) => "a script",
        }
    }
}

/// The graph of the inputs, with what compose has to say about them.
fn trace(args: &Args, form: Form, terminal: &Terminal) -> Result<(Traced, Report), Report> {
    let options = Options {
        wit: matches!(form, Form::Json | Form::Html),
        imports: args.allow.allow.clone(),
    };
    if let Some(config) = &args.config {
        let (file, name) = match config.rsplit_once('#') {
            Some((file, name)) if !Path::new(config).is_file() => (file, Some(name)),
            _ => (config.as_str(), None),
        };
        let settings = config::read(Path::new(file), name)?;
        let (traced, mut report) = composed(config, settings.options, options, terminal)?;
        report.extend(settings.warnings);
        return Ok((traced, report));
    }
    let mut report = Report::new();
    let mut inputs: Vec<(&str, PartSpec, Input)> = Vec::new();
    let usual = match args.inputs.is_empty() {
        true => given_or_usual(&[], Takes::Wit, nearest(None).as_deref(), terminal)?,
        false => Vec::new(),
    };
    let usual = usual.iter().map(|path| path.to_string_lossy().into_owned());
    let texts: Vec<String> = args.inputs.iter().cloned().chain(usual).collect();
    for text in &texts {
        let spec = match source::exists(Path::new(text)) {
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
        if let Input::Component(source) | Input::Script(source) = &input {
            // What was looked at is what is drawn, whatever becomes of the file.
            request.in_memory.insert(spec.path.clone(), source.clone());
        }
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
            Input::Script(_) => request.root = Some(spec),
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

/// The patterns of `--allow` that no import of the whole matches; of WIT there is none.
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
    for pattern in &args.allow.allow {
        let only = Patterns::new([pattern]);
        if !names.iter().any(|name| only.allow(name)) && pattern != "*" {
            report.push(no_effect::without_effect(
                &format!("--allow {pattern}"),
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
        "components are not WIT",
    );
    let imports = !args.allow.allow.is_empty() && is_wit;
    tell(imports, "--allow", "WIT has no unresolved imports");
    let no_drawing = args.check && args.output.given().is_none();
    let why = "`--check` checks the whole graph, and nothing is drawn without `-o`";
    for (option, patterns) in [("--focus", &args.focus), ("--hide", &args.hide)] {
        tell(no_drawing && !patterns.is_empty(), option, why);
    }
    tell(args.depth.is_some() && no_drawing, "--depth", why);
    report
}

/// Opens an input and tells what it is.
fn open(path: &Path, args: &Args) -> Result<Input, Report> {
    if source::is_dir(path) {
        // What cannot be listed is for those to report who read it.
        if let Ok(mut entries) = source::list(path)
            && !entries.any(|entry| {
                let name = entry.map(|entry| entry.path()).unwrap_or_default();
                name.extension().is_some_and(|e| e == "wit")
            })
        {
            let what = "a folder without .wit files";
            return Err(graph::unknown_input(&path.to_string_lossy(), what).into());
        }
        return Ok(Input::Wit(path.into()));
    }
    let source = Source::open(path)?;
    let wit = |source| Ok(Input::Wit(source::Input::Bytes(source)));
    if args.packages || args.interfaces {
        return wit(source);
    }
    let kind = wasm::sniff(source.bytes());
    let trimmed = source.bytes().trim_ascii_start();
    match kind {
        _ if compose::is_script(&source) => Ok(Input::Script(source)),
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
        // With the name of a WIT file, it is one with an error.
        Kind::Script => wit(source),
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
        // A script is composed of the components that follow it.
        let of_script = matches!((first, input), (Input::Script(_), Input::Component(_)));
        let single = matches!(input, Input::Plan(_) | Input::Script(_));
        if !of_script && (input.what() != first.what() || single) {
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
    if compose::has_script(&request) {
        // What a script leaves to the host, it leaves there explicitly.
        options.imports.push("*".to_string());
    }
    let request = compose::Options {
        imports: options.imports.clone(),
        ..request
    };
    let declared = request.declared.iter();
    let by_host = declared.flat_map(|declared| declared.allowed.iter().cloned());
    options.imports.extend(by_host);
    let outcome = terminal.during("composing", || compose::unvalidated(&request));
    let Some(plan) = &outcome.plan else {
        return Err(outcome.report);
    };
    let parts: Vec<PartOf> = outcome
        .parts
        .into_iter()
        // What only turned up in a search path is nobody's mistake.
        .filter(|part| part.role != Role::Declarations)
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
