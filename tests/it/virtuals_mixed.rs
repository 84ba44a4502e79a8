//! Virtual parts beside the host: files of both, streams that the host reads, and components of WASI 0.3
//! that print to it.

use std::fs;
use std::path::{Path, PathBuf};

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, ResourceAny, ResourceType, Val};
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};
use witkit::compose::{self, Options, PartSpec};

use crate::generate::bytes_of;
use crate::run::{Host, Running};
use crate::support::{corpus, project, snapshot, validate, witkit};
use crate::virtuals::{ALL, built, built_of, composed, guest, hermetic, settings};

/// Components of WASI 0.3 that print with it, beside parts of 0.2.
#[test]
fn real_components_of_wasi_0_3_print_to_the_host_or_to_nobody() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("components/p3");
    for (name, definition, expected) in [
        ("calcc", "calcp", "add 3 length 4 twice 8 plain 8"),
        ("consumer", "provider", "add 42"),
    ] {
        for (stdout, is_closed) in [("host", false), ("discard", true)] {
            let text = ALL.replace("stdout = \"discard\"", &format!("stdout = \"{stdout}\""))
                + "other = \"deny\"";
            let outcome = compose::compose(&Options {
                root: Some(PartSpec {
                    name: None,
                    path: folder.join(format!("{name}.wasm")),
                }),
                definitions: vec![PartSpec {
                    name: None,
                    path: folder.join(format!("{definition}.wasm")),
                }],
                from_data: Some(settings(&text)),
                no_imports: is_closed,
                ..Options::default()
            });
            let what = format!("{name} {stdout}");
            let bytes = bytes_of(&outcome).unwrap_or_else(|e| panic!("{what}: {e}"));
            validate(&bytes).unwrap_or_else(|e| panic!("{what}: {e}"));
            let mut running = Running::start(&bytes, &[]).unwrap_or_else(|e| panic!("{what}: {e}"));
            let ran = running.eval("wasi:cli/run@0.3.0#run()");
            assert_eq!(ran, Ok(Some("ok".to_string())), "{what}");
            running.idle().unwrap_or_else(|e| panic!("{what}: {e}"));
            let printed = running.printed();
            match is_closed {
                true => assert_eq!(printed, "", "{what}"),
                false => assert!(printed.contains(expected), "{what}: {printed}"),
            }
        }
    }
}

#[test]
fn parts_of_both_releases_have_the_same_files_once_and_read_the_same_input() {
    let (temp, file) = hermetic("");
    let Some(command) = built("wasm32-wasip2", "bin", temp.path()) else {
        return;
    };
    let app = project().join("fixtures/virtual/wasi-0.3-streams/app.wat");
    let app = format!("new={}", app.display());
    let bytes = composed(&command, &file, &["-d", &app, "--export", "new"]);
    validate(&bytes).expect("it is valid");
    let hello = fs::read(temp.path().join("data/hello.txt")).expect("it is there");
    let found = bytes.windows(hello.len()).filter(|part| *part == hello);
    assert_eq!(found.count(), 1, "the file is embedded once");
    let mut running = Running::start(&bytes, &[]).unwrap_or_else(|e| panic!("{e}"));
    let begin = running.eval("input(5)");
    assert_eq!(begin, Ok(Some("\"from \"".to_string())));
    let ran = running.eval("wasi:cli/run@0.2.0#run()");
    assert_eq!(ran, Ok(Some("ok".to_string())), "{}", running.logged());
    let rest = "input: \"standard input\"";
    assert!(running.printed().contains(rest), "{}", running.printed());
    let mut running = Running::start(&bytes, &[]).unwrap_or_else(|e| panic!("{e}"));
    let ran = running.eval("wasi:cli/run@0.2.0#run()");
    assert_eq!(ran, Ok(Some("ok".to_string())), "{}", running.logged());
    snapshot(&guest().join("report.txt"), &running.printed(), false).expect("it is the same");
    // The command has read all of standard input.
    assert_eq!(running.eval("input(5)"), Ok(Some("\"\"".to_string())));
    let text = serde_json::to_string(&String::from_utf8(hello).expect("it is text"));
    let expected = format!("ok({})", text.expect("it is text"));
    assert_eq!(
        running.eval("read(\"data/hello.txt\", 0)"),
        Ok(Some(expected))
    );
    assert_eq!(
        running.eval("size(\"large\")"),
        Ok(Some("ok(300000)".to_string()))
    );
}

