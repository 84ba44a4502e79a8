//! What `wasi:filesystem` of both releases has alike, but for its name and for where errors lie.
//!
//! Files are read only, and there are no links: so these are the functions that would change something.

/// The functions of the interface of that name, in a module that has `done` and `failed`.
macro_rules! changes {
    ($types:literal) => {
        #[unsafe(export_name = concat!($types, "#[method]descriptor.set-size"))]
        extern "C" fn set_size(_: u32, _: u64) -> u32 {
            done(Err(Wrong::ReadOnly))
        }

        #[unsafe(export_name = concat!($types, "#[method]descriptor.set-times"))]
        extern "C" fn set_times(_: u32, _: u32, _: u64, _: u32, _: u32, _: u64, _: u32) -> u32 {
            done(Err(Wrong::ReadOnly))
        }

        #[unsafe(export_name = concat!($types, "#[method]descriptor.set-times-at"))]
        extern "C" fn set_times_at(
            rep: u32,
            _: u32,
            at: u32,
            length: u32,
            _: u32,
            _: u64,
            _: u32,
            _: u32,
            _: u64,
            _: u32,
        ) -> u32 {
            done(changed(rep, at, length))
        }

        #[unsafe(export_name = concat!($types, "#[method]descriptor.create-directory-at"))]
        extern "C" fn create_directory_at(rep: u32, at: u32, length: u32) -> u32 {
            done(made(rep, at, length))
        }

        #[unsafe(export_name = concat!($types, "#[method]descriptor.link-at"))]
        extern "C" fn link_at(
            rep: u32,
            _: u32,
            at: u32,
            length: u32,
            to: u32,
            _: u32,
            _: u32,
        ) -> u32 {
            done(with_other(rep, to).and_then(|()| changed(rep, at, length)))
        }

        #[unsafe(export_name = concat!($types, "#[method]descriptor.rename-at"))]
        extern "C" fn rename_at(rep: u32, at: u32, length: u32, to: u32, _: u32, _: u32) -> u32 {
            done(with_other(rep, to).and_then(|()| changed(rep, at, length)))
        }

        #[unsafe(export_name = concat!($types, "#[method]descriptor.remove-directory-at"))]
        extern "C" fn remove_directory_at(rep: u32, at: u32, length: u32) -> u32 {
            done(changed(rep, at, length))
        }

        #[unsafe(export_name = concat!($types, "#[method]descriptor.unlink-file-at"))]
        extern "C" fn unlink_file_at(rep: u32, at: u32, length: u32) -> u32 {
            done(changed(rep, at, length))
        }

        #[unsafe(export_name = concat!($types, "#[method]descriptor.symlink-at"))]
        extern "C" fn symlink_at(rep: u32, _: u32, _: u32, at: u32, length: u32) -> u32 {
            done(made(rep, at, length))
        }

        /// Nothing is a link.
        #[unsafe(export_name = concat!($types, "#[method]descriptor.readlink-at"))]
        extern "C" fn readlink_at(rep: u32, at: u32, length: u32) -> u32 {
            match follow(cells::get(rep).a, path(at, length)) {
                Ok(_) => failed(Wrong::Invalid, 4),
                Err(wrong) => failed(wrong, 4),
            }
        }
    };
}
pub(crate) use changes;
