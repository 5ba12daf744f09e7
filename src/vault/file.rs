//! The vault's folder: one sealed file, its previous generation, a lock; replaced whole or not at all.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::VaultError;

/// The longest wait for another process to finish its writing.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// The most bytes a sealed file may have, 256 MiB; `docs/format.md`.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// How the names of unfinished files begin; what a killed process left is removed under the lock.
const UNFINISHED: &str = ".sterk-unfinished-";

/// The same for automatic backups, in whose folders other programs and other copies of this one write too.
const UNFINISHED_BACKUP: &str = ".sterk-backup-unfinished-";

/// Names the files of one vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder(PathBuf);

/// Holds the vault's lock until it is dropped.
#[derive(Debug)]
pub struct Guard(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl Folder {
    /// Names the folder at `path`; nothing is touched.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Returns the folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns the sealed file.
    pub fn vault(&self) -> PathBuf {
        self.0.join("vault.sterk")
    }

    /// Returns the sealed file as it was before the last write.
    pub fn previous(&self) -> PathBuf {
        self.0.join("vault.sterk.previous")
    }

    /// Returns the file of what happened and is not in the vault yet.
    pub fn events(&self) -> PathBuf {
        self.0.join("vault.events")
    }

    /// Returns where a damaged file of these bytes is kept aside; another file gets another name.
    fn damaged(&self, bytes: &[u8]) -> PathBuf {
        let name = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes)[..8]);
        self.0.join(format!("vault.sterk.damaged-{name}"))
    }

    /// Tells whether there is a vault, be it a link to a place that is away, or what is left of one.
    pub(super) fn is_used(&self) -> bool {
        [self.vault(), self.previous()].iter().any(|path| fs::symlink_metadata(path).is_ok())
    }

    /// Makes the folder, for its owner alone.
    ///
    /// # Errors
    /// [`VaultError::ReadOnly`], [`VaultError::DiskFull`] or [`VaultError::Io`].
    pub fn make(&self) -> Result<(), VaultError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0).map_err(|error| VaultError::io("could not make the folder", &self.0, error))
    }

    /// Waits for the lock that every writer takes, at most ten seconds.
    ///
    /// # Errors
    /// [`VaultError::Busy`] after that time; the file errors of [`VaultError`].
    pub fn lock(&self) -> Result<Guard, VaultError> {
        self.lock_by("vault.lock")
    }

    /// Waits for the lock that every writer of automatic backups takes: a slow stick must not keep the vault.
    ///
    /// # Errors
    /// As [`Folder::lock`].
    pub fn lock_backups(&self) -> Result<Guard, VaultError> {
        self.lock_by("backups.lock")
    }

    fn lock_by(&self, name: &str) -> Result<Guard, VaultError> {
        let path = self.0.join(name);
        let wrap = |error| VaultError::io("could not lock", &path, error);
        let file = private().create(true).truncate(false).write(true).open(&path).map_err(wrap)?;
        let since = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Guard(file)),
                Err(TryLockError::Error(error)) => return Err(wrap(error)),
                Err(TryLockError::WouldBlock) if since.elapsed() > LOCK_WAIT => return Err(VaultError::Busy),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// Replaces the sealed file with `bytes` and keeps the one before as the previous generation.
    ///
    /// # Errors
    /// [`VaultError::DiskFull`], [`VaultError::ReadOnly`] or [`VaultError::Io`]; the vault is then as it was.
    pub fn replace(&self, _held: &Guard, bytes: &[u8]) -> Result<(), VaultError> {
        clear(&self.0, UNFINISHED);
        let vault = real_path(&self.vault());
        let fresh = unfinished(&vault, bytes, UNFINISHED)?;
        if vault.exists() {
            self.keep_previous(&vault)?;
        }
        put(fresh, &vault)
    }

    /// Replaces both generations with `bytes`, so that an old way to unlock is gone from both.
    ///
    /// Both are written before either is put in place: a full disk changes neither.
    ///
    /// # Errors
    /// As [`Folder::replace`].
    pub fn replace_both(&self, _held: &Guard, bytes: &[u8]) -> Result<(), VaultError> {
        clear(&self.0, UNFINISHED);
        let (vault, previous) = (real_path(&self.vault()), self.previous());
        let (fresh, copy) = (unfinished(&vault, bytes, UNFINISHED)?, unfinished(&previous, bytes, UNFINISHED)?);
        put(copy, &previous)?;
        put(fresh, &vault)
    }

    /// Replaces the sealed file with the previous generation's `bytes` and leaves that one where it is.
    ///
    /// # Errors
    /// As [`Folder::replace`].
    pub fn step_back(&self, _held: &Guard, bytes: &[u8]) -> Result<(), VaultError> {
        let vault = real_path(&self.vault());
        put(unfinished(&vault, bytes, UNFINISHED)?, &vault)
    }

    /// Copies the sealed file, whatever is in it, to a name of its own; nothing where there is none.
    ///
    /// # Errors
    /// As [`Folder::replace`].
    pub fn keep_aside(&self, _held: &Guard) -> Result<Option<PathBuf>, VaultError> {
        let bytes = match read_bounded(&self.vault()) {
            Err(VaultError::Gone(_)) => return Ok(None),
            other => other?,
        };
        let aside = self.damaged(&bytes);
        match write_new(&aside, &bytes) {
            Ok(()) | Err(VaultError::Exists) => Ok(Some(aside)),
            Err(other) => Err(other),
        }
    }

    /// Gives the present file a second name, or copies it on a drive without hard links.
    ///
    /// Nothing writes into a file that has its name already, so both names may mean the same bytes until the
    /// first is given to the new file.
    fn keep_previous(&self, vault: &Path) -> Result<(), VaultError> {
        let previous = self.previous();
        let link = tempfile::Builder::new().prefix(UNFINISHED).make_in(&self.0, |path| fs::hard_link(vault, path));
        match link {
            Ok(link) => {
                let name = link.path().to_owned();
                put(link, &previous)?;
                // After a kill both generations may be one file, and renaming one name of it to another does nothing.
                let _ = fs::remove_file(name);
                Ok(())
            }
            Err(_) => put(unfinished(&previous, &read_bounded(vault)?, UNFINISHED)?, &previous),
        }
    }
}

