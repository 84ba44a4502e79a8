//! Types of core modules, as far as a surface shows them.
//!
//! Lives here: [`ModuleType`], what it is made of, reading it (`read`), and [`CoreItem::serves`],
//! the subtyping of core items.
//! May import: nothing of ours.
//! Deliberately absent: comparing whole modules (`compare`), and type indexes: a core type is its
//! canonical text, equal exactly when the type is, in whichever module or validator.

use std::fmt;
use std::sync::Arc;

mod read;

pub(super) use read::read;

/// The type of a core module.
#[derive(Clone, Debug)]
pub struct ModuleType {
    /// What it imports: from which module, under which name.
    pub imports: Vec<(String, String, CoreItem)>,
    /// What it exports.
    pub exports: Vec<(String, CoreItem)>,
}

/// Something that a core module imports or exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoreItem {
    /// A function; an exact one must have this very type.
    Func {
        /// Its type.
        ty: CoreType,
        /// Whether a subtype will not do.
        exact: bool,
    },
    /// A table.
    Table {
        /// What it holds.
        element: CoreValue,
        /// How large it is.
        limits: Limits,
    },
    /// A memory.
    Memory {
        /// How large it is, in pages.
        limits: Limits,
        /// The size of a page, as a power of two.
        page_size_log2: u32,
    },
    /// A global.
    Global {
        /// What it holds.
        ty: CoreValue,
        /// Whether it can be assigned.
        mutable: bool,
        /// Whether threads share it.
        shared: bool,
    },
    /// An exception tag.
    Tag(CoreType),
}

/// Bounds on the size of a table or memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// At least.
    pub min: u64,
    /// At most.
    pub max: Option<u64>,
    /// Whether indexes have 64 bits.
    pub wide: bool,
    /// Whether threads share it.
    pub shared: bool,
}

/// A defined core type, such as that of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreType {
    text: Arc<str>,
    /// The types it is declared to be a subtype of, nearest first.
    supertypes: Vec<Arc<str>>,
}

/// The type of a core value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreValue {
    text: Arc<str>,
    reference: Option<Reference>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Reference {
    nullable: bool,
    shared: bool,
    heap: Heap,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Heap {
    Abstract(&'static str),
    Defined {
        ty: CoreType,
        exact: bool,
        /// The abstract type right above: `func`, `struct`, `array` or `cont`.
        above: &'static str,
    },
}

impl CoreItem {
    /// Whether this item may be given where `expected` is asked for.
    pub fn serves(&self, expected: &CoreItem) -> bool {
        match (self, expected) {
            (
                CoreItem::Func { ty, .. },
                CoreItem::Func {
                    ty: e,
                    exact: false,
                },
            ) => ty.is_below(e),
            (CoreItem::Func { ty, exact: true }, CoreItem::Func { ty: e, exact: true }) => {
                ty.text == e.text
            }
            (
                CoreItem::Table { element, limits },
                CoreItem::Table {
                    element: e,
                    limits: l,
                },
            ) => element == e && limits.within(l),
            (
                CoreItem::Memory {
                    limits,
                    page_size_log2,
                },
                CoreItem::Memory {
                    limits: l,
                    page_size_log2: p,
                },
            ) => page_size_log2 == p && limits.within(l),
            (
                CoreItem::Global {
                    ty,
                    mutable,
                    shared,
                },
                CoreItem::Global {
                    ty: e,
                    mutable: m,
                    shared: s,
                },
            ) => {
                // What can be assigned must be exactly what both sides think it is.
                mutable == m && shared == s && ty.is_below(e) && (!mutable || e.is_below(ty))
            }
            (CoreItem::Tag(ty), CoreItem::Tag(e)) => ty.text == e.text,
            _ => false,
        }
    }
}

impl Limits {
    fn within(&self, expected: &Limits) -> bool {
        self.wide == expected.wide
            && self.shared == expected.shared
            && self.min >= expected.min
            && match (self.max, expected.max) {
                (_, None) => true,
                (Some(max), Some(expected)) => max <= expected,
                (None, Some(_)) => false,
            }
    }
}

impl CoreType {
    fn is_below(&self, other: &CoreType) -> bool {
        self.text == other.text || self.supertypes.contains(&other.text)
    }
}

impl CoreValue {
    fn is_below(&self, other: &CoreValue) -> bool {
        match (&self.reference, &other.reference) {
            (Some(a), Some(b)) => a.is_below(b),
            _ => self.text == other.text,
        }
    }
}

impl Reference {
    fn is_below(&self, other: &Reference) -> bool {
        if (self.nullable && !other.nullable) || self.shared != other.shared {
            return false;
        }
        match (&self.heap, &other.heap) {
            (Heap::Abstract(a), Heap::Abstract(b)) => abstract_is_below(a, b),
            (Heap::Defined { above, .. }, Heap::Abstract(b)) => abstract_is_below(above, b),
            (Heap::Abstract(a), Heap::Defined { above, .. }) => {
                a.starts_with("no") && abstract_is_below(a, above)
            }
            (
                Heap::Defined { ty: a, exact, .. },
                Heap::Defined {
                    ty: b, exact: e, ..
                },
            ) => {
                if *e {
                    *exact && a.text == b.text
                } else {
                    a.is_below(b)
                }
            }
        }
    }
}

/// The hierarchies of abstract heap types.
fn abstract_is_below(a: &str, b: &str) -> bool {
    a == b
        || match b {
            "any" => matches!(a, "eq" | "i31" | "struct" | "array" | "none"),
            "eq" => matches!(a, "i31" | "struct" | "array" | "none"),
            "i31" | "struct" | "array" => a == "none",
            "func" => a == "nofunc",
            "extern" => a == "noextern",
            "exn" => a == "noexn",
            "cont" => a == "nocont",
            _ => false,
        }
}

/// As in the text format: `(func (param i32))`.
impl fmt::Display for CoreItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CoreItem::Func { ty, exact: false } => f.write_str(&ty.text),
            CoreItem::Func { ty, exact: true } => write!(f, "(exact {})", ty.text),
            CoreItem::Table { element, limits } => write!(f, "(table{limits} {})", element.text),
            CoreItem::Memory {
                limits,
                page_size_log2: 16,
            } => write!(f, "(memory{limits})"),
            CoreItem::Memory {
                limits,
                page_size_log2,
            } => write!(
                f,
                "(memory{limits} (pagesize {}))",
                1u64.checked_shl(*page_size_log2).unwrap_or(u64::MAX)
            ),
            CoreItem::Global {
                ty,
                mutable,
                shared,
            } => {
                let shared = if *shared { "shared " } else { "" };
                match mutable {
                    true => write!(f, "(global ({shared}mut {}))", ty.text),
                    false => write!(f, "(global {shared}{})", ty.text),
                }
            }
            CoreItem::Tag(ty) => write!(f, "(tag {})", ty.text),
        }
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.wide {
            f.write_str(" i64")?;
        }
        write!(f, " {}", self.min)?;
        if let Some(max) = self.max {
            write!(f, " {max}")?;
        }
        if self.shared {
            f.write_str(" shared")?;
        }
        Ok(())
    }
}
