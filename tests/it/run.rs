//! Runs components with wasmtime, host included.
//!
//! Lives here: [`run_script`], which executes the `run.txt` of a scenario, and [`Running`], one
//! instantiated component whose functions are called by name.
//!
//! A script is made of lines; `#` begins a comment line.
//! - `host-resource NAME`: the host has a resource of that name.
//! - `host NAME() = VALUE`: the host has a function of that name which answers VALUE, in WAVE.
//!   `new RESOURCE REP` answers a handle of a host resource, `rep` the number behind the handle
//!   that is the function's first argument, `echo` that argument, and nothing at all answers nothing.
//!   `reps` answers the numbers behind all handles in the first argument, and drops those it owns;
//!   `after` waits as many milliseconds as the first argument says, and answers the last one.
//! - `NAME(ARGS) == VALUE`: calling this export with these arguments answers VALUE.
//! - `$X = NAME(ARGS)` keeps the handle that is answered, for use among later ARGS;
//!   `drop $X` drops it.
//!
//! A NAME is `function` or `instance#function`, with more `#` for instances in instances.
//! Whatever a component imports of WASI 0.2 and 0.3 is there by itself; anything else that it imports
//! has to be in the script.
//!
//! Deliberately absent: host functions that compute, host streams and futures.

use std::collections::BTreeMap;
use std::future::Future;
use std::task::Poll;
use std::time::Duration;

use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{
    Component, Func, Instance, Linker, ResourceAny, ResourceDynamic, ResourceTable, ResourceType,
    Type, Val,
};
use wasmtime::{Config, Engine, OptLevel, Store, StoreContextMut, StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::cli::StdoutStream;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// Runs every line of `script` against `component`; answers all that went wrong.
pub fn run_script(component: &[u8], script: &str) -> Result<(), String> {
    let lines: Vec<&str> = script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let (host, steps): (Vec<&str>, Vec<&str>) =
        lines.iter().partition(|line| line.starts_with("host"));
    if steps.is_empty() {
        return Err("the script calls nothing".to_string());
    }
    let mut running = Running::start(component, &host)?;
    let mut wrong = Vec::new();
    for step in steps {
        if let Err(e) = running.step(step) {
            wrong.push(format!("{step}\n    {e}"));
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.join("\n")),
    }
}

/// An instantiated component.
pub struct Running {
    executor: tokio::runtime::Runtime,
    engine: Engine,
    store: Store<Host>,
    component: Component,
    instance: Instance,
    kept: BTreeMap<String, ResourceAny>,
    stdout: MemoryOutputPipe,
    stderr: MemoryOutputPipe,
}

/// What WASI needs of a host.
pub struct Host {
    pub ctx: WasiCtx,
    pub table: ResourceTable,
    pub limits: StoreLimits,
    /// What stands behind the handles that were dropped.
    pub dropped: Vec<u32>,
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.ctx,
            table: &mut self.table,
        }
    }
}

/// Everything on that wasmtime has for components. Code is compiled without optimisation: each
/// function runs a few times at most, and the real components have megabytes of them.
pub fn engine() -> Result<Engine, String> {
    let mut config = Config::new();
    config
        .cranelift_opt_level(OptLevel::None)
        .wasm_function_references(true)
        .wasm_gc(true)
        .wasm_memory64(true)
        .wasm_multi_memory(true)
        .wasm_tail_call(true)
        .wasm_component_model_async(true)
        .wasm_component_model_more_async_builtins(true)
        .wasm_component_model_async_stackful(true)
        .wasm_component_model_threading(true)
        .wasm_component_model_error_context(true)
        .wasm_component_model_map(true)
        .wasm_component_model_fixed_length_lists(true)
        .wasm_component_model_implements(true);
    Engine::new(&config).map_err(text)
}

impl Running {
    /// Compiles and instantiates `component`; `host` holds the `host…` lines of a script.
    pub fn start(component: &[u8], host: &[&str]) -> Result<Running, String> {
        Running::start_within(component, host, usize::MAX)
    }

    /// The same, where a memory that grows beyond `bytes` is a trap.
    pub fn start_within(component: &[u8], host: &[&str], bytes: usize) -> Result<Running, String> {
        let stderr = MemoryOutputPipe::new(1024 * 1024);
        let mut running = Running::start_with(component, host, bytes, stderr.clone())?;
        running.stderr = stderr;
        Ok(running)
    }

