//! Replayed compositions: what was traced answers in the place of what was there.
//!
//! Scenarios in `fixtures/replay` are those of `compose.rs`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use wasmtime::component::Val;
use wit_parser::{Function, Resolve, Type, TypeDefKind, TypeId, TypeOwner, WorldId, WorldItem};

use witkit::compose::{Options, ReplaySpec};
use witkit::diag::Locus;

use crate::compose::{errors_in, scenarios_in};
use crate::generate::{bytes_of, compose, guest_of, imports};
use crate::graphs::Random;
use crate::replay_traps::traps;
use crate::run::Running;
use crate::support::{corpus, project, validate, witkit};
use crate::trace::{CALCULATORS, ECHO, echo, echo_with, functions, value};

#[test]
fn every_scenario_composes_and_runs() {
    scenarios_in("replay");
}

#[test]
fn every_error_is_reported() {
    errors_in("replay/errors");
}

/// A guest, with a file in the place of what it imports.
pub fn replayed(
    guest: &[u8],
    calls: &str,
    pattern: &str,
    exports: &[&str],
) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let path = folder.path().join("calls.txt");
    fs::write(&path, calls).map_err(|e| e.to_string())?;
    let replay = vec![ReplaySpec {
        pattern: pattern.to_string(),
        path,
    }];
    let outcome = compose(
        guest,
        Options {
            replay,
            no_imports: true,
            exports: exports.iter().map(|name| name.to_string()).collect(),
            ..Options::default()
        },
    );
    let bytes = bytes_of(&outcome)?;
    let again = Options {
        plan: outcome.plan,
        ..Options::default()
    };
    match bytes_of(&compose(guest, again))? == bytes {
        true => Ok(bytes),
        false => Err("the plan gives other bytes".to_string()),
    }
}

#[test]
fn values_of_all_types_are_replayed_as_they_were_traced() {
    let mut traced = echo(0);
    let mut random = Random(11);
    let mut calls = Vec::new();
    for round in 0..12 {
        for function in functions() {
            let name = format!("t:echo/echo#{function}");
            let ty = traced.params(&name).expect(function).remove(0);
            let given = value(&mut random, &ty, round % 2);
            let answer = traced.apply(&name, std::slice::from_ref(&given));
            calls.push((name, given, answer.expect(function).remove(0)));
        }
    }
    answers_again(ECHO, &traced.logged(), &calls);
}

/// A type of generated values, which may be one that is defined; and definitions of those.
fn type_of(random: &mut Random, depth: usize, defined: &mut Vec<String>) -> String {
    const PRIMITIVES: &[&str] = &[
        "bool", "u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64", "char",
        "string",
    ];
    let choices = if depth == 0 { 1 } else { 9 };
    let ty = |random: &mut Random, defined: &mut Vec<String>| type_of(random, depth - 1, defined);
    match random.below(choices + 2) {
        3 => format!("list<{}>", ty(random, defined)),
        4 => format!("option<{}>", ty(random, defined)),
        5 => match random.below(4) {
            0 => "result".to_string(),
            1 => format!("result<_, {}>", ty(random, defined)),
            2 => format!("result<{}>", ty(random, defined)),
            _ => format!("result<{}, {}>", ty(random, defined), ty(random, defined)),
        },
        6 => {
            let types = (0..1 + random.below(4)).map(|_| ty(random, defined));
            format!("tuple<{}>", types.collect::<Vec<_>>().join(", "))
        }
        kind @ 7..=10 => {
            let count = 1 + random.below(if kind > 8 { 20 } else { 6 });
            let entries = (0..count).map(|at| match kind {
                7 => format!("f{at}: {}", ty(random, defined)),
                8 if random.below(3) > 0 => format!("c{at}({})", ty(random, defined)),
                _ => format!("c{at}"),
            });
            let entries = entries.collect::<Vec<_>>().join(", ");
            let name = format!("t{}", defined.len());
            let keyword = ["record", "variant", "enum", "flags"][kind - 7];
            defined.push(format!("{keyword} {name} {{ {entries} }}"));
            name
        }
        _ => PRIMITIVES[random.below(PRIMITIVES.len())].to_string(),
    }
}

