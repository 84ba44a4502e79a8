//! libFuzzer feeds the target `replay`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("replay", data));