    /// The same, with a host that has what `more` says: variables, directories, standard input.
    pub fn start_on(
        component: &[u8],
        host: &[&str],
        more: impl FnOnce(&mut WasiCtxBuilder),
    ) -> Result<Running, String> {
        let stderr = MemoryOutputPipe::new(1024 * 1024);
        let mut running = Running::start_with_all(
            component,
            host,
            usize::MAX,
            stderr.clone(),
            more,
            |_| Ok(()),
        )?;
        running.stderr = stderr;
        Ok(running)
    }

    /// The same, with a host that has what `link` adds.
    pub fn start_linked(
        component: &[u8],
        link: impl FnOnce(&mut Linker<Host>) -> wasmtime::Result<()>,
    ) -> Result<Running, String> {
        let stderr = MemoryOutputPipe::new(1024 * 1024);
        Running::start_with_all(component, &[], usize::MAX, stderr, |_| {}, link)
    }

    /// The same, with that as standard error.
    pub fn start_with(
        component: &[u8],
        host: &[&str],
        bytes: usize,
        stderr: impl StdoutStream + 'static,
    ) -> Result<Running, String> {
        Running::start_with_all(component, host, bytes, stderr, |_| {}, |_| Ok(()))
    }

    fn start_with_all(
        component: &[u8],
        host: &[&str],
        bytes: usize,
        stderr: impl StdoutStream + 'static,
        more: impl FnOnce(&mut WasiCtxBuilder),
        link: impl FnOnce(&mut Linker<Host>) -> wasmtime::Result<()>,
    ) -> Result<Running, String> {
        let executor = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .enable_io()
            .build()
            .map_err(|e| e.to_string())?;
        let engine = engine()?;
        let component = Component::new(&engine, component)
            .map_err(|e| format!("wasmtime does not compile it: {}", text(e)))?;
        let mut linker = Linker::new(&engine);
        linker.allow_shadowing(true);
        let imports_wasi = component
            .component_type()
            .imports(&engine)
            .any(|(name, _)| name.starts_with("wasi:"));
        if imports_wasi {
            wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(text)?;
            wasmtime_wasi::p3::add_to_linker(&mut linker).map_err(text)?;
        }
        define_host(&mut linker, &component, host)?;
        link(&mut linker).map_err(text)?;
        let stdout = MemoryOutputPipe::new(64 * 1024);
        let mut ctx = WasiCtx::builder();
        ctx.stdout(stdout.clone()).stderr(stderr);
        more(&mut ctx);
        let ctx = ctx.build();
        let state = Host {
            ctx,
            table: ResourceTable::new(),
            limits: StoreLimitsBuilder::new()
                .memory_size(bytes)
                .trap_on_grow_failure(true)
                .build(),
            dropped: Vec::new(),
        };
        let mut store = Store::new(&engine, state);
        store.limiter(|host| &mut host.limits);
        let instance = block_on(&executor, linker.instantiate_async(&mut store, &component))
            .map_err(|e| format!("wasmtime does not instantiate it: {}", text(e)))?;
        Ok(Running {
            executor,
            engine,
            store,
            component,
            instance,
            kept: BTreeMap::new(),
            stdout,
            stderr: MemoryOutputPipe::new(0),
        })
    }

    /// Calls `NAME(ARGS)` and answers the result as WAVE, or `None` if the function has none.
    pub fn eval(&mut self, call: &str) -> Result<Option<String>, String> {
        match self.call(call)? {
            None => Ok(None),
            Some((_, value)) => value.to_wave().map(Some).map_err(text),
        }
    }

    fn step(&mut self, step: &str) -> Result<(), String> {
        if let Some(kept) = step.strip_prefix("drop ") {
            let handle = self
                .kept
                .remove(kept.trim())
                .ok_or("nothing of that name")?;
            let dropped = handle.resource_drop_async(&mut self.store);
            return block_on(&self.executor, dropped).map_err(text);
        }
        if step.starts_with('$') {
            let (name, call) = step.split_once(" = ").ok_or("expected `$X = CALL`")?;
            let Some((_, Val::Resource(handle))) = self.call(call)? else {
                return Err("does not answer a handle".to_string());
            };
            self.kept.insert(name.to_string(), handle);
            return Ok(());
        }
        let Some((call, expected)) = step.split_once(" == ") else {
            return match self.call(step)? {
                None => Ok(()),
                Some(_) => Err("it answers something: write `== VALUE`".to_string()),
            };
        };
        let Some((ty, value)) = self.call(call)? else {
            return Err("it answers nothing".to_string());
        };
        let wanted = Val::from_wave(&ty, expected.trim())
            .map_err(|e| format!("the expected value: {}", text(e)))?;
        if wanted == value {
            return Ok(());
        }
        Err(format!("answers {}", value.to_wave().map_err(text)?))
    }