/// An interface of functions of generated types that answer what they are given; async if asked for.
fn echo_of(random: &mut Random, async_: &str) -> (String, Vec<String>) {
    let mut defined = Vec::new();
    let (mut functions, mut names) = (String::new(), Vec::new());
    for at in 0..12 {
        let ty = type_of(random, 3, &mut defined);
        let _ = writeln!(functions, "  echo{at}: {async_}func(v: {ty}) -> {ty};");
        names.push(format!("echo{at}"));
    }
    let defined = defined.join("\n  ");
    let wit = format!("package t:echo;\ninterface echo {{\n  {defined}\n{functions}}}\n");
    (wit, names)
}

#[test]
fn values_of_generated_types_are_replayed_as_they_were_traced() {
    for seed in 0..12 {
        let mut random = Random(100 + seed);
        let (wit, names) = echo_of(&mut random, "");
        let mut traced = echo_with(&wit, &names, 0);
        let mut calls = Vec::new();
        for name in names.iter().cycle().take(4 * names.len()) {
            let name = format!("t:echo/echo#{name}");
            let ty = traced.params(&name).expect(&wit).remove(0);
            let given = value(&mut random, &ty, 0);
            let answer = traced.apply(&name, std::slice::from_ref(&given));
            calls.push((name, given, answer.expect(&wit).remove(0)));
        }
        answers_again(&wit, &traced.logged(), &calls);
    }
}

/// What is written comes from wasmtime: it is WAVE by another hand.
#[test]
fn values_of_generated_types_are_replayed_by_async_functions() {
    for seed in 0..12 {
        let mut random = Random(200 + seed);
        let (wit, names) = echo_of(&mut random, "async ");
        let guest = guest_of(&format!("{wit}\nworld w {{ import echo; }}"));
        let mut types = {
            let stub = compose(
                &guest,
                Options {
                    stub: vec!["*".to_string()],
                    exports: vec!["stub-t-echo-echo".to_string()],
                    ..Options::default()
                },
            );
            Running::start(&bytes_of(&stub).expect(&wit), &[]).expect(&wit)
        };
        let mut written = String::new();
        let mut calls = Vec::new();
        for name in names.iter().cycle().take(3 * names.len()) {
            let name = format!("t:echo/echo#{name}");
            let ty = types.params(&name).expect(&wit).remove(0);
            let given = value(&mut random, &ty, 0);
            let wave = given.to_wave().expect(&wit);
            let _ = writeln!(written, "{name}({wave}) = {wave}");
            calls.push((name, given.clone(), given));
        }
        answers_again(&wit, &written, &calls);
    }
}

/// Calls answer from a file as they did, in any order of the functions.
fn answers_again(wit: &str, written: &str, calls: &[(String, Val, Val)]) {
    let guest = guest_of(&format!("{wit}\nworld w {{ import echo; }}"));
    let bytes = replayed(&guest, written, "t:echo/*", &["replay-t-echo-echo"]);
    let bytes = bytes.unwrap_or_else(|e| panic!("{e}\n{wit}\n{written}"));
    validate(&bytes).expect(wit);
    let mut running = Running::start(&bytes, &[]).expect("it starts");
    let wave = |value: &Val| value.to_wave().expect("it is WAVE");
    let (first, rest) = calls.split_at(calls.len() / 2);
    for (name, given, answer) in rest.iter().chain(first) {
        let replayed = running.apply(name, std::slice::from_ref(given));
        let replayed = replayed.unwrap_or_else(|e| panic!("{name}({}): {e}\n{wit}", wave(given)));
        assert_eq!(wave(&replayed[0]), wave(answer), "{name}\n{wit}");
    }
}

pub const STORE: &str = "
    package acme:kv@0.2.0;
    interface store {
        get: func(key: string, at: u32) -> option<string>;
        clear: func();
        touch: async func(key: string);
    }
    world w { import store; }
";

