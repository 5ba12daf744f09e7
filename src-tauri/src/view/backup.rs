//! What the page sees of automatic backups and of what can be brought back; no secret and no key.

use serde::Serialize;
use sterk::{
    account::shown,
    backup::{Backup, Drill, FolderState, Ledger, Stand},
    settings::DrillAfter,
    vault::{BackupPlan, Class, Difference, Row, Vault},
};

/// Says how automatic backups stand.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BackupsView {
    /// Whether they are on.
    pub on: bool,
    /// How many a folder keeps.
    pub keep_count: u32,
    /// For how many days at most; none for as long as the count allows.
    pub keep_days: Option<u32>,
    /// Where they go.
    pub folders: Vec<BackupFolderView>,
    /// Unix second of the last restore drill.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub drilled_at: Option<u64>,
    /// Days until a drill is due; 0 for never.
    #[cfg_attr(test, ts(type = "0 | 30 | 90 | 180 | 365"))]
    pub drill_after: DrillAfter,
    /// How many accounts the last restore touched, where it can be undone.
    pub undoable: Option<u32>,
}

impl BackupsView {
    /// Shows the plan of an open vault and what is known on this computer.
    pub fn of(vault: &Vault, states: &[FolderState], ledger: &Ledger, drill_after: DrillAfter) -> Self {
        let plan = vault.backup_plan();
        let keep = plan.map(BackupPlan::keep).unwrap_or_default();
        Self {
            on: plan.is_some_and(|plan| plan.sealing().is_some()),
            keep_count: keep.count,
            keep_days: keep.days,
            folders: states.iter().map(BackupFolderView::of).collect(),
            drilled_at: ledger.drilled_at(),
            drill_after,
            undoable: vault.undoable().map(|(_, touched)| count(touched)),
        }
    }
}

/// Is a folder that gets every backup.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BackupFolderView {
    /// The folder, safe to show.
    pub folder: String,
    /// How it stands.
    pub stand: StandView,
    /// Whether the vault was changed since the last backup there.
    pub changed_since: bool,
    /// Unix second of the last backup there.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub done_at: Option<u64>,
    /// Accounts in it.
    pub accounts: u32,
    /// Why the last attempt failed, as a stable code.
    pub failed: Option<String>,
}

impl BackupFolderView {
    fn of(state: &FolderState) -> Self {
        let standing = &state.standing;
        let failed = standing.failed.as_ref().filter(|_| standing.stand == Stand::Failed);
        Self {
            folder: shown(&state.folder.to_string_lossy()),
            stand: standing.stand.into(),
            changed_since: state.behind,
            done_at: standing.done.as_ref().map(|done| done.at),
            accounts: standing.done.as_ref().map_or(0, |done| count(done.accounts)),
            failed: failed.map(|failed| failed.code.clone()),
        }
    }
}

/// Names how a folder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StandView {
    /// A backup is there, and was proved.
    Done,
    /// What was there is gone.
    Emptied,
    /// The last attempt failed.
    Failed,
    /// Nothing was tried yet.
    New,
    /// The folder is not there.
    Waiting,
}

impl From<Stand> for StandView {
    fn from(stand: Stand) -> Self {
        match stand {
            Stand::New => Self::New,
            Stand::Done => Self::Done,
            Stand::Emptied => Self::Emptied,
            Stand::Failed => Self::Failed,
            Stand::Waiting => Self::Waiting,
        }
    }
}

/// Is what a restore drill found.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DrillView {
    /// Unix second at which the backup was made.
    #[cfg_attr(test, ts(type = "number"))]
    pub made_at: u64,
    /// Accounts in it.
    pub accounts: u32,
    /// Recovery codes of these accounts.
    pub recovery_codes: u32,
    /// Accounts that make the same codes as in the vault.
    pub same: u32,
    /// Accounts that make other codes, or that the backup does not have.
    pub differ: u32,
    /// Records of it that cannot be read.
    pub unreadable: u32,
}

impl DrillView {
    /// Shows it.
    pub fn of(drill: &Drill) -> Self {
        let compared = drill.compared.as_ref();
        Self {
            made_at: drill.made_at,
            accounts: count(drill.accounts),
            recovery_codes: count(drill.recovery_codes),
            same: count(compared.map_or(0, |compared| compared.same)),
            differ: count(compared.map_or(0, |compared| compared.changed.len() + compared.not_in_backup.len())),
            unreadable: count(drill.unreadable),
        }
    }
}

/// Is a backup against the vault, for a person to choose from.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RestoreView {
    /// Unix second at which the backup was made.
    #[cfg_attr(test, ts(type = "number"))]
    pub made_at: u64,
    /// Accounts that differ, in the order of the list.
    pub rows: Vec<RestoreRowView>,
    /// How many are the same.
    pub same: u32,
    /// How many only the vault has.
    pub only_here: u32,
    /// Records of the backup that cannot be read.
    pub unreadable: u32,
}

impl RestoreView {
    /// Shows a difference.
    pub fn of(backup: &Backup, difference: &Difference) -> Self {
        let rows: Vec<_> = difference.rows.iter().filter_map(RestoreRowView::of).collect();
        Self {
            made_at: backup.made_at(),
            same: count(difference.rows.len() - rows.len()),
            rows,
            only_here: count(difference.only_here.len()),
            unreadable: count(backup.unreadable()),
        }
    }
}

/// Is one account of a backup that differs from the vault.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RestoreRowView {
    /// Its name for ever.
    pub id: String,
    /// Service, safe to show.
    pub issuer: String,
    /// Name at that service, safe to show.
    pub name: String,
    /// How it stands to the vault.
    pub class: ClassView,
    /// What differs, as stable names, and whether the backup is newer in it.
    pub parts: Vec<(&'static str, bool)>,
}

impl RestoreRowView {
    fn of(row: &Row) -> Option<Self> {
        Some(Self {
            id: row.account.id.to_string(),
            issuer: shown(&row.account.issuer),
            name: shown(&row.account.name),
            class: ClassView::of(row.class)?,
            parts: row.parts.iter().map(|one| (one.part.name(), one.newer_there)).collect(),
        })
    }
}

/// Names how an account of a backup stands to the vault, where it is not the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ClassView {
    /// Here with another content.
    Changed,
    /// Changed on both sides.
    Conflict,
    /// Deleted here.
    DeletedHere,
    /// Not here.
    New,
}

impl ClassView {
    fn of(class: Class) -> Option<Self> {
        match class {
            Class::Changed => Some(Self::Changed),
            Class::Conflict => Some(Self::Conflict),
            Class::DeletedHere => Some(Self::DeletedHere),
            Class::New => Some(Self::New),
            Class::Same => None,
        }
    }
}

/// Says how many accounts were brought back, or put back.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RestoredView {
    /// How many.
    pub accounts: u32,
}

impl RestoredView {
    /// Counts them.
    pub fn of(accounts: usize) -> Self {
        Self { accounts: count(accounts) }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