    fn call(&mut self, call: &str) -> Result<Option<(Type, Val)>, String> {
        let (name, args) = call
            .trim()
            .strip_suffix(')')
            .and_then(|call| call.split_once('('))
            .ok_or("expected NAME(ARGS)")?;
        let func = self.func(name)?;
        let ty = func.ty(&self.store);
        let args = split_arguments(args);
        if args.len() != ty.params().len() {
            return Err(format!("it has {} parameters", ty.params().len()));
        }
        let mut params = Vec::new();
        for (arg, (name, ty)) in args.iter().zip(ty.params()) {
            params.push(match self.kept.get(*arg) {
                Some(handle) => Val::Resource(*handle),
                None => {
                    Val::from_wave(&ty, arg).map_err(|e| format!("argument {name}: {}", text(e)))?
                }
            });
        }
        let mut results = vec![Val::Bool(false); ty.results().len()];
        let called = func.call_async(&mut self.store, &params, &mut results);
        block_on(&self.executor, called).map_err(text)?;
        Ok(ty.results().next().zip(results.into_iter().next()))
    }

    fn func(&mut self, name: &str) -> Result<Func, String> {
        let mut at = None;
        for part in name.split('#') {
            at = match self
                .instance
                .get_export_index(&mut self.store, at.as_ref(), part)
            {
                Some(index) => Some(index),
                None => return Err(format!("no export `{part}`; there is {}", self.exports())),
            };
        }
        at.and_then(|index| self.instance.get_func(&mut self.store, index))
            .ok_or_else(|| format!("`{name}` is not a function"))
    }

    /// What the component has printed.
    pub fn printed(&self) -> String {
        String::from_utf8_lossy(&self.stdout.contents()).into_owned()
    }

    /// What it has printed on standard error.
    pub fn logged(&self) -> String {
        String::from_utf8_lossy(&self.stderr.contents()).into_owned()
    }