#[test]
fn a_call_answers_once_unless_it_repeats() {
    let calls = "
        acme:kv/store#get(\"a\", _) = some(\"first\")
        acme:kv/store#get(\"a\", _) = some(\"then\") ...
        acme:kv/store#clear()
    ";
    let bytes = replayed(
        &guest_of(STORE),
        calls,
        "acme:kv/store",
        &["replay-acme-kv-store"],
    );
    let mut running = Running::start(&bytes.expect("it composes"), &[]).expect("it starts");
    let mut get = || running.eval("acme:kv/store@0.2.0#get(\"a\", 1)");
    assert_eq!(get(), Ok(Some("some(\"first\")".to_string())));
    for _ in 0..100 {
        assert_eq!(get(), Ok(Some("some(\"then\")".to_string())));
    }
    let clear = "acme:kv/store@0.2.0#clear()";
    assert_eq!(running.eval(clear), Ok(None));
    let told = running.eval(clear).expect_err("it is used up");
    assert!(told.contains("no unused call"), "{told}");
}

#[test]
fn handles_are_made_and_told_apart_in_lists_records_and_variants() {
    let scenario = project().join("fixtures/replay/lists");
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().join("out.wasm").display().to_string();
    let flags = [
        "--replay",
        "t:t/many=calls.txt",
        "--export",
        "replay-t-t-many",
    ];
    let args = [&["compose", "app.wat"], &flags[..], &["-o", &out]].concat();
    witkit(&scenario, &args).expect(0).expect("it composes");
    let mut running =
        Running::start(&fs::read(&out).expect("it is written"), &[]).expect("it starts");
    let mut call = |name: &str, args: &[Val]| -> Result<Val, String> {
        let answer = running.apply(&format!("t:t/many#{name}"), args)?;
        Ok(answer.into_iter().next().expect("it has a result"))
    };
    let pair = |left: &Val, rest: &[&Val]| {
        let rest = rest.iter().map(|v| (*v).clone()).collect();
        let fields = [("left", left.clone()), ("rest", Val::List(rest))];
        Val::Record(fields.map(|(name, value)| (name.to_string(), value)).into())
    };
    let n = |number: u8| [Val::U8(number)];
    let text = |text: &str| Ok(Val::String(text.to_string()));
    // Those that a record and a list of variants have are the same ones.
    let Val::Record(fields) = call("pair-of", &n(1)).expect("it answers") else {
        panic!("no record");
    };
    let (one, Val::List(rest)) = (&fields[0].1, &fields[1].1) else {
        panic!("no list");
    };
    let long = Val::Variant("long".to_string(), Some(Box::new(Val::U64(7))));
    let both = Val::List(vec![one.clone(), rest[0].clone()]);
    assert_eq!(call("take-async", &[long, both]), Ok(Val::Char('l')));
    let three = call("make", &n(3)).expect("it answers");
    let new = call("make", &n(0)).expect("it answers");
    let mixed = pair(&rest[0], &[&new, one]);
    let some = Val::Option(Some(Box::new(three.clone())));
    assert_eq!(call("take", &[mixed, some]), text("mixed"));
    let Val::List(eithers) = call("eithers", &n(1)).expect("it answers") else {
        panic!("no list");
    };
    let node = |either: &Val| match either {
        Val::Variant(case, Some(node)) if case == "node" => (**node).clone(),
        other => panic!("no node: {other:?}"),
    };
    let (one, two) = (node(&eithers[0]), node(&eithers[4]));
    assert!(matches!(&eithers[1], Val::Variant(_, Some(v)) if **v == Val::Float32(1.5)));
    assert!(matches!(&eithers[3], Val::Variant(_, Some(v)) if **v == Val::U64(u64::MAX)));
    let in_order = pair(&one, &[&two, &three]);
    assert_eq!(
        call("take", &[in_order, Val::Option(None)]),
        text("in order")
    );
    // Used up: nothing else matches.
    let [three, one] = [call("make", &n(3)), call("make", &n(1))].map(|v| v.expect("it answers"));
    let told = call("take", &[pair(&three, &[&one]), Val::Option(None)]);
    let told = told.expect_err("it traps");
    // Handles are told with their numbers.
    let (_, call, lines) = traps(&told);
    assert_eq!(call, "take({left: node#3, rest: [node#1]}, none)", "{told}");
    assert!(lines.len() > 1, "{told}");
}

