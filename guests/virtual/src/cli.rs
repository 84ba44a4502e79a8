//! `wasi:cli/environment`, the standard streams, terminals, and `wasi:config/store`.

use crate::answers::{Answer, list};
use crate::table::{self, OfHost, Place, Text, listed};
use crate::{cells, heap, host, streams};

/// A name and a value.
type Pair = [Text; 2];

/// What is ours, and what of the host's is there and has no name of ours.
fn with_hosts(own: Place, hosts: Place, selected: OfHost) -> (u32, u32) {
    // SAFETY: both are lists of pairs.
    let (own, hosts): (&[Pair], &[Pair]) = unsafe { (listed(own), listed(hosts)) };
    let size = size_of::<Pair>() * (own.len() + hosts.len());
    let to = heap::take(align_of::<Pair>(), size) as *mut Pair;
    let is_own = |name: Text| own.iter().any(|[own, _]| own.bytes() == name.bytes());
    let more = hosts
        .iter()
        .filter(|[name, _]| selected.has(*name) && !is_own(*name));
    let mut count = 0;
    for pair in own.iter().chain(more) {
        // SAFETY: there is room for as many.
        unsafe { to.add(count).write(*pair) };
        count += 1;
    }
    (to as u32, count as u32)
}

#[unsafe(export_name = "wasi:cli/environment#get-environment")]
extern "C" fn get_environment() -> u32 {
    let own = table::get().environment();
    let selected = table::get().host_environment();
    if matches!(selected, OfHost::Nothing) {
        return list(own.at, own.length);
    }
    host::get_environment(Answer::area());
    let (at, length) = (Answer::word_at(0), Answer::word_at(4));
    let (at, length) = with_hosts(own, Place { at, length }, selected);
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
extern "C" fn config_get(at: u32, length: u32) -> u32 {
    let key = Text { at, length };
    // SAFETY: pairs of strings lie in the table.
    let all: &[Pair] = unsafe { listed(table::get().config()) };
    let found = all.iter().find(|[own, _]| own.bytes() == key.bytes());
    if let Some([_, value]) = found {
        let answer = Answer::case(0).byte(4, 1);
        return answer.word(8, value.at).word(12, value.length).give();
    }
    if table::get().host_config().has(key) {
        host::config_get(at, length, Answer::area());
        return Answer::area();
    }
    Answer::case(0).byte(4, 0).give()
}

#[unsafe(export_name = "wasi:config/store#get-all")]
extern "C" fn config_get_all() -> u32 {
    let own = table::get().config();
    let selected = table::get().host_config();
    if matches!(selected, OfHost::Nothing) {
        return Answer::case(0).word(4, own.at).word(8, own.length).give();
    }
    host::config_get_all(Answer::area());
    if Answer::byte_at(0) == 1 {
        return Answer::area();
    }
    let (at, length) = (Answer::word_at(4), Answer::word_at(8));
    let (at, length) = with_hosts(own, Place { at, length }, selected);
    Answer::case(0).word(4, at).word(8, length).give()
}
