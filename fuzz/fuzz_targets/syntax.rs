//! libFuzzer feeds the target `syntax`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| witkit_fuzz::fuzz("syntax", data));
