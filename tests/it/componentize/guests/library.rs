//! A library that uses the standard library: what it finds is told by its bits, 0 if all is as the
//! stub adapter has it.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::time::{Duration, Instant, SystemTime};

#[unsafe(no_mangle)]
pub extern "C" fn answer() -> u32 {
    let map: HashMap<&str, u32> = [("a", 40), ("b", 2)].into();
    println!("{map:?}");
    map.values().sum()
}

#[unsafe(no_mangle)]
pub extern "C" fn check() -> u32 {
    let mut wrong = 0;
    let mut expect = |bit: u32, holds: bool| wrong |= u32::from(!holds) << bit;
    expect(0, std::env::args().count() == 0);
    expect(1, std::env::vars().count() == 0);
    expect(2, std::io::stdout().write(b"hello\n").is_ok());
    expect(3, std::io::stdin().read(&mut [0; 8]).ok() == Some(0));
    expect(4, std::fs::read("/etc/passwd").is_err());
    expect(5, std::fs::read_dir(".").is_err());
    let time = SystemTime::UNIX_EPOCH.elapsed().map(|since| since.as_secs());
    expect(6, time.ok() == Some(946_684_800));
    let started = Instant::now();
    let deadline = started + Duration::from_secs(3600);
    while Instant::now() < deadline {
        std::thread::sleep(Duration::from_secs(7));
    }
    expect(7, started.elapsed() >= Duration::from_secs(3600));
    wrong
}
