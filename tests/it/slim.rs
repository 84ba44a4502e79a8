//! `witkit slim`: every scenario of `fixtures/slim`, and whatever can be composed: smaller, valid,
//! and with the same answers.
//!
//! A scenario's command writes `out.wasm`. `run.txt` is what both the input and the result answer
//! (see `run.rs`). A scenario with `# needs: TOOL` is skipped, and says so, without that tool.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::run;
use crate::support::{
    Scenario, corpus, each, fits, project, schema, validate, wat, witkit, witkit_fed,
};

fn has_tool(name: &str) -> bool {
    let there = Command::new(name).arg("--version").output().is_ok();
    if !there {
        println!("skipped: no {name}");
    }
    there
}

/// The names of all custom sections, at any depth.
fn custom_sections(bytes: &[u8]) -> Vec<String> {
    let payloads = wasmparser::Parser::new(0).parse_all(bytes);
    let payloads = payloads.map(|payload| payload.expect("it is well-formed"));
    payloads
        .filter_map(|payload| match payload {
            wasmparser::Payload::CustomSection(custom) => Some(custom.name().to_string()),
            _ => None,
        })
        .collect()
}

#[test]
fn every_scenario_says_what_it_saves_and_writes_what_is_valid_and_runs_the_same() {
    each(&Scenario::all(&project().join("fixtures/slim")), |s| {
        let cmd = s.text("cmd").unwrap_or_default();
        let needed = cmd.lines().find_map(|line| line.strip_prefix("# needs: "));
        if needed.is_some_and(|tool| !has_tool(tool)) {
            return Ok(());
        }
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let out = temp.path().join("out.wasm");
        let args = s.args.iter().map(|arg| match arg.as_str() {
            "out.wasm" => out.display().to_string(),
            _ => arg.clone(),
        });
        let args: Vec<String> = args.collect();
        let exit = s.exit.unwrap_or(0);
        let ran = witkit(&s.folder, &args).expect(exit)?;
        s.snapshot("stdout.txt", &ran.stdout, true)?;
        s.snapshot("stderr.txt", &ran.stderr, true)?;
        if exit != 0 {
            return match out.exists() {
                true => Err("it is written".to_string()),
                false => Ok(()),
            };
        }
        let bytes = fs::read(&out).map_err(|e| e.to_string())?;
        validate(&bytes)?;
        if args.contains(&"--json".to_string()) {
            let document: Value = serde_json::from_str(&ran.stdout).map_err(|e| e.to_string())?;
            fits(&schema("slim"), &document)?;
        }
        let left = custom_sections(&bytes).join("\n") + "\n";
        s.snapshot("custom.txt", left.trim_start(), true)?;
        if let Some(script) = s.text("run.txt") {
            let input = fs::read_to_string(s.folder.join(&s.args[1])).map_err(|e| e.to_string())?;
            run::run_script(&wat(&input), &script).map_err(|e| format!("the input: {e}"))?;
            run::run_script(&bytes, &script)?;
        }
        Ok(())
    });
}

/// Makes `in.wasm` in `folder` smaller; the result, and what it says of it.
fn slim(folder: &Path, more: &[&str]) -> Result<(Vec<u8>, Value), String> {
    let args = ["slim", "in.wasm", "-o", "out.wasm", "--json"];
    let ran = witkit(folder, &[&args[..], more].concat()).expect(0)?;
    let summary: Value = serde_json::from_str(&ran.stdout).map_err(|e| e.to_string())?;
    fits(&schema("slim"), &summary)?;
    let bytes = fs::read(folder.join("out.wasm")).map_err(|e| e.to_string())?;
    validate(&bytes)?;
    let before = fs::metadata(folder.join("in.wasm"))
        .map_err(|e| e.to_string())?
        .len();
    let sum = |key: &str| {
        let parts = summary["parts"].as_array().into_iter().flatten();
        parts.filter_map(|part| part[key].as_u64()).sum::<u64>()
    };
    if sum("before") != before || summary["before"] != before {
        return Err(format!("the parts were {} of {before}", sum("before")));
    }
    if sum("after") != bytes.len() as u64 || summary["after"] != bytes.len() {
        return Err(format!("the parts are {} of {}", sum("after"), bytes.len()));
    }
    if bytes.len() as u64 > before {
        return Err("it is larger than before".to_string());
    }
    Ok((bytes, summary))
}

#[test]
fn whatever_composes_is_smaller_afterwards_and_answers_the_same() {
    let has_wasm_opt = has_tool("wasm-opt");
    each(&Scenario::all(&project().join("fixtures/compose")), |s| {
        let temp = tempfile::tempdir().map_err(|e| e.to_string())?;
        let folder = temp.path();
        let out = folder.join("in.wasm").display().to_string();
        witkit(&s.folder, &s.args_and(&["-o", &out])).expect(0)?;
        let mut ways = vec![&[][..], &["--all"], &["--no-dedupe"]];
        if has_wasm_opt {
            ways.push(&["--wasm-opt", "--all"]);
        }
        for way in ways {
            let (bytes, _) = slim(folder, way).map_err(|told| format!("{way:?}: {told}"))?;
            if let Some(script) = s.text("run.txt") {
                run::run_script(&bytes, &script).map_err(|told| format!("{way:?}: {told}"))?;
            }
            if way.contains(&"--all") && !custom_sections(&bytes).is_empty() {
                return Err(format!("{way:?} leaves {:?}", custom_sections(&bytes)));
            }
            // Other commands read it.
            for command in ["inspect", "graph"] {
                witkit(folder, &[command, "out.wasm"]).expect(0)?;
            }
            fs::write(folder.join("again.wasm"), &bytes).map_err(|e| e.to_string())?;
            let args = ["slim", "again.wasm", "-o", "twice.wasm"];
            let ran = witkit(folder, &args).expect(0)?;
            let twice = fs::read(folder.join("twice.wasm")).map_err(|e| e.to_string())?;
            if way.is_empty() && (twice != bytes || !ran.stdout.contains("nothing to remove")) {
                return Err("there is more to remove the second time".to_string());
            }
        }
        Ok(())
    });
}

