//! The shape of `witkit.wit/1`, described in `docs/wit-json.md`.
//!
//! May import: nothing of ours. Deliberately absent: how it is filled.

use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Document {
    pub schema: &'static str,
    pub package: String,
    pub packages: Vec<Package>,
}

#[derive(Serialize)]
pub(super) struct Package {
    pub name: String,
    pub version: Option<String>,
    pub own: bool,
    pub docs: Option<String>,
    pub interfaces: Vec<Interface>,
    pub worlds: Vec<World>,
}

#[derive(Serialize)]
pub(super) struct Interface {
    /// None for one within a world: the item has the name.
    pub name: Option<String>,
    pub docs: Option<String>,
    pub stability: Option<Gate>,
    pub types: Vec<Definition>,
    pub functions: Vec<Func>,
}

#[derive(Serialize)]
pub(super) struct World {
    pub name: String,
    pub docs: Option<String>,
    pub stability: Option<Gate>,
    pub imports: Vec<Item>,
    pub exports: Vec<Item>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Item {
    #[serde(rename_all = "kebab-case")]
    Interface {
        name: String,
        interface: String,
        docs: Option<String>,
        stability: Option<Gate>,
        external_id: Option<String>,
    },
    #[serde(rename_all = "kebab-case")]
    Inline {
        name: String,
        interface: Interface,
        docs: Option<String>,
        stability: Option<Gate>,
        external_id: Option<String>,
    },
    Function {
        name: String,
        function: Func,
    },
    Type {
        name: String,
        r#type: Definition,
    },
}

/// The gate of an item.
#[derive(Serialize)]
pub(super) struct Gate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unstable: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Definition {
    pub name: String,
    pub docs: Option<String>,
    pub stability: Option<Gate>,
    pub external_id: Option<String>,
    #[serde(flatten)]
    pub kind: DefinitionKind,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum DefinitionKind {
    Record {
        fields: Vec<Member>,
    },
    Variant {
        cases: Vec<Case>,
    },
    Enum {
        cases: Vec<Label>,
    },
    Flags {
        flags: Vec<Label>,
    },
    Resource {
        functions: Vec<Func>,
    },
    /// Another name for a type.
    Alias {
        r#type: Shape,
    },
    /// A type of another interface.
    Use {
        interface: Option<String>,
        r#type: String,
    },
}

#[derive(Serialize)]
pub(super) struct Member {
    pub name: String,
    pub docs: Option<String>,
    pub r#type: Shape,
}

#[derive(Serialize)]
pub(super) struct Case {
    pub name: String,
    pub docs: Option<String>,
    pub r#type: Option<Shape>,
}

#[derive(Serialize)]
pub(super) struct Label {
    pub name: String,
    pub docs: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Func {
    pub name: String,
    pub kind: &'static str,
    pub accessor: Option<&'static str>,
    pub r#async: bool,
    pub docs: Option<String>,
    pub stability: Option<Gate>,
    pub external_id: Option<String>,
    pub params: Vec<Param>,
    pub result: Option<Shape>,
}

#[derive(Serialize)]
pub(super) struct Param {
    pub name: String,
    pub r#type: Shape,
}

/// A type where one is used.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Shape {
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
    List {
        element: Box<Shape>,
        /// Of a list of fixed length.
        length: Option<u32>,
    },
    Map {
        key: Box<Shape>,
        value: Box<Shape>,
    },
    Tuple {
        types: Vec<Shape>,
    },
    Option {
        some: Box<Shape>,
    },
    Result {
        ok: Option<Box<Shape>>,
        err: Option<Box<Shape>>,
    },
    Future {
        payload: Option<Box<Shape>>,
    },
    Stream {
        payload: Option<Box<Shape>>,
    },
    Own {
        #[serde(flatten)]
        resource: Reference,
    },
    Borrow {
        #[serde(flatten)]
        resource: Reference,
    },
    Named {
        #[serde(flatten)]
        reference: Reference,
    },
}

/// A type with a name; without an interface, one of the world or inline interface it is used in.
#[derive(Serialize)]
pub(super) struct Reference {
    pub interface: Option<String>,
    pub name: String,
}
