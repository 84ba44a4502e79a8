//! The outer component under construction.
//!
//! One wasmparser `Validator` lives inside it and is fed every section as it is added, so that
//! every alias, instantiation and export is type-checked when it is written, with true resource
//! identity. Embedded components are fed as skeletons; the output borrows their bytes.
//!
//! Lives here: [`Assembly`] and the gather list it leaves behind, [`Composed`].
//! May import: `source`, `wasm` (rank 0–1). Deliberately absent: what to put into it (`build`).

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use wasm_encoder::{Alias, ComponentAliasSection, ComponentExportKind, ComponentSection, Encode};
use wasmparser::component_types::{ComponentEntityType, ComponentInstanceTypeId};
use wasmparser::types::TypesRef;
use wasmparser::{Parser, Validator};

use crate::source::Source;
use crate::wasm::skeleton::Stubs;
use crate::wasm::{Component, decode};

/// The validator refused a section.
#[derive(Debug)]
pub(crate) struct Refusal(pub String);

impl From<wasmparser::Error> for Refusal {
    fn from(error: wasmparser::Error) -> Refusal {
        Refusal(error.message().to_string())
    }
}

enum Piece {
    Owned(Vec<u8>),
    Borrowed(Arc<Component>, Range<usize>),
    File(Arc<Source>),
}

/// A composed component: small owned sections between slices of the parts' own bytes.
///
/// ```
/// use witkit::compose::{Options, compose};
///
/// let app = r#"(component (import "log" (func $log)) (export "run" (func $log)))"#;
/// let options = Options { imports: vec!["log".into()], ..Options::default() };
/// let outcome = compose(&options.root(("app.wat", app)));
/// let composed = outcome.composed.expect("`log` may stay with the host");
/// let mut file = Vec::new();
/// composed.write_to(&mut file).expect("a vector takes everything");
/// assert_eq!(file.len() as u64, composed.size());
/// assert_eq!(file, composed.to_vec());
/// ```
pub struct Composed {
    pieces: Vec<Piece>,
}

impl Composed {
    /// The size in bytes.
    pub fn size(&self) -> u64 {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Owned(bytes) => bytes.len() as u64,
                Piece::Borrowed(_, range) => range.len() as u64,
                Piece::File(source) => source.bytes().len() as u64,
            })
            .sum()
    }

    /// Writes it to `out`, each byte once.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        // Neighbouring small pieces go out together.
        let mut pending = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Owned(bytes) => pending.extend_from_slice(bytes),
                Piece::Borrowed(component, range) if range.len() < 4096 => {
                    pending.extend_from_slice(&component.bytes()[range.clone()]);
                }
                Piece::Borrowed(component, range) => {
                    out.write_all(&pending)?;
                    pending.clear();
                    component.source().copy_to(range.clone(), out)?;
                }
                Piece::File(source) => {
                    out.write_all(&pending)?;
                    pending.clear();
                    source.copy_to(0..source.bytes().len(), out)?;
                }
            }
        }
        out.write_all(&pending)?;
        out.flush()
    }

    /// Whether it has these bytes; nothing is copied.
    #[doc(hidden)]
    pub fn equals(&self, bytes: &[u8]) -> bool {
        let mut rest = Some(bytes);
        for piece in &self.pieces {
            let piece = match piece {
                Piece::Owned(owned) => owned.as_slice(),
                Piece::Borrowed(component, range) => &component.bytes()[range.clone()],
                Piece::File(source) => source.bytes(),
            };
            rest = rest.and_then(|rest| rest.strip_prefix(piece));
        }
        rest == Some(&[])
    }

    /// All of it in memory.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size() as usize);
        for piece in &self.pieces {
            match piece {
                Piece::Owned(owned) => bytes.extend_from_slice(owned),
                Piece::Borrowed(component, range) => {
                    bytes.extend_from_slice(&component.bytes()[range.clone()]);
                }
                Piece::File(source) => bytes.extend_from_slice(source.bytes()),
            }
        }
        bytes
    }
}

/// Bytes of an embedded component, or of something in its place.
pub(crate) enum Span {
    /// These.
    Owned(Vec<u8>),
    /// That range of the component's own.
    Own(Range<usize>),
    /// All of a file.
    File(Arc<Source>),
}

impl Span {
    pub fn len(&self) -> usize {
        match self {
            Span::Owned(bytes) => bytes.len(),
            Span::Own(range) => range.len(),
            Span::File(source) => source.bytes().len(),
        }
    }
}

/// The outer component under construction.
pub(crate) struct Assembly {
    validator: Validator,
    parser: Parser,
    pieces: Vec<Piece>,
}

impl Assembly {
    /// Begins the outer component; `stubs` is what the skeletons to be embedded were made with.
    pub fn new(stubs: &Stubs) -> Result<Assembly, Refusal> {
        let (validator, parser) = decode::begin(stubs)?;
        let mut assembly = Assembly {
            validator,
            parser,
            pieces: Vec::new(),
        };
        assembly.add(wasm_encoder::Component::HEADER.to_vec())?;
        Ok(assembly)
    }

    /// Feeds whole sections to the validator and appends them.
    fn add(&mut self, bytes: Vec<u8>) -> Result<(), Refusal> {
        decode::feed(&mut self.validator, &mut self.parser, &bytes)?;
        self.pieces.push(Piece::Owned(bytes));
        Ok(())
    }