/// Removes what a killed process left half written; called with the lock held.
fn clear(folder: &Path, unfinished: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(unfinished) {
            // A file that cannot be removed holds ciphertext only, and the next write tries again.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Reads a sealed file of at most 256 MiB.
///
/// # Errors
/// [`VaultError::Gone`] where there is none, a [`crate::seal::SealError::TooLarge`], or a file error.
pub fn read_bounded(path: &Path) -> Result<Vec<u8>, VaultError> {
    let wrap = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => VaultError::Gone(path.to_owned()),
        io::ErrorKind::PermissionDenied => {
            VaultError::Io { action: "could not read", path: path.to_owned(), source: error }
        }
        _ => VaultError::io("could not read", path, error),
    };
    let mut bytes = Vec::new();
    File::open(path).map_err(wrap)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(wrap)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(crate::seal::SealError::TooLarge.into());
    }
    Ok(bytes)
}

/// Writes `bytes` to a new file at `path`, whole or not at all, readable by its owner alone.
///
/// # Errors
/// [`VaultError::Exists`] where there is a file already; the file errors of [`VaultError`].
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    keep_new(unfinished(path, bytes, UNFINISHED)?, path)
}

/// Writes an automatic backup to a new file, whole or not at all, once `prove` has read it back under another name.
///
/// What a killed process left in its folder goes first; called with the lock of [`Folder::lock_backups`] held.
///
/// # Errors
/// As [`write_proved`].
pub(crate) fn write_backup(
    path: &Path,
    bytes: &[u8],
    _held: &Guard,
    prove: impl FnOnce(&Path) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    clear(folder_of(path), UNFINISHED_BACKUP);
    let fresh = unfinished(path, bytes, UNFINISHED_BACKUP)?;
    prove(fresh.path())?;
    keep_new(fresh, path)
}

fn keep_new(fresh: NamedTempFile, path: &Path) -> Result<(), VaultError> {
    match fresh.persist_noclobber(path) {
        Ok(_) => sync_folder(path),
        Err(fault) if fault.error.kind() == io::ErrorKind::AlreadyExists => Err(VaultError::Exists),
        Err(fault) => put_new(fault.file, path),
    }
}

/// Writes `bytes` to `path`, whole or not at all, once `prove` has found them good under the name it is given.
///
/// `prove` reads a file beside `path` that goes away when it fails; what is at `path` is then as it was.
///
/// # Errors
/// [`VaultError::Exists`] where there is a file already and `overwrite` is not set; what `prove` answers; the file
/// errors of [`VaultError`].
pub fn write_proved(
    path: &Path,
    bytes: &[u8],
    overwrite: bool,
    prove: impl FnOnce(&Path) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    if !overwrite && fs::symlink_metadata(path).is_ok() {
        return Err(VaultError::Exists);
    }
    let fresh = unfinished(path, bytes, UNFINISHED)?;
    prove(fresh.path())?;
    if overwrite { put(fresh, &real_path(path)) } else { keep_new(fresh, path) }
}

