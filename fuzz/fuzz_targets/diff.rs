//! libFuzzer feeds the target `diff`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("diff", data));
