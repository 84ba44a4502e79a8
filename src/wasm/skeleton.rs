//! Skeletons: what is left of a component when everything goes that its type does not depend on.
//!
//! Lives here: [`skeleton`]. May import: nothing of ours but `decode` (rank 1).
//! Deliberately absent: core code, which is jumped over unread, and checking. A skeleton is made
//! for the validator, and of an invalid component nothing is promised but that making it ends.
//!
//! All component-level sections stay as they are and in their order, so that every component-level
//! index keeps its meaning. Core modules, core instances, lowered functions and built-ins go;
//! resources lose their destructor. What lifts need of core modules is exported by one small
//! module instead, [`core::Stubs`], which all skeletons share: each aliases it from the component
//! around them and instantiates it in front of the first lift.
//!
//! (Turning lifts into imports of their function types, which would need no module, does not do:
//! the type of an import may not speak of resources that the component defines itself, nor of
//! types that it has no name for, and lifts do both.)

mod core;

use std::collections::BTreeSet;
use std::ops::Range;

use wasm_encoder::{CanonicalFunctionSection, ComponentSection, Encode, ValType};
use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentAlias, ComponentExport, ComponentExternalKind,
    ComponentImport, ComponentInstance, ComponentOuterAliasKind, ComponentType, Encoding, Instance,
};

pub(crate) use self::core::Stubs;
use self::core::{CoreItems, Found, Origin, Signature, Used};
use super::sections::{Malformed, Ordinals, Section, Sections, id, not_too_deep};

/// How many components are around a skeleton where it is decoded; the outermost of them has the
/// stubs (see `decode::begin`).
const AROUND: u32 = 2;

/// What stands for a component where only its type matters.
pub(crate) struct Skeleton {
    /// A component of the same type; none if core items take part in the type in a way that a
    /// skeleton cannot express, and the component must be decoded in full.
    pub bytes: Option<Vec<u8>>,
    /// How many core modules are in it, at any depth.
    pub modules: u32,
    /// How many components are in it, at any depth, itself included.
    pub components: u32,
}

/// Makes the skeleton of the component `bytes`; what it needs of core modules is added to `stubs`.
///
/// Fails if the component-level sections, or what is read of a core module's, are cut off or
/// cannot be parsed, or if components are nested absurdly deep. Success does not mean that the
/// component is valid.
pub(crate) fn skeleton(bytes: &[u8], stubs: &mut Stubs) -> Result<Skeleton, Malformed> {
    let mut walk = Walk {
        stubs,
        bytes,
        modules: 0,
        components: 0,
        expressible: true,
    };
    let skeleton = walk.component(0..bytes.len(), 0)?;
    Ok(Skeleton {
        bytes: walk.expressible.then_some(skeleton),
        modules: walk.modules,
        components: walk.components,
    })
}

struct Walk<'a, 's> {
    stubs: &'s mut Stubs,
    bytes: &'a [u8],
    modules: u32,
    components: u32,
    expressible: bool,
}

/// A part of the skeleton.
enum Piece<'a> {
    Kept(&'a [u8]),
    Made(Vec<u8>),
    Lifts(Vec<Lift<'a>>),
}

/// A lifted function, with its core items followed to where they come from.
struct Lift<'a> {
    ty: u32,
    func: Origin<'a>,
    memory: Option<Origin<'a>>,
    options: Box<[CanonicalOption]>,
}

/// What is known of one component while it is walked.
#[derive(Default)]
struct Level<'a> {
    core: CoreItems<'a>,
    pieces: Vec<Piece<'a>>,
    /// Modules in the skeleton so far: those that are imported, or exports of instances.
    modules: u32,
    /// That number when the first lift came.
    modules_before_lifts: Option<u32>,
}