/// A folder that the host opens, and another one.
fn folders() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let temp = tempfile::tempdir().expect("a folder");
    let inputs = project().join("fixtures/virtual/mixed");
    crate::support::copy_folder(&inputs, temp.path()).expect("it is copied");
    let (srv, other) = (temp.path().join("srv"), temp.path().join("other"));
    fs::create_dir(&other).expect("it is made");
    fs::write(other.join("own.txt"), "not to be seen").expect("it is written");
    (temp, srv, other)
}

/// A component on a host with these directories.
fn on_host(bytes: &[u8], directories: [(&Path, &str); 2]) -> Running {
    let on = |context: &mut WasiCtxBuilder| {
        for (path, name) in directories {
            context
                .preopened_dir(path, name, FsPerms::ReadWrite)
                .expect("it is a folder");
        }
        context.env("PATH", "/bin").env("SECRET", "not to be seen");
    };
    Running::start_on(bytes, &[], on).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn a_command_works_with_embedded_files_and_those_of_the_host() {
    let (temp, srv, other) = folders();
    let source = temp.path().join("guest.rs");
    let Some(command) = built_of(&source, "wasm32-wasip2", "bin", temp.path()) else {
        return;
    };
    let file = temp.path().join("v.toml");
    let named = fs::read_to_string(&file).expect("it is text");
    let all = named.replace("{ \"/host\" = \"/srv\" }", "\"all\"");
    let listed = named.replace("{ \"/host\" = \"/srv\" }", "[\"/srv\"]");
    for (settings, expected) in [
        (&named, "report.txt"),
        (&all, "report-all.txt"),
        (&listed, "report-listed.txt"),
    ] {
        fs::write(&file, settings).expect("it is written");
        let bytes = composed(&command, &file, &[]);
        validate(&bytes).expect("it is valid");
        let mut running = on_host(&bytes, [(&srv, "/srv"), (&other, "/other")]);
        let ran = running.eval("wasi:cli/run@0.2.0#run()");
        assert_eq!(ran, Ok(Some("ok".to_string())), "{}", running.logged());
        let expected = project().join("fixtures/virtual/mixed").join(expected);
        snapshot(&expected, &running.printed(), false).expect("WITKIT_BLESS=1 rewrites it");
    }
    let copied = fs::read_to_string(srv.join("sub/copy.txt")).expect("it was copied");
    assert_eq!(copied, "Hello from an embedded file.\n");
}

#[test]
fn files_of_wasi_0_3_are_embedded_or_the_hosts() {
    let (temp, srv, other) = folders();
    let app = project().join("fixtures/virtual/wasi-0.3-streams/app.wat");
    let file = temp.path().join("v.toml");
    let settings = "stdin = \"empty\"\nstdout = \"discard\"\nfiles = { \"/data\" = \"data\" }
        files-host = [\"/srv\"]\n";
    fs::write(&file, settings).expect("it is written");
    let bytes = composed(&app, &file, &[]);
    validate(&bytes).expect("it is valid");
    let mut running = on_host(&bytes, [(&other, "/other"), (&srv, "/srv/")]);
    let embedded = "ok(\"Hello from an embedded file.\\n\")";
    let of_host = "ok(\"Hello from a file of the host.\\n\")";
    for (call, expected) in [
        ("choose(0)", "2"),
        ("read(\"data/hello.txt\", 0)", embedded),
        ("list(\"data\")", "ok(\"hello.txt \")"),
        ("put(\"own.txt\")", "33"),
        ("choose(1)", "2"),
        ("read(\"own.txt\", 0)", of_host),
        ("begin(\"own.txt\")", "ok(\"Hello\")"),
        ("overtake(\"own.txt\")", of_host),
        ("overtake(\"none\")", "err(19)"),
        ("read(\"none\", 0)", "err(19)"),
        ("put(\"new.txt\")", "0"),
        ("read(\"new.txt\", 3)", "ok(\"defgh\\n\")"),
        ("choose(0)", "2"),
        ("read(\"data/hello.txt\", 23)", "ok(\"file.\\n\")"),
    ] {
        assert_eq!(running.eval(call), Ok(Some(expected.to_string())), "{call}");
    }
    let new = fs::read_to_string(srv.join("new.txt")).expect("it was made");
    assert_eq!(new, "abcdefgh\n");
}

#[test]
fn the_host_reads_a_stream_of_the_virtual_part() {
    let folder = project().join("fixtures/virtual/wasi-0.3-pipe");
    let temp = tempfile::tempdir().expect("a folder");
    let file = temp.path().join("v.toml");
    let long: String = (0..20_000).map(|n| format!("line {n}\n")).collect();
    fs::write(temp.path().join("input"), &long[..60_000]).expect("it is written");
    let settings = "stdin = { file = \"input\" }\nother = \"deny\"\nstdout = \"host\"";
    fs::write(&file, settings).expect("it is written");
    let bytes = composed(&folder.join("app.wat"), &file, &[]);
    let mut running = Running::start(&bytes, &[]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(running.eval("copy()"), Ok(None));
    assert_eq!(running.printed(), long[..60_000]);
}

#[test]
fn a_composition_with_streams_is_split_and_composed_again() {
    let temp = tempfile::tempdir().expect("a folder");
    let inputs = project().join("fixtures/virtual/wasi-0.3-streams");
    crate::support::copy_folder(&inputs, temp.path()).expect("it is copied");
    let run = |args: &[&str]| {
        let ran = witkit(temp.path(), args).expect(0);
        ran.unwrap_or_else(|e| panic!("{e}"))
    };
    let virtual_ = ["compose", "app.wat", "--virtual", "v.toml"];
    run(&[&virtual_[..], &["-o", "out.wasm"]].concat());
    let bytes = |file: &str| fs::read(temp.path().join(file)).expect("it is written");
    run(&["split", "out.wasm", "-o", "parts"]);
    run(&["compose", "-c", "parts/plan.json", "-o", "again.wasm"]);
    assert!(bytes("again.wasm") == bytes("out.wasm"), "split");
    run(&[&virtual_[..], &["--plan", "-o", "plan.json"]].concat());
    run(&["compose", "-c", "plan.json", "-o", "again.wasm"]);
    assert!(bytes("again.wasm") == bytes("out.wasm"), "plan");
    run(&["check", "out.wasm", "--deny", "wasi:*"]);
}

/// Takes what was lent to a function, which the host has to give back.
fn lent(store: &mut StoreContextMut<'_, Host>, params: &[Val]) -> wasmtime::Result<()> {
    for param in params {
        if let Val::Resource(handle) = param {
            handle.try_into_resource_dynamic(&mut *store)?;
        }
    }
    Ok(())
}

/// The bodies of `wasi:http` of a host that has nothing else of it.
fn bodies(
    linker: &mut Linker<Host>,
    request: &'static str,
    answer: MemoryOutputPipe,
) -> wasmtime::Result<()> {
    let mut http = linker.instance("wasi:http/types@0.2.6")?;
    for (number, name) in [(0, "incoming-body"), (1, "outgoing-body")] {
        http.resource(
            name,
            ResourceType::host_dynamic(number),
            |mut store, rep| {
                store.data_mut().dropped.push(rep);
                Ok(())
            },
        )?;
    }
    let ok = |stream: ResourceAny| Val::Result(Ok(Some(Box::new(Val::Resource(stream)))));
    http.func_new(
        "[method]incoming-body.stream",
        move |mut store, _, params, results| {
            lent(&mut store, params)?;
            let stream: DynInputStream = Box::new(MemoryInputPipe::new(request));
            let stream = store.data_mut().table.push(stream)?;
            results[0] = ok(stream.try_into_resource_any(&mut store)?);
            Ok(())
        },
    )?;
    http.func_new(
        "[method]outgoing-body.write",
        move |mut store, _, params, results| {
            lent(&mut store, params)?;
            let stream: DynOutputStream = Box::new(answer.clone());
            let stream = store.data_mut().table.push(stream)?;
            results[0] = ok(stream.try_into_resource_any(&mut store)?);
            Ok(())
        },
    )
}

#[test]
fn bodies_of_http_and_virtual_input_are_streams_of_one_type() {
    let folder = project().join("fixtures/virtual/http");
    let temp = tempfile::tempdir().expect("a folder");
    let file = temp.path().join("v.toml");
    fs::copy(folder.join("v.toml"), &file).expect("it is copied");
    let bytes = composed(&folder.join("app.wat"), &file, &[]);
    validate(&bytes).expect("it is valid");
    let answer = MemoryOutputPipe::new(1024);
    let link = |linker: &mut Linker<Host>| bodies(linker, "From a request", answer.clone());
    let mut running = Running::start_linked(&bytes, link).unwrap_or_else(|e| panic!("{e}"));
    for round in [10, 20] {
        let request = running.resource(0, round).expect("it is made");
        let to = running.resource(1, round + 1).expect("it is made");
        let ready = running.apply("answer", &[request, to]);
        // In the second round standard input is at its end, which is ready, too.
        match round {
            10 => assert_eq!(ready, Ok(vec![Val::U32(2)])),
            _ => assert!(ready.is_err(), "{ready:?}"),
        }
    }
    let answer = String::from_utf8(answer.contents().to_vec()).expect("it is text");
    let expected = "From a request, and from standard input";
    assert_eq!(answer[..expected.len()], *expected);
    assert_eq!(running.dropped()[..2], [10, 11]);
}
