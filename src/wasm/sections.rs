//! The sections of a component or core module, by their headers only.
//!
//! Lives here: [`Sections`], [`Section`], and [`Malformed`], an error with its place.
//! May import: nothing of ours.
//! Deliberately absent: the contents of sections, which `wasmparser` reads.

use std::ops::Range;

use wasmparser::{
    BinaryReader, Chunk, ComponentAlias, ComponentExport, ComponentExternalKind, ComponentImport,
    ComponentOuterAliasKind, ComponentTypeRef, Encoding, FromReader, Parser, Payload,
    SectionLimited, WasmFeatures,
};

/// The features that all validators and readers here enable: all that wasmparser implements. What
/// a runtime supports does not change what a component is.
pub(crate) fn features() -> WasmFeatures {
    WasmFeatures::all()
}

/// The largest nested module or component that `wasmparser` accepts. It also guarantees that the
/// length of a nested skeleton fits its section header.
const MAX_NESTED: usize = 1 << 30;

/// How deep components may be nested. Real ones are three or four levels deep; the limit keeps
/// recursion, here and in code that walks types, from overflowing the stack.
pub(crate) const MAX_DEPTH: u32 = 100;

/// Fails if `depth` levels of nested components exceed the limit.
pub(crate) fn not_too_deep(depth: u32) -> Result<(), Malformed> {
    match depth > MAX_DEPTH {
        true => Err(Malformed::new(format!(
            "components are nested more than {MAX_DEPTH} levels deep, which is the limit of witkit"
        ))),
        false => Ok(()),
    }
}

/// An error about malformed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The path to the malformed place, outermost first: `nested component 2`, `export section`.
    pub path: Vec<String>,
    /// The error, without a byte offset.
    pub message: String,
}

impl Malformed {
    /// An error at the current place.
    pub fn new(message: impl Into<String>) -> Malformed {
        Malformed {
            path: Vec::new(),
            message: message.into(),
        }
    }

    /// The same error, with `item` as the outermost step of its path.
    pub fn within(mut self, item: impl Into<String>) -> Malformed {
        self.path.insert(0, item.into());
        self
    }

    /// An error of the validator at `offset` of `bytes`, a component or module.
    pub fn locate(bytes: &[u8], offset: u64, error: &wasmparser::Error) -> Malformed {
        let message = error.message().to_string();
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        // Running out of bytes is reported at the end of the section, where the next one begins.
        let reach = usize::from(message.starts_with("unexpected end"));
        Malformed {
            path: path_to(bytes, offset.saturating_sub(reach)),
            message,
        }
    }
}

impl From<wasmparser::Error> for Malformed {
    fn from(error: wasmparser::Error) -> Malformed {
        Malformed::new(error.message())
    }
}

/// The names of the parts and sections that contain `offset`, as far as headers can be read.
fn path_to(bytes: &[u8], offset: usize) -> Vec<String> {
    let mut path = Vec::new();
    let mut encoding = match Parser::is_core_wasm(bytes) {
        true => Encoding::Module,
        false => Encoding::Component,
    };
    let mut range = 0..bytes.len();
    while let Ok(mut sections) = Sections::new(bytes, range, encoding) {
        let mut ordinals = Ordinals::default();
        let section = loop {
            let Ok(Some(section)) = sections.next() else {
                return path;
            };
            let name = ordinals.name(&section);
            if offset < section.body.end {
                path.push(name);
                break section;
            }
        };
        encoding = match (encoding, section.id) {
            (Encoding::Component, id::MODULE) => Encoding::Module,
            (Encoding::Component, id::COMPONENT) => Encoding::Component,
            _ => return path,
        };
        range = section.body;
    }
    path
}

/// The section ids of components.
pub(crate) mod id {
    pub const CUSTOM: u8 = 0;
    pub const MODULE: u8 = 1;
    pub const CORE_INSTANCE: u8 = 2;
    pub const CORE_TYPE: u8 = 3;
    pub const COMPONENT: u8 = 4;
    pub const INSTANCE: u8 = 5;
    pub const ALIAS: u8 = 6;
    pub const TYPE: u8 = 7;
    pub const CANON: u8 = 8;
    pub const START: u8 = 9;
    pub const IMPORT: u8 = 10;
    pub const EXPORT: u8 = 11;
}

