//! Full validation, function bodies and all, on every core.
//!
//! Lives here: [`validate`]. May import: nothing of ours (rank 1).
//! Deliberately absent: findings about more than the first problem; see `witkit validate`.

use std::sync::Mutex;

use wasmparser::{
    FuncToValidate, FunctionBody, Parser, ValidPayload, Validator, ValidatorResources,
};

use super::decode;

/// Validates all of `bytes`, a module or component, against everything wasmparser implements.
///
/// Fails with the validator's message for the first problem.
pub(crate) fn validate(bytes: &[u8]) -> Result<(), String> {
    let message = |e: wasmparser::Error| e.message().to_string();
    let mut validator = Validator::new_with_features(decode::features());
    let mut parser = Parser::new(0);
    parser.set_features(decode::features());
    let mut functions = Vec::new();
    for payload in parser.parse_all(bytes) {
        let payload = payload.map_err(message)?;
        if let ValidPayload::Func(function, body) = validator.payload(&payload).map_err(message)? {
            functions.push((function, body));
        }
    }
    bodies(functions)
}

type Function<'a> = (FuncToValidate<ValidatorResources>, FunctionBody<'a>);

fn bodies(functions: Vec<Function<'_>>) -> Result<(), String> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let len = functions.len().div_ceil(threads * 8).max(1);
    let mut chunks = Vec::new();
    let mut functions = functions.into_iter().peekable();
    while functions.peek().is_some() {
        chunks.push(functions.by_ref().take(len).collect::<Vec<_>>());
    }
    // The problem of the earliest chunk is the one reported, whichever thread is first.
    let found: Mutex<Option<(usize, String)>> = Mutex::new(None);
    let work = Mutex::new(chunks.into_iter().enumerate());
    let next = || work.lock().ok()?.next();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut allocations = wasmparser::FuncValidatorAllocations::default();
                while let Some((at, chunk)) = next() {
                    for (function, body) in chunk {
                        let mut validator = function.into_validator(allocations);
                        let result = validator.validate(&body);
                        allocations = validator.into_allocations();
                        if let (Err(e), Ok(mut found)) = (result, found.lock()) {
                            if found.as_ref().is_none_or(|(earlier, _)| at < *earlier) {
                                *found = Some((at, e.message().to_string()));
                            }
                            break;
                        }
                    }
                }
            });
        }
    });
    match found.into_inner() {
        Ok(Some((_, message))) => Err(message),
        _ => Ok(()),
    }
}
