//! Functions that are passed on, and told of: lowered, wrapped in core code, and lifted again.
//!
//! The memory is that of the runtime, which formats values; both sides of a call share it, so
//! arguments and results are not copied. Resources are those of whoever provides the interface.
//!
//! Lives here: [`Part::traced`]. May import: `surface` (rank 3), the sibling modules.
//! Deliberately absent: the core code (`code`).

use std::collections::HashSet;

use wasm_encoder::{
    CanonicalOption, ComponentBuilder, ComponentExportKind, ExportKind, ModuleArg, ValType,
};

use super::abi::Abi;
use super::code::{BuiltIn, Code, Shared};
use super::descriptors::Table;
use super::items::made_of;
use super::memory::Memory;
use super::module::{self, HandedOver};
use super::part::lift::{gives_memory, instantiated, takes_memory};
use super::part::{Given, Part};
use super::{Cannot, Fallible};
use crate::surface::{Func, Type, TypeKind};

/// Built of `guests/trace`.
const RUNTIME: &[u8] = include_bytes!("runtime/trace.wasm");

/// Functions with their names.
type Functions<'a> = Vec<(&'a str, &'a Func)>;

impl<'a> Part<'_, 'a> {
    /// Those of the functions that are told of, and the others.
    pub(super) fn told<'f>(
        &self,
        functions: &[(&'f str, &'f Func)],
    ) -> (Functions<'f>, Functions<'f>) {
        let is_told = |(name, _): &(&str, &Func)| {
            let trace = self.spec.trace.as_ref();
            trace.is_some_and(|trace| (trace.functions)(name))
        };
        functions.iter().partition(|function| is_told(function))
    }

    /// Exports the functions, each passing on to that of `provider`.
    pub(super) fn traced(
        &self,
        inner: &mut ComponentBuilder,
        given: &mut Given<'_>,
        provider: u32,
        functions: &[(&str, &Func)],
    ) -> Fallible<()> {
        let (Some(trace), Some(sink)) = (&self.spec.trace, given.sink) else {
            return Err(Cannot::new("nothing takes its lines"));
        };
        let mut func_types = Vec::new();
        for (name, func) in functions {
            func_types.push(given.types.func(inner, func).map_err(|c| c.of(name))?);
            // Those that may have to be dropped here.
            for ty in streams(func).into_iter().filter(|_| func.async_) {
                given.types.val(inner, ty).map_err(|c| c.of(name))?;
            }
        }
        let types = &given.types;
        let table = Table::new(types, trace.prefix, functions)?;
        let mut shared = Shared {
            homes: self.homes,
            abi: Abi::new(self.homes),
            memory: Memory::new(),
            built_ins: Vec::new(),
        };
        let (mut code, mut callbacks) = (Vec::new(), Vec::new());
        // For each function, the one that is lifted, and the position of one that is called later: the
        // callback, or what gives a result back.
        let mut later: Vec<Option<usize>> = Vec::new();
        for (position, (name, func)) in functions.iter().enumerate() {
            let gives = gives_memory(&mut shared.abi, func)?;
            let resources = table.resources();
            let now = Code::new(&mut shared, types);
            let now = match func.async_ {
                true => now.tracing_async(func, position, resources),
                false => now.tracing(func, position, resources),
            };
            let then = Code::new(&mut shared, types);
            let then = match func.async_ {
                true => Some(then.going_on(func, position, resources)),
                false => gives.then(|| then.giving_back(position)),
            };
            code.push(now.map_err(|c| c.of(name))?);
            later.push(match then {
                None => None,
                Some(then) => {
                    callbacks.push(then.map_err(|c| c.of(name))?);
                    Some(functions.len() + callbacks.len() - 1)
                }
            });
        }
        code.extend(callbacks);
        let handed_over = HandedOver {
            bytes: table.bytes(),
            number: trace.limit,
            keep: shared.built_in(BuiltIn::Keep),
            take: shared.built_in(BuiltIn::Runtime("table")),
        };

        let runtime = inner.core_module_raw(None, RUNTIME);
        let no_args: [(&str, ModuleArg); 0] = [];
        let runtime = inner.core_instantiate(None, runtime, no_args);
        let of_runtime = |inner: &mut ComponentBuilder, name: &str| {
            inner.core_alias_export(None, runtime, name, ExportKind::Func)
        };
        let memory = inner.core_alias_export(None, runtime, "memory", ExportKind::Memory);
        let realloc = of_runtime(inner, module::REALLOC);
        let by_memory = [
            CanonicalOption::Memory(memory),
            CanonicalOption::Realloc(realloc),
        ];
        let mut exports: Vec<(String, ExportKind, u32)> = Vec::new();
        for (position, built_in) in shared.built_ins.iter().enumerate() {
            let index = match built_in {
                BuiltIn::Drop(ty) => inner.resource_drop(*ty),
                BuiltIn::StreamDropReadable(ty) => inner.stream_drop_readable(*ty),
                BuiltIn::FutureDropReadable(ty) => inner.future_drop_readable(*ty),
                BuiltIn::ErrorContextDrop => inner.error_context_drop(),
                BuiltIn::Keep => of_runtime(inner, module::KEEP),
                BuiltIn::Runtime(name) => of_runtime(inner, name),
                BuiltIn::Sink(name) => {
                    let func = inner.alias_export(sink, name, ComponentExportKind::Func);
                    inner.lower_func(None, func, [CanonicalOption::Memory(memory)])
                }
                BuiltIn::Passed(position, ..) => {
                    let name = functions.get(*position).map_or("", |(name, _)| name);
                    let func = inner.alias_export(provider, name, ComponentExportKind::Func);
                    let is_async = functions.get(*position).is_some_and(|(_, f)| f.async_);
                    let mut options = by_memory.to_vec();
                    options.extend(is_async.then_some(CanonicalOption::Async));
                    inner.lower_func(None, func, options)
                }
                BuiltIn::Task(name) => task(inner, name),
                BuiltIn::TaskReturn(position, _) => {
                    let func = functions.get(*position).map(|(_, func)| func);
                    let result = func.and_then(|func| func.result.as_ref());
                    let result = result.map(|ty| given.types.val(inner, ty)).transpose()?;
                    inner.task_return(result, [CanonicalOption::Memory(memory)])
                }
                _ => return Err(Cannot::new("it passes on and answers at once")),
            };
            exports.push((module::short(position), ExportKind::Func, index));
        }
        let built_ins = &shared.built_ins;
        let main = module::main_module(built_ins, true, &code, None, false, Some(&handed_over));
        let main = instantiated(inner, &main, &exports, Some(runtime));
        let core = |inner: &mut ComponentBuilder, position: usize| {
            inner.core_alias_export(None, main, &module::short(position), ExportKind::Func)
        };
        for (position, ((name, func), ty)) in functions.iter().zip(func_types).enumerate() {
            let gives = gives_memory(&mut shared.abi, func)?;
            let mut options = Vec::new();
            // `task.return` has the memory, and has to have what the lifted function has.
            if gives || func.async_ || takes_memory(&mut shared.abi, func)? {
                options.extend(by_memory);
            }
            let later = later[position].map(|position| core(inner, position));
            match (func.async_, later) {
                (true, Some(callback)) => {
                    options.extend([CanonicalOption::Async, CanonicalOption::Callback(callback)]);
                }
                (_, Some(give_back)) => options.push(CanonicalOption::PostReturn(give_back)),
                _ => {}
            }
            let core = core(inner, position);
            let lifted = inner.lift_func(None, core, ty, options);
            inner.export(*name, ComponentExportKind::Func, lifted, None);
        }
        Ok(())
    }
}