/// What is handed over for a call is given back: a memory that grows would trap.
#[test]
fn nothing_is_left_behind_by_many_calls() {
    let calls = "acme:kv/store#get(_, _) = some(\"x\") ...";
    let bytes = replayed(
        &guest_of(STORE),
        calls,
        "acme:kv/store",
        &["replay-acme-kv-store"],
    );
    let bytes = bytes.expect("it composes");
    let mut running = Running::start_within(&bytes, &[], 4 << 20).expect("it starts");
    let long = "a".repeat(1000);
    for _ in 0..10_000 {
        let answer = running.eval(&format!("acme:kv/store@0.2.0#get(\"{long}\", 1)"));
        assert_eq!(answer, Ok(Some("some(\"x\")".to_string())));
    }
}

#[test]
fn a_trace_of_a_replay_is_the_same_trace() {
    let scenario = project().join("fixtures/replay/store");
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().join("out.wasm").display().to_string();
    let args = [
        "compose",
        "app.wat",
        "--replay",
        "acme:kv/store=calls.txt",
        "--trace",
        "acme:kv/store",
        "-o",
        &out,
    ];
    witkit(&scenario, &args).expect(0).expect("it composes");
    let bytes = fs::read(&out).expect("it is written");
    let mut running = Running::start(&bytes, &[]).expect("it starts");
    assert_eq!(running.eval("run()"), Ok(Some("42".to_string())));
    let expected = fs::read_to_string(scenario.join("calls.txt")).expect("it is there");
    let expected = expected.replace("app -> store", "app -> replay-acme-kv-store");
    assert_eq!(running.logged(), expected);
}

#[test]
fn the_more_exact_pattern_wins_and_replay_goes_before_deny_and_stub() {
    let scenario = project().join("fixtures/replay/store");
    let plan = |flags: &[&str]| {
        let args = [&["compose", "app.wat", "--plan"], flags].concat();
        witkit(&scenario, &args).expect(0).expect("it plans").stdout
    };
    let replay = ["--replay", "acme:kv/store=calls.txt"];
    let drawn = plan(&[&replay[..], &["--deny", "acme:kv/store", "--stub", "*"]].concat());
    assert!(drawn.contains("→ replay-acme-kv-store"), "{drawn}");
    assert!(!drawn.contains("deny"), "{drawn}");
    let one = ["--replay", "acme:kv/store.get=calls.txt"];
    let drawn = plan(&[&one[..], &["--deny", "acme:kv/store"]].concat());
    assert!(drawn.contains("add: trap"), "{drawn}");
    assert!(drawn.contains("get: 1 call in calls.txt"), "{drawn}");
    let drawn = plan(&["--replay", "*=calls.txt", "--deny", "acme:kv/*"]);
    assert!(drawn.contains("→ deny-acme-kv-store"), "{drawn}");
}

#[test]
fn files_that_are_no_text_are_refused() {
    let folder = tempfile::tempdir().expect("there is room");
    let app = project().join("fixtures/replay/store/app.wat");
    fs::copy(app, folder.path().join("app.wat")).expect("it is copied");
    let calls = folder.path().join("calls.txt");
    let run = |contents: &[u8]| {
        fs::write(&calls, contents).expect("it is written");
        let args = ["compose", "app.wat", "--replay", "acme:kv/store=calls.txt"];
        let ran = witkit(folder.path(), &[&args[..], &["-o", "out.wasm"]].concat());
        ran.expect(1).expect("it fails").stderr
    };
    let told = run(b"// text\n\n\xff\xfe\n");
    assert!(told.contains("line 3 is not valid UTF-8"), "{told}");
    let told = run(b"");
    assert!(
        told.contains("it has no calls of `acme:kv/store`"),
        "{told}"
    );
    let many = "acme:kv/store#add(1, 2) = 3\n".repeat(50_001);
    let told = run(many.as_bytes());
    assert!(told.contains("50001 calls"), "{told}");
    let args = ["compose", "app.wat", "--replay", "acme:kv/store"];
    let told = witkit(folder.path(), &args).expect(2).expect("it fails");
    assert!(told.stderr.contains("PATTERN=FILE"), "{}", told.stderr);
}

