//! The core functions: what was handed over is dropped, then the answer is given.
//!
//! Lives here: [`Code`] and the built-ins that it calls. May import: `surface` (rank 2), the sibling
//! modules. Deliberately absent: the module around it (`module`).

mod flight;
mod give;
mod replay;
mod take;
mod trace;
mod wrap;

use wasm_encoder::{Instruction, MemArg, MemArgTarget, ValType};

use super::abi::Abi;
use super::homes::{Homes, Key};
use super::memory::Memory;
use super::types::Types;
use super::values::Value;
use super::{Cannot, Fallible};
use crate::surface::{Func, ResourceRef};

/// What core code calls of the canonical ABI, or of the module with the memory; by the index of the
/// type that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BuiltIn {
    Drop(u32),
    New(u32),
    /// What a handle stands for.
    Rep(u32),
    /// By the part that defines it.
    NewElsewhere(Key),
    StreamNew(u32),
    StreamDropReadable(u32),
    StreamDropWritable(u32),
    FutureNew(u32),
    FutureWrite(u32),
    FutureDropReadable(u32),
    ErrorContextNew,
    ErrorContextDrop,
    /// Of the function at that position, with its flat values.
    TaskReturn(usize, Vec<ValType>),
    /// Forgets the arguments that were handed over in memory.
    Reset,
    /// Space that is never given back.
    Keep,
    /// The function at that position of whoever provides the interface, with its core type.
    Passed(usize, Vec<ValType>, Vec<ValType>),
    /// Of the runtime of traced, replayed or virtual parts.
    Runtime(&'static str),
    /// A function of WASI of the runtime of virtual parts, with its core type.
    Virtual(&'static str, Vec<ValType>, Vec<ValType>),
    /// Traps, in a function with a name that says why.
    Trap,
    /// Of the canonical ABI, about the task that runs and what it waits for.
    Task(&'static str),
    /// Where lines go, and how deep calls are nested.
    Sink(&'static str),
}

impl BuiltIn {
    /// Whether it reads memory, or is of the module with it.
    pub fn needs_memory(&self) -> bool {
        let of_memory = matches!(self, BuiltIn::Reset | BuiltIn::Keep);
        let reads = matches!(self, BuiltIn::FutureWrite(_) | BuiltIn::TaskReturn(..));
        of_memory || reads || *self == BuiltIn::ErrorContextNew
    }

    /// Its core type.
    pub fn signature(&self) -> (Vec<ValType>, Vec<ValType>) {
        use ValType::{I32, I64};
        match self {
            BuiltIn::Drop(_)
            | BuiltIn::StreamDropReadable(_)
            | BuiltIn::StreamDropWritable(_)
            | BuiltIn::FutureDropReadable(_)
            | BuiltIn::ErrorContextDrop
            | BuiltIn::Trap => (vec![I32], vec![]),
            BuiltIn::New(_) | BuiltIn::NewElsewhere(_) | BuiltIn::Rep(_) => (vec![I32], vec![I32]),
            BuiltIn::StreamNew(_) | BuiltIn::FutureNew(_) => (vec![], vec![I64]),
            BuiltIn::FutureWrite(_) | BuiltIn::ErrorContextNew | BuiltIn::Keep => {
                (vec![I32, I32], vec![I32])
            }
            BuiltIn::TaskReturn(_, flat) => (flat.clone(), vec![]),
            BuiltIn::Reset => (vec![], vec![]),
            BuiltIn::Passed(_, params, results) | BuiltIn::Virtual(_, params, results) => {
                (params.clone(), results.clone())
            }
            BuiltIn::Runtime(name) => match *name {
                "realloc" => (vec![I32; 4], vec![I32]),
                "begin" => (vec![I32; 4], vec![I32]),
                "call" => (vec![I32; 4], vec![]),
                "finish" => (vec![I32; 3], vec![I32]),
                "next_borrow" => (vec![I32], vec![I64]),
                "next_owned" => (vec![], vec![I64]),
                "to_flat" | "recorded" => (vec![I32; 3], vec![]),
                "table" | "release" | "reserve" => (vec![I32; 2], vec![]),
                "end" | "free" | "resolve" => (vec![I32], vec![]),
                "line" | "cancelled" | "to_memory" | "unwrap" | "is-host" => (vec![I32], vec![I32]),
                name if name.starts_with("wrap-") => (vec![I32], vec![I32]),
                "hold" | "let-go" => (vec![], vec![]),
                // "find", "answer" and what else is asked of it
                _ => (vec![], vec![I32]),
            },
            BuiltIn::Task(name) => match *name {
                "waitable-set.new" | "context.get" => (vec![], vec![I32]),
                "waitable.join" => (vec![I32; 2], vec![]),
                "subtask.cancel" => (vec![I32], vec![I32]),
                "task.cancel" => (vec![], vec![]),
                // "context.set", "subtask.drop", "waitable-set.drop"
                _ => (vec![I32], vec![]),
            },
            BuiltIn::Sink(name) => match *name {
                "enter" => (vec![], vec![I32]),
                "log" => (vec![I32; 2], vec![]),
                // "leave"
                _ => (vec![], vec![]),
            },
        }
    }
}

/// The most instructions of a function: types can be nested so that there is no end of them.
const MAX_INSTRUCTIONS: usize = 100_000;

/// What all functions of a part share.
pub(super) struct Shared<'a> {
    pub homes: &'a Homes,
    pub abi: Abi<'a>,
    pub memory: Memory,
    pub built_ins: Vec<BuiltIn>,
}

impl Shared<'_> {
    /// The index of a built-in, which is added if it is not there.
    pub fn built_in(&mut self, built_in: BuiltIn) -> u32 {
        let known = self.built_ins.iter().position(|known| *known == built_in);
        let index = known.unwrap_or_else(|| {
            self.built_ins.push(built_in);
            self.built_ins.len() - 1
        });
        index as u32
    }
}

/// A core function in the making.
pub(super) struct Code<'c, 'a> {
    shared: &'c mut Shared<'a>,
    types: &'c Types,
    params: Vec<ValType>,
    locals: Vec<ValType>,
    body: Vec<Instruction<'static>>,
    /// Whether handles that come by are dropped, or wrapped.
    wraps: Option<Wraps<'c>>,
    /// Whether handles that were lent are dropped elsewhere, so that only the others are.
    lent_is_dropped: bool,
}

/// What wraps handles of a resource, if they are to be wrapped.
pub(super) type Wraps<'c> = &'c dyn Fn(&ResourceRef) -> Option<&'static str>;

/// A finished core function.
pub(super) struct Function {
    pub params: Vec<ValType>,
    pub results: Vec<ValType>,
    pub locals: Vec<ValType>,
    pub body: Vec<Instruction<'static>>,
}

/// What tells functions apart: parameters, results and code.
pub(super) type Encoded = (Vec<ValType>, Vec<ValType>, Vec<u8>);

impl Function {
    /// Its locals and code.
    pub fn body(&self) -> wasm_encoder::Function {
        let locals = self.locals.iter().copied();
        let mut body = wasm_encoder::Function::new_with_locals_types(locals);
        for instruction in &self.body {
            body.instruction(instruction);
        }
        body
    }

    pub fn encoded(&self) -> Encoded {
        let body = self.body().into_raw_body();
        (self.params.clone(), self.results.clone(), body)
    }
}

impl<'c, 'a> Code<'c, 'a> {
    pub fn new(shared: &'c mut Shared<'a>, types: &'c Types) -> Code<'c, 'a> {
        Code {
            shared,
            types,
            params: Vec::new(),
            locals: Vec::new(),
            body: Vec::new(),
            wraps: None,
            lent_is_dropped: false,
        }
    }

    /// The function at `position`, with that answer.
    pub fn answering(
        mut self,
        func: &Func,
        position: usize,
        answer: Option<&Value>,
    ) -> Fallible<Function> {
        self.take(func)?;
        let answer = answer.zip(func.result.as_ref());
        let flat = match answer {
            None => Some(Vec::new()),
            Some((_, ty)) => self.shared.abi.layout(ty)?.flat.map(|flat| flat.to_vec()),
        };
        let results = match func.async_ {
            true => {
                match (answer, &flat) {
                    (Some((value, ty)), Some(flat)) => self.push(value, ty, flat)?,
                    (Some((value, ty)), None) => self.push_address(value, ty)?,
                    (None, _) => {}
                }
                let flat = flat.unwrap_or_else(|| vec![ValType::I32]);
                self.call(BuiltIn::TaskReturn(position, flat));
                // The task is over.
                self.body.push(Instruction::I32Const(0));
                vec![ValType::I32]
            }
            false => match (answer, flat) {
                (None, _) => Vec::new(),
                (Some((value, ty)), Some(flat)) if flat.len() == 1 => {
                    self.push(value, ty, &flat)?;
                    flat
                }
                (Some((value, ty)), _) => {
                    self.push_address(value, ty)?;
                    vec![ValType::I32]
                }
            },
        };
        self.finish(results)
    }

    /// Gives the function the parameters of `func`: flat, or the address of what lies in memory;
    /// whether it is that.
    fn take_params(&mut self, func: &Func) -> Fallible<bool> {
        let flat = self.shared.abi.flat_params(func)?;
        let in_memory = flat.is_none();
        self.params = flat.unwrap_or_else(|| vec![ValType::I32]);
        Ok(in_memory)
    }

    /// The function that traps.
    pub fn trapping(mut self, func: &Func) -> Fallible<Function> {
        self.take_params(func)?;
        let result = func.result.as_ref().map(|ty| self.shared.abi.layout(ty));
        let results = match (func.async_, result.transpose()?) {
            (true, _) => vec![ValType::I32],
            (false, None) => Vec::new(),
            (false, Some(layout)) => match layout.flat.as_deref() {
                Some([one]) => vec![*one],
                _ => vec![ValType::I32],
            },
        };
        self.body.push(Instruction::Unreachable);
        self.finish(results)
    }

    /// The function that makes a resource, which stands for its argument.
    pub fn making(mut self, resource: u32) -> Fallible<Function> {
        self.params = vec![ValType::I32];
        self.body.push(Instruction::LocalGet(0));
        self.call(BuiltIn::New(resource));
        self.finish(vec![ValType::I32])
    }

    fn finish(mut self, results: Vec<ValType>) -> Fallible<Function> {
        self.body.push(Instruction::End);
        Ok(Function {
            params: self.params,
            results,
            locals: self.locals,
            body: self.body,
        })
    }

    fn call(&mut self, built_in: BuiltIn) {
        let index = self.shared.built_in(built_in);
        self.body.push(Instruction::Call(index));
    }

    fn local(&mut self, ty: ValType) -> u32 {
        self.locals.push(ty);
        (self.params.len() + self.locals.len() - 1) as u32
    }

    fn has_room(&self) -> Fallible<()> {
        match self.body.len() > MAX_INSTRUCTIONS {
            true => Err(Cannot::new("its types are nested too often")),
            false => Ok(()),
        }
    }
}

/// Where an access of `size` bytes goes.
fn place(offset: u32, size: u32) -> MemArg {
    MemArg {
        offset: u64::from(offset),
        align: size.ilog2(),
        target: MemArgTarget::default(),
        ordering: None,
    }
}