/// Puts a finished file at a new name where the file system knows no such step, as FAT and some network drives.
///
/// The name is taken first with an empty file; whoever dies in between leaves that one, which opens as nothing.
fn put_new(fresh: NamedTempFile, path: &Path) -> Result<(), VaultError> {
    let taken = private().write(true).create_new(true).open(path);
    taken.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => VaultError::Exists,
        _ => VaultError::io("could not write", path, error),
    })?;
    let done = put(fresh, path);
    if done.is_err() {
        // What stays is empty and was made here.
        let _ = fs::remove_file(path);
    }
    done
}

/// Puts a finished file in place of what is at `path`, in one step.
///
/// Windows refuses while another process (a reader, a virus scanner) has the old file open: it is tried again
/// for a second.
fn put<F>(mut fresh: NamedTempFile<F>, path: &Path) -> Result<(), VaultError> {
    let mut tries = if cfg!(windows) { 50 } else { 1 };
    loop {
        tries -= 1;
        match fresh.persist(path) {
            Ok(_) => return sync_folder(path),
            Err(fault) if tries > 0 && fault.error.kind() == io::ErrorKind::PermissionDenied => fresh = fault.file,
            Err(fault) => return Err(VaultError::io("could not write", path, fault.error)),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Follows a link to the file it names, so that a vault linked into another folder stays there.
fn real_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Writes and syncs `bytes` beside `target` under a name of its own; it is removed when not persisted.
fn unfinished(target: &Path, bytes: &[u8], prefix: &str) -> Result<NamedTempFile, VaultError> {
    let wrap = |error| VaultError::io("could not write", target, error);
    let folder = folder_of(target);
    let mut file = tempfile::Builder::new().prefix(prefix).tempfile_in(folder).map_err(wrap)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(wrap)?;
    Ok(file)
}

/// Returns the folder a file lies in; that of a bare name is the working folder, not the empty path.
fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    #[cfg(not(unix))]
    let _ = &mut options;
    options
}

#[cfg(unix)]
fn sync_folder(file: &Path) -> Result<(), VaultError> {
    let folder = folder_of(file);
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some network drives cannot sync a folder; the file itself is synced and in place.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        done => done.map_err(|error| VaultError::io("could not write", folder, error)),
    }
}

#[cfg(not(unix))]
fn sync_folder(_file: &Path) -> Result<(), VaultError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_new_name_without_help_of_the_file_system() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy");
        put_new(unfinished(&path, b"first", UNFINISHED).unwrap(), &path).unwrap();
        let again = put_new(unfinished(&path, b"second", UNFINISHED).unwrap(), &path);
        assert!(matches!(again, Err(VaultError::Exists)));
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing unfinished may stay");
    }

    #[test]
    fn replaces_a_file_only_by_one_that_was_proved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet");
        write_proved(&path, b"first", false, |_| Ok(())).unwrap();
        assert!(matches!(write_proved(&path, b"second", false, |_| Ok(())), Err(VaultError::Exists)));
        assert!(write_proved(&path, b"second", true, |_| Err(VaultError::Busy)).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first", "what does not open replaces nothing");
        let proof = |beside: &Path| {
            assert_eq!((fs::read(beside).unwrap(), fs::read(&path).unwrap()), (b"second".to_vec(), b"first".to_vec()));
            Ok(())
        };
        write_proved(&path, b"second", true, proof).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing unfinished may stay");
    }

    #[test]
    fn leaves_nothing_unfinished_where_a_kill_left_both_generations_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Folder::new(folder.path());
        let held = vault.lock().unwrap();
        vault.replace(&held, b"first").unwrap();
        fs::hard_link(vault.vault(), vault.previous()).unwrap();
        vault.replace(&held, b"second").unwrap();
        assert_eq!(fs::read(vault.previous()).unwrap(), b"first");
        let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(names.into_iter().all(|name| !name.to_string_lossy().starts_with(UNFINISHED)));
    }

    #[test]
    fn writes_a_file_without_a_folder_in_its_name() {
        assert_eq!(folder_of(Path::new("copy")), Path::new("."));
        assert_eq!(folder_of(Path::new("in/copy")), Path::new("in"));
        sync_folder(Path::new("copy")).unwrap();
    }
}
