//! Well-known imports which a component cannot have: where they come from and what to do.
//!
//! Lives here: [`advice`], [`library`]. May import: nothing of ours (rank 4).
//! Deliberately absent: deciding that an import is unsatisfied (`imports`).

use super::advice::Advice;

/// A fact about an import, and what to do about it.
type Known = (&'static str, &'static str);

fn both((note, help): Known) -> Advice {
    Advice::note(note).and(help)
}

/// Where an import of `module` and `name` comes from, and what to do, if it is well known.
pub(super) fn advice(module: &str, name: &str) -> Option<Advice> {
    known(module, name).map(both)
}

fn known(module: &str, name: &str) -> Option<Known> {
    Some(match module {
        "wasi_unstable" => (
            "`wasi_unstable` is the name of WASI before 2020",
            "rebuild it with a current toolchain, which imports `wasi_snapshot_preview1`, or use `--adapter stub`",
        ),
        "wasi_snapshot_preview1" => (
            "these are functions of WASI 0.1, which an adapter implements with WASI 0.2",
            "use `--adapter auto`, or `--adapt wasi_snapshot_preview1=FILE`; `--adapter stub` implements them without WASI",
        ),
        "wasi" => (
            "the module `wasi` provides a function that spawns threads, which components do not support",
            "build it without threads",
        ),
        "wasix_32v1" | "wasix_64v1" => (
            "these are functions of WASIX, which only Wasmer provides",
            "rebuild it for WASI",
        ),
        "go" | "gojs" => (
            "the module was built for JavaScript",
            "rebuild it with `GOOS=wasip1`, or with TinyGo's `-target=wasip2`",
        ),
        "GOT.mem" | "GOT.func" => SHARED,
        "a" => (
            "names of one letter are Emscripten's, whose JavaScript provides the functions",
            "rebuild it with `-sSTANDALONE_WASM` and without `-sMINIFY`",
        ),
        "asyncify" | "rtos" => (
            "the module requires a special host",
            "rebuild it without the features that need that host",
        ),
        "env" => return environment(name),
        _ if module.starts_with("__wbindgen") || module == "wbg" || name.contains("__wbindgen") => {
            WASM_BINDGEN
        }
        _ if module.starts_with("./") && module.ends_with(".js") => WASM_BINDGEN,
        _ => return None,
    })
}

const SHARED: Known = (
    "the module is a shared library and has to be linked",
    "pass the libraries that it needs as well, or build it without `-shared` and `-fPIC`",
);

const WASM_BINDGEN: Known = (
    "the module was built with wasm-bindgen, whose functions are JavaScript",
    "build it with wit-bindgen, and without crates that need JavaScript",
);

const EMSCRIPTEN: Known = (
    "these are functions of Emscripten, whose JavaScript provides them",
    "rebuild it with `-sSTANDALONE_WASM`, or with wasi-sdk",
);

const EXCEPTIONS: Known = (
    "these are functions of C++ exceptions",
    "build with `-fno-exceptions`, or with `-fwasm-exceptions` and `-lunwind`",
);

