//! The functions that answer: their core modules, the built-ins that these call, and lifting them.
//!
//! May import: `surface` (rank 2), the sibling modules. Deliberately absent: types.

use std::collections::HashMap;

use wasm_encoder::{
    CanonicalOption, ComponentBuilder, ComponentExportKind, ExportKind, Module, ModuleArg,
};

use super::{Given, Part};
use crate::generate::abi::{Abi, MAX_FLAT};
use crate::generate::answers::Answer;
use crate::generate::code::{BuiltIn, Code, Encoded, Function, Shared};
use crate::generate::items::Answers;
use crate::generate::memory::Memory;
use crate::generate::{Cannot, Fallible, module};
use crate::surface::Func;

impl Part<'_, '_> {
    /// The functions that answer, lifted and exported; `verb` is what backtraces call it.
    pub(super) fn answering(
        &self,
        inner: &mut ComponentBuilder,
        given: &mut Given<'_>,
        verb: &str,
        answers: &Answers<'_>,
    ) -> Fallible<()> {
        if answers.is_empty() {
            return Ok(());
        }
        let types = &mut given.types;
        let mut func_types = Vec::new();
        for (name, func, _) in answers {
            func_types.push(types.func(inner, func).map_err(|c| c.of(name))?);
        }
        let mut shared = Shared {
            homes: self.homes,
            abi: Abi::new(self.homes),
            memory: Memory::new(),
            built_ins: Vec::new(),
        };
        let mut functions: Vec<Function> = Vec::new();
        let mut names = Vec::new();
        // Answers are alike; those that trap have a name of their own.
        let mut cores: Vec<usize> = Vec::new();
        let mut known: HashMap<Encoded, usize> = HashMap::new();
        for (position, (name, func, answer)) in answers.iter().enumerate() {
            let code = Code::new(&mut shared, types);
            let function = match answer {
                Answer::Trap(said) => {
                    names.push((functions.len(), said.as_deref().unwrap_or(plain(name))));
                    code.trapping(func)
                }
                Answer::Made(resource) => code.making(types.resource(resource)?),
                Answer::Nothing => code.answering(func, position, None),
                Answer::Value(value) => code.answering(func, position, Some(value)),
            };
            let function = function.map_err(|c| c.of(name))?;
            let core = match answer {
                Answer::Trap(_) => functions.len(),
                _ => *known.entry(function.encoded()).or_insert(functions.len()),
            };
            if core == functions.len() {
                functions.push(function);
            }
            cores.push(core);
        }
        let has_callback = answers.iter().any(|(_, func, _)| func.async_);
        let memory = with_memory(inner, &mut shared, answers)?;
        let mut exports: Vec<(String, ExportKind, u32)> = Vec::new();
        for (position, built_in) in shared.built_ins.iter().enumerate() {
            let func = |position: usize| answers.get(position).map(|(_, func, _)| *func);
            let index = built_in_function(inner, built_in, &func, given, memory)?;
            exports.push((module::short(position), ExportKind::Func, index));
        }
        let title = match self.spec.name {
            Some(interface) => format!("{verb} {interface}"),
            None => verb.to_string(),
        };
        let named = (!names.is_empty()).then_some((title.as_str(), names.as_slice()));
        let has_memory = memory.is_some();
        let built_ins = &shared.built_ins;
        let main =
            module::main_module(built_ins, has_memory, &functions, named, has_callback, None);
        let main = instantiated(inner, &main, &exports, memory.map(|home| home.instance));
        // Aliases go together, and then what is lifted: each change of section costs.
        let kind = ExportKind::Func;
        let aliases: Vec<u32> = (0..functions.len())
            .map(|core| inner.core_alias_export(None, main, &module::short(core), kind))
            .collect();
        let callback = has_callback
            .then(|| inner.core_alias_export(None, main, module::CALLBACK, ExportKind::Func));
        let mut all = Vec::new();
        for (((_, func, _), ty), core) in answers.iter().zip(&func_types).zip(cores) {
            let abi = &mut shared.abi;
            all.push(lifted(
                inner,
                abi,
                func,
                *ty,
                aliases[core],
                memory,
                callback,
            )?);
        }
        for ((name, ..), index) in answers.iter().zip(all) {
            inner.export(*name, ComponentExportKind::Func, index, None);
        }
        Ok(())
    }
}

