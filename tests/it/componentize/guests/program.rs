//! A program that uses the standard library.

use std::collections::HashMap;

fn main() {
    let map: HashMap<String, String> = std::env::vars().collect();
    println!("hello {:?} {map:?}", std::env::args().collect::<Vec<_>>());
    eprintln!("{:?}", std::fs::read("in.txt"));
}
