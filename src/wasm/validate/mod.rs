//! Full validation, function bodies and all, on every core.
//!
//! Lives here: [`validate`] and the [`Verdict`] it comes to; `queue` (the work and who does it),
//! `place` (where an error is, in words), `instruction` (what an instruction is called),
//! `findings`.
//! May import: `source`, `diag` (rank 0), the siblings (1).
//! Deliberately absent: rules of our own. What is valid, wasmparser's validator says.
//!
//! One thread feeds the sections of an input to the validator, in order; function bodies, which
//! depend on nothing behind them, go to a queue that all threads work on. What is found does not
//! depend on which thread is first: each body has its own verdict, and they are kept in the order
//! of the bytes.

mod findings;
mod instruction;
mod place;
mod queue;

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{Error, WasmFeatures};

use super::Validation;

pub(crate) use findings::{FEATURE_OFF, INVALID_FUNCTION, findings, kebab};
pub(crate) use queue::in_parallel;

/// How many functions of one input are reported; the others are counted.
const REPORTED: usize = 20;

/// What is wrong with an input.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// The first problem of all but function bodies; nothing behind it was looked at.
    pub structure: Option<Error>,
    /// The first functions that are not valid, by where they begin.
    pub functions: BTreeMap<usize, Function>,
    /// How many functions are not valid besides.
    pub others: usize,
}

/// A function that is not valid.
#[derive(Debug)]
pub(crate) struct Function {
    /// In the index space of its module.
    pub index: u32,
    /// Its body in the input.
    pub body: Range<usize>,
    /// The first problem in it.
    pub error: Error,
}

impl Verdict {
    fn add(&mut self, function: Function) {
        self.functions.insert(function.body.start, function);
        if self.functions.len() > REPORTED {
            self.functions.pop_last();
            self.others += 1;
        }
    }
}

/// Validates modules and components in binary form with these features; as many verdicts, in the
/// same order.
pub(crate) fn validate(
    inputs: &[&[u8]],
    features: WasmFeatures,
    validation: Validation,
) -> Vec<Verdict> {
    queue::Queue::new(inputs, features, validation).work()
}
