//! libFuzzer feeds the target `compose`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("compose", data));
