//! The toolchain that built a module, and what people usually forget when they use it.
//!
//! Lives here: [`Toolchain`]. May import: `module` (rank 4).
//! Deliberately absent: libraries that were not linked into C code (`symbols`).

use super::advice::Advice;
use crate::componentize::module::{CoreModule, Producer};

/// The toolchain that built a module.
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
    /// Determined by the producers section, and by items that only one compiler emits.
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

    /// Why such modules usually do not export the functions of their world.
    pub fn why_not_exported(self, module: &CoreModule) -> Option<Advice> {
        let (note, help) = match self {
            Toolchain::Rust if module.is_command() => (
                "the module is a Rust binary, which exports only `_start`",
                "build a library, with `crate-type = [\"cdylib\"]` in Cargo.toml",
            ),
            Toolchain::Rust => (
                "in Rust, the `export!(…)` macro of wit-bindgen exports the functions of a world",
                "call it with the type that implements the world, in the crate that is built as a `cdylib`",
            ),
            Toolchain::C if module.component_types.is_empty() => (
                "for C, wit-bindgen generates a `.c` file and a `…_component_type.o`",
                "link both, with `-mexec-model=reactor`",
            ),
            Toolchain::C => (
                "for C, the header that wit-bindgen generates declares exported functions as `exports_…`",
                "define them, and link the `.c` file that wit-bindgen generated",
            ),
            Toolchain::TinyGo => (
                "in TinyGo, a function is exported with `//go:wasmexport`",
                "build with `-target=wasip2 --wit-package PATH --wit-world NAME`, and import the package of generated bindings",
            ),
            Toolchain::Go => (
                "in Go, a function is exported with `//go:wasmexport`",
                "build with `GOOS=wasip1` and `-buildmode=c-shared`, and import the package of generated bindings",
            ),
            Toolchain::AssemblyScript => {
                return Some(Advice::note(
                    "AssemblyScript exports the functions of the entry file under their own names, which can be functions of the world itself, but not of an interface",
                ));
            }
            Toolchain::Unknown => return None,
        };
        Some(Advice::note(note).and(help))
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