/// The streams and futures among the arguments of a function, wherever they are.
fn streams(func: &Func) -> Vec<&Type> {
    let mut seen = HashSet::new();
    let mut todo: Vec<&Type> = func.params.iter().map(|(_, ty)| ty).collect();
    let mut found = Vec::new();
    while let Some(ty) = todo.pop() {
        if seen.insert(std::ptr::from_ref(ty.kind())) {
            match ty.kind() {
                TypeKind::Stream(_) | TypeKind::Future(_) => found.push(ty),
                kind => todo.extend(made_of(kind)),
            }
        }
    }
    found
}

/// The core function of a built-in about tasks.
fn task(inner: &mut ComponentBuilder, name: &str) -> u32 {
    match name {
        "context.get" => inner.context_get(ValType::I32, 0),
        "context.set" => inner.context_set(ValType::I32, 0),
        "waitable-set.new" => inner.waitable_set_new(),
        "waitable-set.drop" => inner.waitable_set_drop(),
        "waitable.join" => inner.waitable_join(),
        "subtask.drop" => inner.subtask_drop(),
        // It does not wait: what is cancelled later is an event.
        "subtask.cancel" => inner.subtask_cancel(true),
        // INVARIANT: `code` has no other.
        _ => inner.task_cancel(),
    }
}
