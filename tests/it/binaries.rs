//! Binaries that tests and fuzz targets make and check: from text, around others, at random.
//!
//! Deliberately absent: files, and the command line (`support.rs`).

/// Validates in full, with every feature there is.
pub fn validate(bytes: &[u8]) -> Result<(), String> {
    wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all())
        .validate_all(bytes)
        .map(|_| ())
        .map_err(|e| format!("the output is not valid: {e}"))
}

/// The binary form of a WAT text.
pub fn wat(text: &str) -> Vec<u8> {
    let buffer = wast::parser::ParseBuffer::new(text).expect("the text lexes");
    let mut parsed: wast::Wat = wast::parser::parse(&buffer).expect("the text parses");
    parsed.encode().expect("the text encodes")
}

/// A component around a binary, so many times: not as text, which parsers take no further than
/// they can.
pub fn nested(levels: usize, innermost: &[u8]) -> Vec<u8> {
    let mut nested = innermost.to_vec();
    for _ in 0..levels {
        let mut outer = wasm_encoder::Component::new();
        outer.section(&wasm_encoder::RawSection {
            id: wasm_encoder::ComponentSectionId::Component.into(),
            data: &nested,
        });
        nested = outer.finish();
    }
    nested
}

/// WIT packages in binary form that nobody would write, of so many seeds, each with its seed.
///
/// A generator of our own for the seeds, so that every run is the same.
pub fn random_packages(config: &wit_smith::Config, seeds: u32) -> Vec<(u32, Vec<u8>)> {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut packages = Vec::new();
    for seed in 0..seeds {
        let mut bytes = Vec::new();
        for _ in 0..512 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend(state.to_le_bytes());
        }
        let mut unstructured = arbitrary::Unstructured::new(&bytes);
        if let Ok(package) = wit_smith::smith(config, &mut unstructured) {
            packages.push((seed, package));
        }
    }
    packages
}