    /// Lets what is still on its way go on, a short time.
    pub fn idle(&mut self) -> Result<(), String> {
        let turn = async |_: &wasmtime::component::Accessor<Host>| {
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let running = self.store.run_concurrent(turn);
        block_on(&self.executor, running).map_err(text)
    }

    /// Calls a function with values, and answers its results.
    pub fn apply(&mut self, name: &str, params: &[Val]) -> Result<Vec<Val>, String> {
        let func = self.func(name)?;
        let ty = func.ty(&self.store);
        let mut results = vec![Val::Bool(false); ty.results().len()];
        let called = func.call_async(&mut self.store, params, &mut results);
        block_on(&self.executor, called).map_err(text)?;
        Ok(results)
    }

    /// Calls functions with values, all at once, and answers their results.
    pub fn apply_all(&mut self, calls: &[(&str, Vec<Val>)]) -> Result<Vec<Vec<Val>>, String> {
        let mut all = Vec::new();
        for (name, params) in calls {
            let func = self.func(name)?;
            let results = vec![Val::Bool(false); func.ty(&self.store).results().len()];
            all.push((func, params, results));
        }
        let called = self.store.run_concurrent(async |accessor| {
            let mut running: Vec<_> = all
                .into_iter()
                .map(|(func, params, mut results)| {
                    let call = async move {
                        let called = func.call_concurrent(accessor, params, &mut results).await;
                        called.map(|_| results)
                    };
                    (Box::pin(call), None)
                })
                .collect();
            // One turn for all, until all are done.
            std::future::poll_fn(|context| {
                for (call, done) in &mut running {
                    if done.is_none()
                        && let Poll::Ready(result) = call.as_mut().poll(context)
                    {
                        *done = Some(result);
                    }
                }
                match running.iter().all(|(_, done)| done.is_some()) {
                    true => Poll::Ready(()),
                    false => Poll::Pending,
                }
            })
            .await;
            let done = running.into_iter().filter_map(|(_, done)| done);
            done.collect::<wasmtime::Result<Vec<_>>>()
        });
        block_on(&self.executor, called)
            .and_then(|results| results)
            .map_err(text)
    }

    /// A handle of a host resource, by the position of its line.
    pub fn resource(&mut self, resource: u32, rep: u32) -> Result<Val, String> {
        let handle = ResourceDynamic::new_own(rep, resource);
        let handle = handle
            .try_into_resource_any(&mut self.store)
            .map_err(text)?;
        Ok(Val::Resource(handle))
    }

    /// Drops a handle of a host resource.
    pub fn drop(&mut self, handle: Val) -> Result<(), String> {
        let Val::Resource(handle) = handle else {
            return Err("it is no handle".to_string());
        };
        // Handles that the host has made itself have no destructor.
        let handle = handle.try_into_resource_dynamic(&mut self.store);
        let rep = handle.map_err(text)?.rep();
        self.store.data_mut().dropped.push(rep);
        Ok(())
    }

    /// What stands behind the handles that were dropped, in that order.
    pub fn dropped(&self) -> &[u32] {
        &self.store.data().dropped
    }

    /// The types of the parameters of a function.
    pub fn params(&mut self, name: &str) -> Result<Vec<Type>, String> {
        let func = self.func(name)?;
        let ty = func.ty(&self.store);
        Ok(ty.params().map(|(_, ty)| ty).collect())
    }

    /// The names of the component's exports.
    pub fn exports(&self) -> String {
        let ty = self.component.component_type();
        let names: Vec<&str> = ty.exports(&self.engine).map(|(name, _)| name).collect();
        names.join(", ")
    }
}

fn block_on<F: Future>(executor: &tokio::runtime::Runtime, future: F) -> F::Output {
    executor.block_on(future)
}

/// Defines what the `host…` lines of a script say.
fn define_host(
    linker: &mut Linker<Host>,
    component: &Component,
    lines: &[&str],
) -> Result<(), String> {
    // The number of a resource is where it stands in this list.
    let resources: Vec<String> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("host-resource "))
        .map(|name| name.trim().to_string())
        .collect();
    for (number, name) in (0u32..).zip(&resources) {
        let (instances, name) = split_name(name);
        let mut place = linker.root();
        for instance in instances {
            place = place.into_instance(instance).map_err(text)?;
        }
        place
            .resource(
                name,
                ResourceType::host_dynamic(number),
                |mut store, rep| {
                    store.data_mut().dropped.push(rep);
                    Ok(())
                },
            )
            .map_err(text)?;
    }
    for line in lines.iter().filter_map(|line| line.strip_prefix("host ")) {
        let (name, answer) = line
            .split_once("()")
            .and_then(|(name, rest)| Some((name.trim(), rest.trim().strip_prefix('=')?.trim())))
            .ok_or_else(|| format!("expected `host NAME() = VALUE`: {line}"))?;
        let answer = Answer::parse(answer, &resources)?;
        let is_async = import_is_async(component, linker.engine(), name)?;
        let (instances, name) = split_name(name);
        let mut place = linker.root();
        for instance in instances {
            place = place.into_instance(instance).map_err(text)?;
        }
        let defined = match is_async {
            false => place.func_new(name, move |store, ty, params, results| {
                answer.give(store, &ty, params, results)
            }),
            true => place.func_new_concurrent(name, move |accessor, ty, params, results| {
                let answer = answer.clone();
                Box::pin(async move {
                    if let (Answer::After, Some(Val::U32(wait))) = (&answer, params.first()) {
                        tokio::time::sleep(Duration::from_millis(u64::from(*wait))).await;
                    }
                    accessor.with(|mut access| {
                        answer.give(
                            wasmtime::AsContextMut::as_context_mut(&mut access),
                            &ty,
                            params,
                            results,
                        )
                    })
                })
            }),
        };
        defined.map_err(text)?;
    }
    Ok(())
}

/// Whether the function that `component` imports as `name` is of an async type.
fn import_is_async(component: &Component, engine: &Engine, name: &str) -> Result<bool, String> {
    let mut path = name.split('#');
    let first = path.next().unwrap_or_default();
    let ty = component.component_type();
    let mut item = ty.get_import(engine, first).map(|found| found.ty);
    for part in path {
        item = match item {
            Some(ComponentItem::ComponentInstance(instance)) => instance
                .get_export(engine, part)
                .map(|found| found.ty.clone()),
            _ => None,
        };
    }
    match item {
        Some(ComponentItem::ComponentFunc(func)) => Ok(func.async_()),
        _ => {
            let imports: Vec<&str> = ty.imports(engine).map(|(name, _)| name).collect();
            Err(format!(
                "the host has the function `{name}`, which is not imported; imported: {}",
                imports.join(", ")
            ))
        }
    }
}

