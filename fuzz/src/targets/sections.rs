//! Binaries as sections that can be taken out, doubled, moved and changed: what comes out has the
//! lengths that it should have, so that parsers get to what is in it.

/// A component or a core module.
#[derive(Clone)]
pub struct Sections {
    header: [u8; 8],
    all: Vec<(u8, Body)>,
}

/// What is in a section.
#[derive(Clone)]
enum Body {
    Raw(Vec<u8>),
    /// A component or core module in a component.
    Nested(Sections),
}

const COMPONENT: [u8; 8] = *b"\0asm\x0d\0\x01\0";

impl Sections {
    /// Reads them; none if the bytes are not made of sections.
    pub fn read(bytes: &[u8]) -> Option<Sections> {
        let header: [u8; 8] = bytes.get(..8)?.try_into().ok()?;
        let mut rest = bytes.get(8..)?;
        let mut all = Vec::new();
        while let Some((id, behind)) = rest.split_first() {
            let (length, behind) = number(behind)?;
            let (body, behind) = behind.split_at_checked(length)?;
            let nested = header == COMPONENT && matches!(id, 1 | 4);
            let body = match nested.then(|| Sections::read(body)).flatten() {
                Some(nested) => Body::Nested(nested),
                None => Body::Raw(body.to_vec()),
            };
            all.push((*id, body));
            rest = behind;
        }
        Some(Sections { header, all })
    }

    /// Writes them.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = self.header.to_vec();
        for (id, body) in &self.all {
            let body = match body {
                Body::Raw(body) => body.clone(),
                Body::Nested(nested) => nested.write(),
            };
            bytes.push(*id);
            let mut length = body.len();
            while length >= 0x80 {
                bytes.push(length as u8 | 0x80);
                length >>= 7;
            }
            bytes.push(length as u8);
            bytes.extend(body);
        }
        bytes
    }

    /// Makes one change: `what` chooses which, `which` the component or module, `at` the section, and
    /// `with` the rest. `other` is where sections are taken from.
    pub fn change(&mut self, [what, which, at, with]: [u8; 4], other: &Sections) {
        let mut levels = 0;
        self.count(&mut levels);
        let mut left = which as usize % levels;
        let level = self.level(&mut left);
        if let Some(level) = level {
            level.change_here(what, at as usize, with as usize, other);
        }
    }

    fn count(&self, levels: &mut usize) {
        *levels += 1;
        for (_, body) in &self.all {
            if let Body::Nested(nested) = body {
                nested.count(levels);
            }
        }
    }

    fn level(&mut self, left: &mut usize) -> Option<&mut Sections> {
        if *left == 0 {
            return Some(self);
        }
        *left -= 1;
        for (_, body) in &mut self.all {
            if let Body::Nested(nested) = body {
                let mut levels = 0;
                nested.count(&mut levels);
                if *left < levels {
                    return nested.level(left);
                }
                *left -= levels;
            }
        }
        None
    }

    fn change_here(&mut self, what: u8, at: usize, with: usize, other: &Sections) {
        let count = self.all.len();
        let taken = match other.all.len() {
            0 => (0, Body::Raw(b"\x01x".to_vec())),
            some => other.all[with % some].clone(),
        };
        if count == 0 {
            return self.all.push(taken);
        }
        let at = at % count;
        match what % 12 {
            0 => drop(self.all.remove(at)),
            1 => self.all.insert(at, self.all[at].clone()),
            2 => self.all.swap(at, with % count),
            3 => {
                let moved = self.all.remove(at);
                self.all.insert(with % count, moved);
            }
            4 => self.all.insert(at, taken),
            5 => self.all[at] = taken,
            6 => self.all[at].0 = (with % 14) as u8,
            7 => {
                let whole = self.clone();
                *self = Sections {
                    header: COMPONENT,
                    all: vec![(
                        if whole.header == COMPONENT { 4 } else { 1 },
                        Body::Nested(whole),
                    )],
                };
            }
            _ => self.all[at].1.change_bytes(what, with),
        }
    }
}

impl Body {
    fn change_bytes(&mut self, what: u8, with: usize) {
        let Body::Raw(bytes) = self else { return };
        if bytes.is_empty() {
            return bytes.push(with as u8);
        }
        // `what` has more in it than which change it is.
        let at = (usize::from(what) * 37 + with * 11) % bytes.len();
        match what % 12 {
            8 => bytes[at] = with as u8,
            // Indices, counts and sorts are small numbers.
            9 => bytes[at] = bytes[at].wrapping_add(1 + with as u8 % 3).wrapping_sub(2),
            10 => bytes.truncate(at),
            _ => bytes.insert(at, with as u8 % 0x80),
        }
    }
}

/// A number in LEB128, and what is behind it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}
