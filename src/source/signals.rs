//! Signals that would end the process where a message is due.
//!
//! Lives here: [`handle`], which is for the binary alone, and the regions that its handler protects.
//! May import: nothing of ours.
//! Deliberately absent: signals that a user sends; they end the process, and what it leaves is
//! removed by the next run (`temporary`).

use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

/// Memory that is mapped from a file.
pub(super) struct Region {
    start: AtomicUsize,
    /// Where its last page ends; 0 once it is unmapped.
    end: AtomicUsize,
    /// Whether some of it was not there any more when it was read.
    pub is_lost: AtomicBool,
    next: AtomicPtr<Region>,
}

impl Region {
    /// It is not mapped any more, so a signal there means something else.
    pub fn release(&self) {
        self.end.store(0, Ordering::Release);
    }
}

/// All regions, the last first. They are never freed, because the handler may run at any time; there
/// is one for each file that is mapped.
static REGIONS: AtomicPtr<Region> = AtomicPtr::new(std::ptr::null_mut());

static ARE_HANDLED: AtomicBool = AtomicBool::new(false);

/// What SIGBUS did before.
static BEFORE: AtomicUsize = AtomicUsize::new(libc::SIG_DFL);

static PAGE: AtomicUsize = AtomicUsize::new(0);

/// Whether [`handle`] was called.
pub(super) fn are_handled() -> bool {
    ARE_HANDLED.load(Ordering::Acquire)
}

/// Has zeros take the place of pages of a mapped file that another process has cut off, and makes
/// writing past the limit for files an error instead of the end.
pub(super) fn handle() {
    // SAFETY: `sysconf`, `sigaction` and `signal` are called with valid arguments; the handler is
    // async-signal-safe (see there), and everything it reads is set before it can run. What was
    // installed before (by Rust's runtime, which tells stack overflows) is kept for what is not ours.
    unsafe {
        let page = libc::sysconf(libc::_SC_PAGESIZE);
        let Ok(page) = usize::try_from(page) else {
            return;
        };
        PAGE.store(page, Ordering::Relaxed);
        let mut before: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(libc::SIGBUS, std::ptr::null(), &mut before) != 0 {
            return;
        }
        if before.sa_flags & libc::SA_SIGINFO != 0 {
            BEFORE.store(before.sa_sigaction, Ordering::Relaxed);
        }
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_bus as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigemptyset(&mut action.sa_mask);
        if libc::sigaction(libc::SIGBUS, &action, std::ptr::null_mut()) != 0 {
            return;
        }
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
    ARE_HANDLED.store(true, Ordering::Release);
}

/// The size of a page; known once signals are handled.
pub(super) fn page() -> usize {
    PAGE.load(Ordering::Relaxed).max(1)
}

/// Has the handler look after whole pages of a mapping.
pub(super) fn protect(pages: std::ops::Range<usize>) -> &'static Region {
    let region: &'static mut Region = Box::leak(Box::new(Region {
        start: AtomicUsize::new(pages.start),
        end: AtomicUsize::new(pages.end),
        is_lost: AtomicBool::new(false),
        next: AtomicPtr::new(REGIONS.load(Ordering::Acquire)),
    }));
    let new: *mut Region = region;
    loop {
        // SAFETY: it was leaked above, and is only ever read, or changed in its atomics.
        let region: &'static Region = unsafe { &*new };
        let next = region.next.load(Ordering::Relaxed);
        match REGIONS.compare_exchange(next, new, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return region,
            Err(now) => region.next.store(now, Ordering::Relaxed),
        }
    }
}

/// Maps zeros from the page that is not there to the end of its region, and goes on.
extern "C" fn on_bus(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel passes a valid `info`. Only atomics are read, the list has no freed entries,
    // and of functions only `mmap` is called, which is a system call that needs no lock of this
    // process. It replaces pages of a region that is still mapped, for which nothing else can have
    // been put there.
    unsafe {
        let address = (*info).si_addr() as usize;
        let page = page();
        let mut at = REGIONS.load(Ordering::Acquire);
        while let Some(region) = at.as_ref() {
            let (start, end) = (
                region.start.load(Ordering::Relaxed),
                region.end.load(Ordering::Acquire),
            );
            if (start..end).contains(&address) {
                let from = address - address % page;
                let zeros = libc::mmap(
                    from as *mut libc::c_void,
                    end - from,
                    libc::PROT_READ,
                    libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_FIXED,
                    -1,
                    0,
                );
                if zeros != libc::MAP_FAILED {
                    region.is_lost.store(true, Ordering::Relaxed);
                    return;
                }
            }
            at = region.next.load(Ordering::Relaxed);
        }
        let before = BEFORE.load(Ordering::Relaxed);
        if before == libc::SIG_DFL || before == libc::SIG_IGN {
            // The instruction runs again, and ends the process this time.
            libc::signal(signal, libc::SIG_DFL);
        } else {
            type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
            std::mem::transmute::<usize, Handler>(before)(signal, info, context);
        }
    }
}
