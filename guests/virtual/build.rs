//! The memory is not the module's own: files lie in it, and host functions need it before the module
//! is instantiated.

fn main() {
    println!("cargo::rustc-link-arg-cdylib=--import-memory");
}
