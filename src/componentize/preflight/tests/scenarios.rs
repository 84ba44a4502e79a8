//! The scenarios of `fixtures/componentize`, and real modules.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use wit_parser::Resolve;

use crate::componentize::preflight::*;
use crate::componentize::unite::{Part, unite};
use crate::source::Source;

/// What preflight says about the scenario in `folder`.
fn scenario(folder: &Path) -> Report {
    let cmd = std::fs::read_to_string(folder.join("cmd")).expect("a command");
    let line = cmd.lines().last().expect("a line");
    let words: Vec<&str> = line.split(' ').collect();
    let after = |flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).copied()
    };
    let mut report = Report::new();
    let binary = |file: &str| {
        let source = Source::open(&folder.join(file))
            .expect("a file")
            .bytes()
            .to_vec();
        crate::componentize::module::binary(Source::memory(file, source))
    };
    let mut files = Vec::new();
    for file in words
        .iter()
        .skip(2)
        .take_while(|word| word.ends_with(".wat"))
    {
        match binary(file) {
            Ok(bytes) => files.push((file.to_string(), bytes.bytes().to_vec())),
            Err(broken) => report.extend(broken),
        }
    }
    let adapters: Vec<Adapter> = after("--adapt")
        .and_then(|adapt| adapt.split_once('='))
        .map(|(name, file)| Adapter {
            import_name: name.to_string(),
            name_for_people: format!("`{file}`"),
            bytes: Cow::Owned(binary(file).expect("an adapter").bytes().to_vec()),
            allocates: true,
        })
        .into_iter()
        .collect();
    let modules: Vec<CoreModule> = files
        .iter()
        .map(|(name, bytes)| CoreModule::read(name, bytes).expect("it can be read"))
        .collect();
    let mut worlds = Vec::new();
    for (index, module) in modules.iter().enumerate() {
        report.extend(metadata::problems(module));
        let parts = Part::of_module(module);
        if parts.len() > 1
            && !report.has_errors()
            && let Err(found) = unite(&module.name, &parts)
        {
            report.extend(found);
        }
        let mut world = World {
            resolve: Resolve::default(),
            world: wit_component::metadata::Bindgen::default().world,
            wits: Vec::new(),
        };
        if let (Some(wit), 0) = (after("--wit"), index) {
            let wit = crate::wit::load(folder.join(wit), &crate::wit::Options::default())
                .expect("the WIT is right");
            world.resolve = wit.resolve.clone();
            world.world = wit
                .resolve
                .select_world(&[wit.main], None)
                .expect("a world");
            world.wits = vec![wit];
        } else {
            let empty = wit_component::metadata::Bindgen::default();
            (world.resolve, world.world) = (empty.resolve, empty.world);
        }
        worlds.push(world);
    }
    let rules = EncodingRules::default();
    if modules.iter().any(|module| module.dylink.is_some()) {
        report.extend(check_linked(&modules, &worlds, &adapters, &rules));
    } else if !report.has_errors() {
        for (module, world) in modules.iter().zip(&worlds) {
            report.extend(check(module, world, &adapters, &rules));
        }
    }
    report
}

/// The only one that takes what the command line adds: a built-in adapter.
const WITH_BUILT_IN_ADAPTER: &str = "unsuitable-adapter-command";

#[test]
fn scenarios_raise_the_code_that_they_are_named_after() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/componentize");
    let named_after = |name: &str| {
        let all = codes::CODES.iter().map(|code| code.name);
        let all = all.filter_map(|code| code.strip_prefix("componentize/"));
        all.filter(|code| name.starts_with(code))
            .max_by_key(|code| code.len())
    };
    let mut seen = BTreeSet::new();
    for folder in [fixtures.clone(), fixtures.join("errors")] {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(code) = named_after(&name) else {
                continue;
            };
            if name == WITH_BUILT_IN_ADAPTER {
                continue;
            }
            let printed = format!("{:#}", scenario(&entry.path()));
            assert!(
                printed.contains(&format!("[componentize/{code}]")),
                "{name}: {printed}"
            );
            seen.insert(code);
        }
    }
    let all = codes::CODES
        .iter()
        .filter_map(|code| code.name.strip_prefix("componentize/"));
    let unseen: Vec<&str> = all.filter(|code| !seen.contains(code)).collect();
    assert_eq!(unseen, ["refused"]);
}

/// The modules of the corpus with a world in them, or that are commands.
fn real_modules() -> Vec<(String, Vec<u8>)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/modules");
    let mut found = Vec::new();
    for language in std::fs::read_dir(corpus).into_iter().flatten().flatten() {
        for file in std::fs::read_dir(language.path())
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.ends_with(".wasm") && !name.contains("noembed") {
                let bytes = std::fs::read(file.path()).expect("a file");
                found.push((name, bytes));
            }
        }
    }
    found.sort();
    if found.is_empty() {
        println!("skipped: no corpus");
    }
    found
}

#[test]
fn real_modules_pass_without_a_word() {
    use wasi_preview1_component_adapter_provider as provider;
    for (name, bytes) in real_modules() {
        let module = CoreModule::read(&name, &bytes).expect("it can be read");
        let (resolve, world) = embedded(&bytes).expect("it has metadata or none");
        let world = World {
            resolve,
            world,
            wits: Vec::new(),
        };
        let adapter = match module.is_command() {
            true => provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
            false => provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
        };
        let adapters = [Adapter {
            import_name: provider::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME.to_string(),
            name_for_people: "the built-in adapter".to_string(),
            bytes: Cow::Borrowed(adapter),
            allocates: true,
        }];
        let report = check(&module, &world, &adapters, &EncodingRules::default());
        assert!(report.is_empty(), "{name}: {report:#}");
    }
}

#[test]
fn the_adapter_for_commands_is_refused_for_what_is_no_command() {
    use wasi_preview1_component_adapter_provider as provider;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/componentize/errors")
        .join(WITH_BUILT_IN_ADAPTER);
    let source = Source::open(&folder.join("app.wat")).expect("a file");
    let source = crate::componentize::module::binary(source).expect("a module");
    let module = CoreModule::read("app.wat", source.bytes()).expect("it can be read");
    let wit = crate::wit::load(folder.join("wit"), &crate::wit::Options::default());
    let wit = wit.expect("the WIT is right");
    let world = World {
        resolve: wit.resolve.clone(),
        world: wit
            .resolve
            .select_world(&[wit.main], None)
            .expect("a world"),
        wits: vec![wit],
    };
    let adapters = [Adapter {
        import_name: provider::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME.to_string(),
        name_for_people: "the built-in command adapter".to_string(),
        bytes: Cow::Borrowed(provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
        allocates: true,
    }];
    let report = check(&module, &world, &adapters, &EncodingRules::default());
    let printed = format!("{report:#}");
    assert!(
        printed.contains("[componentize/unsuitable-adapter]"),
        "{printed}"
    );
    assert!(printed.contains("is not a command"), "{printed}");
}

#[test]
fn cut_off_modules_are_reported_or_read_but_never_trip() {
    let Some((name, bytes)) = real_modules()
        .into_iter()
        .find(|(n, _)| n.contains("adder"))
    else {
        return;
    };
    let mut broken = 0;
    for end in (0..bytes.len()).step_by(997) {
        match CoreModule::read(&name, &bytes[..end]) {
            Ok(module) => {
                metadata::problems(&module);
            }
            Err(finding) => {
                assert_eq!(finding.code.name, "input/malformed");
                broken += 1;
            }
        }
    }
    assert!(broken > 0);
}
