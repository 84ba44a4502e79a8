//! Imports that are no component's business: where they come from and what to do about them.
//!
//! Lives here: [`advice`], [`library`]. May import: nothing of ours (rank 4).
//! Deliberately absent: deciding that an import is unsatisfied (`imports`).

/// What an import of `module` and `name` comes from, and what to do, if both are well known.
pub(super) fn advice(module: &str, name: &str) -> Option<&'static str> {
    Some(match module {
        "wasi_unstable" => {
            "`wasi_unstable` is what WASI was called before 2020; rebuild it with a current toolchain, whose modules import `wasi_snapshot_preview1`, or let --adapter stub answer it"
        }
        "wasi_snapshot_preview1" => {
            "these are functions of WASI 0.1, which an adapter turns into WASI 0.2: --adapter auto, or --adapt wasi_snapshot_preview1=FILE; --adapter stub answers them without WASI"
        }
        "wasi" => {
            "`wasi` is the module of a thread to be spawned, which components do not have; build it without threads"
        }
        "wasix_32v1" | "wasix_64v1" => {
            "these are functions of WASIX, which only Wasmer has; rebuild it for plain WASI"
        }
        "go" | "gojs" => {
            "it was built for JavaScript; rebuild it with GOOS=wasip1, or with TinyGo's -target=wasip2"
        }
        "GOT.mem" | "GOT.func" => SHARED,
        "a" => {
            "names of one letter are Emscripten's, whose JavaScript serves them; rebuild it with -sSTANDALONE_WASM and without -sMINIFY"
        }
        "asyncify" | "rtos" => {
            "it expects a host of its own; rebuild it without what needs that host"
        }
        "env" => return environment(name),
        _ if module.starts_with("__wbindgen") || module == "wbg" || name.contains("__wbindgen") => {
            WASM_BINDGEN
        }
        _ if module.starts_with("./") && module.ends_with(".js") => WASM_BINDGEN,
        _ => return None,
    })
}

const SHARED: &str = "it is a shared library and has to be linked: give the libraries that it needs along with it, or build it without -shared and -fPIC";

const WASM_BINDGEN: &str = "it was built with wasm-bindgen, whose functions are JavaScript; build it with wit-bindgen, and without crates that need JavaScript";

const EMSCRIPTEN: &str = "these are functions of Emscripten, whose JavaScript serves them; rebuild it with -sSTANDALONE_WASM, or with wasi-sdk";

const EXCEPTIONS: &str = "these are functions of C++ exceptions; build with -fno-exceptions, or with -fwasm-exceptions and link -lunwind";

/// A row: the names, the shared library that has them, and what they are with what to do. A name
/// with a `*` at its end is a prefix.
const SYMBOLS: &[(&[&str], Option<&str>, &str)] = &[
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
        "these are functions of setjmp; compile with -mllvm -wasm-enable-sjlj and link -lsetjmp",
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
        "these are functions of signals; compile with -D_WASI_EMULATED_SIGNAL and link -lwasi-emulated-signal",
    ),
    (
        &["mmap", "munmap", "mprotect", "msync", "madvise"],
        Some("libwasi-emulated-mman.so"),
        "these are functions of memory mapping; compile with -D_WASI_EMULATED_MMAN and link -lwasi-emulated-mman",
    ),
    (
        &["getpid"],
        Some("libwasi-emulated-getpid.so"),
        "there are no processes; compile with -D_WASI_EMULATED_GETPID and link -lwasi-emulated-getpid",
    ),
    (
        &["clock", "times", "getrusage"],
        Some("libwasi-emulated-process-clocks.so"),
        "these are clocks of a process; compile with -D_WASI_EMULATED_PROCESS_CLOCKS and link -lwasi-emulated-process-clocks",
    ),
    (
        &["pthread_*", "thrd_*", "sem_*", "__wasi_thread_*"],
        None,
        "these are functions of threads, which components do not have yet; build without threads",
    ),
    (
        &["dlopen", "dlsym", "dlclose", "dlerror", "dladdr"],
        Some("libdl.so"),
        "these are functions of libdl; link the libraries with --use-built-in-libdl",
    ),
    (
        &[
            "fork", "vfork", "execv*", "execl*", "waitpid", "wait", "system", "popen", "pclose",
            "pipe",
        ],
        None,
        "these are functions of processes, which no WASI has; build without what calls them",
    ),
    (
        &[
            "sin*", "cos*", "tan*", "asin*", "acos*", "atan*", "exp", "expf", "exp2*", "expm1*",
            "log", "logf", "log2*", "log10*", "log1p*", "pow", "powf", "powl", "fmod*", "cbrt*",
            "hypot*", "tgamma*", "lgamma*", "erf*", "ldexp*", "frexp*", "modf*", "round*",
            "remquo*",
        ],
        Some("libc.so"),
        "these are functions of libm; link -lm",
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
        "these are functions of libc; link with wasi-sdk's clang, which adds -lc, and not with wasm-ld --allow-undefined",
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
        "these are functions of the C++ library; link with clang++, which adds -lc++ -lc++abi",
    ),
    (
        &["_ZN*", "_Z*", "_R*"],
        None,
        "these are functions of C++ or Rust code that was not linked; link what defines them, without --allow-undefined",
    ),
];

/// The shared library that usually has the symbol.
pub(super) fn library(name: &str) -> Option<&'static str> {
    row(name)?.0
}

fn environment(name: &str) -> Option<&'static str> {
    Some(row(name)?.1)
}

fn row(name: &str) -> Option<(Option<&'static str>, &'static str)> {
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
pub(super) const ABORT: &str = "it is how AssemblyScript ends a program; compile with --use abort= (or with a function of yours behind the =)";

/// The advice where nothing else is known of an import from `env`.
pub(super) const UNDEFINED: &str = "`env` is where linkers put what no object file or library defines; link what defines it, without --allow-undefined";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_lead_to_the_library_that_has_them() {
        let library = |name: &str| environment(name).unwrap_or("nothing");
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
        assert!(library("_ZNSt3__1lsE").contains("C++ library"));
        assert_eq!(library("my_function"), "nothing");
    }
}
