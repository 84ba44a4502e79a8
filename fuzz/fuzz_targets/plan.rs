//! libFuzzer feeds the target `plan`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("plan", data));