/// The relevant section ids of core modules.
pub(crate) mod core_id {
    pub const TYPE: u8 = 1;
    pub const IMPORT: u8 = 2;
    pub const FUNCTION: u8 = 3;
    pub const MEMORY: u8 = 5;
    pub const GLOBAL: u8 = 6;
    pub const EXPORT: u8 = 7;
    pub const ELEMENT: u8 = 9;
    pub const CODE: u8 = 10;
    pub const DATA: u8 = 11;
    pub const TAG: u8 = 13;
}

fn section_name(encoding: Encoding, id: u8) -> &'static str {
    const COMPONENT: [&str; 12] = [
        "custom section",
        "core module",
        "core instance section",
        "core type section",
        "nested component",
        "instance section",
        "alias section",
        "type section",
        "canonical function section",
        "start section",
        "import section",
        "export section",
    ];
    const MODULE: [&str; 14] = [
        "custom section",
        "type section",
        "import section",
        "function section",
        "table section",
        "memory section",
        "global section",
        "export section",
        "start section",
        "element section",
        "code section",
        "data section",
        "data count section",
        "tag section",
    ];
    let names: &[&str] = match encoding {
        Encoding::Component => &COMPONENT,
        Encoding::Module => &MODULE,
    };
    names
        .get(usize::from(id))
        .copied()
        .unwrap_or("unknown section")
}

/// Counts the nested modules and components of one component, to name them.
#[derive(Default)]
pub(crate) struct Ordinals {
    modules: u32,
    components: u32,
}

impl Ordinals {
    /// The name of the next section of the component.
    pub fn name(&mut self, section: &Section<'_>) -> String {
        let name = section.name();
        let count = match (section.encoding, section.id) {
            (Encoding::Component, id::MODULE) => &mut self.modules,
            (Encoding::Component, id::COMPONENT) => &mut self.components,
            _ => return name.to_string(),
        };
        *count += 1;
        format!("{name} {count}")
    }
}

/// One section, whose length has been checked.
pub(crate) struct Section<'a> {
    pub id: u8,
    /// The contents, in bytes from the start of the whole input.
    pub body: Range<usize>,
    start: usize,
    bytes: &'a [u8],
    encoding: Encoding,
}

/// How many entries a section adds to index spaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entries {
    pub modules: u32,
    pub components: u32,
}

impl std::ops::AddAssign for Entries {
    fn add_assign(&mut self, other: Entries) {
        self.modules += other.modules;
        self.components += other.components;
    }
}

impl Entries {
    fn count(&mut self, kind: ComponentExternalKind) {
        match kind {
            ComponentExternalKind::Module => self.modules += 1,
            ComponentExternalKind::Component => self.components += 1,
            _ => {}
        }
    }
}

impl<'a> Section<'a> {
    /// Its name in messages.
    pub fn name(&self) -> &'static str {
        section_name(self.encoding, self.id)
    }

    /// Header and contents.
    pub fn raw(&self) -> &'a [u8] {
        &self.bytes[self.start..self.body.end]
    }

    /// The contents.
    pub fn contents(&self) -> &'a [u8] {
        &self.bytes[self.body.clone()]
    }

    /// A reader of the contents, which counts from the start of the whole input.
    pub fn reader(&self) -> BinaryReader<'a> {
        BinaryReader::new_features(self.contents(), self.body.start as u64, features())
    }

    /// Name and contents, if it is a custom section.
    pub fn custom(&self) -> wasmparser::Result<(&'a str, &'a [u8])> {
        let mut reader = self.reader();
        let name = reader.read_string()?;
        Ok((name, &self.contents()[reader.current_position()..]))
    }

    /// Its range in the whole input, including the header.
    pub fn whole(&self) -> Range<usize> {
        self.start..self.body.end
    }

    /// The items of the section, each with its range in the whole input.
    pub fn ranged<T: FromReader<'a>>(
        &self,
    ) -> wasmparser::Result<impl Iterator<Item = wasmparser::Result<(Range<usize>, T)>> + use<'a, T>>
    {
        let mut items = self.items::<T>()?.into_iter();
        // INVARIANT: the section lies in memory, so that no offset is larger than a `usize`.
        let offset = |position: u64| usize::try_from(position).unwrap_or(usize::MAX);
        Ok(std::iter::from_fn(move || {
            let start = offset(items.original_position());
            let item = items.next()?;
            Some(item.map(|item| (start..offset(items.original_position()), item)))
        }))
    }

    /// How many core modules and components it adds to the index spaces of its component, without
    /// nested ones.
    pub fn entries(&self) -> wasmparser::Result<Entries> {
        let mut entries = Entries::default();
        match self.id {
            id::IMPORT => {
                for import in self.items::<ComponentImport<'_>>()? {
                    match import?.ty {
                        ComponentTypeRef::Module(_) => entries.modules += 1,
                        ComponentTypeRef::Component(_) => entries.components += 1,
                        _ => {}
                    }
                }
            }
            id::EXPORT => {
                for export in self.items::<ComponentExport<'_>>()? {
                    entries.count(export?.kind);
                }
            }
            id::ALIAS => {
                for alias in self.items::<ComponentAlias<'_>>()? {
                    match alias? {
                        ComponentAlias::InstanceExport { kind, .. } => entries.count(kind),
                        ComponentAlias::Outer { kind, .. } => match kind {
                            ComponentOuterAliasKind::CoreModule => entries.modules += 1,
                            ComponentOuterAliasKind::Component => entries.components += 1,
                            _ => {}
                        },
                        ComponentAlias::CoreInstanceExport { .. } => {}
                    }
                }
            }
            _ => {}
        }
        Ok(entries)
    }

    /// A reader of the items that the section is a vector of.
    pub fn items<T: FromReader<'a>>(&self) -> wasmparser::Result<SectionLimited<'a, T>> {
        SectionLimited::new(self.reader())
    }
}