impl<'a> Walk<'a, '_> {
    fn component(&mut self, range: Range<usize>, depth: u32) -> Result<Vec<u8>, Malformed> {
        not_too_deep(depth)?;
        self.components += 1;
        let mut sections = Sections::new(self.bytes, range, Encoding::Component)?;
        let mut ordinals = Ordinals::default();
        let mut level = Level::default();
        while let Some(section) = sections.next()? {
            let name = ordinals.name(&section);
            match section.id {
                id::MODULE => {
                    self.modules += 1;
                    level.core.module(section.body, name);
                }
                id::COMPONENT => {
                    let inner = self
                        .component(section.body, depth + 1)
                        .map_err(|malformed| malformed.within(name))?;
                    let mut made = vec![id::COMPONENT];
                    inner.encode(&mut made);
                    level.pieces.push(Piece::Made(made));
                }
                _ => self
                    .section(&section, &mut level)
                    .map_err(|malformed| malformed.within(name))?,
            }
        }
        if !self.expressible {
            return Ok(Vec::new());
        }
        self.assemble(level, depth)
    }

    fn section(&mut self, section: &Section<'a>, level: &mut Level<'a>) -> Result<(), Malformed> {
        match section.id {
            id::CUSTOM => {
                section.reader().read_string()?;
            }
            id::CORE_INSTANCE => {
                for instance in section.items::<Instance<'a>>()? {
                    level.core.instance(instance?);
                }
            }
            id::ALIAS => self.aliases(section, level)?,
            id::TYPE => level.pieces.push(without_destructors(section)?),
            id::CANON => self.canon(section, level)?,
            id::IMPORT => {
                for import in section.items::<ComponentImport<'a>>()? {
                    if import?.ty.kind() == ComponentExternalKind::Module {
                        level.core.foreign_module();
                        level.modules += 1;
                    }
                }
                level.pieces.push(Piece::Kept(section.raw()));
            }
            id::INSTANCE => {
                if may_name_modules(section) {
                    for instance in section.items::<ComponentInstance<'a>>()? {
                        self.expressible &= !uses_module(&instance?);
                    }
                }
                level.pieces.push(Piece::Kept(section.raw()));
            }
            id::EXPORT => {
                if may_name_modules(section) {
                    for export in section.items::<ComponentExport<'a>>()? {
                        self.expressible &= export?.kind != ComponentExternalKind::Module;
                    }
                }
                level.pieces.push(Piece::Kept(section.raw()));
            }
            id::CORE_TYPE | id::START => level.pieces.push(Piece::Kept(section.raw())),
            other => {
                return Err(Malformed::new(format!(
                    "a component cannot have a section with id {other}"
                )));
            }
        }
        Ok(())
    }

    fn aliases(&mut self, section: &Section<'a>, level: &mut Level<'a>) -> Result<(), Malformed> {
        let mut kept = Kept::new(section);
        let mut items = section.items::<ComponentAlias<'a>>()?.into_iter();
        loop {
            let start = items.original_position();
            let Some(alias) = items.next() else { break };
            match alias? {
                ComponentAlias::CoreInstanceExport {
                    kind,
                    instance_index,
                    name,
                } => {
                    level.core.alias(kind, instance_index, name);
                    continue;
                }
                ComponentAlias::InstanceExport {
                    kind: ComponentExternalKind::Module,
                    ..
                } => {
                    level.core.foreign_module();
                    level.modules += 1;
                }
                ComponentAlias::Outer {
                    kind: ComponentOuterAliasKind::CoreModule,
                    ..
                } => {
                    level.core.foreign_module();
                    // It counts modules of an outer component, which has others in its skeleton.
                    self.expressible = false;
                }
                ComponentAlias::InstanceExport { .. } | ComponentAlias::Outer { .. } => {}
            }
            kept.keep(start..items.original_position());
        }
        level.pieces.extend(kept.finish());
        Ok(())
    }

    fn canon(&mut self, section: &Section<'a>, level: &mut Level<'a>) -> Result<(), Malformed> {
        let mut lifts = Vec::new();
        for function in section.items::<CanonicalFunction>()? {
            let CanonicalFunction::Lift {
                core_func_index,
                type_index,
                options,
            } = function?
            else {
                level.core.built_in();
                continue;
            };
            match lift(&level.core, core_func_index, type_index, options) {
                Some(lift) => lifts.push(lift),
                None => self.expressible = false,
            }
        }
        if !lifts.is_empty() {
            level.modules_before_lifts.get_or_insert(level.modules);
            level.pieces.push(Piece::Lifts(lifts));
        }
        Ok(())
    }

    /// Puts the pieces of a component together.
    fn assemble(&mut self, level: Level<'a>, depth: u32) -> Result<Vec<u8>, Malformed> {
        let mut wanted = BTreeSet::new();
        for piece in &level.pieces {
            if let Piece::Lifts(lifts) = piece {
                for lift in lifts {
                    wanted.insert(lift.func);
                    wanted.extend(lift.memory);
                }
            }
        }
        let found = level.core.find(self.bytes, &wanted)?;

        let mut used = Used::default();
        let mut before_lifts = wasm_encoder::Component::HEADER.to_vec();
        let mut from_lifts = Vec::new();
        let mut out = &mut before_lifts;
        for piece in level.pieces {
            match piece {
                Piece::Kept(bytes) => out.extend_from_slice(bytes),
                Piece::Made(bytes) => out.extend(bytes),
                Piece::Lifts(lifts) => {
                    out = &mut from_lifts;
                    let mut canon = CanonicalFunctionSection::new();
                    for lift in lifts {
                        let memory = lift.memory.map(|origin| found.get(&origin));
                        if lift
                            .encode(
                                found.get(&lift.func),
                                memory,
                                self.stubs,
                                &mut used,
                                &mut canon,
                            )
                            .is_none()
                        {
                            self.expressible = false;
                            return Ok(Vec::new());
                        }
                    }
                    canon.append_to_component(out);
                }
            }
        }
        if let Some(module_index) = level.modules_before_lifts {
            used.append_to(depth + AROUND, module_index, &mut before_lifts);
        }
        before_lifts.extend(from_lifts);
        Ok(before_lifts)
    }
}

