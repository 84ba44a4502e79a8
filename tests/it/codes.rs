//! Every code has a page, and a scenario that raises it: the id, the page and the example stay
//! together.

use crate::support::{self, project, witkit};

/// Codes that no scenario can raise, and why.
const WITHOUT_SCENARIO: &[(&str, &str)] = &[
    (
        "check/unknown-host",
        "the library raises it: the command line fails before it checks",
    ),
    (
        "componentize/invalid",
        "for components that the validator refuses although their modules are fine",
    ),
    (
        "componentize/refused",
        "for what the encoder says and nothing else explains",
    ),
    (
        "compose/refused",
        "for what the validator says and nothing else explains",
    ),
    (
        "compose/too-large",
        "it takes hundreds of parts: see limits.rs",
    ),
    ("diff/no-git", "it takes no repository: see diff/git.rs"),
    ("diff/no-path", "it takes a repository: see diff/git.rs"),
    ("diff/no-revision", "it takes a repository: see diff/git.rs"),
    (
        "diff/work-tree-deps",
        "it takes a repository: see diff/git.rs",
    ),
    ("init/exists", "it writes where it is run: see init.rs"),
    (
        "input/changed",
        "it takes a process that writes meanwhile: see faults/changing.rs",
    ),
    (
        "package/digest-mismatch",
        "it takes a lock file or a cache: see references.rs",
    ),
    (
        "package/no-version",
        "it takes a configuration: see references.rs",
    ),
    (
        "package/protocol",
        "it takes a configuration: see references.rs",
    ),
    (
        "publish/exists",
        "it takes a registry: see registry/docker.rs",
    ),
    (
        "registry/denied",
        "it takes a registry: see registry/docker.rs",
    ),
    (
        "registry/invalid-answer",
        "it takes a server: see registry.rs",
    ),
    (
        "registry/no-client",
        "it takes a build without the feature `registry`",
    ),
    ("registry/no-wasm", "it takes a server: see registry.rs"),
    ("registry/not-found", "it takes a server: see registry.rs"),
    (
        "registry/wrong-digest",
        "it takes a server: see registry.rs",
    ),
    (
        "wit/fix-broke-package",
        "no fix does so; if one did, this is how it would end",
    ),
    ("wit/too-large", "it takes half a gigabyte of text"),
    (
        "witkit/bug",
        "whatever raises it is to be fixed: see guard.rs",
    ),
];

#[test]
fn every_code_is_raised_by_a_scenario() {
    let mut raised = Vec::new();
    support::printed(&project().join("fixtures"), &mut raised);
    let raised = raised.concat();
    // The page of a rule has its scenarios: see lint.rs and diff.rs.
    let changes = witkit::diff::RULES.iter().map(|rule| rule.code.name);
    let rules = witkit::lint::RULES.iter().map(|rule| rule.code.name);
    let rules: Vec<&str> = rules.chain(changes).collect();
    // As people are shown it, or as GitHub is.
    let is_raised = |name: &str| {
        let shown = [format!("[{name}]"), format!("title={name}::")];
        shown.iter().any(|shown| raised.contains(shown))
    };
    let unraised: Vec<&str> = witkit::codes()
        .iter()
        .map(|code| code.name)
        .filter(|name| !rules.contains(name) && !is_raised(name))
        .collect();
    let excused: Vec<&str> = WITHOUT_SCENARIO.iter().map(|(name, _)| *name).collect();
    assert_eq!(unraised, excused);
}

#[test]
fn explain_prints_the_page_of_every_code() {
    for code in witkit::codes() {
        let ran = witkit(project(), &["explain", code.name])
            .expect(0)
            .expect(code.name);
        assert!(ran.stdout.starts_with(code.name), "{}", ran.stdout);
        // Laid out anew; that no word is lost is a test of its own beside the layout.
        let first = code.page().split_whitespace().next().map(str::to_string);
        assert!(
            ran.stdout.contains(&first.expect(code.name)),
            "{}",
            ran.stdout
        );
        assert!(!ran.stdout.contains("```"), "{}", ran.stdout);
    }
    let ran = witkit(project(), &["explain", "compose/type-missmatch"]).expect(2);
    let ran = ran.expect("there is no such code");
    assert!(
        ran.stderr.contains("did you mean `compose/type-mismatch`?"),
        "{}",
        ran.stderr
    );
}

/// Flags of other tools that pages speak of.
const OTHER_TOOLS: &[&str] = &[
    "--all-features",
    "--duplicate-import-elimination",
    "--export-table",
    "--import-dependencies",
    "--no-export-memory",
];

/// A page speaks of its own command, unless it names another; flags are renamed with commands.
#[test]
fn every_flag_that_a_page_names_exists() {
    let help = |command: &str| {
        let nested: &[&str] = match command {
            "deps" => &["add", "fetch", "tree", "update"],
            _ => &[],
        };
        let mut help = String::new();
        for nested in [""].iter().chain(nested) {
            let words = [command, nested, "--help"];
            let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
            let ran = witkit(project(), &words).expect(0);
            help.push_str(&ran.expect("there is help").stdout);
        }
        help
    };
    let mut unknown = Vec::new();
    for code in witkit::codes() {
        let page = code.page();
        let (namespace, _) = code.name.split_once('/').expect(code.name);
        let is_named =
            |command: &str| command == namespace || page.contains(&format!("witkit {command}"));
        let commands = crate::support::COMMANDS.iter();
        let of_command = crate::support::COMMANDS.contains(&namespace) && namespace != "wit";
        let helps = commands.filter(|command| !of_command || is_named(command));
        let helps: String = helps.map(|command| help(command)).collect();
        for word in page.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
            let flag = word.strip_prefix("--").unwrap_or_default();
            let is_flag = flag.starts_with(|c: char| c.is_ascii_lowercase());
            if is_flag && !helps.contains(word) && !OTHER_TOOLS.contains(&word) {
                unknown.push(format!("{}: {word}", code.name));
            }
        }
    }
    assert!(unknown.is_empty(), "\n{}", unknown.join("\n"));
}
