//! Answering a call from those in a trace: the runtime finds the one that matches, and what handles
//! stand for is asked for it, and handles are made for it, by built-ins that it has not.
//!
//! May import: `surface` (rank 2), the sibling modules. Deliberately absent: comparing values, which
//! the runtime does (`guests/replay`).

use wasm_encoder::{BlockType, Instruction, ValType};

use super::{BuiltIn, Code, Function, place};
use crate::generate::Fallible;
use crate::generate::replay::calls::{HANDLE_SIZE, Making};
use crate::surface::{Func, TypeKind};

impl Code<'_, '_> {
    /// The function at `position`. Its calls need those handles made, each by the number of its kind.
    /// `owned` are the resources that the part defines, by the positions that the runtime has for
    /// them, if it has to know what handles stand for that are handed over.
    pub fn replaying(
        mut self,
        func: &Func,
        position: usize,
        makings: &[(usize, &Making)],
        owned: &[(usize, u32)],
    ) -> Fallible<Function> {
        use Instruction as I;
        let in_memory = self.take_params(func)?;
        let slots = self.slots(in_memory);
        self.body.extend([
            I::I32Const(position as i32),
            I::LocalGet(slots),
            I::I32Const(i32::from(in_memory)),
            I::I32Const(i32::from(!owned.is_empty())),
        ]);
        self.call(BuiltIn::Runtime("call"));
        self.resolve(owned);
        self.call(BuiltIn::Runtime("find"));
        self.body.extend([I::I32Eqz, I::If(BlockType::Empty)]);
        self.call(BuiltIn::Runtime("nearest"));
        self.call(BuiltIn::Trap);
        self.body.push(I::End);
        self.take(func)?;
        self.call(BuiltIn::Reset);
        self.make_handles(makings)?;
        let results = self.answer(func, position)?;
        self.finish(results)
    }

    /// Tells the runtime what handles stand for.
    fn resolve(&mut self, owned: &[(usize, u32)]) {
        use Instruction as I;
        if owned.is_empty() {
            return;
        }
        let handle = self.local(ValType::I64);
        self.body
            .extend([I::Block(BlockType::Empty), I::Loop(BlockType::Empty)]);
        self.call(BuiltIn::Runtime("next_owned"));
        self.body
            .extend([I::LocalTee(handle), I::I64Const(-1), I::I64Eq, I::BrIf(1)]);
        for (position, resource) in owned {
            self.body.extend([
                I::LocalGet(handle),
                I::I64Const(32),
                I::I64ShrU,
                I::I64Const(*position as i64),
                I::I64Eq,
                I::If(BlockType::Empty),
                I::LocalGet(handle),
                I::I32WrapI64,
            ]);
            self.call(BuiltIn::Rep(*resource));
            self.call(BuiltIn::Runtime("resolve"));
            self.body.push(I::End);
        }
        self.body.extend([I::Br(0), I::End, I::End]);
    }

    /// Makes the handles of the result, where that lies.
    fn make_handles(&mut self, makings: &[(usize, &Making)]) -> Fallible<()> {
        use Instruction as I;
        if makings.is_empty() {
            return Ok(());
        }
        let [handle, count] = [ValType::I32; 2].map(|ty| self.local(ty));
        self.call(BuiltIn::Runtime("handles"));
        self.body.push(I::LocalSet(handle));
        self.call(BuiltIn::Runtime("handle_count"));
        self.body.extend([
            I::LocalSet(count),
            I::Block(BlockType::Empty),
            I::Loop(BlockType::Empty),
            I::LocalGet(count),
            I::I32Eqz,
            I::BrIf(1),
        ]);
        let word = |at: u32| I::I32Load(place(4 * at, 4));
        for (kind, making) in makings {
            self.body.extend([
                I::LocalGet(handle),
                word(0),
                I::I32Const(*kind as i32),
                I::I32Eq,
                I::If(BlockType::Empty),
                I::LocalGet(handle),
                word(1),
            ]);
            match making.ty.kind() {
                TypeKind::Own(resource) => {
                    self.body.extend([I::LocalGet(handle), word(2)]);
                    let built_in = match self.shared.homes.is_here(resource) {
                        true => BuiltIn::New(self.types.resource(resource)?),
                        false => BuiltIn::NewElsewhere(self.shared.homes.key(resource)?),
                    };
                    self.call(built_in);
                }
                _ => self.make(&making.value, &making.ty)?,
            }
            self.body.extend([I::I32Store(place(0, 4)), I::End]);
        }
        self.body.extend([
            I::LocalGet(handle),
            I::I32Const(HANDLE_SIZE as i32),
            I::I32Add,
            I::LocalSet(handle),
            I::LocalGet(count),
            I::I32Const(1),
            I::I32Sub,
            I::LocalSet(count),
            I::Br(0),
            I::End,
            I::End,
        ]);
        Ok(())
    }

    /// Gives the result as the canonical ABI wants it.
    fn answer(&mut self, func: &Func, position: usize) -> Fallible<Vec<ValType>> {
        use Instruction as I;
        let layout = func.result.as_ref().map(|ty| self.shared.abi.layout(ty));
        let layout = layout.transpose()?;
        if !func.async_ {
            let Some(layout) = layout else {
                return Ok(Vec::new());
            };
            self.call(BuiltIn::Runtime("answer"));
            let Some([one]) = layout.flat.as_deref() else {
                return Ok(vec![ValType::I32]);
            };
            self.body.push(match (one, layout.size) {
                (ValType::F32, _) => I::F32Load(place(0, 4)),
                (ValType::F64, _) => I::F64Load(place(0, 8)),
                (ValType::I64, _) => I::I64Load(place(0, 8)),
                (_, 1) => I::I32Load8U(place(0, 1)),
                (_, 2) => I::I32Load16U(place(0, 2)),
                _ => I::I32Load(place(0, 4)),
            });
            return Ok(vec![*one]);
        }
        let flat = match layout {
            None => Vec::new(),
            Some(layout) => match layout.flat {
                Some(flat) => {
                    let slots = self.local(ValType::I32);
                    self.call(BuiltIn::Runtime("flat"));
                    self.body.push(I::LocalSet(slots));
                    for (at, ty) in (0..).zip(flat.iter()) {
                        self.body.push(I::LocalGet(slots));
                        let at = 8 * at;
                        // The lower half has what is 32 bits wide.
                        self.body.push(match ty {
                            ValType::F32 => I::F32Load(place(at, 4)),
                            ValType::F64 => I::F64Load(place(at, 8)),
                            ValType::I64 => I::I64Load(place(at, 8)),
                            _ => I::I32Load(place(at, 4)),
                        });
                    }
                    flat.to_vec()
                }
                None => {
                    self.call(BuiltIn::Runtime("answer"));
                    vec![ValType::I32]
                }
            },
        };
        self.call(BuiltIn::TaskReturn(position, flat));
        // The task is over.
        self.body.push(I::I32Const(0));
        Ok(vec![ValType::I32])
    }
}
