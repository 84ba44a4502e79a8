//! The data of a surface: items, functions, instances, types and resources.
//!
//! May import: nothing but the sibling modules.
//! Deliberately absent: types of wasmparser (`read` translates them), and indexes: a type refers
//! to others by sharing them, so that what is a small graph in a component stays one here.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::Surface;
use super::module::ModuleType;

/// Whether something is asked for or offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Asked for.
    Import,
    /// Offered.
    Export,
}

/// The name of an import or export, with the metadata that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ExternName {
    /// The name by which instantiation finds it: `run`, `wasi:io/streams@0.2.0`.
    pub name: String,
    /// The interface that a plainly named instance says it implements.
    pub implements: Option<String>,
    /// What follows the canonical version in the name, `.6` of `0.2.6`.
    pub version_suffix: Option<String>,
    /// The name that the world outside has for it.
    pub external_id: Option<String>,
}

impl ExternName {
    /// The name with its version suffix, when it has a version to which that applies.
    pub fn full_name(&self) -> Cow<'_, str> {
        with_suffix(&self.name, self.version_suffix.as_deref())
    }

    /// The interface it implements, with the version suffix likewise.
    pub fn full_implements(&self) -> Option<Cow<'_, str>> {
        let implements = self.implements.as_deref()?;
        Some(with_suffix(implements, self.version_suffix.as_deref()))
    }
}

fn with_suffix<'a>(name: &'a str, suffix: Option<&str>) -> Cow<'a, str> {
    match suffix {
        Some(suffix) if name.contains('@') => Cow::Owned(format!("{name}{suffix}")),
        _ => Cow::Borrowed(name),
    }
}

/// The item of that name in a list of imports or exports.
pub(super) fn find<'a>(items: &'a [(ExternName, Item)], name: &str) -> Option<&'a Item> {
    items
        .iter()
        .find(|(known, _)| known.name == name)
        .map(|(_, item)| item)
}

/// Anything that can be imported or exported.
#[derive(Clone, Debug)]
pub enum Item {
    /// A function.
    Func(Func),
    /// An instance, which in WIT is an interface.
    Instance(Instance),
    /// A type.
    Type(TypeDef),
    /// A core module.
    Module(ModuleType),
    /// A component.
    Component(Box<Surface>),
    /// A value.
    Value(Type),
}

impl Item {
    /// Whether the import of this name is nothing that anybody would have to provide: a type, or an
    /// interface of types alone. A resource that it defines has to come from somewhere.
    pub fn has_types_only(&self, name: &str) -> bool {
        let is_plain = |item: &Item| match item {
            Item::Type(TypeDef::Resource(resource)) => match &resource.origin {
                Origin::Import(path) => path.first().is_some_and(|first| first != name),
                Origin::Export(_) | Origin::Unknown => false,
            },
            Item::Type(_) => true,
            _ => false,
        };
        match self {
            Item::Instance(instance) => instance.exports.iter().all(|(_, item)| is_plain(item)),
            other => is_plain(other),
        }
    }

    /// The noun for this sort of item.
    pub fn sort(&self) -> &'static str {
        match self {
            Item::Func(_) => "function",
            Item::Instance(_) => "instance",
            Item::Type(TypeDef::Resource(_)) => "resource",
            Item::Type(_) => "type",
            Item::Module(_) => "core module",
            Item::Component(_) => "component",
            Item::Value(_) => "value",
        }
    }
}

/// The type of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Func {
    /// Whether it is an `async func`.
    pub async_: bool,
    /// The parameters, by name.
    pub params: Vec<(String, Type)>,
    /// The result, if it has one.
    pub result: Option<Type>,
}

/// The type of an instance.
#[derive(Clone, Debug)]
pub struct Instance {
    /// What it exports, in its own order.
    pub exports: Vec<(ExternName, Item)>,
}

impl Instance {
    /// The export of that name (without its version suffix), if there is one.
    pub fn get(&self, name: &str) -> Option<&Item> {
        find(&self.exports, name)
    }
}

/// What an imported or exported type is.
#[derive(Clone, Debug)]
pub enum TypeDef {
    /// A resource.
    Resource(ResourceRef),
    /// A type of values.
    Defined(Type),
    /// The type of a function.
    Func(Func),
    /// The type of an instance.
    Instance(Instance),
    /// The type of a component.
    Component(Box<Surface>),
}

/// A type of values, and the name it goes by where it is used.
///
/// Two types are equal when their structure is, whatever their names; resources are equal here
/// when their names are. Cloning is cheap: structure is shared.
#[derive(Clone)]
pub struct Type {
    name: Option<Arc<str>>,
    kind: Arc<TypeKind>,
}

impl Type {
    /// A type of this structure.
    pub fn new(name: Option<Arc<str>>, kind: impl Into<Arc<TypeKind>>) -> Type {
        Type {
            name,
            kind: kind.into(),
        }
    }

    /// The name that the enclosing instance or component gives it, if any.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Its structure.
    pub fn kind(&self) -> &TypeKind {
        &self.kind
    }

    /// The structure as it is shared, for whoever remembers what was read.
    pub(super) fn shared_kind(&self) -> &Arc<TypeKind> {
        &self.kind
    }
}

/// As WIT, on one line: the structure shared within may be huge when written out.
impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The structure of a type of values.
#[derive(Debug)]
pub enum TypeKind {
    /// `bool`, `u8`, …, `string`, `error-context`.
    Primitive(Primitive),
    /// `record`, with its fields in order.
    Record(Vec<(String, Type)>),
    /// `variant`, with its cases in order.
    Variant(Vec<(String, Option<Type>)>),
    /// `flags`.
    Flags(Vec<String>),
    /// `enum`.
    Enum(Vec<String>),
    /// `tuple`.
    Tuple(Vec<Type>),
    /// `list<t>`.
    List(Type),
    /// `list<t, n>`.
    FixedLengthList(Type, u32),
    /// `map<k, v>`.
    Map(Type, Type),
    /// `option<t>`.
    Option(Type),
    /// `result<ok, error>`.
    Result(Option<Type>, Option<Type>),
    /// A handle that owns a resource.
    Own(ResourceRef),
    /// A handle that borrows a resource.
    Borrow(ResourceRef),
    /// `future<t>`.
    Future(Option<Type>),
    /// `stream<t>`.
    Stream(Option<Type>),
}

/// A type of values without structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is named as in WIT")]
pub enum Primitive {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    ErrorContext,
}

impl Primitive {
    /// As WIT writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Primitive::Bool => "bool",
            Primitive::S8 => "s8",
            Primitive::U8 => "u8",
            Primitive::S16 => "s16",
            Primitive::U16 => "u16",
            Primitive::S32 => "s32",
            Primitive::U32 => "u32",
            Primitive::S64 => "s64",
            Primitive::U64 => "u64",
            Primitive::F32 => "f32",
            Primitive::F64 => "f64",
            Primitive::Char => "char",
            Primitive::String => "string",
            Primitive::ErrorContext => "error-context",
        }
    }
}

/// A mention of a resource.
#[derive(Clone, Debug)]
pub struct ResourceRef {
    /// The name it goes by where it is mentioned.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Tells the resources of one reading apart, also those of unknown origin.
    pub(super) id: u32,
}

/// Where, within the surface of its component, a resource is introduced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// By an import: the way to it, such as `wasi:io/streams@0.2.0`, `input-stream`.
    Import(Vec<String>),
    /// By the component itself, which exports it at this place.
    Export(Vec<String>),
    /// Outside of what was read.
    Unknown,
}
