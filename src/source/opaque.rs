//! The parts of a binary that hold numbers and bytes only: nothing in them is ever taken for text.
//!
//! Lives here: [`opaque`]. May import: nothing of ours.
//! Deliberately absent: what is wrong with a binary. Whatever cannot be followed is not opaque; what it
//! means is for `wasm` to say. This is no second reader of binaries: it only decides which bytes
//! `mapped` copies.

use std::ops::Range;

/// The sections of a core module with code and data.
const CODE: u8 = 10;
const DATA: u8 = 11;
/// The sections of a component with modules and components in them.
const MODULE: u8 = 1;
const COMPONENT: u8 = 4;
const CUSTOM: u8 = 0;

/// How many components in components are followed.
const DEPTH: u32 = 100;

/// The ranges of `bytes` that are code, data or debug information in DWARF, of modules at any depth; in
/// order, each at least `least` long.
pub(super) fn opaque(bytes: &[u8], least: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    sections(bytes, 0, bytes.len(), least, DEPTH, &mut found);
    found
}

/// Those of the module or component from `start` to `end`.
fn sections(
    bytes: &[u8],
    start: usize,
    end: usize,
    least: usize,
    depth: u32,
    found: &mut Vec<Range<usize>>,
) {
    let is_component = match bytes.get(start..end).and_then(|all| all.get(..8)) {
        Some([0, b'a', b's', b'm', 1, 0, 0, 0]) => false,
        Some([0, b'a', b's', b'm', _, _, 1, 0]) => true,
        _ => return,
    };
    let mut at = start + 8;
    while at < end {
        let id = bytes[at];
        let Some((length, contents)) = length(bytes, at + 1, end) else {
            return;
        };
        let Some(next) = contents.checked_add(length).filter(|next| *next <= end) else {
            return;
        };
        if length >= least {
            match (is_component, id) {
                (false, CODE | DATA) => found.push(contents..next),
                (true, MODULE | COMPONENT) if depth > 0 => {
                    sections(bytes, contents, next, least, depth - 1, found);
                }
                (_, CUSTOM) if is_dwarf(&bytes[contents..next]) => found.push(contents..next),
                _ => {}
            }
        }
        at = next;
    }
}

/// Whether a custom section is one that no tool reads names from.
fn is_dwarf(contents: &[u8]) -> bool {
    let name = length(contents, 0, contents.len())
        .and_then(|(length, from)| contents.get(from..from + length));
    name.is_some_and(|name| name.starts_with(b".debug_"))
}

/// A number in LEB128 of at most 32 bits at `at`, and where it ends.
fn length(bytes: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
    let mut value = 0;
    for (number, byte) in bytes.get(at..end)?.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * number);
        if byte & 0x80 == 0 {
            let value = u32::try_from(value).ok()?;
            return Some((value as usize, at + number + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: u8, contents: &[u8]) -> Vec<u8> {
        let length = contents.len() as u32;
        let mut bytes = vec![id];
        bytes.extend([0, 7, 14, 21, 28].map(|shift| {
            let more = if shift < 28 { 0x80 } else { 0 };
            (length >> shift) as u8 & 0x7f | more
        }));
        bytes.extend(contents);
        bytes
    }

    fn module(sections: &[Vec<u8>]) -> Vec<u8> {
        [b"\0asm\x01\0\0\0".to_vec(), sections.concat()].concat()
    }

    #[test]
    fn code_and_data_of_modules_at_any_depth_are_opaque_and_nothing_else_is() {
        let dwarf = section(0, &[b"\x0b.debug_info".to_vec(), vec![7; 90]].concat());
        let names = section(0, &[b"\x04name".to_vec(), vec![8; 90]].concat());
        let inner = module(&[
            section(1, &[2; 99]),
            section(10, &[3; 99]),
            section(11, &[4; 10]),
            names.clone(),
            dwarf,
        ]);
        let nested = [b"\0asm\x0d\0\x01\0".to_vec(), section(1, &inner)].concat();
        let whole = [
            b"\0asm\x0d\0\x01\0".to_vec(),
            section(10, &[5; 99]),
            section(4, &nested),
            names,
        ]
        .concat();
        let found = opaque(&whole, 50);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(whole[found[0].clone()].iter().all(|byte| *byte == 3));
        assert_eq!(found[0].len(), 99);
        assert!(whole[found[1].clone()].starts_with(b"\x0b.debug_info"));
        // Wherever it ends or is damaged, it is followed no further than it goes.
        for end in 0..whole.len() {
            assert!(
                opaque(&whole[..end], 50)
                    .iter()
                    .all(|range| range.end <= end)
            );
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            assert!(
                opaque(&damaged, 50)
                    .iter()
                    .all(|range| range.end <= whole.len())
            );
        }
        assert_eq!(
            opaque(&module(&[vec![10, 0x80, 0x80, 0x80, 0x80, 0x80, 0]]), 0),
            []
        );
    }
}
