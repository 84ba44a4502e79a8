//! A component or core module as a tree of sections, without those that are dropped.
//!
//! Lives here: [`Tree`], with reading and writing. May import: `parts`, `wasm` (ranks 1
//! and 2), the siblings.
//! Deliberately absent: the contents of sections. Each is kept byte for byte, or dropped.

use std::ops::Range;
use std::rc::Rc;

use wasm_encoder::Encode;
use wasmparser::{Encoding, Parser};

use super::sections::Removal;
use super::summary::Summary;
use crate::parts::Parts;
use crate::wasm::custom::kind;
use crate::wasm::sections::{self, Entries, Malformed, Section, id, not_too_deep};

/// How long what comes before the sections is.
const PREAMBLE: usize = 8;

/// The bytes of a core module; the same for all that are the same.
pub(super) type Bytes = Rc<[u8]>;

/// A component or core module, with its number among the parts of the summary.
pub(super) enum Tree<'a> {
    Module(usize, Bytes),
    Component(Component<'a>),
}

/// A component.
#[derive(Clone)]
pub(super) struct Component<'a> {
    pub part: usize,
    /// What comes before the sections.
    pub preamble: &'a [u8],
    pub pieces: Vec<Piece<'a>>,
}

/// What a component is made of.
#[derive(Clone)]
pub(super) enum Piece<'a> {
    /// A section as it was, and how many core modules and components it adds to the index spaces.
    Bytes(&'a [u8], Entries),
    Module(usize, Bytes),
    Component(Component<'a>),
    /// An alias of the core module at `index`, in the component that many levels out.
    SharedModule {
        count: u32,
        index: u32,
    },
    /// An alias of the component at `index`, at the same level.
    SharedComponent {
        index: u32,
    },
}

impl Piece<'_> {
    /// What it adds to index spaces.
    pub fn entries(&self) -> Entries {
        match self {
            Piece::Bytes(_, entries) => *entries,
            Piece::Module(..) | Piece::SharedModule { .. } => Entries {
                modules: 1,
                components: 0,
            },
            Piece::Component(_) | Piece::SharedComponent { .. } => Entries {
                modules: 0,
                components: 1,
            },
        }
    }
}

impl<'a> Tree<'a> {
    /// Reads `bytes`, of which `parts` are the parts, and drops what `removal` says. With
    /// `features`, core modules still tell which they use, for those that go on with them.
    pub fn read(
        bytes: &'a [u8],
        removal: &Removal,
        features: bool,
        parts: &Parts,
        summary: &mut Summary,
    ) -> Result<Tree<'a>, Malformed> {
        let all = 0..bytes.len();
        let mut reader = Reader {
            bytes,
            removal,
            features,
            summary,
            next: 1,
        };
        let tree = match Parser::is_core_wasm(bytes) {
            true => Tree::Module(0, reader.module(all, 0)?),
            false => Tree::Component(reader.component(all, 0, 0)?),
        };
        // Both count what is nested in the same order.
        match reader.next == parts.all().len() + 1 {
            true => Ok(tree),
            false => Err(Malformed::new("cannot tell its nested parts apart")),
        }
    }

    /// All core modules, each with its number.
    pub fn modules(&mut self) -> Vec<(usize, &mut Bytes)> {
        let mut found = Vec::new();
        match self {
            Tree::Module(part, bytes) => found.push((*part, bytes)),
            Tree::Component(component) => component.modules(&mut found),
        }
        found
    }

    /// Writes all of it.
    pub fn write(&self, summary: &mut Summary) -> Result<Vec<u8>, Malformed> {
        match self {
            Tree::Module(part, bytes) => {
                summary.parts[*part].after = bytes.len() as u64;
                Ok(bytes.to_vec())
            }
            Tree::Component(component) => component.write(Some(summary)),
        }
    }
}

struct Reader<'a, 'r> {
    bytes: &'a [u8],
    removal: &'r Removal,
    features: bool,
    summary: &'r mut Summary,
    /// The number of the part that comes next.
    next: usize,
}

