//! The kinds of types, as the tables number them that are appended to the runtimes of trace and replay.
//!
//! The sources of these runtimes have this file, too, so that both sides agree. May import: nothing.
//! Deliberately absent: what else is in a table (`descriptors`).

pub const BOOL: u32 = 0;
pub const S8: u32 = 1;
pub const U8: u32 = 2;
pub const S16: u32 = 3;
pub const U16: u32 = 4;
pub const S32: u32 = 5;
pub const U32: u32 = 6;
pub const S64: u32 = 7;
pub const U64: u32 = 8;
pub const F32: u32 = 9;
pub const F64: u32 = 10;
pub const CHAR: u32 = 11;
pub const STRING: u32 = 12;
pub const LIST: u32 = 13;
pub const FIXED_LIST: u32 = 14;
pub const RECORD: u32 = 15;
pub const TUPLE: u32 = 16;
pub const VARIANT: u32 = 17;
pub const FLAGS: u32 = 18;
pub const OWN: u32 = 19;
pub const BORROW: u32 = 20;
pub const STREAM: u32 = 21;
pub const FUTURE: u32 = 22;
pub const ERROR_CONTEXT: u32 = 23;
/// As a list of tuples in memory.
pub const MAP: u32 = 24;
