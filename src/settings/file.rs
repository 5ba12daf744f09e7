//! The file of the settings: read with patience, replaced whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::Settings;
use crate::vault::{Folder, VaultError};

/// The most bytes the file may have; eight settings need a few hundred.
const MOST_BYTES: u64 = 64 * 1024;

/// Says what lay where the settings are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Something that is no settings file, or that cannot be read.
    Foreign,
    /// No file.
    Nothing,
    /// The settings.
    Settings,
}

/// Says why settings were not kept; the file is then as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file could not be written.
    #[error("the settings could not be kept")]
    NotKept(#[source] VaultError),
}

impl SettingsError {
    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotKept(_) => "settings_not_kept",
        }
    }
}

/// Reads the settings, and says what was found; without a readable file they are the ordinary ones.
///
/// A value that this version does not know counts as the ordinary one.
pub fn read(file: &Path) -> (Settings, Found) {
    let (map, found) = load(file);
    (known(&map), found)
}

/// Changes the settings as they stand in the file now, and answers what they are then.
///
/// What is no settings file is first given the name with `.unread` behind it.
///
/// # Errors
/// [`SettingsError::NotKept`].
pub fn change(file: &Path, change: impl FnOnce(&mut Settings)) -> Result<Settings, SettingsError> {
    let (mut map, found) = load(file);
    let before = known(&map);
    let mut after = before.clone();
    change(&mut after);
    put(&mut map, "backup_folder", &before.backup_folder, &after.backup_folder);
    put(&mut map, "clears_after", &before.clears_after, &after.clears_after);
    put(&mut map, "drill_after", &before.drill_after, &after.drill_after);
    put(&mut map, "hide_codes", &before.hide_codes, &after.hide_codes);
    put(&mut map, "hidden_tips", &before.hidden_tips, &after.hidden_tips);
    put(&mut map, "language", &before.language, &after.language);
    put(&mut map, "locks_after", &before.locks_after, &after.locks_after);
    put(&mut map, "locks_at", &before.locks_at, &after.locks_at);
    put(&mut map, "theme", &before.theme, &after.theme);
    keep(file, &Value::Object(map), found).map_err(SettingsError::NotKept)?;
    Ok(after)
}

fn load(file: &Path) -> (Map<String, Value>, Found) {
    match bytes_of(file).map(|bytes| serde_json::from_slice(&bytes)) {
        Ok(Ok(map)) => (map, Found::Settings),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (Map::new(), Found::Nothing),
        _ => (Map::new(), Found::Foreign),
    }
}

fn bytes_of(file: &Path) -> io::Result<Vec<u8>> {
    // Opening a pipe would wait for a writer.
    if !fs::metadata(file)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    File::open(file)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

fn known(map: &Map<String, Value>) -> Settings {
    Settings {
        backup_folder: value(map, "backup_folder"),
        clears_after: value(map, "clears_after"),
        drill_after: value(map, "drill_after"),
        hide_codes: value(map, "hide_codes"),
        hidden_tips: value(map, "hidden_tips"),
        language: value(map, "language"),
        locks_after: value(map, "locks_after"),
        locks_at: value(map, "locks_at"),
        theme: value(map, "theme"),
    }
}

fn value<T: DeserializeOwned + Default>(map: &Map<String, Value>, name: &str) -> T {
    map.get(name).and_then(|value| T::deserialize(value).ok()).unwrap_or_default()
}

/// Puts in a value that changed; one that did not stays as it is written, be it one of a newer version.
fn put<T: PartialEq + Serialize>(map: &mut Map<String, Value>, name: &str, before: &T, after: &T) {
    if before != after
        && let Ok(value) = serde_json::to_value(after)
    {
        map.insert(name.to_owned(), value);
    }
}

fn keep(file: &Path, value: &Value, found: Found) -> Result<(), VaultError> {
    // A link made by who keeps such files elsewhere stays a link.
    let file = &fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let wrap = |error| VaultError::io("could not write", file, error);
    let folder = file.parent().unwrap_or(Path::new("."));
    Folder::new(folder).make()?;
    let mut fresh = tempfile::Builder::new().prefix(".sterk-settings-").tempfile_in(folder).map_err(wrap)?;
    writeln!(fresh, "{value:#}").and_then(|()| fresh.as_file().sync_all()).map_err(wrap)?;
    if found == Found::Foreign {
        fs::rename(file, aside(file)).map_err(wrap)?;
    }
    fresh.persist(file).map(drop).map_err(|error| wrap(error.error))
}

fn aside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".unread");
    name.into()
}
