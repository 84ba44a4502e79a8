//! Types of components, by way of wasmparser's validator, which is the only type checker here.
//!
//! Lives here: [`decode`], and [`feed`] and [`feed_component`] for whoever builds a component and
//! wants it checked as it grows.
//! May import: `skeleton` (rank 1).
//! Deliberately absent: function bodies, which are jumped over. Types do not depend on them.

use wasm_encoder::Encode;
use wasmparser::component_types::{ComponentType, ComponentTypeId};
use wasmparser::types::{Types, TypesRef};
use wasmparser::{BinaryReader, Chunk, Parser, Payload, Result, ValidPayload, Validator};

use super::sections::{Malformed, features};
use super::skeleton::{Stubs, skeleton};

/// Feeds `bytes` to the validator: whole sections (or the header) of the component that `parser`
/// is in, nested modules and components among them. Function bodies are not validated.
///
/// Fails with the validator's finding, or if `bytes` end within a section.
pub(crate) fn feed(validator: &mut Validator, parser: &mut Parser, mut bytes: &[u8]) -> Result<()> {
    // The parsers of the components around the one that is being fed; `parser` is the innermost.
    let mut outer = Vec::new();
    while !bytes.is_empty() || !outer.is_empty() {
        let (payload, consumed) = next(parser, bytes)?;
        bytes = &bytes[consumed..];
        if let Payload::CodeSectionStart { size, .. } = &payload {
            let mut rest = BinaryReader::new_features(bytes, parser.offset(), features());
            rest.read_bytes(*size as usize)?;
            bytes = &bytes[rest.current_position()..];
            parser.skip_section();
        }
        match validator.payload(&payload)? {
            ValidPayload::Ok | ValidPayload::Func(..) => {}
            ValidPayload::Parser(inner) => outer.push(std::mem::replace(parser, inner)),
            ValidPayload::End(_) => match outer.pop() {
                Some(around) => *parser = around,
                None => break,
            },
        }
    }
    Ok(())
}

/// Validates everything in a module or component but function bodies.
pub(crate) fn structure(bytes: &[u8]) -> Result<()> {
    let mut validator = Validator::new_with_features(features());
    let mut parser = Parser::new(0);
    parser.set_features(features());
    feed(&mut validator, &mut parser, bytes)?;
    validator.end(parser.offset())?;
    Ok(())
}

/// Feeds `body`, a component, so that it becomes the next component nested in the one that
/// `parser` is in. It may be a skeleton of what is really there.
///
/// Fails with the validator's finding, or if `body` is cut off.
pub(crate) fn feed_component(
    validator: &mut Validator,
    parser: &mut Parser,
    body: &[u8],
) -> Result<()> {
    // The parser in the component considers the body as gone by, so it goes to a parser of its own.
    let mut inner = begin_component(validator, parser, body.len())?;
    feed(validator, &mut inner, body)?;
    let (end, _) = next(&mut inner, &[])?;
    validator.payload(&end)?;
    Ok(())
}

/// Begins a component of `len` bytes nested in the one that `parser` is in, and returns the parser
/// for its bytes.
fn begin_component(validator: &mut Validator, parser: &mut Parser, len: usize) -> Result<Parser> {
    let header = component_header(len);
    let (payload, _) = next(parser, &header)?;
    match validator.payload(&payload)? {
        ValidPayload::Parser(inner) => Ok(inner),
        // INVARIANT: a component section is answered with a parser for the component.
        _ => Ok(Parser::new(0)),
    }
}

/// Begins a component that is going to be built and validated piece by piece, and returns the
/// validator in it with the parser for its sections.
///
/// Around it lies a component with what skeletons nested in it share: the module `stubs`. It is
/// there for the validator only, and no index space of the inner component knows of it.
pub(crate) fn begin(stubs: &Stubs) -> Result<(Validator, Parser)> {
    let mut validator = Validator::new_with_features(features());
    let mut around = Parser::new(0);
    around.set_features(features());
    feed(
        &mut validator,
        &mut around,
        &wasm_encoder::Component::HEADER,
    )?;
    feed(&mut validator, &mut around, &stubs.section())?;
    // How long it will be is not known, and the validator does not ask: only parsers count bytes,
    // and the inner one is given whole sections.
    begin_component(&mut validator, &mut around, 0)?;
    let mut parser = Parser::new(0);
    parser.set_features(features());
    Ok((validator, parser))
}

/// What comes before a nested component of that length.
fn component_header(len: usize) -> Vec<u8> {
    let mut header = vec![wasm_encoder::ComponentSectionId::Component as u8];
    // Far below this maximum, the parser refuses a component as too large.
    u32::try_from(len).unwrap_or(u32::MAX).encode(&mut header);
    header
}

#[allow(clippy::unreachable)]
fn next<'a>(parser: &mut Parser, bytes: &'a [u8]) -> Result<(Payload<'a>, usize)> {
    match parser.parse(bytes, true)? {
        Chunk::Parsed { consumed, payload } => Ok((payload, consumed)),
        // INVARIANT: the parser is told that there is no more, and so never asks for it.
        Chunk::NeedMoreData(_) => unreachable!("more data was asked for at the end"),
    }
}

/// The types of one component, standing alone.
pub(crate) struct Decoded {
    types: Types,
    id: ComponentTypeId,
}

impl Decoded {
    /// All types, for looking up what the component's type refers to.
    pub fn types(&self) -> TypesRef<'_> {
        self.types.as_ref()
    }

    /// The type of the component: imports, exports and resources.
    pub fn component(&self) -> &ComponentType {
        &self.types[self.id]
    }
}

/// Decodes the types of the component `bytes`, from its skeleton where it has one.
///
/// Fails if the component-level sections are malformed or invalid. Core code is not looked at, and
/// mistakes in core modules and in built-ins are mostly not noticed.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, Malformed> {
    let mut stubs = Stubs::default();
    if let Some(skeleton) = skeleton(bytes, &mut stubs)?.bytes
        && let Ok(decoded) = alone(&stubs, &skeleton)
    {
        return Ok(decoded);
    }
    // Also if the skeleton is invalid: only the component itself has the indices and places that a
    // message may speak of.
    alone(&Stubs::default(), bytes)
        .map_err(|error| Malformed::locate(bytes, offset_in(bytes, &error), &error))
}

/// The offset of an error of [`alone`] in the component that was given to it.
fn offset_in(bytes: &[u8], error: &wasmparser::Error) -> u64 {
    let before = wasm_encoder::Component::HEADER.len() + component_header(bytes.len()).len();
    error.offset().saturating_sub(before as u64)
}

/// Decodes `body`, a component or the skeleton of one that was made with `stubs`, as the only
/// component in another: what the type of a component is can only be asked of the one around it.
fn alone(stubs: &Stubs, body: &[u8]) -> Result<Decoded> {
    let (mut validator, mut parser) = begin(stubs)?;
    feed(
        &mut validator,
        &mut parser,
        &wasm_encoder::Component::HEADER,
    )?;
    feed_component(&mut validator, &mut parser, body)?;
    let types = validator.end(parser.offset())?;
    // INVARIANT: one component has just been fed, so there is one at index 0.
    let id = types.as_ref().component_at(0);
    Ok(Decoded { types, id })
}

#[cfg(test)]
mod tests;
