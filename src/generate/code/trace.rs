//! Passing a call on and telling of it: the arguments go to the runtime, then to whoever provides
//! the function, and the result comes back the same way.
//!
//! May import: `surface` (rank 3), the sibling modules. Deliberately absent: writing values, which
//! the runtime does (`guests/trace`).

use wasm_encoder::{BlockType, Instruction, ValType};

use super::{BuiltIn, Code, Function, place};
use crate::generate::Fallible;
use crate::generate::items::each_resource;
use crate::surface::Func;

impl Code<'_, '_> {
    /// The function at `position`, passed on; `resources` are the types of what the runtime knows
    /// by their positions.
    pub fn tracing(
        mut self,
        func: &Func,
        position: usize,
        resources: &[u32],
    ) -> Fallible<Function> {
        use Instruction as I;
        let in_memory = self.take_params(func)?;
        let result = func.result.as_ref();
        let result = result.map(|ty| self.shared.abi.layout(ty)).transpose()?;
        let direct = match result.as_ref().and_then(|layout| layout.flat.as_deref()) {
            Some([one]) => Some(*one),
            _ => None,
        };
        let call = self.begin(position, in_memory);
        let area = self.local(ValType::I32);
        match (&result, direct) {
            (Some(_), Some(_)) => self.space(8, 8, area),
            (Some(layout), None) => self.space(layout.size, layout.align, area),
            (None, _) => {}
        }
        for param in 0..self.params.len() as u32 {
            self.body.push(I::LocalGet(param));
        }
        let mut params = self.params.clone();
        if result.is_some() && direct.is_none() {
            self.body.push(I::LocalGet(area));
            params.push(ValType::I32);
        }
        self.call(BuiltIn::Passed(
            position,
            params,
            direct.into_iter().collect(),
        ));
        let value = direct.map(|ty| self.local(ty));
        if let (Some(value), Some(ty)) = (value, direct) {
            self.body.extend([I::LocalSet(value), I::LocalGet(area)]);
            self.store_as_i64(value, ty, 0);
        }
        self.call(BuiltIn::Sink("leave"));
        self.body.extend([
            I::LocalGet(call),
            I::LocalGet(area),
            I::I32Const(i32::from(direct.is_none())),
        ]);
        self.call(BuiltIn::Runtime("finish"));
        self.log(func, resources, call)?;
        self.body.push(I::LocalGet(call));
        self.call(BuiltIn::Runtime("end"));
        let results = match (value, direct, &result) {
            (Some(value), Some(ty), _) => {
                self.body.push(I::LocalGet(area));
                self.call(BuiltIn::Runtime("free"));
                self.body.push(I::LocalGet(value));
                vec![ty]
            }
            // Given back once the caller has read it, by `post-return`.
            (_, _, Some(_)) => {
                self.body.push(I::LocalGet(area));
                vec![ValType::I32]
            }
            _ => Vec::new(),
        };
        self.finish(results)
    }

    /// The function that gives back what the result of that at `position` was handed over in.
    pub fn giving_back(mut self, position: usize) -> Fallible<Function> {
        self.params = vec![ValType::I32];
        self.body.extend([
            Instruction::I32Const(position as i32),
            Instruction::LocalGet(0),
        ]);
        self.call(BuiltIn::Runtime("release"));
        self.finish(Vec::new())
    }

    /// Has the runtime begin a call with the parameters; the local with the address of what it keeps
    /// of it.
    pub(super) fn begin(&mut self, position: usize, in_memory: bool) -> u32 {
        use Instruction as I;
        let depth = self.local(ValType::I32);
        self.call(BuiltIn::Sink("enter"));
        self.body.push(I::LocalSet(depth));
        let slots = self.slots(in_memory);
        self.body.extend([
            I::I32Const(position as i32),
            I::LocalGet(slots),
            I::I32Const(i32::from(in_memory)),
            I::LocalGet(depth),
        ]);
        self.call(BuiltIn::Runtime("begin"));
        let call = self.local(ValType::I32);
        self.body.push(I::LocalSet(call));
        call
    }

