//! Files that are whole or not there, and that nobody else reads where they hold a secret.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::error::Error;
use crate::random;

/// Makes a folder, and those above it, that only its owner enters.
pub fn private_folder(path: &Path) -> Result<(), Error> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| Error::file(path, error))
}

/// Writes a file that only its owner reads: all of it, or nothing.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), Error> {
    write(path, content, 0o600)
}

/// Writes a file that others may read: all of it, or nothing.
pub fn write_public(path: &Path, content: &[u8]) -> Result<(), Error> {
    write(path, content, 0o644)
}

/// Beside the file first, then in its place; on the disk before this returns.
fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| Error::file(path, error);
    if !folder.is_dir() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let beside = folder.join(format!(".{}.part", hex::encode(random::bytes::<8>()?)));
    let written = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&beside).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&beside, path)) {
        let _ = fs::remove_file(&beside);
        return Err(failed(error));
    }
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}