#[test]
fn a_replayed_composition_is_split_and_drawn_and_its_file_is_in_the_depfile() {
    let folder = tempfile::tempdir().expect("there is room");
    let scenario = project().join("fixtures/replay/store");
    for file in ["app.wat", "calls.txt"] {
        fs::copy(scenario.join(file), folder.path().join(file)).expect("it is copied");
    }
    let toml = "[compose.offline]\nroot = \"app.wat\"\nno-imports = true\n\n\
                [compose.offline.replay]\n\"acme:kv/store\" = \"calls.txt\"\n";
    fs::write(folder.path().join("witkit.toml"), toml).expect("it is written");
    let run = |args: &[&str]| {
        let ran = witkit(folder.path(), args).expect(0).expect("it works");
        ran.stdout
    };
    let read = |name: &str| fs::read(folder.path().join(name)).expect("it is written");
    run(&["compose", "-o", "whole.wasm", "--depfile", "whole.d"]);
    let depfile = String::from_utf8(read("whole.d")).expect("it is text");
    assert!(depfile.contains("calls.txt"), "{depfile}");
    let drawn = run(&["graph", "whole.wasm"]);
    assert!(drawn.contains("replay-acme-kv-store"), "{drawn}");
    run(&["split", "whole.wasm", "-o", "parts"]);
    run(&["compose", "-c", "parts/plan.json", "-o", "again.wasm"]);
    assert!(read("whole.wasm") == read("again.wasm"), "other bytes");
    // The plan has the calls, and needs no file.
    run(&["compose", "--plan", "-o", "plan.json"]);
    fs::remove_file(folder.path().join("calls.txt")).expect("it is removed");
    run(&["compose", "-c", "plan.json", "-o", "planned.wasm"]);
    assert!(read("whole.wasm") == read("planned.wasm"), "other bytes");
}

#[test]
fn a_call_of_a_plan_that_was_changed_is_told_with_its_line() {
    let folder = tempfile::tempdir().expect("there is room");
    let scenario = project().join("fixtures/replay/store");
    fs::copy(scenario.join("app.wat"), folder.path().join("app.wat")).expect("it is copied");
    fs::copy(scenario.join("calls.txt"), folder.path().join("calls.txt")).expect("it is copied");
    let args = [
        "compose",
        "app.wat",
        "--replay",
        "acme:kv/store=calls.txt",
        "--plan",
    ];
    let args = [&args[..], &["-o", "plan.json"]].concat();
    witkit(folder.path(), &args).expect(0).expect("it plans");
    let file = folder.path().join("plan.json");
    let plan = fs::read_to_string(&file).expect("it is written");
    let changed = plan.replace("(40, 2) = 42", "(40, 2) = true");
    assert_ne!(changed, plan);
    fs::write(&file, changed).expect("it is written");
    let ran = witkit(
        folder.path(),
        &["compose", "-c", "plan.json", "-o", "out.wasm"],
    );
    let told = ran.expect(1).expect("it fails").stderr;
    let expected = "`replay-acme-kv-store`: calls.txt:2: expected u32, found `true`";
    assert!(told.contains(expected), "{told}");
}

/// Files that people have broken: what is wrong is told with a place in the file, or it composes.
#[test]
fn files_with_mistakes_are_refused_with_places_or_compose() {
    const PIECES: &[&str] = &[
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "#",
        "_",
        "…",
        "…7",
        ",",
        ":",
        "=",
        " ",
        "...",
        "//",
        "-",
        "0",
        "a",
        "é",
        "\n",
        "\\u{110000}",
        "\\",
        "some",
        "node#1",
        "nan",
        "%",
        "->",
        "@",
        "(_)",
        "4294967295",
        "99999999999999999999",
    ];
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("calls.txt");
    let mut random = Random(5);
    let (mut composed, mut refused) = (0, 0);
    for (scenario, pattern) in [("by-hand", "acme:kv/store"), ("lists", "t:t/many")] {
        let scenario = project().join("fixtures/replay").join(scenario);
        let whole = fs::read_to_string(scenario.join("calls.txt")).expect("it is there");
        let lines: Vec<&str> = whole.lines().collect();
        for _ in 0..250 {
            let mut text = lines[random.below(lines.len())].to_string() + "\n";
            for _ in 0..1 + random.below(3) {
                let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
                let at = places[random.below(places.len())];
                let end = places[random.below(places.len())].max(at);
                let end = if random.below(2) == 0 { at } else { end };
                text.replace_range(at..end, PIECES[random.below(PIECES.len())]);
            }
            text += lines[lines.len() - 1];
            fs::write(&path, &text).expect("it is written");
            let outcome = witkit::compose::compose(&Options {
                root: Some(witkit::compose::PartSpec {
                    name: None,
                    path: scenario.join("app.wat"),
                }),
                replay: vec![ReplaySpec {
                    pattern: pattern.to_string(),
                    path: path.clone(),
                }],
                ..Options::default()
            });
            match &outcome.composed {
                Some(bytes) => {
                    validate(&bytes.to_vec()).unwrap_or_else(|e| panic!("{e}\n{text}"));
                    composed += 1;
                }
                None => refused += 1,
            }
            for found in outcome.report.diagnostics() {
                let codes = ["compose/bad-replay", "options/no-effect"];
                assert!(codes.contains(&found.code.name), "{found:?}\n{text}");
                for label in &found.labels {
                    if let Locus::Text { range, .. } = &label.locus {
                        assert!(text.get(range.clone()).is_some(), "{found:?}\n{text}");
                    }
                }
            }
        }
    }
    assert!(composed > 20 && refused > 100, "{composed} {refused}");
}

