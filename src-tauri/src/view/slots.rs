//! The ways to unlock as the page sees them: what kind, what a person calls it, what it costs; nothing that opens.

use serde::{Deserialize, Serialize};
use sterk::{
    account::shown,
    seal::{Slot, SlotKind},
    strength::{Grade, Strength},
};

use super::RecoveryKeyView;

/// Is the list of the ways to unlock.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SlotsView {
    /// The ways, in the order in which they were made.
    pub slots: Vec<SlotView>,
    /// Whether a keyring may be used on this computer.
    pub keyring: bool,
}

/// Names a kind of way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SlotKindView {
    /// The keyring of the system.
    Keyring,
    /// A passphrase.
    Passphrase,
    /// A key on paper.
    RecoveryKey,
}

/// Is one way to unlock.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SlotView {
    /// Its name for ever.
    pub id: String,
    /// What kind it is.
    pub kind: SlotKindView,
    /// What a person calls it, safe to show; empty where nobody named it.
    pub name: String,
    /// Unix second at which it was made.
    #[cfg_attr(test, ts(type = "number"))]
    pub made_at: u64,
    /// What a guess at the passphrase costs: MiB of memory, and how often they are gone over.
    pub cost: Option<(u32, u32)>,
}

/// Says how hard a passphrase is to guess, before it is taken.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StrengthView {
    /// The estimate.
    pub grade: GradeView,
    /// Whether the person's organisation asks for more.
    pub forbidden: bool,
}

/// Is an estimate in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum GradeView {
    /// Beyond one who guesses for gain.
    Fair,
    /// Beyond whoever can be imagined.
    Strong,
    /// Found by one who takes the trouble.
    Weak,
}

/// Is a new vault key that was made and waits until its recovery key is kept.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RekeyView {
    /// The new recovery key, where there was one.
    pub recovery_key: Option<RecoveryKeyView>,
    /// The ways that will be gone.
    pub left_out: Vec<SlotView>,
}

/// Says what a new vault key leaves behind.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RekeyedView {
    /// The ways there are now.
    pub slots: SlotsView,
    /// Files within reach that the old ways still open, safe to show.
    pub copies: Vec<String>,
}

impl SlotsView {
    /// Shows the ways of a vault.
    pub fn of(slots: &[Slot], keyring: bool) -> Self {
        Self { slots: slots.iter().map(SlotView::of).collect(), keyring }
    }
}

impl SlotView {
    /// Shows one way; the name that Sterk gave it is left to the page, which has it in the person's language.
    pub fn of(slot: &Slot) -> Self {
        let kind = match slot.kind {
            SlotKind::Keyring => SlotKindView::Keyring,
            SlotKind::Passphrase(_) => SlotKindView::Passphrase,
            SlotKind::RecoveryKey => SlotKindView::RecoveryKey,
        };
        let cost = match slot.kind {
            SlotKind::Passphrase(kdf) => Some((kdf.memory_kib() / 1024, kdf.passes())),
            SlotKind::Keyring | SlotKind::RecoveryKey => None,
        };
        let name = if slot.name == kind.name() { String::new() } else { shown(&slot.name) };
        Self { id: slot.id.to_string(), kind, name, made_at: slot.made_at, cost }
    }
}

impl SlotKindView {
    /// Returns the name that a slot of this kind gets where nobody gives it one, the same as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::Passphrase => "passphrase",
            Self::RecoveryKey => "recovery key",
        }
    }

    /// Returns what a person called it, or the name of the kind.
    pub fn or_named(self, name: &str) -> &str {
        let name = name.trim();
        if name.is_empty() { self.name() } else { name }
    }
}

impl StrengthView {
    /// Shows an estimate.
    pub fn of(strength: Strength, forbidden: bool) -> Self {
        let grade = match strength.grade() {
            Grade::Fair => GradeView::Fair,
            Grade::Strong => GradeView::Strong,
            Grade::Weak => GradeView::Weak,
        };
        Self { grade, forbidden }
    }
}
