//! What the tests of this folder share: components from text, decoded by the validator.

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};
use wasmparser::types::TypesRef;
use wasmparser::{Parser, ValidPayload, Validator, WasmFeatures};

use super::{Instance, Item, Reader, Surface, types::TypeDef};

/// A component around whatever was given, kept open so that its types can be asked for.
pub(super) struct Decoded {
    validator: Validator,
}

impl Decoded {
    /// Decodes a component, given as the text of its insides.
    pub(super) fn new(body: &str) -> Decoded {
        let text = format!("(component {body})");
        let buffer = wast::parser::ParseBuffer::new(&text).unwrap();
        let bytes = wast::parser::parse::<wast::Wat>(&buffer)
            .and_then(|mut wat| wat.encode())
            .unwrap_or_else(|e| panic!("{e}\n{text}"));
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        let mut depth = 0;
        for payload in Parser::new(0).parse_all(&bytes) {
            let payload = payload.unwrap();
            if matches!(payload, wasmparser::Payload::End(_)) {
                if depth == 0 {
                    break;
                }
                depth -= 1;
            }
            match validator.payload(&payload) {
                Ok(ValidPayload::Parser(_)) => depth += 1,
                Ok(_) => {}
                Err(e) => panic!("{e}\n{text}"),
            }
        }
        Decoded { validator }
    }

    pub(super) fn types(&self) -> TypesRef<'_> {
        self.validator.types(0).unwrap()
    }

    /// The type at an index of the type space, as that of an item.
    pub(super) fn entity(&self, index: u32) -> ComponentEntityType {
        match self.types().component_any_type_at(index) {
            ComponentAnyTypeId::Instance(id) => ComponentEntityType::Instance(id),
            ComponentAnyTypeId::Component(id) => ComponentEntityType::Component(id),
            ComponentAnyTypeId::Func(id) => ComponentEntityType::Func(id),
            id => ComponentEntityType::Type {
                referenced: id,
                created: id,
            },
        }
    }

    pub(super) fn item(&self, index: u32) -> Item {
        Reader::detached(self.types()).item(&self.entity(index))
    }
}

/// The surface of a component, given as the text of its insides.
pub(super) fn surface(body: &str) -> Surface {
    let decoded = Decoded::new(&format!("(component {body})"));
    let types = decoded.types();
    Surface::read(types, &types[types.component_at(0)])
}

/// The instance of an instance type, given as the text of its insides.
pub(super) fn instance(body: &str) -> Instance {
    let surface = surface(&format!("(import \"i\" (instance {body}))"));
    match surface.imports.into_iter().next() {
        Some((_, Item::Instance(instance))) => instance,
        other => panic!("not an instance: {other:?}"),
    }
}

/// The function that an instance type exports as `f`.
pub(super) fn func(instance: &Instance) -> String {
    match instance.get("f") {
        Some(Item::Func(func)) => func.to_string(),
        other => panic!("not a function: {other:?}"),
    }
}

/// What an instance type exports as the type `t`.
pub(super) fn type_def(instance: &Instance) -> &TypeDef {
    match instance.get("t") {
        Some(Item::Type(def)) => def,
        other => panic!("not a type: {other:?}"),
    }
}
