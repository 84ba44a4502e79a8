//! The sections of a core module, each read when somebody asks for it.
//!
//! Lives here: [`Module`]. May import: `sections` (rank 1); wasmparser.
//! Deliberately absent: code and data, and validity: what is not asked for is not looked at.

use std::ops::Range;

use wasmparser::{
    Encoding, Export, FromReader, Global, GlobalType, Import, MemoryType, RecGroup, TagType,
};

use super::sections::{Malformed, Section, Sections, core_id};

/// A core module, told apart by the headers of its sections.
pub(crate) struct Module<'a> {
    /// All sections, in order.
    pub sections: Vec<Section<'a>>,
}

impl<'a> Module<'a> {
    /// The core module in `range` of `bytes`.
    ///
    /// Fails if a section is cut off.
    pub fn read(bytes: &'a [u8], range: Range<usize>) -> Result<Module<'a>, Malformed> {
        match Module::readable(bytes, range) {
            (module, None) => Ok(module),
            (_, Some(fault)) => Err(fault),
        }
    }

    /// As [`Module::read`], up to the section that is cut off.
    pub fn readable(bytes: &'a [u8], range: Range<usize>) -> (Module<'a>, Option<Malformed>) {
        let mut module = Module {
            sections: Vec::new(),
        };
        let fault = module.sections(bytes, range).err();
        (module, fault)
    }

    fn sections(&mut self, bytes: &'a [u8], range: Range<usize>) -> Result<(), Malformed> {
        let mut sections = Sections::new(bytes, range, Encoding::Module)?;
        while let Some(section) = sections.next()? {
            self.sections.push(section);
        }
        Ok(())
    }

    /// What `items` gives for all sections of a kind, one by one.
    fn each<'m, T, I: Iterator<Item = wasmparser::Result<T>>>(
        &'m self,
        id: u8,
        items: impl Fn(&Section<'a>) -> wasmparser::Result<I> + 'm,
    ) -> impl Iterator<Item = Result<T, Malformed>> {
        let sections = self.sections.iter().filter(move |section| section.id == id);
        sections.flat_map(move |section| {
            let (items, broken) = match items(section) {
                Ok(items) => (Some(items), None),
                Err(error) => (None, Some(Err(error))),
            };
            let items = items.into_iter().flatten().chain(broken);
            items.map(|item| item.map_err(|e| Malformed::from(e).within(section.name())))
        })
    }

    fn items<T: FromReader<'a>>(&self, id: u8) -> Result<Vec<T>, Malformed> {
        self.each(id, |section| Ok(section.items::<T>()?.into_iter()))
            .collect()
    }

    /// The types, in their recursion groups.
    pub fn types(&self) -> impl Iterator<Item = Result<RecGroup, Malformed>> {
        self.each(core_id::TYPE, |section| {
            Ok(section.items::<RecGroup>()?.into_iter())
        })
    }

    /// The imports, in order.
    pub fn imports(&self) -> Result<Vec<Import<'a>>, Malformed> {
        self.each(core_id::IMPORT, |section| {
            Ok(section.items::<wasmparser::Imports<'a>>()?.into_imports())
        })
        .collect()
    }

    /// The type indices of the functions that it defines.
    pub fn functions(&self) -> Result<Vec<u32>, Malformed> {
        self.items(core_id::FUNCTION)
    }

    /// The memories that it defines.
    pub fn memories(&self) -> Result<Vec<MemoryType>, Malformed> {
        self.items(core_id::MEMORY)
    }

    /// The types of the globals that it defines.
    pub fn globals(&self) -> Result<Vec<GlobalType>, Malformed> {
        let globals: Vec<Global<'a>> = self.items(core_id::GLOBAL)?;
        Ok(globals.iter().map(|global| global.ty).collect())
    }

    /// The exception tags that it defines.
    pub fn tags(&self) -> Result<Vec<TagType>, Malformed> {
        self.items(core_id::TAG)
    }

    /// The exports, in order; the first so many.
    pub fn exports(&self, first: usize) -> Result<Vec<Export<'a>>, Malformed> {
        self.each(core_id::EXPORT, |section| {
            Ok(section.items::<Export<'a>>()?.into_iter())
        })
        .take(first)
        .collect()
    }

    /// Names, contents and sizes of the custom sections; of those whose names can be read.
    pub fn customs(&self) -> impl Iterator<Item = (&'a str, &'a [u8], u64)> {
        let customs = self.sections.iter().filter(|section| section.id == 0);
        customs.filter_map(|section| {
            let (name, data) = section.custom().ok()?;
            Some((name, data, section.raw().len() as u64))
        })
    }

    /// Whether it has a section of that kind.
    pub fn has(&self, id: u8) -> bool {
        self.sections.iter().any(|section| section.id == id)
    }
}
