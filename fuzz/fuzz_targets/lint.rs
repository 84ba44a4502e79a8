//! libFuzzer feeds the target `lint`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("lint", data));
