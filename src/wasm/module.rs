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

    /// What `items` gives for all sections of a kind.
    fn all<T, I: Iterator<Item = wasmparser::Result<T>>>(
        &self,
        id: u8,
        items: impl Fn(&Section<'a>) -> wasmparser::Result<I>,
    ) -> Result<Vec<T>, Malformed> {
        let mut all = Vec::new();
        for section in self.sections.iter().filter(|section| section.id == id) {
            let within = |e: wasmparser::Error| Malformed::from(e).within(section.name());
            for item in items(section).map_err(within)? {
                all.push(item.map_err(within)?);
            }
        }
        Ok(all)
    }

    fn items<T: FromReader<'a>>(&self, id: u8) -> Result<Vec<T>, Malformed> {
        self.all(id, |section| Ok(section.items::<T>()?.into_iter()))
    }

    /// The types, in their recursion groups.
    pub fn types(&self) -> Result<Vec<RecGroup>, Malformed> {
        self.items(core_id::TYPE)
    }

    /// The imports, in order.
    pub fn imports(&self) -> Result<Vec<Import<'a>>, Malformed> {
        self.all(core_id::IMPORT, |section| {
            Ok(section.items::<wasmparser::Imports<'a>>()?.into_imports())
        })
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
        self.all(core_id::EXPORT, |section| {
            Ok(section.items::<Export<'a>>()?.into_iter().take(first))
        })
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
