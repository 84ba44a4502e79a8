//! Functions that are passed on, and told of: lowered, wrapped in core code, and lifted again.
//!
//! The memory is that of the runtime, which formats values; both sides of a call share it, so
//! arguments and results are not copied. Resources are those of whoever provides the interface.
//!
//! Lives here: [`Part::traced`]. May import: `surface` (rank 3), the sibling modules.
//! Deliberately absent: the core code (`code`), and functions that are async: several calls of one
//! can be on their way at once, which takes a table of them.

use wasm_encoder::{CanonicalOption, ComponentBuilder, ComponentExportKind, ExportKind, ModuleArg};

use super::abi::Abi;
use super::code::{BuiltIn, Code, Shared};
use super::descriptors::Table;
use super::memory::Memory;
use super::module::{self, HandedOver};
use super::part::lift::{gives_memory, instantiated, takes_memory};
use super::part::{Given, Part};
use super::{Cannot, Fallible};
use crate::surface::Func;

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
        let is_told = |(name, func): &(&str, &Func)| {
            let trace = self.spec.trace.as_ref();
            trace.is_some_and(|trace| !func.async_ && (trace.functions)(name))
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
        }
        let types = &given.types;
        let table = Table::new(types, trace.prefix, functions)?;
        let mut shared = Shared {
            homes: self.homes,
            abi: Abi::new(self.homes),
            memory: Memory::new(),
            built_ins: Vec::new(),
        };
        let mut code = Vec::new();
        for (position, (name, func)) in functions.iter().enumerate() {
            let function = Code::new(&mut shared, types);
            let function = function.tracing(func, position, table.resources());
            code.push(function.map_err(|c| c.of(name))?);
        }
        code.push(Code::new(&mut shared, types).giving_back()?);
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
                BuiltIn::Reset => of_runtime(inner, module::RESET),
                BuiltIn::Keep => of_runtime(inner, module::KEEP),
                BuiltIn::Runtime(name) => of_runtime(inner, name),
                BuiltIn::Sink(name) => {
                    let func = inner.alias_export(sink, name, ComponentExportKind::Func);
                    inner.lower_func(None, func, [CanonicalOption::Memory(memory)])
                }
                BuiltIn::Passed(position, ..) => {
                    let name = functions.get(*position).map_or("", |(name, _)| name);
                    let func = inner.alias_export(provider, name, ComponentExportKind::Func);
                    inner.lower_func(None, func, by_memory)
                }
                _ => return Err(Cannot::new("it passes on and answers at once")),
            };
            exports.push((position.to_string(), ExportKind::Func, index));
        }
        let main = module::main_module(&shared.built_ins, &code, None, false, Some(&handed_over));
        let main = instantiated(inner, &main, &exports, runtime);
        let core = |inner: &mut ComponentBuilder, position: usize| {
            inner.core_alias_export(None, main, &position.to_string(), ExportKind::Func)
        };
        let give_back = core(inner, functions.len());
        for (position, ((name, func), ty)) in functions.iter().zip(func_types).enumerate() {
            let gives = gives_memory(&mut shared.abi, func)?;
            let mut options = Vec::new();
            if gives || takes_memory(&mut shared.abi, func)? {
                options.extend(by_memory);
            }
            if gives {
                options.push(CanonicalOption::PostReturn(give_back));
            }
            let core = core(inner, position);
            let lifted = inner.lift_func(None, core, ty, options);
            inner.export(*name, ComponentExportKind::Func, lifted, None);
        }
        Ok(())
    }
}
