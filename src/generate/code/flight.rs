//! Passing an async call on and telling of it: it may return later, while others of the same function
//! are on their way.
//!
//! What is known of a call lies where the runtime keeps it; the task has its address. Lifted and
//! lowered async, with a callback: <https://github.com/WebAssembly/component-model>, `Concurrency`.
//!
//! May import: `surface` (rank 2), the sibling modules. Deliberately absent: streams and futures,
//! which are passed on as handles.

use wasm_encoder::{BlockType, Instruction, ValType};

use super::take::hands_over;
use super::{BuiltIn, Code, Function, place};
use crate::generate::Fallible;
use crate::surface::{Func, Type};

/// The most flat arguments of an async call; more go by memory, and so does every result.
const MAX_FLAT_ASYNC: usize = 4;

/// How far a call is, in the lower half byte of what an async call answers, or of its event.
const RETURNED: i32 = 2;
/// It was cancelled before its arguments were taken.
const NOT_BEGUN: i32 = 3;

/// Events of a callback.
const CANCEL: i32 = 6;

/// What a task answers that waits; the set is in the upper bits.
const WAIT: i32 = 2;

/// Places in what is kept of a call, which the generated code has to itself.
const RESULT: u32 = 0;
const ARGUMENTS: u32 = 4;
const SET: u32 = 8;
const SUBTASK: u32 = 12;

impl Code<'_, '_> {
    /// The function at `position`, which is async, passed on.
    pub fn tracing_async(
        mut self,
        func: &Func,
        position: usize,
        resources: &[u32],
    ) -> Fallible<Function> {
        use Instruction as I;
        let in_memory = self.take_params(func)?;
        let call = self.begin(position, in_memory);
        let mut given = Vec::new();
        if in_memory || self.params.len() <= MAX_FLAT_ASYNC {
            given.extend((0..self.params.len() as u32).map(I::LocalGet));
        } else {
            let area = self.local(ValType::I32);
            self.body.push(I::LocalGet(call));
            self.call(BuiltIn::Runtime("to_memory"));
            self.body.push(I::LocalSet(area));
            self.keep(call, ARGUMENTS, area);
            given.push(I::LocalGet(area));
        }
        if let Some(ty) = &func.result {
            let layout = self.shared.abi.layout(ty)?;
            let area = self.local(ValType::I32);
            self.space(layout.size, layout.align, area);
            self.keep(call, RESULT, area);
            given.push(I::LocalGet(area));
        }
        let params = match in_memory || self.params.len() > MAX_FLAT_ASYNC {
            true => vec![ValType::I32; given.len()],
            false => {
                let result = func.result.iter().map(|_| ValType::I32);
                self.params.iter().copied().chain(result).collect()
            }
        };
        self.body.extend(given);
        self.call(BuiltIn::Passed(position, params, vec![ValType::I32]));
        let (status, set) = (self.local(ValType::I32), self.local(ValType::I32));
        self.body.push(I::LocalSet(status));
        // Calls that are made from here on are not known to be made by this one.
        self.call(BuiltIn::Sink("leave"));
        self.body.extend([
            I::LocalGet(status),
            I::I32Const(15),
            I::I32And,
            I::I32Const(RETURNED),
            I::I32Eq,
            I::If(BlockType::Empty),
        ]);
        self.returned(func, position, resources, call)?;
        self.body.push(I::End);
        self.call(BuiltIn::Task("waitable-set.new"));
        self.body.push(I::LocalSet(set));
        self.keep(call, SET, set);
        self.body
            .extend([I::LocalGet(status), I::I32Const(4), I::I32ShrU]);
        self.body.push(I::LocalSet(status));
        self.keep(call, SUBTASK, status);
        self.body.extend([I::LocalGet(status), I::LocalGet(set)]);
        self.call(BuiltIn::Task("waitable.join"));
        self.body.push(I::LocalGet(call));
        self.call(BuiltIn::Task("context.set"));
        self.wait(call);
        self.finish(vec![ValType::I32])
    }

    /// What is called when something has become of such a call.
    pub fn going_on(
        mut self,
        func: &Func,
        position: usize,
        resources: &[u32],
    ) -> Fallible<Function> {
        use Instruction as I;
        // The event, what it is about, and how far that is.
        self.params = vec![ValType::I32; 3];
        let (event, status) = (0, 2);
        let call = self.local(ValType::I32);
        self.call(BuiltIn::Task("context.get"));
        self.body.extend([
            I::LocalSet(call),
            I::LocalGet(event),
            I::I32Const(CANCEL),
            I::I32Eq,
            I::If(BlockType::Empty),
        ]);
        // It is cancelled where it is passed on to as well, now or later.
        self.kept(call, SUBTASK);
        self.call(BuiltIn::Task("subtask.cancel"));
        self.body.extend([
            I::LocalTee(status),
            I::I32Const(-1),
            I::I32Eq,
            I::If(BlockType::Empty),
        ]);
        self.wait(call);
        self.body.extend([
            I::Return,
            I::End,
            I::End,
            I::LocalGet(status),
            I::I32Const(RETURNED),
            I::I32LtU,
            I::If(BlockType::Empty),
        ]);
        self.wait(call);
        self.body.extend([I::Return, I::End]);
        self.kept(call, SUBTASK);
        self.body.push(I::I32Const(0));
        self.call(BuiltIn::Task("waitable.join"));
        self.kept(call, SUBTASK);
        self.call(BuiltIn::Task("subtask.drop"));
        self.kept(call, SET);
        self.call(BuiltIn::Task("waitable-set.drop"));
        self.body.extend([
            I::LocalGet(status),
            I::I32Const(RETURNED),
            I::I32Eq,
            I::If(BlockType::Empty),
        ]);
        self.returned(func, position, resources, call)?;
        self.body.push(I::End);
        // Cancelled: there is no result. What was handed over is the provider's, unless that had not even
        // begun; then it is here, where nobody needs it.
        self.body.push(I::LocalGet(call));
        self.call(BuiltIn::Runtime("cancelled"));
        self.log(func, resources, call)?;
        self.drop_kept(func, call, status)?;
        if func.result.is_some() {
            self.kept(call, RESULT);
            self.call(BuiltIn::Runtime("free"));
        }
        self.end(call);
        self.call(BuiltIn::Task("task.cancel"));
        self.body.push(I::I32Const(0));
        self.finish(vec![ValType::I32])
    }