/// None if it depends on something that a skeleton cannot express.
fn lift<'a>(
    core: &CoreItems<'a>,
    func: u32,
    ty: u32,
    options: Box<[CanonicalOption]>,
) -> Option<Lift<'a>> {
    let mut memory = None;
    for option in &options {
        match option {
            CanonicalOption::Memory(index) => memory = Some(core.memory(*index)?),
            CanonicalOption::Gc | CanonicalOption::CoreType(_) => return None,
            _ => {}
        }
    }
    Some(Lift {
        ty,
        func: core.func(func)?,
        memory,
        options,
    })
}

impl Lift<'_> {
    /// Appends it to `canon`, with its core items taken from `stub`. None if they are not what
    /// they have to be, or are unusual.
    fn encode(
        &self,
        func: Option<&Found>,
        memory: Option<Option<&Found>>,
        stubs: &mut Stubs,
        used: &mut Used,
        canon: &mut CanonicalFunctionSection,
    ) -> Option<()> {
        let Some(Found::Func(signature)) = func else {
            return None;
        };
        let memory = match memory {
            None => None,
            Some(Some(Found::Memory(memory))) => Some(*memory),
            Some(_) => return None,
        };
        let mut options = Vec::new();
        for option in &self.options {
            options.push(match option {
                CanonicalOption::UTF8 => wasm_encoder::CanonicalOption::UTF8,
                CanonicalOption::UTF16 => wasm_encoder::CanonicalOption::UTF16,
                CanonicalOption::CompactUTF16 => wasm_encoder::CanonicalOption::CompactUTF16,
                CanonicalOption::Async => wasm_encoder::CanonicalOption::Async,
                CanonicalOption::Memory(_) => {
                    wasm_encoder::CanonicalOption::Memory(used.memory(stubs, memory?))
                }
                // The types of these are laid down by the canonical ABI, so they need no look-up.
                CanonicalOption::Realloc(_) => {
                    let pointer = match memory?.memory64 {
                        true => ValType::I64,
                        false => ValType::I32,
                    };
                    wasm_encoder::CanonicalOption::Realloc(used.func(
                        stubs,
                        Signature {
                            params: vec![pointer; 4],
                            results: vec![pointer],
                        },
                    ))
                }
                CanonicalOption::Callback(_) => wasm_encoder::CanonicalOption::Callback(used.func(
                    stubs,
                    Signature {
                        params: vec![ValType::I32; 3],
                        results: vec![ValType::I32],
                    },
                )),
                CanonicalOption::PostReturn(_) => continue,
                CanonicalOption::Gc | CanonicalOption::CoreType(_) => return None,
            });
        }
        canon.lift(used.func(stubs, signature.clone()), self.ty, options);
        Some(())
    }
}

