//! Shows that the composed component is part of this program.
//!
//! `examples/embed` shows how to run one.

static TILL: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/till.wasm"));

fn main() {
    // The preamble of a component: magic number, version 13, layer 1.
    assert!(TILL.starts_with(b"\0asm\x0d\0\x01\0"));
    println!("a component of {} bytes is embedded", TILL.len());
}