    /// Tells of a call that has returned, and returns what it has.
    fn returned(
        &mut self,
        func: &Func,
        position: usize,
        resources: &[u32],
        call: u32,
    ) -> Fallible<()> {
        use Instruction as I;
        self.body.push(I::LocalGet(call));
        self.kept(call, RESULT);
        self.body.push(I::I32Const(1));
        self.call(BuiltIn::Runtime("finish"));
        self.log(func, resources, call)?;
        let flat = match &func.result {
            None => Some(Vec::new()),
            Some(ty) => self.shared.abi.layout(ty)?.flat.map(|flat| flat.to_vec()),
        };
        match &flat {
            None => self.kept(call, RESULT),
            Some(flat) if flat.is_empty() => {}
            Some(flat) => {
                let slots = self.local(ValType::I32);
                self.space(8 * flat.len() as u32, 8, slots);
                self.body.push(I::I32Const(position as i32));
                self.kept(call, RESULT);
                self.body.push(I::LocalGet(slots));
                self.call(BuiltIn::Runtime("to_flat"));
                for (at, ty) in (0..).zip(flat) {
                    self.body.push(I::LocalGet(slots));
                    self.body.push(match ty {
                        ValType::I64 => I::I64Load(place(8 * at, 8)),
                        ValType::F32 => I::F32Load(place(8 * at, 4)),
                        ValType::F64 => I::F64Load(place(8 * at, 8)),
                        _ => I::I32Load(place(8 * at, 4)),
                    });
                }
                self.body.push(I::LocalGet(slots));
                self.call(BuiltIn::Runtime("free"));
            }
        }
        let flat = flat.unwrap_or_else(|| vec![ValType::I32]);
        self.call(BuiltIn::TaskReturn(position, flat));
        if func.result.is_some() {
            self.body.push(I::I32Const(position as i32));
            self.kept(call, RESULT);
            self.call(BuiltIn::Runtime("release"));
        }
        self.end(call);
        self.body.extend([I::I32Const(0), I::Return]);
        Ok(())
    }

    /// Drops the handles that a call did not hand over, if its provider had not begun.
    fn drop_kept(&mut self, func: &Func, call: u32, status: u32) -> Fallible<()> {
        use Instruction as I;
        let types: Vec<&Type> = func.params.iter().map(|(_, ty)| ty).collect();
        if !types.iter().any(|ty| hands_over(ty)) {
            return Ok(());
        }
        let area = self.local(ValType::I32);
        self.body.extend([
            I::LocalGet(status),
            I::I32Const(NOT_BEGUN),
            I::I32Eq,
            I::If(BlockType::Empty),
            I::LocalGet(call),
        ]);
        self.call(BuiltIn::Runtime("to_memory"));
        self.body.push(I::LocalSet(area));
        let offsets = self.shared.abi.offsets(types.iter().copied())?;
        // Those that were lent are dropped whether they were passed on or not.
        self.lent_is_dropped = true;
        for (ty, offset) in types.into_iter().zip(offsets) {
            self.drop_at(ty, area, offset)?;
        }
        self.body.push(I::LocalGet(area));
        self.call(BuiltIn::Runtime("free"));
        self.body.push(I::End);
        Ok(())
    }

    /// Gives back what is kept of a call.
    fn end(&mut self, call: u32) {
        use Instruction as I;
        self.kept(call, ARGUMENTS);
        self.body.push(I::If(BlockType::Empty));
        self.kept(call, ARGUMENTS);
        self.call(BuiltIn::Runtime("free"));
        self.body.extend([I::End, I::LocalGet(call)]);
        self.call(BuiltIn::Runtime("end"));
    }

    /// Answers that the task waits.
    fn wait(&mut self, call: u32) {
        use Instruction as I;
        self.kept(call, SET);
        self.body
            .extend([I::I32Const(4), I::I32Shl, I::I32Const(WAIT), I::I32Or]);
    }

    /// Keeps a local with a call.
    fn keep(&mut self, call: u32, at: u32, local: u32) {
        self.body.extend([
            Instruction::LocalGet(call),
            Instruction::LocalGet(local),
            Instruction::I32Store(place(at, 4)),
        ]);
    }

    /// Pushes what is kept with a call.
    fn kept(&mut self, call: u32, at: u32) {
        self.body.extend([
            Instruction::LocalGet(call),
            Instruction::I32Load(place(at, 4)),
        ]);
    }
}
