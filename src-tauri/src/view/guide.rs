//! What the page may see of enrolments, health and backups: names, counts and days, and no secret.

use serde::{Deserialize, Serialize};
use sterk::{
    Account,
    account::{Enrolment, OpenEnd, RecoveryChoice, RecoveryState, shown},
    backup::Drill,
    health::{Concern, Finding},
};

/// Says how far an enrolment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentView {
    /// Verified, recovery codes kept.
    Kept,
    /// Verified; the site gives no recovery codes.
    None,
    /// Verified, recovery codes open.
    Open,
    /// The site has not accepted a code yet.
    Unverified,
}

impl From<Enrolment> for EnrolmentView {
    fn from(enrolment: Enrolment) -> Self {
        match enrolment {
            Enrolment::Unverified => Self::Unverified,
            Enrolment::Verified(RecoveryState::Kept) => Self::Kept,
            Enrolment::Verified(RecoveryState::NoneGiven) => Self::None,
            Enrolment::Verified(RecoveryState::Open) => Self::Open,
        }
    }
}

/// Says what is left to do of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum OpenEndView {
    /// Two recovery codes or fewer are left.
    FewRecoveryCodes,
    /// No recovery codes are kept.
    RecoveryOpen,
    /// The site has not accepted a code yet.
    Unverified,
}

impl From<OpenEnd> for OpenEndView {
    fn from(end: OpenEnd) -> Self {
        match end {
            OpenEnd::FewRecoveryCodes => Self::FewRecoveryCodes,
            OpenEnd::RecoveryOpen => Self::RecoveryOpen,
            OpenEnd::Unverified => Self::Unverified,
        }
    }
}

/// Names what a person says of recovery codes while none are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SaidView {
    /// They will be kept another time.
    Later,
    /// This site gives none.
    NoneGiven,
}

impl From<SaidView> for RecoveryChoice {
    fn from(said: SaidView) -> Self {
        match said {
            SaidView::Later => Self::Later,
            SaidView::NoneGiven => Self::NoneGiven,
        }
    }
}

/// Is an account by its name alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NamedView {
    /// Its name for ever.
    pub id: String,
    /// Service, safe to show.
    pub issuer: String,
    /// Name at that service, safe to show.
    pub name: String,
}

impl NamedView {
    /// Names a kept account.
    pub fn of(account: &Account) -> Self {
        Self { id: account.id.to_string(), issuer: shown(&account.issuer), name: shown(&account.name) }
    }
}

/// Names what wants attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConcernView {
    /// An automatic backup could not be written.
    BackupFailing,
    /// The newest backup is older than the newest change.
    BackupOutdated,
    /// A folder for backups has been away for a week.
    BackupWaiting,
    /// The clock has not reached the time of the newest change.
    ClockBehind,
    /// Several codes of a HOTP account were drawn in a row.
    CounterAhead,
    /// It is long since a backup was opened with its passphrase.
    DrillDue,
    /// Several accounts make the same codes.
    DuplicateAccounts,
    /// Two recovery codes or fewer are left.
    FewRecoveryCodes,
    /// There is no backup within reach.
    NoBackup,
    /// No backup within reach has these accounts.
    NotInBackup,
    /// The vault has one way to unlock.
    OneWayOnly,
    /// No recovery codes are kept.
    RecoveryCodesOpen,
    /// Services that the organisation's policy requires are not enrolled.
    RequiredMissing,
    /// The site has not accepted a code.
    Unverified,
    /// The secret has less than 128 bits.
    WeakSecret,
}

impl From<Concern> for ConcernView {
    fn from(concern: Concern) -> Self {
        match concern {
            Concern::BackupFailing => Self::BackupFailing,
            Concern::BackupOutdated => Self::BackupOutdated,
            Concern::BackupWaiting => Self::BackupWaiting,
            Concern::ClockBehind => Self::ClockBehind,
            Concern::CounterAhead => Self::CounterAhead,
            Concern::DrillDue => Self::DrillDue,
            Concern::Duplicates => Self::DuplicateAccounts,
            Concern::FewRecoveryCodes => Self::FewRecoveryCodes,
            Concern::NoBackup => Self::NoBackup,
            Concern::NotInBackup => Self::NotInBackup,
            Concern::OneWayOnly => Self::OneWayOnly,
            Concern::RecoveryOpen => Self::RecoveryCodesOpen,
            Concern::RequiredMissing => Self::RequiredMissing,
            Concern::Unverified => Self::Unverified,
            Concern::WeakSecret => Self::WeakSecret,
        }
    }
}

/// Is one thing that wants attention.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FindingView {
    /// What it is.
    pub concern: ConcernView,
    /// Whether it should be seen without being asked for.
    pub pressing: bool,
    /// The accounts it is about; none for the vault as a whole.
    pub accounts: Vec<NamedView>,
    /// The required services that are missing, or the folders for backups, safe to show, where it is about those.
    pub names: Vec<String>,
}

impl FindingView {
    /// Shows a finding; `accounts` are those of the vault.
    pub fn of(finding: &Finding, accounts: &[Account]) -> Self {
        let named = accounts.iter().filter(|account| finding.accounts.contains(&account.id)).map(NamedView::of);
        Self {
            concern: finding.concern.into(),
            pressing: finding.concern.is_pressing(),
            accounts: named.collect(),
            names: finding.names.iter().map(|name| shown(name)).collect(),
        }
    }
}

/// Is all that wants attention.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HealthView {
    /// What wants attention; nothing where all is well.
    pub findings: Vec<FindingView>,
    /// Unix second of the newest backup within reach.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub backed_up_at: Option<u64>,
}

/// Is a backup that was written and opened again.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BackupView {
    /// Where it lies, safe to show.
    pub file: String,
    /// Accounts in it.
    pub accounts: u32,
    /// Recovery codes of these accounts.
    pub recovery_codes: u32,
}

impl BackupView {
    /// Shows what the restore drill found in the file.
    pub fn of(file: &std::path::Path, drill: &Drill) -> Self {
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let file = shown(&file.to_string_lossy());
        Self { file, accounts: count(drill.accounts), recovery_codes: count(drill.recovery_codes) }
    }
}

/// Is a file that was written.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SavedView {
    /// Where it lies, safe to show.
    pub file: String,
}

impl SavedView {
    /// Shows where a file lies.
    pub fn of(file: &std::path::Path) -> Self {
        Self { file: shown(&file.to_string_lossy()) }
    }
}

/// Is the sheet for the day the computer is gone.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EmergencyView {
    /// Every account, in the order of the list.
    pub rows: Vec<EmergencyRowView>,
}

/// Is one account on that sheet.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EmergencyRowView {
    /// Service, safe to show.
    pub issuer: String,
    /// Name at that service, safe to show.
    pub name: String,
    /// Recovery codes that still open it.
    pub unused: u32,
    /// Whether the site gives none.
    pub gives_none: bool,
    /// Who can reset it, safe to show; may be empty.
    pub reset_by: String,
}

impl EmergencyRowView {
    /// Shows a kept account.
    pub fn of(account: &Account) -> Self {
        let unused = account.recovery.iter().filter(|code| code.used_at.is_none()).count();
        Self {
            issuer: shown(&account.issuer),
            name: shown(&account.name),
            unused: u32::try_from(unused).unwrap_or(u32::MAX),
            gives_none: account.recovery_state() == RecoveryState::NoneGiven,
            reset_by: shown(&account.reset_by),
        }
    }
}
