//! Lints `wit/`, makes a component from each core module in `guest/`, and composes the two.

use witkit::build::Build;

fn main() {
    Build::new()
        .wit("wit")
        .world("till")
        .module("guest/till.wat")
        .world("price-list")
        .module("guest/price-list.wat")
        .out("till.wasm");
}
