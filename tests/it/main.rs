//! The tests of witkit as a whole: one binary, one module for each subject.
//!
//! `WITKIT_BLESS=1 cargo test` rewrites the snapshots under `fixtures/`; read what changed.

mod broken;
mod cascade;
mod chains;
mod check;
mod check_hosts;
mod check_policy;
mod codes;
mod componentize;
mod compose;
mod corpus;
mod diff;
mod fmt;
mod graph;
mod graph_browser;
mod graph_forms;
mod graphs;
mod graphs_wat;
mod hostile;
mod inspect;
mod layers;
mod limits;
mod lint;
mod lint_command;
mod lint_encoder;
mod lint_fixes;
mod lint_rules;
mod lint_wasi;
mod near;
mod options;
mod oracle;
mod part_names;
mod places;
mod property;
mod readme;
mod render;
mod run;
mod schemas;
mod slim;
mod split;
mod support;
mod validate;
mod wit;
mod wit_load;