/// Whether the section can name a core module: the sort of modules is these two bytes wherever it
/// stands, so most sections are spared being parsed.
fn may_name_modules(section: &Section<'_>) -> bool {
    section.contents().windows(2).any(|two| two == [0x00, 0x11])
}

fn uses_module(instance: &ComponentInstance<'_>) -> bool {
    let module = ComponentExternalKind::Module;
    match instance {
        ComponentInstance::Instantiate { args, .. } => args.iter().any(|arg| arg.kind == module),
        ComponentInstance::FromExports(exports) => exports.iter().any(|e| e.kind == module),
    }
}

/// A type section in which no resource has a destructor.
fn without_destructors<'a>(section: &Section<'a>) -> Result<Piece<'a>, Malformed> {
    // A resource, its representation (`i32` or `i64`), and that there is a destructor. These bytes
    // can be something else as well, so they only say that a closer look is due.
    let may_have = section
        .contents()
        .windows(3)
        .any(|three| matches!(three, [0x3f, 0x7e | 0x7f, 0x01]));
    if !may_have {
        return Ok(Piece::Kept(section.raw()));
    }
    let mut kept = Kept::new(section);
    let mut items = section.items::<ComponentType<'a>>()?.into_iter();
    loop {
        let start = items.original_position();
        let Some(ty) = items.next() else { break };
        let end = items.original_position();
        match ty? {
            ComponentType::Resource { dtor: Some(_), .. } => {
                // The representation is one byte: another one than `i32` or `i64` is invalid.
                let rep = kept.bytes(start..end).get(1).copied().unwrap_or(0x7f);
                kept.push(&[0x3f, rep, 0x00]);
            }
            _ => kept.keep(start..end),
        }
    }
    Ok(kept.finish().unwrap_or(Piece::Kept(section.raw())))
}

/// A section under construction from items of another one.
struct Kept<'s, 'a> {
    section: &'s Section<'a>,
    count: u32,
    items: Vec<u8>,
}

impl<'s, 'a> Kept<'s, 'a> {
    fn new(section: &'s Section<'a>) -> Kept<'s, 'a> {
        Kept {
            section,
            count: 0,
            items: Vec::new(),
        }
    }

    /// The bytes of an item; `range` is what a reader of the section says.
    fn bytes(&self, range: Range<u64>) -> &'a [u8] {
        let from = self.section.body.start as u64;
        let range = (range.start - from) as usize..(range.end - from) as usize;
        &self.section.contents()[range]
    }

    fn keep(&mut self, range: Range<u64>) {
        let item = self.bytes(range);
        self.push(item);
    }

    fn push(&mut self, item: &[u8]) {
        self.count += 1;
        self.items.extend_from_slice(item);
    }

    /// The section; none if nothing is in it.
    fn finish(self) -> Option<Piece<'a>> {
        if self.count == 0 {
            return None;
        }
        let mut contents = Vec::new();
        self.count.encode(&mut contents);
        contents.extend(self.items);
        let mut made = vec![self.section.id];
        contents.encode(&mut made);
        Some(Piece::Made(made))
    }
}