/// Walks the sections of one component or core module, which is `range` of the whole input.
pub(crate) struct Sections<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    encoding: Encoding,
}

impl<'a> Sections<'a> {
    /// Checks the header.
    ///
    /// INVARIANT of the callers: `range` lies inside `bytes`, as it is all of it or the body of a
    /// [`Section`].
    pub fn new(
        bytes: &'a [u8],
        range: Range<usize>,
        encoding: Encoding,
    ) -> Result<Sections<'a>, Malformed> {
        let mut parser = Parser::new(range.start as u64);
        parser.set_features(features());
        match parser.parse(&bytes[range.clone()], true)? {
            Chunk::Parsed {
                consumed,
                payload:
                    Payload::Version {
                        encoding: found, ..
                    },
            } if found == encoding => Ok(Sections {
                bytes,
                at: range.start + consumed,
                end: range.end,
                encoding,
            }),
            _ => Err(Malformed::new(match encoding {
                Encoding::Component => "expected a component, found a core module",
                Encoding::Module => "expected a core module, found a component",
            })),
        }
    }

    /// The next section; none at the end.
    pub fn next(&mut self) -> Result<Option<Section<'a>>, Malformed> {
        if self.at == self.end {
            return Ok(None);
        }
        let start = self.at;
        let rest = &self.bytes[start..self.end];
        let mut reader = BinaryReader::new_features(rest, start as u64, features());
        let id = reader.read_u8()?;
        let len = reader.read_var_u32()? as usize;
        let body = start + reader.current_position();
        let left = self.end - body;
        if len > left {
            return Err(
                Malformed::new(format!("expected {len} bytes, found only {left}"))
                    .within(section_name(self.encoding, id)),
            );
        }
        let nested =
            self.encoding == Encoding::Component && matches!(id, id::MODULE | id::COMPONENT);
        if nested && len > MAX_NESTED {
            return Err(
                Malformed::new("larger than 1 GiB, which no runtime accepts")
                    .within(section_name(self.encoding, id)),
            );
        }
        self.at = body + len;
        Ok(Some(Section {
            id,
            body: body..self.at,
            start,
            bytes: self.bytes,
            encoding: self.encoding,
        }))
    }
}

/// All sections in `range`.
///
/// Fails if one is truncated.
pub(crate) fn all(
    bytes: &[u8],
    range: Range<usize>,
    encoding: Encoding,
) -> Result<Vec<Section<'_>>, Malformed> {
    let mut sections = Sections::new(bytes, range, encoding)?;
    let mut all = Vec::new();
    while let Some(section) = sections.next()? {
        all.push(section);
    }
    Ok(all)
}

/// The sections of the component in `range`, up to the first truncated one.
pub(crate) fn readable(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = Section<'_>> {
    let mut sections = Sections::new(bytes, range, Encoding::Component).ok();
    std::iter::from_fn(move || sections.as_mut()?.next().ok()?)
}

/// Whether the component in `range` has only sections with these ids; reads only headers.
pub(crate) fn only_of(bytes: &[u8], range: Range<usize>, ids: &[u8]) -> bool {
    let Ok(mut sections) = Sections::new(bytes, range, Encoding::Component) else {
        return false;
    };
    loop {
        match sections.next() {
            Ok(None) => return true,
            Ok(Some(section)) if ids.contains(&section.id) => {}
            _ => return false,
        }
    }
}
