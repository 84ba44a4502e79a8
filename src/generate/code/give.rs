//! Giving answers: as flat values or in memory, with handles that are made when they are given.
//!
//! May import: `surface` (rank 2), the sibling modules. Deliberately absent: which answers (`answers`).

use wasm_encoder::{Instruction, ValType};

use super::{BuiltIn, Code, place};
use crate::generate::Fallible;
use crate::generate::abi::cases;
use crate::generate::items::fields;
use crate::generate::memory::{Image, Place, constant};
use crate::generate::values::Value;
use crate::surface::{Type, TypeKind};

impl Code<'_, '_> {
    /// Pushes a value as flat values of those types, which may be joined with those of other cases.
    pub(super) fn push(&mut self, value: &Value, ty: &Type, slots: &[ValType]) -> Fallible<()> {
        let mut slots = slots.iter().copied();
        self.push_into(value, ty, &mut slots)?;
        debug_assert!(slots.next().is_none());
        Ok(())
    }

    fn push_into(
        &mut self,
        value: &Value,
        ty: &Type,
        slots: &mut dyn Iterator<Item = ValType>,
    ) -> Fallible<()> {
        match (value, ty.kind()) {
            (Value::Bits(bits), TypeKind::Primitive(primitive)) => {
                let natural = self.shared.abi.layout(ty)?.flat;
                let natural = natural.and_then(|flat| flat.first().copied());
                self.body.push(constant(*primitive, *bits));
                self.widen(natural.unwrap_or(ValType::I32), slots.next());
            }
            (Value::Text(text), _) => {
                let (start, length) = self.shared.memory.text(text)?;
                self.push_i32s([start, length], slots);
            }
            (Value::Flags(bits), _) => self.push_i32s([*bits], slots),
            (Value::List(_), _) => {
                let image = self.shared.memory.image(&mut self.shared.abi, value, ty)?;
                let words: [u32; 2] = self.shared.memory.words(image.at);
                self.push_i32s(words, slots);
            }
            (Value::Fields(values), kind) => {
                for (value, ty) in values.iter().zip(fields(kind)) {
                    self.push_into(value, ty, slots)?;
                }
            }
            (Value::Case(case, payload), kind) => {
                let count = self
                    .shared
                    .abi
                    .layout(ty)?
                    .flat
                    .map_or(1, |flat| flat.len());
                let mut own = slots.take(count);
                self.push_i32s([*case as u32], &mut own);
                let cases = cases(kind);
                if let (Some(payload), Some(Some(ty))) = (payload, cases.get(*case)) {
                    self.push_into(payload, ty, &mut own)?;
                }
                // Other cases have more.
                for slot in own {
                    self.body.push(match slot {
                        ValType::I64 => Instruction::I64Const(0),
                        ValType::F32 => Instruction::F32Const(0.0.into()),
                        ValType::F64 => Instruction::F64Const(0.0.into()),
                        _ => Instruction::I32Const(0),
                    });
                }
            }
            (value, _) => {
                self.make(value, ty)?;
                self.widen(ValType::I32, slots.next());
            }
        }
        Ok(())
    }

    fn push_i32s(
        &mut self,
        values: impl IntoIterator<Item = u32>,
        slots: &mut dyn Iterator<Item = ValType>,
    ) {
        for value in values {
            self.body.push(Instruction::I32Const(value as i32));
            self.widen(ValType::I32, slots.next());
        }
    }

    /// Turns what is on the stack into what is expected there.
    fn widen(&mut self, natural: ValType, expected: Option<ValType>) {
        match (natural, expected) {
            (ValType::I32, Some(ValType::I64)) => self.body.push(Instruction::I64ExtendI32U),
            (ValType::F32, Some(ValType::I32)) => self.body.push(Instruction::I32ReinterpretF32),
            (ValType::F32, Some(ValType::I64)) => self
                .body
                .extend([Instruction::I32ReinterpretF32, Instruction::I64ExtendI32U]),
            (ValType::F64, Some(ValType::I64)) => self.body.push(Instruction::I64ReinterpretF64),
            _ => {}
        }
    }