/// Of several languages: without the adder, they answer what they answered with it.
#[test]
fn real_calculators_answer_from_their_traces() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().join("out.wasm").display().to_string();
    let run = |args: &[&str], name: &str| {
        let args = [&["compose"], args, &["-o", &out]].concat();
        witkit(folder.path(), &args).expect(0).expect(name);
        let bytes = fs::read(&out).expect("it is written");
        let mut running = Running::start(&bytes, &[]).expect(name);
        let call = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2)";
        let answer = running.eval(call).expect(name);
        assert_eq!(answer.as_deref(), Some("42"), "{name}");
        running.logged()
    };
    for (calculator, adder) in CALCULATORS {
        let path = |name: &str| corpus.join("components").join(name).display().to_string();
        let (root, part) = (path(calculator), format!("adder={}", path(adder)));
        let traced = [&root, "-d", &part, "--trace", "docs:adder/add"];
        let logged = run(&traced, calculator);
        fs::write(folder.path().join("calls.txt"), logged).expect("it is written");
        run(&[&root, "--replay", "docs:adder/add=calls.txt"], calculator);
    }
}

/// Some call of every function that a world imports, for any arguments.
pub fn calls_of(resolve: &Resolve, world: WorldId) -> String {
    let mut calls = String::new();
    for (key, item) in &resolve.worlds[world].imports {
        let name = resolve.name_world_key(key);
        match item {
            WorldItem::Interface { id, .. } => {
                for function in resolve.interfaces[*id].functions.values() {
                    call_of(resolve, function, &format!("{name}#"), &mut calls);
                }
            }
            WorldItem::Function(function) => call_of(resolve, function, "", &mut calls),
            WorldItem::Type { .. } => {}
        }
    }
    calls
}

fn call_of(resolve: &Resolve, function: &Function, interface: &str, calls: &mut String) {
    let any = vec!["_"; function.params.len()].join(", ");
    let _ = write!(calls, "{interface}{}({any})", function.name);
    if let Some(ty) = &function.result {
        let _ = write!(calls, " = {}", some_value(resolve, ty));
    }
    calls.push_str(" ...\n");
}

