//! The difference between records from elsewhere, a backup for example, and an open vault: row by row, nothing decided.

use std::collections::HashMap;

use super::duplicate::{Duplicates, SameBy};
use super::record::{Kept, Record};
use super::stamp::Stamp;
use super::{Unreadable, Vault};
use crate::account::{Account, AccountId, Draft};

/// Is how records from elsewhere differ from an open vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// A row for each live account of the records, in the order of the list.
    pub rows: Vec<Row>,
    /// Live accounts of the vault that the records do not have.
    pub only_here: Vec<Account>,
}

/// Is one account of the records against the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The account as the records have it.
    pub account: Account,
    /// How it stands to the vault.
    pub class: Class,
    /// What differs, where the vault has the account.
    pub parts: Vec<Differing>,
    pub(super) record: Box<Kept>,
}

/// Says how an account of the records stands to the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The vault has it; what differs is newer on one side.
    Changed,
    /// Changed on both sides; or the vault has another account of this name with another secret.
    Conflict,
    /// It was deleted from the vault.
    DeletedHere,
    /// The vault does not have it.
    New,
    /// The vault has it as it is.
    Same,
}

/// Is one part of an account that differs, and which side is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Differing {
    /// The part.
    pub part: Part,
    /// Whether the records were changed after the vault.
    pub newer_there: bool,
}

/// Names a part of an account that can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The counter of a HOTP account, which only ever goes on.
    Counter,
    /// Icon.
    Icon,
    /// Issuer.
    Issuer,
    /// Name at the issuer.
    Name,
    /// Note.
    Note,
    /// Whether it is at the top of the list.
    Pinned,
    /// Place in the list.
    Position,
    /// What was decided about recovery codes.
    RecoveryChoice,
    /// Recovery codes, and which are used.
    RecoveryCodes,
    /// Who can reset it.
    ResetBy,
    /// Secret, kind and parameters.
    Secret,
    /// Tags.
    Tags,
    /// When the site accepted a code.
    Verified,
}

impl Class {
    /// Every class, in the order people want them.
    pub const ALL: [Self; 5] = [Self::New, Self::Changed, Self::Conflict, Self::DeletedHere, Self::Same];

    /// Returns its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Conflict => "conflict",
            Self::DeletedHere => "deleted_here",
            Self::New => "new",
            Self::Same => "same",
        }
    }
}

impl Part {
    /// Returns its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Icon => "icon",
            Self::Issuer => "issuer",
            Self::Name => "name",
            Self::Note => "note",
            Self::Pinned => "pinned",
            Self::Position => "position",
            Self::RecoveryChoice => "recovery_choice",
            Self::RecoveryCodes => "recovery_codes",
            Self::ResetBy => "reset_by",
            Self::Secret => "secret",
            Self::Tags => "tags",
            Self::Verified => "verified",
        }
    }
}

impl Difference {
    /// Compares; nothing is changed. Accounts that lie in the bin of the records have no row.
    pub fn of(vault: &Vault, records: &[Record]) -> Self {
        let known = Duplicates::of(vault);
        // What only a newer version can read is left to that version.
        let is_carried = |id: AccountId| {
            vault.quarantine.iter().any(|lost| lost.id == id.0 && matches!(lost.why, Unreadable::Unknown(_)))
        };
        let kept = records.iter().filter_map(super::as_kept).filter(|kept| kept.deleted_at.0.is_none());
        let rows: Vec<Row> =
            kept.filter(|kept| !is_carried(kept.id)).map(|kept| Row::of(vault, &known, kept)).collect();
        let there: HashMap<AccountId, ()> = rows.iter().map(|row| (row.account.id, ())).collect();
        let only_here = vault.accounts().into_iter().filter(|account| !there.contains_key(&account.id)).collect();
        let mut by_id: HashMap<AccountId, Row> = rows.into_iter().map(|row| (row.account.id, row)).collect();
        let order = crate::account::in_order(by_id.values().map(|row| row.account.clone()).collect());
        Self { rows: order.iter().filter_map(|account| by_id.remove(&account.id)).collect(), only_here }
    }
}

impl Row {
    fn of(vault: &Vault, known: &Duplicates, there: &Kept) -> Self {
        let (class, parts) = match vault.records.get(&there.id) {
            Some(Record::Kept(here)) if here.deleted_at.0.is_none() => {
                let parts = differing(here, there);
                (class_of(&parts), parts)
            }
            Some(_) => (Class::DeletedHere, Vec::new()),
            None => (class_of_stranger(known, there), Vec::new()),
        };
        Self { account: there.account(), class, parts, record: Box::new(there.clone()) }
    }
}

fn class_of(parts: &[Differing]) -> Class {
    match (parts.iter().any(|part| part.newer_there), parts.iter().any(|part| !part.newer_there)) {
        (false, false) => Class::Same,
        (true, true) => Class::Conflict,
        _ => Class::Changed,
    }
}

/// Says how an account stands whose id the vault does not know: it may have been enrolled here a second time.
fn class_of_stranger(known: &Duplicates, there: &Kept) -> Class {
    let draft = Draft::new(there.issuer.0.clone(), there.name.0.clone(), there.current_otp());
    match known.find(&draft).map(|same| same.by) {
        Some(SameBy::Secret) => Class::Same,
        Some(SameBy::Name) => Class::Conflict,
        None => Class::New,
    }
}

/// Names what differs in what people see; what is kept aside for 30 days does not count.
fn differing(here: &Kept, there: &Kept) -> Vec<Differing> {
    let one =
        |part, same: bool, here: Stamp, there: Stamp| (!same).then_some(Differing { part, newer_there: there > here });
    macro_rules! field {
        ($part:ident, $field:ident) => {
            one(Part::$part, here.$field.0 == there.$field.0, here.$field.1, there.$field.1)
        };
    }
    let secret = super::edit::without_counter(&here.otp.0) == super::edit::without_counter(&there.otp.0);
    let behind = secret && matches!(there.otp.0, crate::otp::Otp::Hotp { .. }) && here.counter < there.counter;
    let codes = here.recovery.shown() == there.recovery.shown();
    [
        field!(Issuer, issuer),
        field!(Name, name),
        one(Part::Secret, secret, here.otp.1, there.otp.1),
        behind.then_some(Differing { part: Part::Counter, newer_there: true }),
        one(Part::RecoveryCodes, codes, here.recovery.changed_at(), there.recovery.changed_at()),
        field!(RecoveryChoice, recovery_choice),
        field!(Verified, verified_at),
        field!(ResetBy, reset_by),
        field!(Note, note),
        field!(Tags, tags),
        field!(Pinned, pinned),
        field!(Icon, icon),
        field!(Position, position),
    ]
    .into_iter()
    .flatten()
    .collect()
}
