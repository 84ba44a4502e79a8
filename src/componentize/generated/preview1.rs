//! The functions of WASI 0.1, and what the stub adapter answers to each.
//!
//! Lives here: [`functions`], [`Answer`], [`Errno`], [`Version`]. May import: nothing of ours.
//! Deliberately absent: the code of the answers (`code`).
//!
//! # How the answers were chosen
//!
//! A program that only starts its language's runtime shall not notice that there is no host, and a
//! program that wants more shall get the errno for which its library has a plan:
//!
//! - There are no arguments and no variables, and asking for them succeeds: on any errno, the
//!   `_start` of wasi-libc ends the program with `EX_OSERR`.
//! - `fd_prestat_get` answers `badf`. wasi-libc, Rust and Go look for preopened directories from
//!   descriptor 3 on until they get it; on any other errno wasi-libc ends the program.
//! - 0, 1 and 2 are open, and are what a pipe is elsewhere: of unknown type, so that `isatty` is
//!   false, and not seekable (`spipe`), which `stdio` of C, Python and Go take as usual. Standard
//!   input is at its end; what is written is discarded and reported as written in full.
//! - All other descriptors are closed (`badf`), those of directories among them. Libraries get that
//!   far with a descriptor that they made up only: paths are looked up among preopened directories
//!   first, and are not found there (`ENOENT`).
//! - All clocks show [`CLOCK`], and stand still but for `poll_oneoff`, which answers at once and
//!   sets them to the latest time that was waited for: a program that sleeps in a loop until a
//!   deadline gets there. Not 0, which Go's runtime takes for a broken clock.
//! - `random_get` gives the low bytes of SplitMix64 from [`SEED`] on. It succeeds because Rust's
//!   `HashMap` and Go's runtime panic otherwise; it goes on from call to call, because names of
//!   temporary files are drawn again until they are new.
//! - `proc_exit` traps: it must not return, and without an import there is no other way out.
//! - What wants a kind of descriptor that does not exist here gets the errno of Linux for a pipe:
//!   `notdir`, `notsock`, `inval`; what cannot be done at all `nosys` or `notsup`.

use wasm_encoder::ValType;
use wasm_encoder::ValType::{I32, I64};

/// What the clocks of the stub adapter show, in nanoseconds: 2000-01-01T00:00:00Z.
pub(super) const CLOCK: i64 = 946_684_800_000_000_000;

/// What the stub adapter's random bytes begin with.
pub(super) const SEED: i64 = 0;

/// An errno of WASI 0.1; its numbers are those of `wasi_unstable` as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub(super) enum Errno {
    Success = 0,
    Badf = 8,
    Inval = 28,
    Nosys = 52,
    Notdir = 54,
    Notsock = 57,
    Notsup = 58,
    Spipe = 70,
    Notcapable = 76,
}

/// What a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Answers always the same.
    Always(Errno),
    /// Answers that if its first parameter is descriptor 0, 1 or 2, or else `badf`.
    OfStdio(Errno),
    /// Returns without a result.
    Return,
    /// Traps.
    Trap,
    /// Writes that there is nothing, and that it takes no bytes.
    NoStrings,
    /// Writes a resolution of a nanosecond.
    Resolution,
    /// Writes the time.
    Time,
    /// Reads nothing from descriptor 0.
    EndOfInput,
    /// Writes how much was to be written to descriptor 1 or 2.
    Discard,
    /// Writes what the descriptor is.
    Fdstat,
    /// Writes what the descriptor's file is.
    Filestat,
    /// Writes an event for each subscription, and lets the time pass that was to be waited.
    Poll,
    /// Writes pseudorandom bytes.
    Random,
}

impl Answer {
    /// Whether anything is read from memory, or written there.
    pub fn uses_memory(self) -> bool {
        !matches!(
            self,
            Answer::Always(_) | Answer::OfStdio(_) | Answer::Return | Answer::Trap
        )
    }
}

/// A function of WASI 0.1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function {
    pub name: &'static str,
    pub params: &'static [ValType],
    /// Whether its result is an errno; or else it has none.
    pub has_errno: bool,
    /// What the stub adapter answers.
    pub answer: Answer,
}

/// The module names that its functions are imported from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// `wasi_snapshot_preview1`.
    Preview1,
    /// `wasi_unstable`, its predecessor. The functions have the same types, but two records in
    /// memory are laid out differently, and `fd_seek` counts from other places.
    Unstable,
}

impl Version {
    pub const ALL: [Version; 2] = [Version::Preview1, Version::Unstable];

    /// The module of imports.
    pub fn module(self) -> &'static str {
        match self {
            Version::Preview1 => super::built_in::PREVIEW1,
            Version::Unstable => "wasi_unstable",
        }
    }

    /// Whether the function takes the same arguments for something else than that of
    /// `wasi_snapshot_preview1`.
    pub fn differs(self, name: &str) -> bool {
        let changed = [
            "fd_filestat_get",
            "fd_seek",
            "path_filestat_get",
            "poll_oneoff",
        ];
        self == Version::Unstable && changed.contains(&name)
    }

    /// The size of a `filestat`; the earlier one has fewer bits for the number of links.
    pub fn filestat(self) -> u64 {
        match self {
            Version::Preview1 => 64,
            Version::Unstable => 56,
        }
    }

    /// The size of a `subscription`, and where in one of a clock the time and the flags are; the
    /// earlier one has another `userdata` before the clock.
    pub fn subscription(self) -> Subscription {
        match self {
            Version::Preview1 => Subscription {
                size: 48,
                timeout: 24,
                flags: 40,
            },
            Version::Unstable => Subscription {
                size: 56,
                timeout: 32,
                flags: 48,
            },
        }
    }
}

