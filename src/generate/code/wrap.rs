//! Passing a call on to the host where handles of streams, pollables and errors are ours on one side
//! and the host's on the other.
//!
//! May import: `surface` (rank 2), the sibling modules. Deliberately absent: the handles, which the
//! runtime makes (`guests/virtual`).

use wasm_encoder::{BlockType, Instruction as I, ValType};

use super::{BuiltIn, Code, Function, Wraps, place};
use crate::generate::items::{each_resource, made_of};
use crate::generate::{Cannot, Fallible};
use crate::surface::{Func, Type, TypeKind};

impl<'c> Code<'c, '_> {
    /// The function at `position`, passed on; `wraps` says which resources are ours. If it is given
    /// handles that are not the host's, it is `own` of the runtime, if there is one.
    ///
    /// An async function waits for the host, and is lifted as if it were not async: others of the
    /// component wait for it, but for those that are not async.
    pub fn wrapping(
        mut self,
        func: &Func,
        position: usize,
        wraps: Wraps<'c>,
        own: Option<&'static str>,
    ) -> Fallible<Function> {
        self.wraps = Some(wraps);
        let Some(flat) = self.shared.abi.flat_params(func)? else {
            return Err(Cannot::new(
                "it has streams of the host and many parameters",
            ));
        };
        self.params = flat;
        let result = func.result.as_ref();
        let layout = result.map(|ty| self.shared.abi.layout(ty)).transpose()?;
        let direct = match layout.as_ref().and_then(|layout| layout.flat.as_deref()) {
            Some([one]) => Some(*one),
            _ => None,
        };
        if let Some(own) = own {
            let results = layout.as_ref().map(|_| direct.unwrap_or(ValType::I32));
            self.unless_hosts(func, wraps, own, results.into_iter().collect());
        }
        let area = self.local(ValType::I32);
        if let (Some(layout), None) = (&layout, direct) {
            self.space(layout.size, layout.align, area);
        }
        let lent = self.arguments(func, wraps)?;
        let mut params = self.params.clone();
        if layout.is_some() && direct.is_none() {
            self.body.push(I::LocalGet(area));
            params.push(ValType::I32);
        }
        let results: Vec<ValType> = direct.into_iter().collect();
        if func.async_ {
            self.call(BuiltIn::Runtime("hold"));
        }
        self.call(BuiltIn::Passed(position, params, results));
        if func.async_ {
            self.call(BuiltIn::Runtime("let-go"));
        }
        let value = direct.map(|ty| self.local(ty));
        if let Some(value) = value {
            self.body.push(I::LocalSet(value));
        }
        for (slot, resource) in lent {
            self.body.push(I::LocalGet(slot));
            self.call(BuiltIn::Drop(resource));
        }
        let results = match (value, direct, result) {
            (Some(value), Some(direct), Some(ty)) => {
                self.call(BuiltIn::Reset);
                self.body.push(I::LocalGet(value));
                if let TypeKind::Own(resource) = ty.kind()
                    && let Some(wrap) = wraps(resource)
                {
                    self.call(BuiltIn::Runtime(wrap));
                }
                vec![direct]
            }
            (_, _, Some(ty)) => {
                self.drop_at(ty, area, 0)?;
                self.body.push(I::LocalGet(area));
                vec![ValType::I32]
            }
            _ => {
                self.call(BuiltIn::Reset);
                Vec::new()
            }
        };
        self.finish(results)
    }

    /// Has the runtime do it unless all handles are the host's: those of one side mean nothing to the
    /// other.
    fn unless_hosts(
        &mut self,
        func: &Func,
        wraps: Wraps<'_>,
        own: &'static str,
        results: Vec<ValType>,
    ) {
        let mut slot = 0;
        self.body.push(I::I32Const(1));
        for (_, ty) in &func.params {
            if let TypeKind::Borrow(resource) = ty.kind()
                && wraps(resource).is_some()
            {
                self.body.push(I::LocalGet(slot));
                self.call(BuiltIn::Runtime("is-host"));
                self.body.push(I::I32And);
            }
            // INVARIANT: the layouts of all parameters are known, as they are flat.
            let flat = self
                .shared
                .abi
                .layout(ty)
                .ok()
                .and_then(|layout| layout.flat);
            slot += flat.map_or(0, |flat| flat.len()) as u32;
        }
        self.body.extend([I::I32Eqz, I::If(BlockType::Empty)]);
        let params = self.params.clone();
        self.body.extend((0..params.len() as u32).map(I::LocalGet));
        self.call(BuiltIn::Virtual(own, params, results));
        self.body.extend([I::Return, I::End]);
    }

    /// Pushes the arguments as the host takes them; the slots of handles that were lent to us and are
    /// not ours, with the indices of their resources.
    fn arguments(&mut self, func: &Func, wraps: Wraps<'_>) -> Fallible<Vec<(u32, u32)>> {
        let mut lent = Vec::new();
        let mut slot = 0;
        for (_, ty) in &func.params {
            let flat = self.shared.abi.layout(ty)?.flat;
            let count = flat.map_or(0, |flat| flat.len()) as u32;
            match ty.kind() {
                TypeKind::Borrow(resource) if wraps(resource).is_some() => {
                    self.body.push(I::LocalGet(slot));
                    self.call(BuiltIn::Runtime("unwrap"));
                }
                TypeKind::Borrow(resource) => {
                    self.body.push(I::LocalGet(slot));
                    lent.push((slot, self.types.resource(resource)?));
                }
                _ => {
                    let mut nested = false;
                    each_resource(std::iter::once(ty), &mut |resource| {
                        nested |= wraps(resource).is_some();
                    });
                    if nested || has_borrows(ty) {
                        return Err(Cannot::new("it is given handles of streams in a value"));
                    }
                    self.body.extend((slot..slot + count).map(I::LocalGet));
                }
            }
            slot += count;
        }
        Ok(lent)
    }

    /// Wraps the handle that lies there, if it is one of those.
    pub(super) fn wrap_at(&mut self, ty: &Type, base: u32, offset: u32) {
        let (TypeKind::Own(resource), Some(wraps)) = (ty.kind(), self.wraps) else {
            return;
        };
        if let Some(wrap) = wraps(resource) {
            self.body.push(I::LocalGet(base));
            self.load(base, offset, 4);
            self.call(BuiltIn::Runtime(wrap));
            self.body.push(I::I32Store(place(offset, 4)));
        }
    }
}

/// Whether a value may hold handles that are lent.
fn has_borrows(ty: &Type) -> bool {
    match ty.kind() {
        TypeKind::Borrow(_) => true,
        kind => made_of(kind).into_iter().any(has_borrows),
    }
}
