//! `wasi:cli/environment`, the standard streams, terminals, and `wasi:config/store`.

use crate::answers::{Answer, list};
use crate::table::{self, Place};
use crate::{cells, host, streams};

#[unsafe(export_name = "wasi:cli/environment#get-environment")]
extern "C" fn get_environment() -> u32 {
    let Place { at, length } = table::get().environment();
    list(at, length)
}

#[unsafe(export_name = "wasi:cli/environment#get-arguments")]
extern "C" fn get_arguments() -> u32 {
    let Place { at, length } = table::get().arguments();
    list(at, length)
}

#[unsafe(export_name = "wasi:cli/environment#initial-cwd")]
extern "C" fn initial_cwd() -> u32 {
    match table::get().cwd() {
        Some(Place { at, length }) => Answer::case(1).word(4, at).word(8, length).give(),
        None => Answer::case(0).give(),
    }
}

#[unsafe(export_name = "wasi:cli/stdin#get-stdin")]
extern "C" fn get_stdin() -> u32 {
    host::new_input_stream(cells::new(streams::STDIN, 0, 0))
}

#[unsafe(export_name = "wasi:cli/stdout#get-stdout")]
extern "C" fn get_stdout() -> u32 {
    host::new_output_stream(cells::new(streams::DISCARD, 0, 0))
}

#[unsafe(export_name = "wasi:cli/stderr#get-stderr")]
extern "C" fn get_stderr() -> u32 {
    get_stdout()
}

/// None: what is virtual is no terminal.
#[unsafe(export_name = "wasi:cli/terminal-stdin#get-terminal-stdin")]
extern "C" fn get_terminal() -> u32 {
    Answer::case(0).give()
}

#[unsafe(export_name = "wasi:config/store#get")]
extern "C" fn config_get(key: *const u8, length: usize) -> u32 {
    let all = table::get().config();
    // SAFETY: the key was handed over like that, and pairs of strings lie in the table.
    let (key, pairs) = unsafe {
        (
            core::slice::from_raw_parts(key, length),
            core::slice::from_raw_parts(all.at as *const [u32; 4], all.length as usize),
        )
    };
    let found = pairs.iter().find(|[at, length, ..]| {
        // SAFETY: likewise.
        key == unsafe { core::slice::from_raw_parts(*at as *const u8, *length as usize) }
    });
    let answer = Answer::case(0);
    match found {
        Some([.., at, length]) => answer.byte(4, 1).word(8, *at).word(12, *length).give(),
        None => answer.byte(4, 0).give(),
    }
}

#[unsafe(export_name = "wasi:config/store#get-all")]
extern "C" fn config_get_all() -> u32 {
    let Place { at, length } = table::get().config();
    Answer::case(0).word(4, at).word(8, length).give()
}