/// Where things are in a `subscription`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subscription {
    pub size: i32,
    pub timeout: u64,
    pub flags: u64,
}

/// All functions of that version.
pub(super) fn functions(version: Version) -> impl Iterator<Item = Function> {
    let later = match version {
        Version::Preview1 => LATER,
        Version::Unstable => &[],
    };
    FUNCTIONS.iter().chain(later).copied()
}

const fn row(name: &'static str, params: &'static [ValType], answer: Answer) -> Function {
    Function {
        name,
        params,
        has_errno: !matches!(answer, Answer::Return | Answer::Trap),
        answer,
    }
}

use Answer::{Always, OfStdio, Return, Trap};
use Errno::{Badf, Inval, Nosys, Notdir, Notsock, Notsup, Spipe, Success};

/// The functions that both versions have.
const FUNCTIONS: &[Function] = &[
    row("args_get", &[I32, I32], Always(Success)),
    row("args_sizes_get", &[I32, I32], Answer::NoStrings),
    row("clock_res_get", &[I32, I32], Answer::Resolution),
    row("clock_time_get", &[I32, I64, I32], Answer::Time),
    row("environ_get", &[I32, I32], Always(Success)),
    row("environ_sizes_get", &[I32, I32], Answer::NoStrings),
    row("fd_advise", &[I32, I64, I64, I32], OfStdio(Spipe)),
    row("fd_allocate", &[I32, I64, I64], OfStdio(Spipe)),
    row("fd_close", &[I32], OfStdio(Success)),
    row("fd_datasync", &[I32], OfStdio(Success)),
    row("fd_fdstat_get", &[I32, I32], Answer::Fdstat),
    row("fd_fdstat_set_flags", &[I32, I32], OfStdio(Success)),
    row("fd_fdstat_set_rights", &[I32, I64, I64], OfStdio(Success)),
    row("fd_filestat_get", &[I32, I32], Answer::Filestat),
    row("fd_filestat_set_size", &[I32, I64], OfStdio(Inval)),
    row(
        "fd_filestat_set_times",
        &[I32, I64, I64, I32],
        OfStdio(Success),
    ),
    row("fd_pread", &[I32, I32, I32, I64, I32], OfStdio(Spipe)),
    row("fd_prestat_dir_name", &[I32, I32, I32], Always(Badf)),
    row("fd_prestat_get", &[I32, I32], Always(Badf)),
    row("fd_pwrite", &[I32, I32, I32, I64, I32], OfStdio(Spipe)),
    row("fd_read", &[I32, I32, I32, I32], Answer::EndOfInput),
    row("fd_readdir", &[I32, I32, I32, I64, I32], OfStdio(Notdir)),
    row("fd_renumber", &[I32, I32], OfStdio(Notsup)),
    row("fd_seek", &[I32, I64, I32, I32], OfStdio(Spipe)),
    row("fd_sync", &[I32], OfStdio(Success)),
    row("fd_tell", &[I32, I32], OfStdio(Spipe)),
    row("fd_write", &[I32, I32, I32, I32], Answer::Discard),
    row("path_create_directory", &[I32, I32, I32], OfStdio(Notdir)),
    row(
        "path_filestat_get",
        &[I32, I32, I32, I32, I32],
        OfStdio(Notdir),
    ),
    row(
        "path_filestat_set_times",
        &[I32, I32, I32, I32, I64, I64, I32],
        OfStdio(Notdir),
    ),
    row(
        "path_link",
        &[I32, I32, I32, I32, I32, I32, I32],
        OfStdio(Notdir),
    ),
    row(
        "path_open",
        &[I32, I32, I32, I32, I32, I64, I64, I32, I32],
        OfStdio(Notdir),
    ),
    row(
        "path_readlink",
        &[I32, I32, I32, I32, I32, I32],
        OfStdio(Notdir),
    ),
    row("path_remove_directory", &[I32, I32, I32], OfStdio(Notdir)),
    row(
        "path_rename",
        &[I32, I32, I32, I32, I32, I32],
        OfStdio(Notdir),
    ),
    // Its first two parameters are the target; the descriptor is the third.
    row("path_symlink", &[I32, I32, I32, I32, I32], Always(Badf)),
    row("path_unlink_file", &[I32, I32, I32], OfStdio(Notdir)),
    row("poll_oneoff", &[I32, I32, I32, I32], Answer::Poll),
    row("proc_exit", &[I32], Trap),
    row("proc_raise", &[I32], Always(Nosys)),
    row("random_get", &[I32, I32], Answer::Random),
    row("sched_yield", &[], Always(Success)),
    row(
        "sock_recv",
        &[I32, I32, I32, I32, I32, I32],
        OfStdio(Notsock),
    ),
    row("sock_send", &[I32, I32, I32, I32, I32], OfStdio(Notsock)),
    row("sock_shutdown", &[I32, I32], OfStdio(Notsock)),
];

/// The functions that only `wasi_snapshot_preview1` has; the last four are of the built-in adapters
/// and not of WASI, and are imported by libraries that are made for them.
const LATER: &[Function] = &[
    row("sock_accept", &[I32, I32, I32], OfStdio(Notsock)),
    row("adapter_close_badfd", &[I32], Always(Badf)),
    row("adapter_monotonic_clock_set_paused", &[I32], Return),
    row("adapter_open_badfd", &[I32], Always(Nosys)),
    row("reset_adapter_state", &[], Return),
];
