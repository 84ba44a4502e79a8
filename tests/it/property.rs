//! Random compositions: each is valid, answers what it must, and comes out the same however it is
//! asked for.
//!
//! Deliberately absent: how the graphs are made (`graphs.rs`), and what has to hold of them
//! (`targets::compose`).

use crate::graphs::Graph;
use crate::targets::compose;

#[test]
fn random_compositions_answer_what_their_parts_say() {
    let mut alike = 0;
    for seed in 0..80 {
        match compose::shown(Graph::random(seed)) {
            Ok(compared) => alike += usize::from(compared),
            Err(told) => panic!("seed {seed}: {told}"),
        }
    }
    assert!(alike >= 10, "only {alike} were compared with wasm-compose");
}
