//! The work of validating, and the threads that do it.
//!
//! Lives here: [`Queue`] and [`in_parallel`]. May import: the siblings; wasmparser, which stays
//! behind this door. Deliberately absent: what is said about problems (`findings`).

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use wasmparser::{
    Error, FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser, ValidPayload, Validator,
    ValidatorResources, WasmFeatures,
};

use super::{Function, Verdict};
use crate::wasm::{Validation, decode};

/// Bytes of function bodies that are handed over at once: enough for a millisecond or so.
const CHUNK: usize = 64 << 10;

/// Bytes below which another thread costs more than it saves.
const WORTH_A_THREAD: usize = 64 << 10;

/// Types are nested deeply in some components, and validators go through them by recursion.
const STACK: usize = 16 << 20;

/// Function bodies of one input.
struct Chunk<'a> {
    input: usize,
    bodies: Vec<(FuncToValidate<ValidatorResources>, FunctionBody<'a>)>,
}

/// What is still to be done.
struct Rest<'a> {
    chunks: VecDeque<Chunk<'a>>,
    /// The first input that nobody has begun.
    next: usize,
    /// How many inputs are being read, so that more chunks may come.
    reading: usize,
}

enum Task<'a> {
    Input(usize),
    Bodies(Chunk<'a>),
}

/// Inputs to be validated.
pub(super) struct Queue<'a> {
    inputs: &'a [&'a [u8]],
    features: WasmFeatures,
    validation: Validation,
    rest: Mutex<Rest<'a>>,
    /// Chunks have come, or the last input was read to its end.
    changed: Condvar,
    verdicts: Vec<Mutex<Verdict>>,
}

/// Nothing that is locked here is left half-changed by a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An input is being read for as long as there is this: also if that panics, as the other threads
/// would wait for ever.
struct Reading<'q, 'a>(&'q Queue<'a>);

impl Drop for Reading<'_, '_> {
    fn drop(&mut self) {
        lock(&self.0.rest).reading -= 1;
        self.0.changed.notify_all();
    }
}

impl<'a> Queue<'a> {
    pub fn new(
        inputs: &'a [&'a [u8]],
        features: WasmFeatures,
        validation: Validation,
    ) -> Queue<'a> {
        Queue {
            inputs,
            features,
            validation,
            rest: Mutex::new(Rest {
                chunks: VecDeque::new(),
                next: 0,
                reading: 0,
            }),
            changed: Condvar::new(),
            verdicts: inputs.iter().map(|_| Mutex::default()).collect(),
        }
    }

    /// Does everything.
    pub fn work(self) -> Vec<Verdict> {
        let bytes: usize = self.inputs.iter().map(|input| input.len()).sum();
        let useful = match self.validation {
            Validation::Full => bytes / WORTH_A_THREAD + 1,
            // Without bodies, there is nothing in an input that another thread could do.
            Validation::Types => self.inputs.len().min(bytes / WORTH_A_THREAD + 1),
        };
        on_threads(useful, || self.take_part());
        let verdicts = self.verdicts.into_iter();
        verdicts
            .map(|verdict| verdict.into_inner().unwrap_or_else(PoisonError::into_inner))
            .collect()
    }

    /// What each thread does until nothing is left.
    fn take_part(&self) {
        let mut allocations = FuncValidatorAllocations::default();
        while let Some(task) = self.task() {
            match task {
                Task::Bodies(chunk) => allocations = self.bodies(chunk, allocations),
                Task::Input(at) => {
                    let reading = Reading(self);
                    let structure = self.input(at).err();
                    lock(&self.verdicts[at]).structure = structure;
                    drop(reading);
                }
            }
        }
    }

    /// Bodies first: what waits takes memory.
    fn task(&self) -> Option<Task<'a>> {
        let mut rest = lock(&self.rest);
        loop {
            if let Some(chunk) = rest.chunks.pop_front() {
                return Some(Task::Bodies(chunk));
            }
            if rest.next < self.inputs.len() {
                let at = rest.next;
                rest.next += 1;
                rest.reading += 1;
                return Some(Task::Input(at));
            }
            if rest.reading == 0 {
                return None;
            }
            rest = self
                .changed
                .wait(rest)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// All of an input but its function bodies.
    fn input(&self, input: usize) -> Result<(), Error> {
        let mut chunk = Chunk {
            input,
            bodies: Vec::new(),
        };
        let read = self.read(&mut chunk);
        // The bodies before a problem are looked at all the same.
        self.hand_over(&mut chunk);
        read
    }

    fn read(&self, chunk: &mut Chunk<'a>) -> Result<(), Error> {
        if self.validation == Validation::Types {
            return decode::structure(self.inputs[chunk.input]);
        }
        let mut validator = Validator::new_with_features(self.features);
        let mut parser = Parser::new(0);
        parser.set_features(self.features);
        let mut bytes = 0;
        for payload in parser.parse_all(self.inputs[chunk.input]) {
            if let ValidPayload::Func(function, body) = validator.payload(&payload?)? {
                let range = body.range();
                bytes += (range.end - range.start) as usize;
                chunk.bodies.push((function, body));
                if bytes >= CHUNK {
                    self.hand_over(chunk);
                    bytes = 0;
                }
            }
        }
        Ok(())
    }

    fn hand_over(&self, chunk: &mut Chunk<'a>) {
        if chunk.bodies.is_empty() {
            return;
        }
        let bodies = std::mem::take(&mut chunk.bodies);
        lock(&self.rest)
            .chunks
            .push_back(Chunk { bodies, ..*chunk });
        self.changed.notify_one();
    }

    fn bodies(
        &self,
        chunk: Chunk<'a>,
        mut allocations: FuncValidatorAllocations,
    ) -> FuncValidatorAllocations {
        for (function, body) in chunk.bodies {
            let index = function.index;
            let mut validator = function.into_validator(allocations);
            let result = validator.validate(&body);
            allocations = validator.into_allocations();
            if let Err(error) = result {
                let range = body.range();
                lock(&self.verdicts[chunk.input]).add(Function {
                    index,
                    body: range.start as usize..range.end as usize,
                    error,
                });
            }
        }
        allocations
    }
}

/// Does `work` on as many threads as are useful and there are cores, this one among them.
fn on_threads(useful: usize, work: impl Fn() + Sync) {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 1..useful.min(cores) {
            let thread = thread::Builder::new().stack_size(STACK);
            // Where there are no more threads to be had, the others do it all.
            if thread.spawn_scoped(scope, &work).is_err() {
                break;
            }
        }
        work();
    });
}

/// `work` on every item, in parallel; the results in the order of the items.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    on_threads(items.len(), || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break };
            *lock(&results[at]) = Some(work(item));
        }
    });
    let results = results.into_iter();
    // INVARIANT: each item was somebody's, so that there is a result for each.
    results
        .filter_map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}