    /// Pushes the address of a value in memory, after what has to be made was written into it.
    pub(super) fn push_address(&mut self, value: &Value, ty: &Type) -> Fallible<()> {
        let image = self.shared.memory.image(&mut self.shared.abi, value, ty)?;
        let at = image.at;
        self.fill(&image, |body| body.push(Instruction::I32Const(at as i32)))?;
        self.body.push(Instruction::I32Const(at as i32));
        Ok(())
    }

    /// Makes what a value lacks, and writes it where `base` pushes the address of the value.
    fn fill(
        &mut self,
        image: &Image<'_>,
        base: impl Fn(&mut Vec<Instruction<'static>>),
    ) -> Fallible<()> {
        for hole in &image.holes {
            let offset = match hole.place {
                Place::In(offset) => {
                    base(&mut self.body);
                    offset
                }
                Place::At(address) => {
                    self.body.push(Instruction::I32Const(0));
                    address
                }
            };
            self.make(hole.value, hole.ty)?;
            self.body.push(Instruction::I32Store(place(offset, 4)));
        }
        Ok(())
    }

    /// Pushes a new handle.
    pub(super) fn make(&mut self, value: &Value, ty: &Type) -> Fallible<()> {
        match (value, ty.kind()) {
            (Value::Resource, TypeKind::Own(resource)) => {
                if self.shared.homes.is_here(resource) {
                    self.body.push(Instruction::I32Const(1));
                    self.call(BuiltIn::New(self.types.resource(resource)?));
                } else {
                    let key = self.shared.homes.key(resource)?;
                    self.body.push(Instruction::I32Const(1));
                    self.call(BuiltIn::NewElsewhere(key));
                }
            }
            (Value::Stream, _) => {
                let index = self.types.index(ty)?;
                self.call(BuiltIn::StreamNew(index));
                let both = self.local(ValType::I64);
                self.body.push(Instruction::LocalSet(both));
                self.writable(both);
                self.call(BuiltIn::StreamDropWritable(index));
                self.readable(both);
            }
            (Value::Future(value), TypeKind::Future(of)) => {
                let index = self.types.index(ty)?;
                self.call(BuiltIn::FutureNew(index));
                let both = self.local(ValType::I64);
                self.body.push(Instruction::LocalSet(both));
                match (value, of) {
                    (Some(value), Some(of)) => {
                        let address = self.lasting(value, of)?;
                        self.writable(both);
                        self.body.extend(address);
                    }
                    _ => {
                        self.writable(both);
                        self.body.push(Instruction::I32Const(0));
                    }
                }
                // It waits until somebody reads it, and is then over by itself.
                self.call(BuiltIn::FutureWrite(index));
                self.body.push(Instruction::Drop);
                self.readable(both);
            }
            _ => {
                let (start, length) = self.shared.memory.text("stub")?;
                self.push_i32s([start, length], &mut std::iter::empty());
                self.call(BuiltIn::ErrorContextNew);
            }
        }
        Ok(())
    }

    /// What pushes the address of a value that nobody overwrites until it is read.
    fn lasting(&mut self, value: &Value, ty: &Type) -> Fallible<Vec<Instruction<'static>>> {
        let image = self.shared.memory.image(&mut self.shared.abi, value, ty)?;
        if image.holes.is_empty() {
            return Ok(vec![Instruction::I32Const(image.at as i32)]);
        }
        let copy = self.local(ValType::I32);
        self.push_i32s([image.size, image.align], &mut std::iter::empty());
        self.call(BuiltIn::Keep);
        self.body.extend([
            Instruction::LocalTee(copy),
            Instruction::I32Const(image.at as i32),
            Instruction::I32Const(image.size as i32),
            Instruction::MemoryCopy {
                src_mem: 0,
                dst_mem: 0,
            },
        ]);
        self.fill(&image, |body| body.push(Instruction::LocalGet(copy)))?;
        Ok(vec![Instruction::LocalGet(copy)])
    }

    fn readable(&mut self, both: u32) {
        self.body
            .extend([Instruction::LocalGet(both), Instruction::I32WrapI64]);
    }

    fn writable(&mut self, both: u32) {
        self.body.extend([
            Instruction::LocalGet(both),
            Instruction::I64Const(32),
            Instruction::I64ShrU,
            Instruction::I32WrapI64,
        ]);
    }
}
