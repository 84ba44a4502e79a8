//! Taking arguments: handles among them are dropped, as nobody else does.
//!
//! May import: `surface` (rank 2), the sibling modules. Deliberately absent: the answer (`give`).

use std::collections::HashSet;

use wasm_encoder::{BlockType, Instruction, ValType};

use super::{BuiltIn, Code, place};
use crate::generate::Fallible;
use crate::generate::abi::{align_to, cases, discriminant_size};
use crate::generate::items::{fields, made_of};
use crate::surface::{Func, Primitive, Type, TypeKind};

impl Code<'_, '_> {
    /// Drops the handles among the arguments, and forgets what lies in memory of them.
    pub(super) fn take(&mut self, func: &Func) -> Fallible<()> {
        let mut in_memory = false;
        match self.shared.abi.flat_params(func)? {
            Some(flat) => {
                self.params = flat;
                let mut slot = 0;
                for (_, ty) in &func.params {
                    in_memory |= self.shared.abi.layout(ty)?.points;
                    self.drop_flat(ty, &mut slot)?;
                }
            }
            None => {
                self.params = vec![ValType::I32];
                in_memory = true;
                let types: Vec<&Type> = func.params.iter().map(|(_, ty)| ty).collect();
                let offsets = self.shared.abi.offsets(types.iter().copied())?;
                for (ty, offset) in types.into_iter().zip(offsets) {
                    self.drop_at(ty, 0, offset)?;
                }
            }
        }
        if in_memory {
            self.call(BuiltIn::Reset);
        }
        Ok(())
    }

    /// Drops the handles in a value whose flat values begin with local `slot`, which goes past them.
    fn drop_flat(&mut self, ty: &Type, slot: &mut u32) -> Fallible<()> {
        self.has_room()?;
        let layout = self.shared.abi.layout(ty)?;
        let first = *slot;
        *slot += layout.flat.as_ref().map_or(0, |flat| flat.len()) as u32;
        if !layout.has_handles {
            return Ok(());
        }
        let mut inner = first;
        match ty.kind() {
            TypeKind::Record(fields) => {
                for (_, ty) in fields {
                    self.drop_flat(ty, &mut inner)?;
                }
            }
            TypeKind::Tuple(types) => {
                for ty in types {
                    self.drop_flat(ty, &mut inner)?;
                }
            }
            TypeKind::FixedLengthList(ty, length) => {
                for _ in 0..*length {
                    self.drop_flat(ty, &mut inner)?;
                }
            }
            TypeKind::List(_) | TypeKind::Map(..) => {
                let (start, length) = (self.as_i32(first), self.as_i32(first + 1));
                self.drop_list(ty, start, length)?;
            }
            TypeKind::Variant(_) | TypeKind::Option(_) | TypeKind::Result(..) => {
                for (at, payload) in cases(ty.kind()).into_iter().enumerate() {
                    let Some(payload) = payload else { continue };
                    if self.shared.abi.layout(payload)?.has_handles {
                        self.get_i32(first);
                        self.if_equal(at);
                        self.drop_flat(payload, &mut (first + 1))?;
                        self.body.push(Instruction::End);
                    }
                }
            }
            _ => {
                self.get_i32(first);
                self.drop_handle(ty)?;
            }
        }
        Ok(())
    }

    /// Drops the handles in a value in memory, or wraps them.
    pub(super) fn drop_at(&mut self, ty: &Type, base: u32, offset: u32) -> Fallible<()> {
        self.has_room()?;
        let is_needed = !self.lent_is_dropped || hands_over(ty);
        if !is_needed || !self.shared.abi.layout(ty)?.has_handles {
            return Ok(());
        }
        let fields = match ty.kind() {
            kind @ (TypeKind::Record(_) | TypeKind::Tuple(_) | TypeKind::FixedLengthList(..)) => {
                fields(kind)
            }
            TypeKind::List(_) | TypeKind::Map(..) => {
                let (start, length) = (self.local(ValType::I32), self.local(ValType::I32));
                for (to, at) in [(start, offset), (length, offset + 4)] {
                    self.load(base, at, 4);
                    self.body.push(Instruction::LocalSet(to));
                }
                return self.drop_list(ty, start, length);
            }
            TypeKind::Variant(_) | TypeKind::Option(_) | TypeKind::Result(..) => {
                let cases = cases(ty.kind());
                let payload_at = offset + self.shared.abi.payload_offset(&cases)?;
                for (at, payload) in cases.iter().enumerate() {
                    let Some(payload) = payload else { continue };
                    if self.shared.abi.layout(payload)?.has_handles {
                        self.load(base, offset, discriminant_size(cases.len()));
                        self.if_equal(at);
                        self.drop_at(payload, base, payload_at)?;
                        self.body.push(Instruction::End);
                    }
                }
                return Ok(());
            }
            _ if self.wraps.is_some() => {
                self.wrap_at(ty, base, offset);
                return Ok(());
            }
            _ => {
                self.load(base, offset, 4);
                return self.drop_handle(ty);
            }
        };
        let offsets = self.shared.abi.offsets(fields.iter().copied())?;
        for (ty, at) in fields.into_iter().zip(offsets) {
            self.drop_at(ty, base, offset + at)?;
        }
        Ok(())
    }

