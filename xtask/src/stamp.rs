//! Tells whether a step's input changed since it last succeeded.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// The fingerprint of some files and folders, and where the last good one is kept.
pub struct Stamp {
    file: PathBuf,
    fingerprint: String,
}

impl Stamp {
    /// Reads what lies under `inputs`; the last good fingerprint lies in `file`.
    ///
    /// # Errors
    /// An input that cannot be read.
    pub fn of(file: PathBuf, inputs: &[PathBuf]) -> io::Result<Stamp> {
        let mut hasher = DefaultHasher::new();
        for input in inputs {
            hash_path(input, &mut hasher)?;
        }
        Ok(Stamp { file, fingerprint: format!("{:016x}\n", hasher.finish()) })
    }

    /// Tells whether the step succeeded with this very input.
    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|kept| kept == self.fingerprint)
    }

    /// Records that the step succeeded.
    ///
    /// # Errors
    /// The stamp cannot be written.
    pub fn keep(&self) -> io::Result<()> {
        fs::create_dir_all(self.file.parent().unwrap_or(Path::new(".")))?;
        fs::write(&self.file, &self.fingerprint)
    }
}

fn hash_path(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    path.hash(hasher);
    if !path.is_dir() {
        return fs::read(path).map(|bytes| bytes.hash(hasher));
    }
    let mut inside = fs::read_dir(path)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    inside.sort();
    inside.iter().try_for_each(|path| hash_path(path, hasher))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the test's own; `name` keeps the tests of this process apart.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("sterk-stamp-{name}-{}", std::process::id()));
            fs::create_dir_all(path.join("src/deep")).unwrap();
            fs::write(path.join("src/deep/a.txt"), "one").unwrap();
            Folder(path)
        }

        fn stamp(&self) -> Stamp {
            Stamp::of(self.0.join("kept/stamp"), &[self.0.join("src")]).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn is_stale_until_kept() {
        let folder = Folder::new("kept");
        assert!(!folder.stamp().is_current());
        folder.stamp().keep().unwrap();
        assert!(folder.stamp().is_current());
    }

    #[test]
    fn a_changed_file_makes_it_stale() {
        let folder = Folder::new("changed");
        folder.stamp().keep().unwrap();
        fs::write(folder.0.join("src/deep/a.txt"), "two").unwrap();
        assert!(!folder.stamp().is_current());
    }

    #[test]
    fn a_renamed_file_makes_it_stale() {
        let folder = Folder::new("renamed");
        folder.stamp().keep().unwrap();
        fs::rename(folder.0.join("src/deep/a.txt"), folder.0.join("src/deep/b.txt")).unwrap();
        assert!(!folder.stamp().is_current());
    }

    #[test]
    fn a_missing_input_is_an_error() {
        assert!(Stamp::of(PathBuf::from("stamp"), &[PathBuf::from("/no/such/input")]).is_err());
    }
}