    /// Writes the line of a call, whose length is on the stack, and drops what it was lent.
    pub(super) fn log(&mut self, func: &Func, resources: &[u32], call: u32) -> Fallible<()> {
        let length = self.local(ValType::I32);
        self.body.push(Instruction::LocalSet(length));
        self.drop_lent(func, resources, call)?;
        self.body.push(Instruction::LocalGet(call));
        self.call(BuiltIn::Runtime("line"));
        self.body.push(Instruction::LocalGet(length));
        self.call(BuiltIn::Sink("log"));
        Ok(())
    }

    /// A local with the address of the parameters as the runtime reads them.
    pub(super) fn slots(&mut self, in_memory: bool) -> u32 {
        use Instruction as I;
        let slots = self.local(ValType::I32);
        match in_memory {
            true => self.body.extend([I::LocalGet(0), I::LocalSet(slots)]),
            false => self.store_params(slots),
        }
        slots
    }

    /// Has the parameters lie in memory, 64 bits each, as the runtime reads them.
    fn store_params(&mut self, slots: u32) {
        let params = self.params.clone();
        if params.is_empty() {
            return;
        }
        self.space(8 * params.len() as u32, 8, slots);
        for (at, ty) in (0..).zip(params) {
            self.body.push(Instruction::LocalGet(slots));
            self.store_as_i64(at, ty, 8 * at);
        }
    }

    /// Stores a local, its bits in the lower half, at the address on the stack.
    fn store_as_i64(&mut self, local: u32, ty: ValType, offset: u32) {
        self.body.push(Instruction::LocalGet(local));
        match ty {
            ValType::F32 => self
                .body
                .extend([Instruction::I32ReinterpretF32, Instruction::I64ExtendI32U]),
            ValType::F64 => self.body.push(Instruction::I64ReinterpretF64),
            ValType::I64 => {}
            _ => self.body.push(Instruction::I64ExtendI32U),
        }
        self.body.push(Instruction::I64Store(place(offset, 8)));
    }

    /// Has a local be the address of new space.
    pub(super) fn space(&mut self, size: u32, align: u32, local: u32) {
        self.body.extend([
            Instruction::I32Const(0),
            Instruction::I32Const(0),
            Instruction::I32Const(align as i32),
            Instruction::I32Const(size as i32),
        ]);
        self.call(BuiltIn::Runtime("realloc"));
        self.body.push(Instruction::LocalSet(local));
    }

    /// Drops all handles that were lent, as whoever was lent them has to.
    fn drop_lent(&mut self, func: &Func, resources: &[u32], call: u32) -> Fallible<()> {
        use Instruction as I;
        let mut own: Vec<u32> = Vec::new();
        let mut problem = None;
        each_resource(
            func.params.iter().map(|(_, ty)| ty),
            &mut |resource| match self.types.resource(resource) {
                Ok(index) => own.push(index),
                Err(cannot) => problem = Some(cannot),
            },
        );
        if let Some(cannot) = problem {
            return Err(cannot);
        }
        if own.is_empty() {
            return Ok(());
        }
        let lent = self.local(ValType::I64);
        self.body
            .extend([I::Block(BlockType::Empty), I::Loop(BlockType::Empty)]);
        self.body.push(I::LocalGet(call));
        self.call(BuiltIn::Runtime("next_borrow"));
        self.body
            .extend([I::LocalTee(lent), I::I64Const(-1), I::I64Eq, I::BrIf(1)]);
        let lent_here = (0..)
            .zip(resources)
            .filter(|(_, resource)| own.contains(resource));
        for (position, resource) in lent_here {
            self.body.extend([
                I::LocalGet(lent),
                I::I64Const(32),
                I::I64ShrU,
                I::I64Const(position),
                I::I64Eq,
                I::If(BlockType::Empty),
                I::LocalGet(lent),
                I::I32WrapI64,
            ]);
            self.call(BuiltIn::Drop(*resource));
            self.body.push(I::End);
        }
        self.body.extend([I::Br(0), I::End, I::End]);
        Ok(())
    }
}