/// A row: the names, the shared library that usually defines them, and the advice. A name with a
/// `*` at its end is a prefix.
const SYMBOLS: &[(&[&str], Option<&str>, Known)] = &[
    (
        &[
            "__memory_base",
            "__table_base",
            "__stack_pointer",
            "__indirect_function_table",
            "__wasm_apply_data_relocs",
        ],
        None,
        SHARED,
    ),
    (
        &[
            "emscripten_*",
            "_emscripten_*",
            "__emscripten_*",
            "__syscall_*",
            "invoke_*",
            "_embind_*",
            "_emval_*",
            "__asyncjs__*",
            "_abort_js",
            "_tzset_js",
            "_mmap_js",
            "_munmap_js",
        ],
        None,
        EMSCRIPTEN,
    ),
    (&["__wbindgen_*"], None, WASM_BINDGEN),
    (
        &[
            "__cxa_*",
            "_Unwind_*",
            "__cpp_exception",
            "__gxx_*",
            "__wasm_lpad_context",
        ],
        Some("libc++abi.so"),
        EXCEPTIONS,
    ),
    (
        &[
            "setjmp",
            "longjmp",
            "_setjmp",
            "_longjmp",
            "sigsetjmp",
            "siglongjmp",
            "__wasm_setjmp*",
            "__wasm_longjmp",
            "__c_longjmp",
            "saveSetjmp",
            "testSetjmp",
        ],
        Some("libsetjmp.so"),
        (
            "these are functions of setjmp",
            "compile with `-mllvm -wasm-enable-sjlj` and link `-lsetjmp`",
        ),
    ),
    (
        &[
            "signal",
            "raise",
            "kill",
            "sigaction",
            "sigprocmask",
            "psignal",
            "strsignal",
        ],
        Some("libwasi-emulated-signal.so"),
        (
            "these are functions for signals",
            "compile with `-D_WASI_EMULATED_SIGNAL` and link `-lwasi-emulated-signal`",
        ),
    ),
    (
        &["mmap", "munmap", "mprotect", "msync", "madvise"],
        Some("libwasi-emulated-mman.so"),
        (
            "these are functions for memory mapping",
            "compile with `-D_WASI_EMULATED_MMAN` and link `-lwasi-emulated-mman`",
        ),
    ),
    (
        &["getpid"],
        Some("libwasi-emulated-getpid.so"),
        (
            "WASI has no process IDs",
            "compile with `-D_WASI_EMULATED_GETPID` and link `-lwasi-emulated-getpid`",
        ),
    ),
    (
        &["clock", "times", "getrusage"],
        Some("libwasi-emulated-process-clocks.so"),
        (
            "these are functions for process clocks",
            "compile with `-D_WASI_EMULATED_PROCESS_CLOCKS` and link `-lwasi-emulated-process-clocks`",
        ),
    ),
    (
        &["pthread_*", "thrd_*", "sem_*", "__wasi_thread_*"],
        None,
        (
            "these are functions for threads, which components do not support yet",
            "build without threads",
        ),
    ),
    (
        &["dlopen", "dlsym", "dlclose", "dlerror", "dladdr"],
        Some("libdl.so"),
        (
            "these are functions of libdl",
            "link the libraries with `--use-built-in-libdl`",
        ),
    ),
    (
        &[
            "fork", "vfork", "execv*", "execl*", "waitpid", "wait", "system", "popen", "pclose",
            "pipe",
        ],
        None,
        (
            "these are functions for processes, which WASI does not support",
            "build without the code that calls them",
        ),
    ),
    (
        &[
            "sin*", "cos*", "tan*", "asin*", "acos*", "atan*", "exp", "expf", "exp2*", "expm1*",
            "log", "logf", "log2*", "log10*", "log1p*", "pow", "powf", "powl", "fmod*", "cbrt*",
            "hypot*", "tgamma*", "lgamma*", "erf*", "ldexp*", "frexp*", "modf*", "round*",
            "remquo*",
        ],
        Some("libc.so"),
        ("these are functions of libm", "link `-lm`"),
    ),
    (
        &[
            "malloc",
            "free",
            "calloc",
            "realloc",
            "posix_memalign",
            "aligned_alloc",
            "mem*",
            "str*",
            "printf",
            "puts",
            "putchar",
            "fprintf",
            "vfprintf",
            "sprintf",
            "snprintf",
            "vsnprintf",
            "sscanf",
            "fopen",
            "fclose",
            "fread",
            "fwrite",
            "fputs",
            "fputc",
            "fgets",
            "fflush",
            "fseek",
            "ftell",
            "exit",
            "_exit",
            "atexit",
            "getenv",
            "atoi",
            "atol",
            "atof",
            "qsort",
            "bsearch",
            "rand",
            "srand",
            "time",
            "localtime*",
            "gmtime*",
            "open",
            "close",
            "read",
            "write",
            "lseek",
            "stat",
            "fstat",
            "unlink",
            "__errno_location",
            "__assert_fail",
            "wcs*",
            "iswalpha",
            "tolower",
            "toupper",
            "isspace",
            "isdigit",
            "isalpha",
            "nanosleep",
            "sleep",
            "usleep",
            "abs",
            "getcwd",
            "isatty",
            "fcntl",
            "ioctl",
            "environ",
            "stdout",
            "stderr",
        ],
        Some("libc.so"),
        (
            "these are functions of libc",
            "link with wasi-sdk's `clang`, which adds `-lc`, instead of `wasm-ld --allow-undefined`",
        ),
    ),
    (
        &[
            "_Zn*",
            "_Zd*",
            "_ZNSt*",
            "_ZSt*",
            "_ZNKSt*",
            "_ZTISt*",
            "_ZTVN10__cxxabi*",
        ],
        Some("libc++.so"),
        (
            "these are functions of the C++ standard library",
            "link with `clang++`, which adds `-lc++ -lc++abi`",
        ),
    ),
    (
        &["_ZN*", "_Z*", "_R*"],
        None,
        (
            "these are functions of C++ or Rust code that was not linked",
            "link the code that defines them, without `--allow-undefined`",
        ),
    ),
];

/// The shared library that usually has the symbol.
pub(super) fn library(name: &str) -> Option<&'static str> {
    row(name)?.0
}

fn environment(name: &str) -> Option<Known> {
    Some(row(name)?.1)
}

fn row(name: &str) -> Option<(Option<&'static str>, Known)> {
    let named = |pattern: &&str| match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == *pattern,
    };
    let row = SYMBOLS
        .iter()
        .find(|(patterns, ..)| patterns.iter().any(named));
    row.map(|(_, library, advice)| (*library, *advice))
}

/// The advice about `abort` as AssemblyScript's compiler imports it.
pub(super) fn abort() -> Advice {
    both((
        "AssemblyScript ends a program with this function",
        "compile with `--use abort=`, or `--use abort=FUNCTION` with a function of yours",
    ))
}

/// The advice if nothing else is known about an import from `env`.
pub(super) fn undefined() -> Advice {
    both((
        "linkers import symbols from `env` that no object file or library defines",
        "link the code that defines it, without `--allow-undefined`",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_lead_to_the_library_that_has_them() {
        let library = |name: &str| environment(name).unwrap_or(("", "nothing")).1;
        assert!(library("malloc").contains("-lc"));
        assert!(library("sinf").contains("-lm"));
        assert!(library("raise").contains("wasi-emulated-signal"));
        assert!(library("mmap").contains("wasi-emulated-mman"));
        assert!(library("getpid").contains("wasi-emulated-getpid"));
        assert!(library("clock").contains("wasi-emulated-process-clocks"));
        assert!(library("__wasm_longjmp").contains("-lsetjmp"));
        assert!(library("__cxa_throw").contains("-fno-exceptions"));
        assert!(library("pthread_create").contains("threads"));
        assert!(library("dlopen").contains("--use-built-in-libdl"));
        assert!(library("emscripten_notify_memory_growth").contains("STANDALONE_WASM"));
        assert!(library("_ZNSt3__1lsE").contains("-lc++"));
        assert_eq!(library("my_function"), "nothing");
    }
}
