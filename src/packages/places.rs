//! Where wasm-pkg-tools has its configuration and its cache.
//!
//! May import: nothing of ours. Deliberately absent: what is in them.

use std::env;
use std::path::PathBuf;

/// The configuration: `WKG_CONFIG_FILE`, or `wasm-pkg/config.toml` in the user's configuration.
pub(super) fn configuration() -> Option<PathBuf> {
    given("WKG_CONFIG_FILE").or_else(|| {
        let folder = usual("XDG_CONFIG_HOME", ".config", "APPDATA")?;
        Some(folder.join("wasm-pkg").join("config.toml"))
    })
}

/// The cache: `WKG_CACHE_DIR`, or `wasm-pkg` in the user's cache; without a home, in the folder of
/// temporary files.
pub(super) fn cache() -> PathBuf {
    given("WKG_CACHE_DIR").unwrap_or_else(|| {
        let folder = usual("XDG_CACHE_HOME", ".cache", "LOCALAPPDATA");
        folder.unwrap_or_else(env::temp_dir).join("wasm-pkg")
    })
}

fn given(variable: &str) -> Option<PathBuf> {
    let value = env::var_os(variable).filter(|value| !value.is_empty())?;
    Some(PathBuf::from(value))
}

/// The folder that the XDG specification says, on macOS too; on Windows one of its own.
fn usual(variable: &str, in_home: &str, on_windows: &str) -> Option<PathBuf> {
    if cfg!(windows) {
        return given(on_windows);
    }
    // The specification has relative paths ignored.
    let named = given(variable).filter(|path| path.is_absolute());
    named.or_else(|| Some(given("HOME")?.join(in_home)))
}
