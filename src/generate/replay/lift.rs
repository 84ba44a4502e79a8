//! The functions that answer from calls, around the runtime: lifted and exported.
//!
//! Lives here: [`Part::replayed`]. May import: `surface` (rank 2), the sibling modules.
//! Deliberately absent: the core code (`code`), and how calls lie in memory (`calls`).

use std::collections::BTreeSet;

use wasm_encoder::{ComponentBuilder, ComponentExportKind, ExportKind, ModuleArg};

use super::told::{self, Told};
use super::{Replay, calls, traps};
use crate::generate::Fallible;
use crate::generate::abi::Abi;
use crate::generate::code::{BuiltIn, Code, Shared};
use crate::generate::descriptors::Table;
use crate::generate::memory::Memory;
use crate::generate::module::{self, Placed};
use crate::generate::part::lift::{Home, built_in_function, instantiated, lifted};
use crate::generate::part::{Given, Part};
use crate::surface::Func;

/// Built of `guests/replay`.
const RUNTIME: &[u8] = include_bytes!("../runtime/replay.wasm");

/// Where the calls lie in the memory of the runtime: behind all that is its own, which it checks.
const CALLS: u32 = 80 << 10;

impl Part<'_, '_> {
    /// Exports functions that answer from calls.
    pub(in crate::generate) fn replayed(
        &self,
        inner: &mut ComponentBuilder,
        given: &mut Given<'_>,
        functions: &[Replay<'_>],
    ) -> Fallible<()> {
        if functions.is_empty() {
            return Ok(());
        }
        let mut func_types = Vec::new();
        for Replay { name, func, .. } in functions {
            let ty = given.types.func(inner, func);
            func_types.push(ty.map_err(|cannot| cannot.of(name))?);
        }
        let types = &given.types;
        let named: Vec<(&str, &Func)> = functions.iter().map(|f| (f.name, f.func)).collect();
        let table = Table::new(types, "", &named)?;
        // What handles stand for is asked for those that the part defines.
        let defined: BTreeSet<u32> = (types.resources().into_iter())
            .filter(|(key, _)| self.homes.defines(key))
            .map(|(_, index)| index)
            .collect();
        let resources = table.resources().iter().copied().enumerate();
        let defined: Vec<(usize, u32)> = resources
            .filter(|(_, resource)| defined.contains(resource))
            .collect();
        let mut shared = Shared {
            homes: self.homes,
            abi: Abi::new(self.homes),
            memory: Memory::from(CALLS),
            built_ins: Vec::new(),
        };
        let table = shared.memory.place(4, table.bytes())?;
        let laid = calls::lay_out(functions, &mut shared.abi, &mut shared.memory)?;
        let told = Told::new(functions);
        let here = defined.iter().map(|(position, _)| *position);
        let told_at = told.lay_out(&mut shared.memory, laid.lines.len(), here)?;
        let mut code = Vec::new();
        for (position, Replay { name, func, .. }) in functions.iter().enumerate() {
            let makings = laid.made[position].iter();
            let makings: Vec<_> = makings.map(|at| (*at, &laid.makings[*at])).collect();
            let owned = match laid.owned[position] {
                true => defined.as_slice(),
                false => &[],
            };
            let function = Code::new(&mut shared, types);
            let function = function.replaying(func, position, &makings, owned);
            code.push(function.map_err(|cannot| cannot.of(name))?);
        }
        let placed = Placed {
            at: CALLS,
            end: shared.memory.end().next_multiple_of(16),
            reserve: shared.built_in(BuiltIn::Runtime("reserve")),
            take: shared.built_in(BuiltIn::Runtime("recorded")),
            numbers: [table, laid.at, told_at],
            bytes: shared.memory.bytes().to_vec(),
        };

        let title = match self.spec.name {
            Some(interface) => format!("replay {interface}"),
            None => "replay".to_string(),
        };
        let no_args: [(&str, ModuleArg); 0] = [];
        let runtime = inner.core_module_raw(None, RUNTIME);
        let runtime = inner.core_instantiate(None, runtime, no_args);
        let memory = inner.core_alias_export(None, runtime, "memory", ExportKind::Memory);
        let traps = trapping(inner, memory, &title, &told, &laid.lines);
        let kind = ExportKind::Func;
        let memory = Some(Home {
            memory,
            instance: runtime,
            realloc: Some(inner.core_alias_export(None, runtime, module::REALLOC, kind)),
        });
        let mut exports: Vec<(String, ExportKind, u32)> = Vec::new();
        for (position, built_in) in shared.built_ins.iter().enumerate() {
            let index = match built_in {
                BuiltIn::Trap => inner.core_alias_export(None, traps, traps::TRAP, kind),
                other => {
                    let func = |position: usize| functions.get(position).map(|f| f.func);
                    built_in_function(inner, other, &func, given, memory)?
                }
            };
            exports.push((module::short(position), kind, index));
        }
        let names: Vec<(usize, &str)> = named.iter().map(|(name, _)| *name).enumerate().collect();
        let has_callback = functions.iter().any(|f| f.func.async_);
        let main = module::main_module(
            &shared.built_ins,
            true,
            &code,
            Some((title.as_str(), names.as_slice())),
            has_callback,
            Some(&placed),
        );
        let main = instantiated(inner, &main, &exports, Some(runtime));
        let callback =
            has_callback.then(|| inner.core_alias_export(None, main, module::CALLBACK, kind));
        let aliases: Vec<u32> = (0..functions.len())
            .map(|position| inner.core_alias_export(None, main, &module::short(position), kind))
            .collect();
        let mut all = Vec::new();
        for ((Replay { func, .. }, ty), core) in functions.iter().zip(func_types).zip(aliases) {
            let abi = &mut shared.abi;
            all.push(lifted(inner, abi, func, ty, core, memory, callback)?);
        }
        for (Replay { name, .. }, index) in functions.iter().zip(all) {
            inner.export(*name, ComponentExportKind::Func, index, None);
        }
        Ok(())
    }
}

/// The instance that traps, with all that it can tell.
fn trapping(
    inner: &mut ComponentBuilder,
    memory: u32,
    title: &str,
    told: &Told,
    lines: &[String],
) -> u32 {
    let (happened, pieces) = (told.happened.len(), told.pieces.len());
    let more = lines.len() + pieces;
    let memory = ("memory", ExportKind::Memory, memory);
    let given = inner.core_instantiate_exports(None, [memory]);
    let module = traps::trapping(title, &told.happened, more);
    let module = inner.core_module(None, &module);
    let traps = inner.core_instantiate(None, module, [("", ModuleArg::Instance(given))]);
    let table = inner.core_alias_export(None, traps, traps::TABLE, ExportKind::Table);
    let table = (traps::TABLE, ExportKind::Table, table);
    let given = inner.core_instantiate_exports(None, [memory, table]);
    let all = happened + more;
    for (title, names, at) in [
        (told::NEAREST, lines, happened),
        (told::CALL, told.pieces.as_slice(), happened + lines.len()),
    ] {
        let module = inner.core_module(None, &traps::leading(title, names, at, all));
        inner.core_instantiate(None, module, [("", ModuleArg::Instance(given))]);
    }
    traps
}
