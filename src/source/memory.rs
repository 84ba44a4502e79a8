//! Memory of which some pages are those of a file, and the others are copies.
//!
//! Lives here: [`Memory`]. May import: `signals`, for the size of pages.
//! Deliberately absent: which pages are which (`mapped`).

use std::fs::File;
use std::ops::Range;
use std::os::fd::AsRawFd;

/// A range of memory, which is given back when it is dropped.
pub(super) struct Memory {
    start: *mut libc::c_void,
    length: usize,
}

// SAFETY: it is plain memory, which is only written to by whoever has it alone (`writable`).
unsafe impl Send for Memory {}
// SAFETY: as above; through a shared reference it is only read.
unsafe impl Sync for Memory {}

impl Memory {
    /// That many bytes, none of which may be read yet; at least one.
    pub fn reserve(length: usize) -> Option<Memory> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANON;
        // SAFETY: a new mapping, wherever the system has a place for it.
        let start =
            unsafe { libc::mmap(std::ptr::null_mut(), length, libc::PROT_NONE, flags, -1, 0) };
        (start != libc::MAP_FAILED).then_some(Memory { start, length })
    }

    /// Makes bytes readable and writable; nothing if there are none. The first and the last page with
    /// them may have others, which are not mapped from a file.
    pub fn writable(&mut self, range: Range<usize>) -> Option<&mut [u8]> {
        assert!(range.start <= range.end && range.end <= self.length);
        if range.is_empty() {
            return Some(&mut []);
        }
        let page = super::signals::page();
        let first = range.start / page * page;
        let both = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: the pages are in this memory, as asserted, and begin at one. They are anonymous (`map`
        // takes whole pages, and is not called for these), so once the access is granted there are
        // that many zeros, which nobody else refers to.
        unsafe {
            let at = self.start.cast::<u8>().add(first).cast();
            if libc::mprotect(at, range.end - first, both) != 0 {
                return None;
            }
            let bytes = self.start.cast::<u8>().add(range.start);
            Some(std::slice::from_raw_parts_mut(bytes, range.len()))
        }
    }

    /// Puts the bytes of `file` in that range in the place of this memory's; it begins at a page, and
    /// ends at one or at the end. The addresses of these pages.
    pub fn map(&mut self, file: &File, range: Range<usize>) -> Option<Range<usize>> {
        let page = super::signals::page();
        assert!(
            range.start <= range.end
                && range.end <= self.length
                && range.start.is_multiple_of(page)
        );
        let flags = libc::MAP_PRIVATE | libc::MAP_FIXED;
        let (at, offset) = (
            self.start as usize + range.start,
            libc::off_t::try_from(range.start).ok()?,
        );
        // SAFETY: it replaces pages of this memory, as asserted, which nobody refers to: `self` is borrowed
        // mutably.
        let mapped = unsafe {
            libc::mmap(
                at as *mut libc::c_void,
                range.len(),
                libc::PROT_READ,
                flags,
                file.as_raw_fd(),
                offset,
            )
        };
        (mapped != libc::MAP_FAILED).then_some(at..at + range.len().next_multiple_of(page))
    }

    /// All of it, of which every byte was made writable or mapped before.
    ///
    /// The file may be written to by others. That goes for bytes that nothing takes for text, in pages
    /// that stay readable if the file shrinks (`signals`), and whoever reads them checks each.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the memory is readable, and stays as long as `self`.
        unsafe { std::slice::from_raw_parts(self.start.cast(), self.length) }
    }

    /// Requests pages.
    pub fn bring_in(&self, range: Range<usize>) {
        assert!(range.start <= range.end && range.end <= self.length);
        #[cfg(target_os = "linux")]
        let advice = libc::MADV_POPULATE_READ;
        #[cfg(not(target_os = "linux"))]
        let advice = libc::MADV_WILLNEED;
        let first = range.start / super::signals::page() * super::signals::page();
        // SAFETY: the pages are in this memory, as asserted; advice changes nothing.
        unsafe {
            let at = self.start.cast::<u8>().add(first).cast();
            libc::madvise(at, range.end - first, advice);
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: it is this memory, all of it, which nobody refers to any more.
        unsafe { libc::munmap(self.start, self.length) };
    }
}
