//! libFuzzer feeds the target `fmt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("fmt", data));
