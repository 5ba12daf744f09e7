//! What a person chose about the program itself: language, looks, when the vault locks, how long a code stays on the
//! clipboard.
//!
//! It is no place for secrets: the file is plain JSON. It is no reason to stop either: a file that is not there,
//! cannot be read or is another program's gives the ordinary settings, and is kept aside before it is replaced.
//! What a newer version wrote beside them stays.
//!
//! ```
//! use sterk::settings::{self, Settings, Theme};
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("settings.json");
//! assert_eq!(settings::read(&file), (Settings::default(), settings::Found::Nothing));
//! settings::change(&file, |settings| settings.theme = Theme::Dark)?;
//! assert_eq!(settings::read(&file).0.theme, Theme::Dark);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod file;
mod locking;
mod offered;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::keychain::Provider;

pub use file::{Found, SettingsError, change, read};
pub use locking::{Moment, Moments};
pub use offered::{ClearsAfter, DrillAfter, LocksAfter, NotOffered};

/// Is every setting there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Folder that the last backup was written to, so that it counts wherever it lies.
    pub backup_folder: Option<PathBuf>,
    /// Seconds until a copied code leaves the clipboard.
    pub clears_after: ClearsAfter,
    /// Days until the next restore drill is due.
    pub drill_after: DrillAfter,
    /// Whether codes stay covered until somebody asks to see one.
    pub hide_codes: bool,
    /// Pieces of advice that were put away.
    pub hidden_tips: Vec<Tip>,
    /// The program that gave the key from the keyring the last time.
    pub keyring_provider: Option<Provider>,
    /// Language of the window.
    pub language: Language,
    /// Minutes without use until the vault locks by itself.
    pub locks_after: LocksAfter,
    /// Moments at which the vault locks by itself.
    pub locks_at: Moments,
    /// Colours of the window.
    pub theme: Theme,
}

impl Settings {
    /// Remembers where a backup was written, unless that is the folder beside the vault, which is looked into anyway.
    pub fn wrote_backup(&mut self, file: &Path, vault: &Path) {
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        if let Some(folder) = whole(file).parent().filter(|folder| **folder != whole(vault).join("backups")) {
            self.backup_folder = Some(folder.to_owned());
        }
    }
}

/// Names a language of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
    /// Dutch.
    Nl,
    /// The first one of the person's system that there is, else English.
    #[default]
    System,
}

/// Names the colours of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Light words on a dark ground.
    Dark,
    /// Dark words on a light ground.
    Light,
    /// As the system has it.
    #[default]
    System,
}

/// Names a piece of advice that the window gives once where it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tip {
    /// Keep a backup on another device.
    BackupElsewhere,
    /// Set the clock by the network.
    ClockByNetwork,
    /// Keep recovery codes apart from the password.
    RecoveryApart,
}

/// Returns where the settings lie: inside the vault's folder when that was `named`, else where the platform
/// keeps configuration: `$XDG_CONFIG_HOME/sterk` or `~/.config/sterk`, `~/Library/Application Support/sterk`,
/// `%APPDATA%\sterk`.
///
/// `variable` reads an environment variable. Relative paths in those are ignored, as the XDG specification says.
pub fn default_file(named: Option<&Path>, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let base = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let platform = || {
        if cfg!(windows) {
            base("APPDATA")
        } else if cfg!(target_os = "macos") {
            base("HOME").map(|home| home.join("Library/Application Support"))
        } else {
            base("XDG_CONFIG_HOME").or_else(|| base("HOME").map(|home| home.join(".config")))
        }
    };
    let folder = named.map(Path::to_path_buf).or_else(|| platform().map(|folder| folder.join("sterk")));
    folder.map(|folder| folder.join("settings.json"))
}
