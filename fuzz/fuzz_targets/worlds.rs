//! libFuzzer feeds the target `worlds`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("worlds", data));
