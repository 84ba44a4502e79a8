//! libFuzzer feeds the target `words`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("words", data));
