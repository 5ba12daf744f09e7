//! What the page sees of the settings and of the program itself.

use serde::{Deserialize, Serialize};
use sterk::{
    account::shown,
    seal::SlotKind,
    settings::{ClearsAfter, DrillAfter, Found, Language, LocksAfter, Moments, Settings, Theme, Tip},
    vault::Vault,
};

/// Is every setting.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsView {
    /// Seconds until a copied code leaves the clipboard.
    #[cfg_attr(test, ts(type = "10 | 20 | 30 | 60"))]
    pub clears_after: ClearsAfter,
    /// Whether codes stay covered until somebody asks to see one.
    pub hide_codes: bool,
    /// Pieces of advice that were put away.
    #[cfg_attr(test, ts(type = "readonly (\"backup_elsewhere\" | \"clock_by_network\" | \"recovery_apart\")[]"))]
    pub hidden_tips: Vec<Tip>,
    /// Language of the page.
    #[cfg_attr(test, ts(type = "\"en\" | \"fr\" | \"nl\" | \"system\""))]
    pub language: Language,
    /// Minutes without use until the vault locks by itself; nought is never.
    #[cfg_attr(test, ts(type = "0 | 1 | 5 | 10 | 15 | 30 | 60"))]
    pub locks_after: LocksAfter,
    /// Moments at which the vault locks by itself.
    #[cfg_attr(test, ts(type = "readonly (\"minimised\" | \"screen_locked\" | \"sleep\" | \"user_switched\")[]"))]
    pub locks_at: Moments,
    /// Colours of the page.
    #[cfg_attr(test, ts(type = "\"dark\" | \"light\" | \"system\""))]
    pub theme: Theme,
    /// Whether these are the ordinary ones because the file cannot be read.
    pub unread: bool,
}

impl SettingsView {
    /// Shows settings, and what lay where they were looked for.
    pub fn of(settings: &Settings, found: Found) -> Self {
        let Settings { clears_after, hide_codes, language, locks_after, theme, .. } = *settings;
        let (hidden_tips, unread) = (settings.hidden_tips.clone(), found == Found::Foreign);
        let locks_at = settings.locks_at.clone();
        Self { clears_after, hide_codes, hidden_tips, language, locks_after, locks_at, theme, unread }
    }
}

/// Is what a person changed in the settings; what is none stays as it is.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct SettingsChange {
    /// Seconds until a copied code leaves the clipboard.
    #[cfg_attr(test, ts(type = "10 | 20 | 30 | 60 | null"))]
    pub clears_after: Option<ClearsAfter>,
    /// Days until a restore drill is due; 0 for never.
    #[cfg_attr(test, ts(type = "0 | 30 | 90 | 180 | 365 | null"))]
    pub drill_after: Option<DrillAfter>,
    /// Whether codes stay covered until somebody asks to see one.
    pub hide_codes: Option<bool>,
    /// A piece of advice to put away.
    #[cfg_attr(test, ts(type = "\"backup_elsewhere\" | \"clock_by_network\" | \"recovery_apart\" | null"))]
    pub hide_tip: Option<Tip>,
    /// Language of the page.
    #[cfg_attr(test, ts(type = "\"en\" | \"fr\" | \"nl\" | \"system\" | null"))]
    pub language: Option<Language>,
    /// Minutes without use until the vault locks by itself; nought is never.
    #[cfg_attr(test, ts(type = "0 | 1 | 5 | 10 | 15 | 30 | 60 | null"))]
    pub locks_after: Option<LocksAfter>,
    /// Moments at which the vault locks by itself.
    #[cfg_attr(
        test,
        ts(type = "readonly (\"minimised\" | \"screen_locked\" | \"sleep\" | \"user_switched\")[] | null")
    )]
    pub locks_at: Option<Moments>,
    /// Colours of the page.
    #[cfg_attr(test, ts(type = "\"dark\" | \"light\" | \"system\" | null"))]
    pub theme: Option<Theme>,
}

impl SettingsChange {
    /// Changes what the person changed.
    pub fn apply(self, settings: &mut Settings) {
        settings.clears_after = self.clears_after.unwrap_or(settings.clears_after);
        settings.drill_after = self.drill_after.unwrap_or(settings.drill_after);
        settings.hide_codes = self.hide_codes.unwrap_or(settings.hide_codes);
        settings.hidden_tips.extend(self.hide_tip.filter(|tip| !settings.hidden_tips.contains(tip)));
        settings.language = self.language.unwrap_or(settings.language);
        settings.locks_after = self.locks_after.unwrap_or(settings.locks_after);
        if let Some(moments) = self.locks_at {
            settings.locks_at = moments;
        }
        settings.theme = self.theme.unwrap_or(settings.theme);
    }
}

/// Is what a person may want to know about the program and the open vault; nothing of it is secret.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AboutView {
    /// Version of the program.
    pub version: &'static str,
    /// Licence of the program, as an SPDX expression.
    pub licence: &'static str,
    /// Folder of the vault, safe to show.
    pub folder: String,
    /// Kinds of ways to unlock, each once.
    pub ways: Vec<WayView>,
    /// Number of accounts.
    pub accounts: u32,
}

impl AboutView {
    /// Shows an open vault.
    pub fn of(vault: &Vault) -> Self {
        let mut ways: Vec<_> = vault.slots().iter().map(|slot| WayView::from(slot.kind)).collect();
        ways.sort();
        ways.dedup();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            licence: env!("CARGO_PKG_LICENSE"),
            folder: shown(&vault.folder().path().to_string_lossy()),
            ways,
            accounts: u32::try_from(vault.accounts().len()).unwrap_or(u32::MAX),
        }
    }
}

/// Names a kind of way to unlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WayView {
    /// The system's keyring.
    Keyring,
    /// A passphrase.
    Passphrase,
    /// The recovery key.
    RecoveryKey,
}

impl From<SlotKind> for WayView {
    fn from(kind: SlotKind) -> Self {
        match kind {
            SlotKind::Keyring => Self::Keyring,
            SlotKind::Passphrase(_) => Self::Passphrase,
            SlotKind::RecoveryKey => Self::RecoveryKey,
        }
    }
}
