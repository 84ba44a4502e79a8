//! Traced calls that are cancelled before their provider has begun: what was to be handed over does
//! not stay with who passes it on.

use std::fs;

use crate::run::Running;
use crate::support::{project, witkit};

/// What the host makes and counts.
const HOST: &[&str] = &[
    "host-resource acme:things/things#thing",
    "host acme:things/things#make() = new acme:things/things#thing 7",
];

#[test]
fn what_was_not_handed_over_is_dropped() {
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().join("out.wasm").display().to_string();
    let args = [
        "compose",
        "app.wat",
        "-d",
        "slow.wat",
        "--trace",
        "acme:slow/slow",
        "--trace-to",
        "line",
        "--import",
        "*",
        "-o",
        &out,
    ];
    let fixture = project().join("fixtures/trace/cancelled-early");
    witkit(&fixture, &args).expect(0).expect("it composes");
    let bytes = fs::read(&out).expect("it is written");
    let host: Vec<&str> = HOST.iter().copied().chain(["host line() ="]).collect();
    let running = Running::start_within(&bytes, &host, 4 << 20);
    let mut running = running.expect("it starts");
    for round in 1..=2000 {
        // Both were cancelled, and nobody reads the future any more.
        let answer = running.eval("run()");
        assert_eq!(answer.as_ref().map(Option::as_deref), Ok(Some("144")));
        // One, a list of two, one that was lent, and one with the future.
        assert_eq!(running.dropped().len(), 5 * round);
    }
}
