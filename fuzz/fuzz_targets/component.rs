//! libFuzzer feeds the target `component`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("component", data));