/// Some value of a type.
fn some_value(resolve: &Resolve, ty: &Type) -> String {
    let payload = |name: &str, ty: Option<&Type>| match ty {
        Some(ty) => format!("{name}({})", some_value(resolve, ty)),
        None => name.to_string(),
    };
    let id = match ty {
        Type::Bool => return "true".to_string(),
        Type::Char => return "'c'".to_string(),
        Type::String => return "\"text\"".to_string(),
        Type::ErrorContext => return "error-context#_".to_string(),
        Type::Id(id) => *id,
        _ => return "1".to_string(),
    };
    let of = &resolve.types[id];
    match &of.kind {
        TypeDefKind::Record(record) if record.fields.is_empty() => "{}".to_string(),
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter();
            let fields: Vec<String> = fields
                .map(|f| format!("{}: {}", f.name, some_value(resolve, &f.ty)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        TypeDefKind::Tuple(tuple) => {
            let types = tuple.types.iter().map(|ty| some_value(resolve, ty));
            format!("({})", types.collect::<Vec<_>>().join(", "))
        }
        TypeDefKind::Variant(variant) => {
            let case = &variant.cases[0];
            payload(&format!("%{}", case.name), case.ty.as_ref())
        }
        TypeDefKind::Enum(names) => format!("%{}", names.cases[0].name),
        TypeDefKind::Flags(flags) => match flags.flags.first() {
            Some(flag) => format!("{{{}}}", flag.name),
            None => "{}".to_string(),
        },
        TypeDefKind::Option(ty) => payload("some", Some(ty)),
        TypeDefKind::Result(result) => payload("ok", result.ok.as_ref()),
        TypeDefKind::List(ty) => {
            let value = some_value(resolve, ty);
            format!("[{value}, {value}]")
        }
        TypeDefKind::FixedLengthList(ty, length) => {
            let values = vec![some_value(resolve, ty); *length as usize];
            format!("[{}]", values.join(", "))
        }
        TypeDefKind::Map(key, value) => format!(
            "[({}, {})]",
            some_value(resolve, key),
            some_value(resolve, value)
        ),
        TypeDefKind::Future(_) => "future#_".to_string(),
        TypeDefKind::Stream(_) => "stream#_".to_string(),
        TypeDefKind::Handle(handle) => {
            let (wit_parser::Handle::Own(id) | wit_parser::Handle::Borrow(id)) = handle;
            format!("{}#_", name_of(resolve, *id))
        }
        TypeDefKind::Type(ty) => some_value(resolve, ty),
        other => panic!("no value of {other:?}"),
    }
}

/// What a resource goes by where it is mentioned.
fn name_of(resolve: &Resolve, id: TypeId) -> String {
    let ty = &resolve.types[id];
    assert!(!matches!(ty.owner, TypeOwner::None));
    ty.name.clone().expect("resources have names")
}

/// Parts are generated and valid, with a call of every function, and nothing is left of the imports.
pub fn check(resolve: &Resolve, world: WorldId, guest: &[u8]) -> Result<(), String> {
    let calls = calls_of(resolve, world);
    if calls.is_empty() {
        return Ok(());
    }
    let bytes = replayed(guest, &calls, "*", &[])?;
    validate(&bytes)?;
    let left = imports(&bytes);
    match left.is_empty() {
        true => Ok(()),
        false => Err(format!("imports {left:?}")),
    }
}

#[test]
fn the_page_shows_what_is_printed() {
    let page = fs::read_to_string(project().join("docs/replay.md")).expect("it is there");
    let folder = tempfile::tempdir().expect("there is room");
    for file in ["app.wat", "store.wat"] {
        let from = project().join("fixtures/trace/store").join(file);
        fs::copy(from, folder.path().join(file)).expect("it is copied");
    }
    let trace = transcript(&page, folder.path());
    assert!(trace > 1, "only {trace}");
}

/// Runs the commands of the page; how many there were.
fn transcript(page: &str, folder: &Path) -> usize {
    let shown_calls = page
        .split("```text\n")
        .nth(1)
        .and_then(|r| r.split("```").next());
    let shown_calls = shown_calls.expect("it shows calls");
    let mut count = 0;
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        for shown in block.split("$ witkit ").skip(1) {
            let (command, expected) = shown.split_once('\n').expect("a line");
            let args: Vec<String> = command.split(' ').map(|a| a.replace('\'', "")).collect();
            let ran = witkit(folder, &args);
            let (expected, stderr) = (expected.trim_end(), &ran.stderr);
            assert_eq!(ran.stdout.trim_end(), expected, "{command}\n{stderr}");
            count += 1;
            let traced = folder.join("traced.wasm");
            if traced.is_file() && !folder.join("calls.txt").is_file() {
                let bytes = fs::read(&traced).expect("it is written");
                let mut running = Running::start(&bytes, &[]).expect("it starts");
                assert_eq!(running.eval("run()"), Ok(Some("42".to_string())));
                assert_eq!(running.logged(), shown_calls);
                fs::write(folder.join("calls.txt"), shown_calls).expect("it is written");
            }
        }
    }
    let bytes = fs::read(folder.join("offline.wasm")).expect("it is written");
    let mut running = Running::start(&bytes, &[]).expect("it starts");
    assert_eq!(running.eval("run()"), Ok(Some("42".to_string())));
    count
}
