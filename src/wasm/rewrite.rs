//! Copying a component or core module with some of its sections replaced.
//!
//! Lives here: [`rewrite`]. May import: `sections` (rank 1).
//! Deliberately absent: the new contents. Everything else is copied byte for byte.

use std::ops::Range;

use wasm_encoder::Encode;
use wasmparser::Encoding;

use super::sections::{Malformed, Section, Sections};

/// The replacement of a section.
pub(crate) enum Instead {
    /// The section as it is.
    Itself,
    /// Nothing.
    Nothing,
    /// These bytes, which are complete sections.
    Section(Vec<u8>),
    /// A section of the same kind with this contents. A header that is longer than it has to be
    /// stays if it is still right.
    Contents(Vec<u8>),
}

/// What is in `range` of `bytes`, with `instead` of each section; none if all of it is as it was.
///
/// Fails if `instead` does, if a section is cut off, or if one becomes larger than 4 GiB.
pub(crate) fn rewrite<'a>(
    bytes: &'a [u8],
    range: Range<usize>,
    encoding: Encoding,
    instead: &mut dyn FnMut(&Section<'a>) -> Result<Instead, Malformed>,
) -> Result<Option<Vec<u8>>, Malformed> {
    let mut made: Option<Vec<u8>> = None;
    // What has not been put into `made` yet begins here.
    let mut from = range.start;
    let mut sections = Sections::new(bytes, range.clone(), encoding)?;
    while let Some(section) = sections.next()? {
        let instead = instead(&section)?;
        if matches!(instead, Instead::Itself) {
            continue;
        }
        let whole = section.whole();
        let made = made.get_or_insert_default();
        let same_length =
            matches!(&instead, Instead::Contents(new) if new.len() == section.body.len());
        let until = match same_length {
            true => section.body.start,
            false => whole.start,
        };
        made.extend_from_slice(&bytes[from..until]);
        match instead {
            Instead::Itself | Instead::Nothing => {}
            Instead::Section(new) => made.extend(new),
            Instead::Contents(new) => {
                if !same_length {
                    made.push(section.id);
                    let Ok(len) = u32::try_from(new.len()) else {
                        return Err(Malformed::new("the result would be larger than 4 GiB"));
                    };
                    len.encode(made);
                }
                made.extend(new);
            }
        }
        from = whole.end;
    }
    if let Some(made) = &mut made {
        made.extend_from_slice(&bytes[from..range.end]);
    }
    Ok(made)
}