    /// Appends a section.
    pub fn section(&mut self, section: &impl ComponentSection) -> Result<(), Refusal> {
        // Enough for most, so that it need not grow step by step.
        let mut bytes = Vec::with_capacity(128);
        section.append_to_component(&mut bytes);
        self.add(bytes)
    }

    /// Appends a custom section, which has no type.
    pub fn custom(&mut self, section: &impl ComponentSection) {
        let mut bytes = Vec::new();
        section.append_to_component(&mut bytes);
        self.pieces.push(Piece::Owned(bytes));
    }

    /// Appends custom sections that are written already.
    pub fn customs(&mut self, sections: Vec<u8>) {
        if !sections.is_empty() {
            self.pieces.push(Piece::Owned(sections));
        }
    }

    /// Embeds `component`, whose types are those of `skeleton`, and returns its index.
    ///
    /// `spans` are its bytes in the output.
    pub fn embed(
        &mut self,
        component: &Arc<Component>,
        skeleton: &[u8],
        spans: Vec<Span>,
    ) -> Result<u32, Refusal> {
        decode::feed_component(&mut self.validator, &mut self.parser, skeleton)?;
        let len: usize = spans.iter().map(Span::len).sum();
        let len = u32::try_from(len)
            .map_err(|_| Refusal("a part is larger than the maximum of 4 GiB".into()))?;
        let mut header = vec![wasm_encoder::ComponentSectionId::Component.into()];
        len.encode(&mut header);
        self.pieces.push(Piece::Owned(header));
        self.pieces.extend(spans.into_iter().map(|span| match span {
            Span::Owned(bytes) => Piece::Owned(bytes),
            Span::Own(range) => Piece::Borrowed(component.clone(), range),
            Span::File(source) => Piece::File(source),
        }));
        Ok(self.types().component_count() - 1)
    }

    /// Adds the core module in `range` of `component` to the outer component's own, and returns
    /// its index; its type does not matter, as only nested components alias it.
    pub fn share_module(
        &mut self,
        component: &Arc<Component>,
        range: Range<usize>,
    ) -> Result<u32, Refusal> {
        let empty = wasm_encoder::Module::new().finish();
        let mut stand_in = Vec::new();
        wasm_encoder::RawSection {
            id: wasm_encoder::ComponentSectionId::CoreModule.into(),
            data: &empty,
        }
        .append_to_component(&mut stand_in);
        decode::feed(&mut self.validator, &mut self.parser, &stand_in)?;
        let mut header = vec![wasm_encoder::ComponentSectionId::CoreModule.into()];
        // INVARIANT: the range lies in a component whose section lengths are 32-bit.
        (range.len() as u32).encode(&mut header);
        self.pieces.push(Piece::Owned(header));
        self.pieces.push(Piece::Borrowed(component.clone(), range));
        Ok(self.types().module_count() - 1)
    }

    /// Aliases exports of instances, all in one section, and returns the index of each in the
    /// space of its kind.
    pub fn aliases(
        &mut self,
        wanted: &[(u32, ComponentExportKind, &str)],
    ) -> Result<Vec<u32>, Refusal> {
        let mut section = ComponentAliasSection::new();
        let mut indices = Vec::new();
        // The next index of each kind that has come up; there are six kinds at most.
        let mut next: Vec<(ComponentExportKind, u32)> = Vec::new();
        for &(instance, kind, name) in wanted {
            match next.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, index)) => {
                    indices.push(*index);
                    *index += 1;
                }
                None => {
                    let index = self.count(kind);
                    indices.push(index);
                    next.push((kind, index + 1));
                }
            }
            section.alias(Alias::InstanceExport {
                instance,
                kind,
                name,
            });
        }
        if !wanted.is_empty() {
            self.section(&section)?;
        }
        Ok(indices)
    }

    /// How many entries the index space of `kind` has.
    pub fn count(&self, kind: ComponentExportKind) -> u32 {
        let types = self.types();
        match kind {
            ComponentExportKind::Module => types.module_count(),
            ComponentExportKind::Func => types.component_function_count(),
            ComponentExportKind::Value => types.value_count(),
            ComponentExportKind::Type => types.component_type_count(),
            ComponentExportKind::Instance => types.component_instance_count(),
            ComponentExportKind::Component => types.component_count(),
        }
    }

    /// The types of the outer component as it is now.
    pub fn types(&self) -> TypesRef<'_> {
        // INVARIANT: between sections the validator is inside the outer component, which `new`
        // has begun and only `finish` ends, so there always are types at level 0.
        #[allow(clippy::expect_used)]
        self.validator.types(0).expect("inside the outer component")
    }

    /// The type of an instance.
    pub fn instance_type(&self, index: u32) -> ComponentInstanceTypeId {
        self.types().component_instance_at(index)
    }

    /// The type of an instance's export.
    pub fn export_type(&self, instance: u32, name: &str) -> Option<ComponentEntityType> {
        let types = self.types();
        let instance = &types[self.instance_type(instance)];
        instance.exports.get(name).map(|item| item.ty)
    }

    /// Ends the component: what is only known at the end (escaping resources) is checked.
    pub fn finish(mut self) -> Result<Composed, Refusal> {
        let offset = self.parser.offset();
        self.validator.end(offset)?;
        Ok(Composed {
            pieces: self.pieces,
        })
    }
}