/// A memory, and the instance that it is of.
#[derive(Clone, Copy)]
pub(in crate::generate) struct Home {
    pub memory: u32,
    pub instance: u32,
    /// What makes room in it, if anything asks for room.
    pub realloc: Option<u32>,
}

/// The memory of functions that answer, if they need one: many take and give nothing but numbers and
/// handles.
fn with_memory(
    inner: &mut ComponentBuilder,
    shared: &mut Shared<'_>,
    answers: &Answers<'_>,
) -> Fallible<Option<Home>> {
    let (mut takes, mut gives) = (false, false);
    for (_, func, _) in answers {
        takes |= takes_memory(&mut shared.abi, func)?;
        gives |= func.async_ || gives_memory(&mut shared.abi, func)?;
    }
    let built_ins = &shared.built_ins;
    if !takes && !gives && !built_ins.iter().any(BuiltIn::needs_memory) {
        return Ok(None);
    }
    let is_used = |name: &str| match name {
        module::REALLOC => takes,
        module::RESET => built_ins.contains(&BuiltIn::Reset),
        _ => built_ins.contains(&BuiltIn::Keep),
    };
    let bytes = shared.memory.bytes();
    let memory = inner.core_module(None, &module::memory_module(bytes, &is_used));
    let no_args: [(&str, ModuleArg); 0] = [];
    let instance = inner.core_instantiate(None, memory, no_args);
    let memory = inner.core_alias_export(None, instance, "memory", ExportKind::Memory);
    let realloc =
        takes.then(|| inner.core_alias_export(None, instance, module::REALLOC, ExportKind::Func));
    Ok(Some(Home {
        memory,
        instance,
        realloc,
    }))
}

/// What a function goes by in a backtrace: without saying that it is a method, which its resource
/// says.
fn plain(name: &str) -> &str {
    let method = ["[method]", "[static]"];
    let mut plain = method.iter().filter_map(|kind| name.strip_prefix(kind));
    plain.next().unwrap_or(name)
}

/// The instance of the main module, with its built-ins and the module with the memory.
pub(in crate::generate) fn instantiated(
    inner: &mut ComponentBuilder,
    main: &Module,
    built_ins: &[(String, ExportKind, u32)],
    memory: Option<u32>,
) -> u32 {
    let main = inner.core_module(None, main);
    let mut args = Vec::new();
    if !built_ins.is_empty() {
        let built_ins = built_ins.iter();
        let built_ins = built_ins.map(|(name, kind, index)| (name.as_str(), *kind, *index));
        let built_ins: Vec<_> = built_ins.collect();
        let built_ins = inner.core_instantiate_exports(None, built_ins);
        args.push((module::BUILT_INS, ModuleArg::Instance(built_ins)));
    }
    args.extend(memory.map(|memory| (module::MEMORY, ModuleArg::Instance(memory))));
    inner.core_instantiate(None, main, args)
}

/// A core function that answers, lifted; with the memory and the callback.
pub(in crate::generate) fn lifted(
    inner: &mut ComponentBuilder,
    abi: &mut Abi<'_>,
    func: &Func,
    ty: u32,
    core: u32,
    memory: Option<Home>,
    callback: Option<u32>,
) -> Fallible<u32> {
    let mut options = Vec::new();
    let takes = takes_memory(abi, func)?;
    // `task.return` has it, and has to have the same.
    if takes || func.async_ || gives_memory(abi, func)? {
        let memory = memory.map(|home| home.memory);
        options.push(CanonicalOption::Memory(memory.ok_or_else(no_memory)?));
    }
    if takes {
        let realloc = memory.and_then(|home| home.realloc);
        options.push(CanonicalOption::Realloc(realloc.ok_or_else(no_memory)?));
    }
    if let (true, Some(callback)) = (func.async_, callback) {
        options.extend([CanonicalOption::Async, CanonicalOption::Callback(callback)]);
    }
    Ok(inner.lift_func(None, core, ty, options))
}

