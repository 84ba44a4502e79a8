//! libFuzzer feeds the target `settings`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("settings", data));
