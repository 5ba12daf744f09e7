//! What crosses to the page when a person has proved who they are: the two reveals, and the questions before them.

use serde::{Deserialize, Serialize};
use sterk::{
    account::{RecoveryCode, recovery::is_few, shown},
    scan::Frame,
    vault::Proofs,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The word that is typed where nothing better can be asked; the same in every language.
pub const WORD: &str = "STERK";

/// Names what a proof is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Reveal {
    /// A backup of the whole vault.
    Backup,
    /// No account and nothing to see: a way to unlock is to be added, changed or removed.
    ChangeSlots,
    /// The recovery codes of one account.
    RecoveryCodes,
    /// All recovery codes, in a file of their own.
    RecoveryFile,
    /// No account and nothing to see: the policy is to be removed.
    RemovePolicy,
    /// The QR code that takes one account to another device.
    Transfer,
}

impl Reveal {
    /// Tells whether it is of the whole vault and not of one account.
    pub fn is_of_the_vault(self) -> bool {
        matches!(self, Self::Backup | Self::ChangeSlots | Self::RecoveryFile | Self::RemovePolicy)
    }
}

/// Names how a person proves who they are; what they type comes beside it, so that nothing here needs wiping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The passphrase of the vault.
    Passphrase,
    /// Its recovery key.
    RecoveryKey,
    /// A word that the page shows.
    Word,
}

/// Says which proofs this vault can ask for.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProofsView {
    /// A passphrase.
    pub passphrase: bool,
    /// The recovery key.
    pub recovery_key: bool,
    /// The word to type, where that has to do.
    pub word: Option<&'static str>,
    /// Seconds until the next passphrase may be tried.
    pub wait_seconds: u32,
}

impl ProofsView {
    /// Shows what can be asked for, and how long the next passphrase waits.
    pub fn of(proofs: &Proofs, wait_seconds: u32) -> Self {
        Self {
            passphrase: proofs.has_passphrase(),
            recovery_key: proofs.has_recovery_key(),
            word: proofs.is_word_enough().then_some(WORD),
            wait_seconds,
        }
    }
}

/// Counts the recovery codes of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RecoveryView {
    /// Those that still open the account.
    pub unused: u32,
    /// Those that were marked used.
    pub used: u32,
    /// Whether it is time to ask the service for new ones.
    pub few: bool,
}

impl RecoveryView {
    /// Counts codes.
    pub fn of(codes: &[RecoveryCode]) -> Self {
        let used = codes.iter().filter(|code| code.used_at.is_some()).count();
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self { unused: count(codes.len() - used), used: count(used), few: is_few(codes) }
    }
}

/// Is the first reveal: the recovery codes of one account, in their order.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RecoveryCodesView {
    /// The codes, used ones among them.
    pub codes: Vec<RecoveryCodeView>,
    /// Seconds until they must leave the page.
    pub closes_in: u32,
}

/// Is one recovery code on show.
#[derive(Serialize, Zeroize, ZeroizeOnDrop)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RecoveryCodeView {
    /// The code as the site wrote it, safe to show.
    pub code: String,
    /// Unix second at which it was marked used.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub used_at: Option<u64>,
}

impl RecoveryCodeView {
    /// Shows one code.
    pub fn of(code: &RecoveryCode) -> Self {
        Self { code: shown(code.code.expose()), used_at: code.used_at }
    }
}

/// Says what became of one recovery code, without the code.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MarkedView {
    /// Unix second at which it was marked used, if it is.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub used_at: Option<u64>,
    /// Seconds until it leaves the clipboard, if it was copied.
    pub clears_in: Option<u32>,
    /// How many there are now.
    pub recovery: RecoveryView,
}

/// Is what was understood of a list that the person has just typed or pasted; nothing that is kept.
#[derive(Serialize, Zeroize, ZeroizeOnDrop)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TypedCodesView {
    /// The codes in it, safe to show.
    pub codes: Vec<String>,
}

/// Is the second reveal: one account as a QR code, in pixels and not in letters.
#[derive(Serialize, Zeroize, ZeroizeOnDrop)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TransferView {
    /// Modules on each side, the quiet zone included.
    pub side: u32,
    /// Grey of each module, 0 black and 255 white, row by row from the top left.
    pub pixels: Vec<u8>,
    /// Seconds until it must leave the page.
    pub closes_in: u32,
}

impl TransferView {
    /// Shows a drawing.
    pub fn of(drawing: &Frame, closes_in: u32) -> Self {
        Self { side: drawing.width(), pixels: drawing.pixels().to_vec(), closes_in }
    }
}