fn no_memory() -> Cannot {
    Cannot::new("it needs memory and has none")
}

/// Whether arguments of a function come by memory.
pub(in crate::generate) fn takes_memory(abi: &mut Abi<'_>, func: &Func) -> Fallible<bool> {
    for (_, ty) in &func.params {
        if abi.layout(ty)?.points {
            return Ok(true);
        }
    }
    Ok(abi.flat_params(func)?.is_none())
}

/// Whether its result goes by memory.
pub(in crate::generate) fn gives_memory(abi: &mut Abi<'_>, func: &Func) -> Fallible<bool> {
    let Some(ty) = &func.result else {
        return Ok(false);
    };
    let layout = abi.layout(ty)?;
    let most = if func.async_ { MAX_FLAT } else { 1 };
    Ok(layout.points || layout.flat.is_none_or(|flat| flat.len() > most))
}

/// The core function of a built-in, for functions whose types are `func`, by position.
pub(in crate::generate) fn built_in_function<'f>(
    inner: &mut ComponentBuilder,
    built_in: &BuiltIn,
    func: &dyn Fn(usize) -> Option<&'f Func>,
    given: &mut Given<'_>,
    memory: Option<Home>,
) -> Fallible<u32> {
    let home = || memory.ok_or_else(no_memory);
    let reading = || -> Fallible<_> { Ok([CanonicalOption::Memory(home()?.memory)]) };
    let of_memory = |inner: &mut ComponentBuilder, name: &str| -> Fallible<u32> {
        Ok(inner.core_alias_export(None, home()?.instance, name, ExportKind::Func))
    };
    Ok(match built_in {
        BuiltIn::Drop(ty) => inner.resource_drop(*ty),
        BuiltIn::New(ty) => inner.resource_new(*ty),
        BuiltIn::Rep(ty) => inner.resource_rep(*ty),
        BuiltIn::NewElsewhere(key) => {
            let maker = given.makers.get(key).copied();
            let maker = maker.ok_or_else(|| Cannot::new(format!("nothing makes {}", key.name)))?;
            inner.lower_func(None, maker, [])
        }
        BuiltIn::StreamNew(ty) => inner.stream_new(*ty),
        BuiltIn::StreamDropReadable(ty) => inner.stream_drop_readable(*ty),
        BuiltIn::StreamDropWritable(ty) => inner.stream_drop_writable(*ty),
        BuiltIn::FutureNew(ty) => inner.future_new(*ty),
        BuiltIn::FutureWrite(ty) => {
            let memory = CanonicalOption::Memory(home()?.memory);
            inner.future_write(*ty, [memory, CanonicalOption::Async])
        }
        BuiltIn::FutureDropReadable(ty) => inner.future_drop_readable(*ty),
        BuiltIn::ErrorContextNew => inner.error_context_new(reading()?),
        BuiltIn::ErrorContextDrop => inner.error_context_drop(),
        BuiltIn::TaskReturn(position, _) => {
            let result = func(*position).and_then(|func| func.result.as_ref());
            let result = result.map(|ty| given.types.val(inner, ty)).transpose()?;
            inner.task_return(result, reading()?)
        }
        BuiltIn::Reset => of_memory(inner, module::RESET)?,
        BuiltIn::Keep => of_memory(inner, module::KEEP)?,
        // Where there is a runtime, the memory is its own.
        BuiltIn::Runtime(name) => of_memory(inner, name)?,
        // INVARIANT: these are called by functions that are told of, and by those that are replayed,
        // which have built-ins of their own.
        BuiltIn::Passed(..)
        | BuiltIn::Virtual(..)
        | BuiltIn::Task(_)
        | BuiltIn::Sink(_)
        | BuiltIn::Trap => {
            return Err(Cannot::new("it answers and passes on at once"));
        }
    })
}