#[test]
fn real_components_lose_their_debug_info_and_calculate_the_same() {
    let Some(corpus) = corpus() else { return };
    let file = |name: &str| {
        let file = corpus.join("components").join(format!("{name}.wasm"));
        file.display().to_string()
    };
    let call = "docs:calculator/calculate@0.1.0#eval-expression(add, 40, 2) == 42";
    let has_wasm_opt = has_tool("wasm-opt");
    for (calculator, adder) in [
        ("c/calculator", "c/adder-printf"),
        ("c/calculator", "c/adder"),
    ] {
        let temp = tempfile::tempdir().expect("a temporary folder");
        let args = [
            "compose",
            &file(calculator),
            "-d",
            &file(adder),
            "-o",
            "in.wasm",
        ];
        witkit(temp.path(), &args).expect(0).expect("it composes");
        let mut ways = vec![&[][..]];
        if has_wasm_opt {
            ways.push(&["--wasm-opt"]);
        }
        for way in ways {
            let (bytes, summary) = slim(temp.path(), way).unwrap_or_else(|told| panic!("{told}"));
            run::run_script(&bytes, call).unwrap_or_else(|told| panic!("{adder}: {told}"));
            let before = summary["before"].as_u64().expect("it is a number");
            assert!(
                (bytes.len() as u64) * 10 < before,
                "{} of {before}",
                bytes.len()
            );
            let left = custom_sections(&bytes);
            assert!(left.iter().all(|name| name == "name"), "{left:?}");
            let mut optimised = summary["parts"].as_array().into_iter().flatten();
            let optimised = optimised.any(|part| part["removed"].to_string().contains("wasm-opt"));
            assert_eq!(optimised, !way.is_empty());
        }
    }
}

/// What `wasm-tools strip` leaves of a file.
fn stripped(file: &Path, out: &Path) -> Vec<u8> {
    let mut command = Command::new("wasm-tools");
    let ran = command.arg("strip").arg(file).arg("-o").arg(out).status();
    assert!(
        ran.is_ok_and(|status| status.success()),
        "{}",
        file.display()
    );
    fs::read(out).expect("it is written")
}

#[test]
fn the_same_sections_stay_as_with_wasm_tools_strip_and_nothing_is_larger() {
    if !has_tool("wasm-tools") {
        return;
    }
    let mut files = Vec::new();
    for command in ["compose", "componentize", "slim"] {
        let folder = project().join("fixtures").join(command);
        files.extend(crate::support::files(&folder, &|path| {
            path.to_string_lossy().ends_with(".wat")
        }));
    }
    if let Some(corpus) = corpus() {
        files.extend(crate::support::files(&corpus.join("components"), &|path| {
            path.to_string_lossy().ends_with(".wasm")
        }));
    }
    let temp = tempfile::tempdir().expect("a temporary folder");
    let mut compared = 0;
    for file in files {
        let out = temp.path().join("slim.wasm").display().to_string();
        let name = file.display().to_string();
        let ran = witkit(project(), &["slim", &name, "-o", &out, "--no-dedupe"]);
        if ran.code != Some(0) {
            continue;
        }
        let theirs = stripped(&file, &temp.path().join("strip.wasm"));
        let ours = fs::read(&out).expect("it is written");
        let mut left = custom_sections(&ours);
        if left.iter().any(|section| section == "component-type") {
            // The world of a core module without the name of what made it, which is kept here.
            left.retain(|section| section != "component-type");
            assert_eq!(left, custom_sections(&theirs), "{name}");
            continue;
        }
        assert_eq!(left, custom_sections(&theirs), "{name}");
        assert!(
            ours.len() <= theirs.len(),
            "{name}: {} of {}",
            ours.len(),
            theirs.len()
        );
        compared += 1;
    }
    assert!(compared > 50, "only {compared}");
}

#[test]
fn the_result_goes_to_standard_output_and_what_was_saved_to_standard_error() {
    let input = wat("(module (@custom \"producers\" \"\\00\"))");
    let ran = witkit_fed(project(), &["slim", "-"], &input)
        .expect(0)
        .expect("it is slimmed");
    assert!(ran.stdout.starts_with("\0asm"), "{:?}", ran.stdout);
    assert!(ran.stderr.contains("% saved"), "{}", ran.stderr);
    for input in [&b""[..], b"package a:b;", b"\0asm\x0d\0\x01\0\x0b"] {
        let ran = witkit_fed(project(), &["slim", "-"], input)
            .expect(1)
            .expect("it is refused");
        assert!(
            ran.stderr.contains("error[input/") && ran.stdout.is_empty(),
            "{ran:?}"
        );
    }
}

#[test]
fn damaged_input_is_reported_and_nothing_is_written() {
    let text = fs::read_to_string(project().join("fixtures/slim/component/app.wat"));
    let whole = wat(&text.expect("the input is there"));
    for end in 0..whole.len() {
        let ran = witkit_fed(project(), &["slim", "-"], &whole[..end]);
        // Between two sections it may be whole.
        let fine = matches!(ran.code, Some(0)) || ran.stderr.contains("error[");
        assert!(
            fine && !ran.stderr.contains("panicked"),
            "cut at {end}: {ran:?}"
        );
    }
}
