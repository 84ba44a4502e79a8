//! libFuzzer feeds the target `script`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("script", data));