    /// Drops the handles in the elements of a list or map; `start` and `length` are changed.
    fn drop_list(&mut self, ty: &Type, start: u32, length: u32) -> Fallible<()> {
        let elements: Vec<&Type> = match ty.kind() {
            TypeKind::List(element) => vec![element],
            TypeKind::Map(key, value) => vec![key, value],
            _ => Vec::new(),
        };
        let offsets = self.shared.abi.offsets(elements.iter().copied())?;
        let (mut size, mut align) = (0, 1);
        for (ty, offset) in elements.iter().zip(&offsets) {
            let layout = self.shared.abi.layout(ty)?;
            size = offset + layout.size;
            align = align.max(layout.align);
        }
        let size = align_to(size, align);
        self.body.extend([
            Instruction::Block(BlockType::Empty),
            Instruction::Loop(BlockType::Empty),
            Instruction::LocalGet(length),
            Instruction::I32Eqz,
            Instruction::BrIf(1),
        ]);
        for (ty, offset) in elements.into_iter().zip(offsets) {
            self.drop_at(ty, start, offset)?;
        }
        self.body.extend([
            Instruction::LocalGet(start),
            Instruction::I32Const(size as i32),
            Instruction::I32Add,
            Instruction::LocalSet(start),
            Instruction::LocalGet(length),
            Instruction::I32Const(1),
            Instruction::I32Sub,
            Instruction::LocalSet(length),
            Instruction::Br(0),
            Instruction::End,
            Instruction::End,
        ]);
        Ok(())
    }

    /// Drops the handle on the stack.
    fn drop_handle(&mut self, ty: &Type) -> Fallible<()> {
        let built_in = match ty.kind() {
            TypeKind::Own(resource) | TypeKind::Borrow(resource) => {
                BuiltIn::Drop(self.types.resource(resource)?)
            }
            TypeKind::Stream(_) => BuiltIn::StreamDropReadable(self.types.index(ty)?),
            TypeKind::Future(_) => BuiltIn::FutureDropReadable(self.types.index(ty)?),
            _ => BuiltIn::ErrorContextDrop,
        };
        self.call(built_in);
        Ok(())
    }

    /// A flat value that is 32 bits wide, wherever it is joined with wider ones.
    fn get_i32(&mut self, slot: u32) {
        self.body.push(Instruction::LocalGet(slot));
        if self.params.get(slot as usize) == Some(&ValType::I64) {
            self.body.push(Instruction::I32WrapI64);
        }
    }

    /// A new local with it.
    fn as_i32(&mut self, slot: u32) -> u32 {
        self.get_i32(slot);
        let local = self.local(ValType::I32);
        self.body.push(Instruction::LocalSet(local));
        local
    }

    fn if_equal(&mut self, case: usize) {
        self.body.extend([
            Instruction::I32Const(case as i32),
            Instruction::I32Eq,
            Instruction::If(BlockType::Empty),
        ]);
    }

    pub(super) fn load(&mut self, base: u32, offset: u32, size: u32) {
        let at = place(offset, size);
        self.body.push(Instruction::LocalGet(base));
        self.body.push(match size {
            1 => Instruction::I32Load8U(at),
            2 => Instruction::I32Load16U(at),
            _ => Instruction::I32Load(at),
        });
    }
}

/// Whether a value may hold handles that are handed over for good.
pub(super) fn hands_over(ty: &Type) -> bool {
    let mut seen: HashSet<*const TypeKind> = HashSet::new();
    let mut todo = vec![ty];
    while let Some(ty) = todo.pop() {
        if !seen.insert(std::ptr::from_ref(ty.kind())) {
            continue;
        }
        match ty.kind() {
            TypeKind::Own(_)
            | TypeKind::Stream(_)
            | TypeKind::Future(_)
            | TypeKind::Primitive(Primitive::ErrorContext) => return true,
            kind => todo.extend(made_of(kind)),
        }
    }
    false
}
