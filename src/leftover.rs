//! A file that accounts came from: whether a cloud has it too, and taking it away.
//!
//! A picture of an enrolment code is its secret, and so is a list of links. Once the vault has it, the file is a
//! copy in the clear. Deleting removes the file's name and frees its bytes: what it cannot do is reach copies in
//! backups, in snapshots of the file system, in a cloud's earlier versions, or bytes that a solid-state drive keeps
//! until it needs the room. Not here: whether all that it held was kept, which who kept it knows.
//!
//! ```
//! use std::path::Path;
//! use sterk::leftover::{Service, service_of};
//!
//! let nothing_there = |_: &Path| false;
//! assert_eq!(service_of(Path::new("/home/ada/Dropbox/scans/code.png"), nothing_there), Some(Service::Dropbox));
//! assert_eq!(service_of(Path::new("/home/ada/Pictures/code.png"), nothing_there), None);
//! ```

mod cloud;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use self::cloud::{Service, service_of};

/// Is a file that was read, by where it lies and what it held then.
#[derive(Clone, PartialEq, Eq)]
pub struct Leftover {
    path: PathBuf,
    digest: [u8; 32],
}

impl Leftover {
    /// Remembers a file that held these bytes; of a link, the file that it leads to.
    ///
    /// # Errors
    /// The path leads to no file any more.
    pub fn of(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        Ok(Self { path: fs::canonicalize(path)?, digest: Sha256::digest(bytes).into() })
    }

    /// Returns where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the service that keeps a copy of its folder elsewhere, as far as that can be seen.
    pub fn synced_by(&self) -> Option<Service> {
        service_of(&self.path, |path| path.exists())
    }

    /// Deletes the file for good, unless it holds something else by now; one that is gone already is no error.
    ///
    /// # Errors
    /// [`LeftoverError`]; the file is as it was.
    pub fn delete(&self) -> Result<(), LeftoverError> {
        match self.is_unchanged() {
            Ok(true) => {}
            Ok(false) => return Err(LeftoverError::Changed),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(LeftoverError::NotDeleted(error)),
        }
        fs::remove_file(&self.path).map_err(LeftoverError::NotDeleted)
    }

    fn is_unchanged(&self) -> io::Result<bool> {
        // A link that took the file's place leads to something that nobody read.
        if !fs::symlink_metadata(&self.path)?.is_file() {
            return Ok(false);
        }
        let (mut file, mut hash) = (File::open(&self.path)?, Sha256::new());
        let mut buffer = Zeroizing::new(vec![0; 1 << 16]);
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(<[u8; 32]>::from(hash.finalize()) == self.digest),
                read => hash.update(&buffer[..read]),
            }
        }
    }
}

impl std::fmt::Debug for Leftover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Leftover")
    }
}

/// Says why a file is still there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LeftoverError {
    /// It holds something else than what was read.
    #[error("the file was changed since it was read, so it stays")]
    Changed,
    /// The system refused.
    #[error("the file could not be deleted")]
    NotDeleted(#[source] io::Error),
}

impl LeftoverError {
    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Changed => "file_changed",
            Self::NotDeleted(_) => "file_not_deleted",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELD: &[u8] = b"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP";

    fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("code.txt");
        fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[test]
    fn deletes_what_it_remembers() {
        let (_folder, path) = written(HELD);
        Leftover::of(&path, HELD).unwrap().delete().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn leaves_a_file_that_holds_something_else() {
        let (_folder, path) = written(HELD);
        let leftover = Leftover::of(&path, HELD).unwrap();
        // The same length at the same second: neither of them says enough.
        fs::write(&path, HELD.to_ascii_uppercase()).unwrap();
        assert_eq!(leftover.delete().unwrap_err().code(), "file_changed");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(leftover.delete().unwrap_err().code(), "file_changed");
        assert!(path.exists());
    }

    #[test]
    fn is_content_with_a_file_that_is_gone() {
        let (_folder, path) = written(HELD);
        let leftover = Leftover::of(&path, HELD).unwrap();
        fs::remove_file(&path).unwrap();
        leftover.delete().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn deletes_the_file_and_no_other_when_links_are_about() {
        let (folder, path) = written(HELD);
        let (link, other) = (folder.path().join("link.txt"), folder.path().join("other.txt"));
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let leftover = Leftover::of(&link, HELD).unwrap();
        fs::rename(&path, &other).unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        assert_eq!(leftover.delete().unwrap_err().code(), "file_changed", "a link came in its place");
        fs::remove_file(&path).unwrap();
        fs::rename(&other, &path).unwrap();
        leftover.delete().unwrap();
        assert!(!path.exists() && link.is_symlink(), "the secret is gone, its name elsewhere is not");
    }

    #[test]
    fn prints_no_path() {
        let (_folder, path) = written(HELD);
        assert_eq!(format!("{:?}", Leftover::of(&path, HELD).unwrap()), "Leftover");
    }
}
