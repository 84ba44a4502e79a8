//! What is imported: the functions of the host that streams, pollables and errors of its own need, and
//! the making of handles.
//!
//! Names are `INTERFACE#FUNCTION`, or `drop-RESOURCE` and `new-RESOURCE`. What is of WASI 0.3, and is
//! not the same as in 0.2, has `@0.3` in its name.

#[link(wasm_import_module = "own")]
unsafe extern "C" {
    #[link_name = "new-error"]
    safe fn error(rep: u32) -> u32;
    #[link_name = "new-pollable"]
    safe fn pollable(rep: u32) -> u32;
    #[link_name = "new-input-stream"]
    safe fn input_stream(rep: u32) -> u32;
    #[link_name = "new-output-stream"]
    safe fn output_stream(rep: u32) -> u32;
    #[link_name = "new-descriptor"]
    safe fn descriptor(rep: u32) -> u32;
    #[link_name = "new-descriptor@0.3"]
    safe fn descriptor_3(rep: u32) -> u32;
    #[link_name = "new-directory-entry-stream"]
    safe fn directory_entry_stream(rep: u32) -> u32;
}

/// A handle of what has that representation.
macro_rules! makers {
    ($($name:ident = $make:ident;)*) => {
        $(pub fn $name(rep: u32) -> u32 { $make(rep) })*
    };
}
makers! {
    new_error = error;
    new_pollable = pollable;
    new_input_stream = input_stream;
    new_output_stream = output_stream;
    new_descriptor = descriptor;
    new_descriptor_3 = descriptor_3;
    new_directory_entry_stream = directory_entry_stream;
}

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "drop-error"]
    pub safe fn drop_error(handle: u32);
    #[link_name = "drop-pollable"]
    pub safe fn drop_pollable(handle: u32);
    #[link_name = "drop-input-stream"]
    pub safe fn drop_input_stream(handle: u32);
    #[link_name = "drop-output-stream"]
    pub safe fn drop_output_stream(handle: u32);
    #[link_name = "drop-descriptor"]
    pub safe fn drop_descriptor(handle: u32);
    #[link_name = "drop-descriptor@0.3"]
    pub safe fn drop_descriptor_3(handle: u32);
    #[link_name = "drop-directory-entry-stream"]
    pub safe fn drop_directory_entry_stream(handle: u32);

    #[link_name = "wasi:cli/environment#get-environment"]
    pub safe fn get_environment(to: u32);
    #[link_name = "wasi:config/store#get"]
    pub safe fn config_get(key: u32, length: u32, to: u32);
    #[link_name = "wasi:config/store#get-all"]
    pub safe fn config_get_all(to: u32);
    #[link_name = "wasi:filesystem/preopens#get-directories"]
    pub safe fn get_directories(to: u32);
    #[link_name = "wasi:filesystem/preopens@0.3#get-directories"]
    pub safe fn get_directories_3(to: u32);

    #[link_name = "wasi:io/error#[method]error.to-debug-string"]
    pub safe fn to_debug_string(error: u32, to: u32);

    #[link_name = "wasi:io/poll#[method]pollable.ready"]
    pub safe fn ready(pollable: u32) -> u32;
    #[link_name = "wasi:io/poll#[method]pollable.block"]
    pub safe fn block(pollable: u32);
    #[link_name = "wasi:io/poll#poll"]
    pub safe fn poll(pollables: u32, length: u32, to: u32);

    #[link_name = "wasi:io/streams#[method]input-stream.read"]
    pub safe fn read(stream: u32, length: u64, to: u32);
    #[link_name = "wasi:io/streams#[method]input-stream.blocking-read"]
    pub safe fn blocking_read(stream: u32, length: u64, to: u32);
    #[link_name = "wasi:io/streams#[method]input-stream.skip"]
    pub safe fn skip(stream: u32, length: u64, to: u32);
    #[link_name = "wasi:io/streams#[method]input-stream.blocking-skip"]
    pub safe fn blocking_skip(stream: u32, length: u64, to: u32);
    #[link_name = "wasi:io/streams#[method]input-stream.subscribe"]
    pub safe fn input_subscribe(stream: u32) -> u32;

    #[link_name = "wasi:io/streams#[method]output-stream.check-write"]
    pub safe fn check_write(stream: u32, to: u32);
    #[link_name = "wasi:io/streams#[method]output-stream.write"]
    pub safe fn write(stream: u32, at: u32, length: u32, to: u32);
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-write-and-flush"]
    pub safe fn blocking_write_and_flush(stream: u32, at: u32, length: u32, to: u32);
    #[link_name = "wasi:io/streams#[method]output-stream.flush"]
    pub safe fn flush(stream: u32, to: u32);
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-flush"]
    pub safe fn blocking_flush(stream: u32, to: u32);
    #[link_name = "wasi:io/streams#[method]output-stream.subscribe"]
    pub safe fn output_subscribe(stream: u32) -> u32;
    #[link_name = "wasi:io/streams#[method]output-stream.write-zeroes"]
    pub safe fn write_zeroes(stream: u32, length: u64, to: u32);
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-write-zeroes-and-flush"]
    pub safe fn blocking_write_zeroes_and_flush(stream: u32, length: u64, to: u32);
    #[link_name = "wasi:io/streams#[method]output-stream.splice"]
    pub safe fn splice(stream: u32, from: u32, length: u64, to: u32);
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-splice"]
    pub safe fn blocking_splice(stream: u32, from: u32, length: u64, to: u32);
}

// The component that writes and reads streams of WASI 0.3. Its functions are called without waiting
// for them; they put the handles that they return at `to`.
#[link(wasm_import_module = "streams")]
unsafe extern "C" {
    #[link_name = "bytes"]
    pub safe fn stream_bytes(at: u32, length: u32, code: u32, to: u32) -> u32;
    #[link_name = "entries"]
    pub safe fn stream_entries(at: u32, length: u32, code: u32, to: u32) -> u32;
    #[link_name = "input"]
    pub safe fn stream_input(to: u32) -> u32;
    #[link_name = "refuse"]
    pub safe fn stream_refuse(data: u32, code: u32, to: u32) -> u32;
    #[link_name = "discard"]
    pub safe fn stream_discard(data: u32, to: u32) -> u32;
    // What it has of files and of standard input, as lists of bytes.
    #[link_name = "copy"]
    pub safe fn stream_copy(at: u32, length: u32, to: u32);
    #[link_name = "take"]
    pub safe fn stream_take(most: u32, to: u32);
}
