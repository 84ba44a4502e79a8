//! libFuzzer feeds the target `wit`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("wit", data));
