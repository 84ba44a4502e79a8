//! Packages by name: references in place of files, lock files, and where the bytes of a package are.
//!
//! Lives here: [`Packages`], which finds what a reference stands for; below it what a reference is
//! (`reference`), the places (`project`, `layout`, `cache`, `configuration`, `origin`) and the files of
//! wasm-pkg-tools (`lock`, `manifest`). All of it works without a client for registries, as long as
//! nothing has to be downloaded.
//! May import: `source`, `diag`, `escape`, `no_effect` (rank 0), `config` (rank 1), `registry` (rank 2).
//! Deliberately absent: HTTP (`registry`), and what is in a package.

mod cache;
mod codes;
mod configuration;
pub(crate) mod layout;
mod lock;
mod manifest;
mod origin;
mod places;
mod project;
mod reference;
mod resolve;

pub use cache::Cache;
pub use codes::CODES;
pub use configuration::{Configuration, Metadata, Reached};
pub use layout::DEPS;
pub use lock::{FILE_NAME as LOCK_FILE, Lock, Locked};
pub use manifest::{FILE_NAME as MANIFEST_FILE, Manifest, Override};
pub use origin::{Content, Origin, Registries};
pub use project::Project;
pub use reference::{Reference, Wanted, is_name};
pub use resolve::{Newest, Packages, Settings};
