//! Full validation, including function bodies, on all cores.
//!
//! Lives here: [`validate`] and its [`Verdict`]; `queue` (the work and its threads),
//! `place` (the places of errors), `instruction` (the names of instructions),
//! `findings`.
//! May import: `source`, `diag` (rank 0), the siblings (1).
//! Deliberately absent: rules of our own. wasmparser's validator decides what is valid.
//!
//! One thread feeds the sections of an input to the validator, in order; function bodies, which
//! depend on nothing after them, go to a queue that all threads work on. The result does not
//! depend on which thread is first: each body has its own verdict, and verdicts are kept in the order
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

/// The problems of an input.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// The first problem outside of function bodies; nothing after it was validated.
    pub structure: Option<Error>,
    /// The first invalid functions, by their offset.
    pub functions: BTreeMap<usize, Function>,
    /// The number of further invalid functions.
    pub others: usize,
}

/// An invalid function.
#[derive(Debug)]
pub(crate) struct Function {
    /// Its index in its module.
    pub index: u32,
    /// The range of its body in the input.
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