impl<'a> Reader<'a, '_> {
    fn component(
        &mut self,
        range: Range<usize>,
        part: usize,
        depth: u32,
    ) -> Result<Component<'a>, Malformed> {
        not_too_deep(depth)?;
        let mut pieces = Vec::new();
        let preamble = &self.bytes[range.start..(range.start + PREAMBLE).min(range.end)];
        for section in sections::all(self.bytes, range, Encoding::Component)? {
            let number = self.next;
            match section.id {
                id::MODULE => {
                    self.next += 1;
                    let module = self.module(section.body.clone(), number)?;
                    pieces.push(Piece::Module(number, module));
                }
                id::COMPONENT => {
                    self.next += 1;
                    let inner = self.component(section.body.clone(), number, depth + 1)?;
                    pieces.push(Piece::Component(inner));
                }
                id::CUSTOM if self.drops(&section, part) => {}
                _ => pieces.push(Piece::Bytes(self.raw(&section), section.entries()?)),
            }
        }
        Ok(Component {
            part,
            preamble,
            pieces,
        })
    }

    fn module(&mut self, range: Range<usize>, part: usize) -> Result<Bytes, Malformed> {
        let mut made = Vec::with_capacity(range.len());
        made.extend_from_slice(&self.bytes[range.start..(range.start + PREAMBLE).min(range.end)]);
        for section in sections::all(self.bytes, range, Encoding::Module)? {
            let drops = section.id == id::CUSTOM && self.drops(&section, part);
            let tells = || matches!(section.custom(), Ok(("target_features", _)));
            if !drops || (self.features && tells()) {
                made.extend_from_slice(self.raw(&section));
            }
        }
        Ok(made.into())
    }

    fn raw(&self, section: &Section<'a>) -> &'a [u8] {
        let end = section.body.end;
        &self.bytes[end - section.raw().len()..end]
    }

    /// Whether a custom section is dropped, which is noted.
    fn drops(&mut self, section: &Section<'a>, part: usize) -> bool {
        let Ok((name, _)) = section.custom() else {
            return false;
        };
        let drops = self.removal.removes(name);
        if drops {
            let bytes = section.raw().len() as u64;
            self.summary.removed(part, kind(name), bytes);
        }
        drops
    }
}

impl<'a> Component<'a> {
    fn modules<'t>(&'t mut self, found: &mut Vec<(usize, &'t mut Bytes)>) {
        for piece in &mut self.pieces {
            match piece {
                Piece::Module(part, bytes) => found.push((*part, bytes)),
                Piece::Component(inner) => inner.modules(found),
                _ => {}
            }
        }
    }

    /// Writes it; if there is a summary, with the sizes of all parts.
    pub fn write(&self, mut summary: Option<&mut Summary>) -> Result<Vec<u8>, Malformed> {
        let mut made = self.preamble.to_vec();
        // What does not count as its own.
        let mut nested = 0;
        for piece in &self.pieces {
            match piece {
                Piece::Bytes(bytes, _) => made.extend_from_slice(bytes),
                Piece::Module(part, bytes) => {
                    section(&mut made, id::MODULE, bytes)?;
                    nested += bytes.len();
                    if let Some(summary) = summary.as_deref_mut() {
                        summary.parts[*part].after = bytes.len() as u64;
                    }
                }
                Piece::Component(inner) => {
                    let inner = inner.write(summary.as_deref_mut())?;
                    section(&mut made, id::COMPONENT, &inner)?;
                    nested += inner.len();
                }
                Piece::SharedModule { count, index } => {
                    let kind = wasm_encoder::ComponentOuterAliasKind::CoreModule;
                    alias(&mut made, kind, *count, *index);
                }
                Piece::SharedComponent { index } => {
                    alias(
                        &mut made,
                        wasm_encoder::ComponentOuterAliasKind::Component,
                        0,
                        *index,
                    );
                }
            }
        }
        if let Some(summary) = summary {
            summary.parts[self.part].after = (made.len() - nested) as u64;
        }
        Ok(made)
    }
}

fn section(made: &mut Vec<u8>, id: u8, contents: &[u8]) -> Result<(), Malformed> {
    let len = u32::try_from(contents.len());
    let len = len.map_err(|_| Malformed::new("a nested part is larger than 4 GiB"))?;
    made.push(id);
    len.encode(made);
    made.extend_from_slice(contents);
    Ok(())
}

fn alias(made: &mut Vec<u8>, kind: wasm_encoder::ComponentOuterAliasKind, count: u32, index: u32) {
    use wasm_encoder::ComponentSection;
    let mut section = wasm_encoder::ComponentAliasSection::new();
    section.alias(wasm_encoder::Alias::Outer { kind, count, index });
    section.append_to_component(made);
}
