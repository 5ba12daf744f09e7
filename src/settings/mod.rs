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

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use file::{Found, SettingsError, change, read};
pub use locking::{LocksAfter, Moment, Moments};

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

/// Is how long a copied code stays on the clipboard: one of [`ClearsAfter::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct ClearsAfter(u32);

impl ClearsAfter {
    /// The seconds a person can choose from.
    pub const ALL: [Self; 4] = [Self(10), Self(20), Self(30), Self(60)];

    /// Returns it in seconds.
    pub fn seconds(self) -> u32 {
        self.0
    }
}

impl Default for ClearsAfter {
    fn default() -> Self {
        Self(30)
    }
}

impl From<ClearsAfter> for u32 {
    fn from(after: ClearsAfter) -> Self {
        after.0
    }
}

impl TryFrom<u32> for ClearsAfter {
    type Error = NotOffered;

    fn try_from(seconds: u32) -> Result<Self, NotOffered> {
        Self::ALL.into_iter().find(|after| after.0 == seconds).ok_or(NotOffered)
    }
}

/// Is how many days pass between two restore drills: one of [`DrillAfter::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct DrillAfter(u32);

impl DrillAfter {
    /// The days a person can choose from; 0 is never.
    pub const ALL: [Self; 5] = [Self(30), Self(90), Self(180), Self(365), Self(0)];

    /// Returns it in days, if there is to be a drill at all.
    pub fn days(self) -> Option<u32> {
        Some(self.0).filter(|days| *days > 0)
    }
}

impl Default for DrillAfter {
    fn default() -> Self {
        Self(90)
    }
}

impl From<DrillAfter> for u32 {
    fn from(after: DrillAfter) -> Self {
        after.0
    }
}

impl TryFrom<u32> for DrillAfter {
    type Error = NotOffered;

    fn try_from(days: u32) -> Result<Self, NotOffered> {
        Self::ALL.into_iter().find(|after| after.0 == days).ok_or(NotOffered)
    }
}

/// Says that a time is none of [`ClearsAfter::ALL`], [`DrillAfter::ALL`] or [`LocksAfter::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time is none of those offered")]
pub struct NotOffered;

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
