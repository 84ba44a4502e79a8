//! libFuzzer feeds the target `binary`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("binary", data));
