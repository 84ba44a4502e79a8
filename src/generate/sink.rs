//! Where the lines of traced calls go: one part for all traced parts of a composition, which also
//! knows how deep calls are nested.
//!
//! Lives here: [`sink_type`], [`stderr_sink`] and [`sink_to`]. May import: nothing of ours.
//! Deliberately absent: the lines, which come from the traced parts.

use wasm_encoder::{ComponentTypeRef, ComponentValType, InstanceType, PrimitiveValType};

/// The interface that traced parts import and the sink exports.
pub(crate) const SINK: &str = "witkit:trace/sink";

/// Its type.
pub(super) fn sink_type() -> InstanceType {
    let mut ty = InstanceType::new();
    ty.ty()
        .function()
        .params::<[(&str, ComponentValType); 0], _>([])
        .result(Some(PrimitiveValType::U32.into()));
    ty.export("enter", ComponentTypeRef::Func(0));
    ty.ty()
        .function()
        .params::<[(&str, ComponentValType); 0], _>([])
        .result(None);
    ty.export("leave", ComponentTypeRef::Func(1));
    ty.ty()
        .function()
        .params([("line", PrimitiveValType::String)])
        .result(None);
    ty.export("log", ComponentTypeRef::Func(2));
    ty
}

/// A sink that writes to `wasi:cli/stderr` of that release: `0.2.0`, `0.3.0`, or a later one like it.
pub(crate) fn stderr_sink(release: &str) -> Result<Vec<u8>, String> {
    let text = match release.starts_with("0.3.") {
        true => include_str!("runtime/stderr3.wat"),
        false => include_str!("runtime/stderr.wat"),
    };
    assembled(&text.replace("@RELEASE", release))
}

/// A sink that hands lines on to `import`: an interface with `log: func(line: string)`, or a function
/// of that type.
pub(crate) fn sink_to(import: &str) -> Result<Vec<u8>, String> {
    let text = match import.contains(['/', ':']) {
        true => include_str!("runtime/interface.wat"),
        false => include_str!("runtime/function.wat"),
    };
    assembled(&text.replace("@IMPORT", import))
}

/// Text as bytes. It is our own, but for what was put in, which may be no name.
pub(super) fn assembled(text: &str) -> Result<Vec<u8>, String> {
    let buffer = wast::parser::ParseBuffer::new(text).map_err(|e| e.message())?;
    let mut wat = wast::parser::parse::<wast::Wat<'_>>(&buffer).map_err(|e| e.message())?;
    wat.encode().map_err(|e| e.message())
}