/// What a host function answers.
#[derive(Clone)]
enum Answer {
    Nothing,
    Wave(String),
    Handle { resource: u32, rep: u32 },
    Rep,
    Echo,
    After,
    Reps,
}

impl Answer {
    fn parse(answer: &str, resources: &[String]) -> Result<Answer, String> {
        let words: Vec<&str> = answer.split_whitespace().collect();
        match words[..] {
            [] => Ok(Answer::Nothing),
            ["rep"] => Ok(Answer::Rep),
            ["echo"] => Ok(Answer::Echo),
            ["after"] => Ok(Answer::After),
            ["reps"] => Ok(Answer::Reps),
            ["new", name, rep] => {
                let resource = (0u32..)
                    .zip(resources)
                    .find(|(_, known)| known.as_str() == name)
                    .ok_or_else(|| format!("`{name}` is not a host-resource"))?
                    .0;
                let rep = rep.parse().map_err(|_| format!("`{rep}` is no number"))?;
                Ok(Answer::Handle { resource, rep })
            }
            _ => Ok(Answer::Wave(answer.to_string())),
        }
    }

    fn give(
        &self,
        mut store: StoreContextMut<'_, Host>,
        ty: &ComponentFunc,
        params: &[Val],
        results: &mut [Val],
    ) -> wasmtime::Result<()> {
        let value = match self {
            Answer::Nothing => return Ok(()),
            Answer::Wave(wave) => match ty.results().next() {
                Some(ty) => Val::from_wave(&ty, wave)?,
                None => wasmtime::bail!("the function answers nothing"),
            },
            Answer::Handle { resource, rep } => Val::Resource(
                ResourceDynamic::new_own(*rep, *resource).try_into_resource_any(&mut store)?,
            ),
            Answer::Echo => match params.first() {
                Some(first) => first.clone(),
                None => wasmtime::bail!("the function has no argument"),
            },
            Answer::After => match params.last() {
                Some(last) => last.clone(),
                None => wasmtime::bail!("the function has no argument"),
            },
            Answer::Reps => {
                let mut found = Vec::new();
                params.iter().for_each(|value| handles(value, &mut found));
                let mut reps = Vec::new();
                for handle in found {
                    let Val::Resource(handle) = handle else {
                        continue;
                    };
                    let is_owned = handle.owned();
                    let rep = handle.try_into_resource_dynamic(&mut store)?.rep();
                    if is_owned {
                        store.data_mut().dropped.push(rep);
                    }
                    reps.push(Val::U32(rep));
                }
                Val::List(reps)
            }
            Answer::Rep => match params.first() {
                Some(Val::Resource(handle)) => {
                    Val::U32(handle.try_into_resource_dynamic(&mut store)?.rep())
                }
                _ => wasmtime::bail!("the first argument is no handle"),
            },
        };
        match results {
            [result] => *result = value,
            _ => wasmtime::bail!("the function answers nothing"),
        }
        Ok(())
    }
}

/// The handles in a value, in order.
pub fn handles(value: &Val, found: &mut Vec<Val>) {
    match value {
        Val::Resource(_) => found.push(value.clone()),
        Val::List(values) | Val::Tuple(values) => {
            values.iter().for_each(|value| handles(value, found));
        }
        Val::Record(fields) => fields.iter().for_each(|(_, value)| handles(value, found)),
        Val::Variant(_, Some(value))
        | Val::Option(Some(value))
        | Val::Result(Ok(Some(value)) | Err(Some(value))) => handles(value, found),
        _ => {}
    }
}

/// `a#b#c` as the instances `a`, `b` and the item `c`.
fn split_name(name: &str) -> (Vec<&str>, &str) {
    let mut path: Vec<&str> = name.split('#').collect();
    let last = path.pop().unwrap_or_default();
    (path, last)
}

/// Splits at the commas that are in no bracket and in no string.
fn split_arguments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut quoted, mut escaped) = (0, 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[start..].trim());
    found.retain(|argument| !argument.is_empty());
    found
}

/// The whole chain of causes.
fn text(error: wasmtime::Error) -> String {
    format!("{error:#}")
}
