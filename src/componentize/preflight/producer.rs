//! What made a module, and what its makers usually forget.
//!
//! Lives here: [`Toolchain`]. May import: `module` (rank 4).
//! Deliberately absent: libraries that C code forgets (`symbols`).

use crate::componentize::module::{CoreModule, Producer};

/// What a module was compiled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Toolchain {
    Rust,
    TinyGo,
    Go,
    C,
    AssemblyScript,
    Unknown,
}

impl Toolchain {
    /// By the producers section, and by what only one compiler writes.
    pub fn of(module: &CoreModule) -> Toolchain {
        let any = |test: &dyn Fn(&Producer) -> bool| module.producers.iter().any(test);
        let exports = |name: &str| module.export(name).is_some();
        // Rust first: its modules often have C in them, but not the other way round.
        if any(&|p| p.name == "Rust" || p.name == "rustc") {
            Toolchain::Rust
        } else if any(&|p| p.name.eq_ignore_ascii_case("tinygo")) {
            Toolchain::TinyGo
        } else if any(&|p| p.name == "Go" || p.name.starts_with("Go ")) {
            Toolchain::Go
        } else if any(&|p| p.name.contains("AssemblyScript") || p.name == "asc")
            || (exports("__new") && exports("__pin"))
            || aborts_like_assembly_script(module)
        {
            Toolchain::AssemblyScript
        } else if any(&|p| p.name == "clang" || p.name == "emscripten")
            || any(&|p| p.field == "language" && p.name.starts_with('C'))
        {
            Toolchain::C
        } else {
            Toolchain::Unknown
        }
    }

    /// Why functions of the world usually are not exported by such modules.
    pub fn why_not_exported(self, module: &CoreModule) -> Option<&'static str> {
        Some(match self {
            Toolchain::Rust if module.is_command() => {
                "it is a Rust binary; what exports a world is a library with crate-type = [\"cdylib\"] in Cargo.toml"
            }
            Toolchain::Rust => {
                "in Rust, wit-bindgen's `export!(…)` macro exports them: call it with the type that implements the world, in the crate that is built as a cdylib"
            }
            Toolchain::C if module.component_types.is_empty() => {
                "in C, wit-bindgen writes a .c file and a `…_component_type.o`: link both, with -mexec-model=reactor"
            }
            Toolchain::C => {
                "in C, wit-bindgen's header declares each as `exports_…`: define it, and link the .c file that wit-bindgen wrote"
            }
            Toolchain::TinyGo => {
                "in TinyGo, `//go:wasmexport` before a function exports it: build with -target=wasip2 --wit-package and --wit-world, and import the package of generated bindings"
            }
            Toolchain::Go => {
                "in Go, `//go:wasmexport` before a function exports it: build with GOOS=wasip1 -buildmode=c-shared, and import the package of generated bindings"
            }
            Toolchain::AssemblyScript => {
                "in AssemblyScript, what the entry file exports is exported, under its own name only: it can be functions of the world itself, but not of an interface"
            }
            Toolchain::Unknown => return None,
        })
    }
}

/// AssemblyScript ends a program by `abort` with a message, a file, a line and a column.
fn aborts_like_assembly_script(module: &CoreModule) -> bool {
    module.imports.iter().any(|import| {
        let func = module.func(&import.ty);
        import.module == "env"
            && import.name == "abort"
            && func.is_some_and(|ty| ty.params().len() == 4)
    })
}
