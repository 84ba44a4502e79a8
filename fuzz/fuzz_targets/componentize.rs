//! libFuzzer feeds the target `componentize`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("componentize", data));
