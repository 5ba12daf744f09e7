//! Health: what of a vault wants attention, from its accounts and a few facts around them.
//!
//! A pure function: the command line and the window gather the [`Facts`] and show the same [`Finding`]s, each with one
//! action that mends it. Not here: whether files are whole and keyrings answer.
//!
//! Whether a counter of HOTP is out of step cannot be known without asking the site. What shows it is a person who draws
//! one code after another, as nobody does who got in with the first.

use std::collections::{BTreeMap, BTreeSet};

use crate::account::recovery::is_few;
use crate::account::{Account, AccountId, RecoveryState};
use crate::backup::{FolderState, SeenBackup, Stand};
use crate::otp::Kind;
use crate::vault::{Duplicates, SameBy};

/// The fewest bits of a secret that counts as strong: RFC 4226, section 4, R6.
const STRONG_BITS: usize = 128;
/// Codes drawn in a row that say that the site refuses them. A site looks a few codes ahead: RFC 4226, section 7.4.
const REFUSED: u32 = 4;
/// How far, in seconds, a change may lie ahead of the clock before the clock is in doubt.
const CLOCK_SLACK: u64 = 300;
/// Seconds of a day.
const DAY: u64 = 24 * 3600;
/// How long, in seconds, a folder for backups may be away before it is spoken of: a week.
const AWAY: u64 = 7 * DAY;

/// Is what must be known besides the accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Unix second of the clock.
    pub now: u64,
    /// Unix second of the newest change in the vault.
    pub changed_at: u64,
    /// How many ways unlock the vault.
    pub ways_to_unlock: usize,
    /// Backups of this vault that are within reach.
    pub backups: Vec<SeenBackup>,
    /// Folders of automatic backups; none where those are off.
    pub folders: Vec<FolderState>,
    /// Unix second since which there are backups, and that of the last restore drill, as far as is known.
    pub drill: (Option<u64>, Option<u64>),
    /// Days until a drill is due; none for never.
    pub drill_days: Option<u32>,
    /// Services that the organisation's policy requires and nobody enrolled.
    pub missing: Vec<String>,
}

/// Says what wants attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// An automatic backup could not be written, or those that were there are gone.
    BackupFailing,
    /// The newest backup is older than the newest change.
    BackupOutdated,
    /// A folder for backups has been away for a week and misses changes.
    BackupWaiting,
    /// The vault says that it was changed at a time the clock has not reached.
    ClockBehind,
    /// Several codes of a HOTP account were drawn in a row.
    CounterAhead,
    /// It is long since a backup was opened with its passphrase.
    DrillDue,
    /// Several accounts make the same codes.
    Duplicates,
    /// Two recovery codes or fewer are left.
    FewRecoveryCodes,
    /// There is no backup within reach.
    NoBackup,
    /// No backup within reach has these accounts.
    NotInBackup,
    /// The vault has one way to unlock.
    OneWayOnly,
    /// No recovery codes are kept, and nobody said that there are none.
    RecoveryOpen,
    /// Services that the organisation's policy requires are not enrolled.
    RequiredMissing,
    /// The site has not accepted a code, as far as is known.
    Unverified,
    /// The secret has less than 128 bits.
    WeakSecret,
}

/// Is one thing that wants attention, and the accounts it is about, none for the vault as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub concern: Concern,
    /// The accounts, in the order of the list.
    pub accounts: Vec<AccountId>,
    /// The required services that are missing, or the folders for backups, where it is about those.
    pub names: Vec<String>,
}

impl Concern {
    /// Returns its stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::BackupFailing => "backup_failing",
            Self::BackupOutdated => "backup_outdated",
            Self::BackupWaiting => "backup_waiting",
            Self::ClockBehind => "clock_behind",
            Self::CounterAhead => "counter_ahead",
            Self::DrillDue => "drill_due",
            Self::Duplicates => "duplicate_accounts",
            Self::FewRecoveryCodes => "few_recovery_codes",
            Self::NoBackup => "no_backup",
            Self::NotInBackup => "not_in_backup",
            Self::OneWayOnly => "one_way_only",
            Self::RecoveryOpen => "recovery_codes_open",
            Self::RequiredMissing => "required_missing",
            Self::Unverified => "unverified",
            Self::WeakSecret => "weak_secret",
        }
    }

    /// Tells whether it should be seen without being asked for: what may cost accounts soon, not what merely could be
    /// better.
    pub fn is_pressing(self) -> bool {
        matches!(
            self,
            Self::BackupFailing
                | Self::ClockBehind
                | Self::FewRecoveryCodes
                | Self::NoBackup
                | Self::NotInBackup
                | Self::OneWayOnly
        )
    }
}

/// Looks at live accounts and facts; what is well is not named.
pub fn examine(accounts: &[Account], facts: &Facts) -> Vec<Finding> {
    let of = |concern, fits: &dyn Fn(&Account) -> bool| {
        let found: Vec<AccountId> = accounts.iter().filter(|account| fits(account)).map(|account| account.id).collect();
        (!found.is_empty()).then_some(Finding { concern, accounts: found, names: Vec::new() })
    };
    let whole = |concern, holds: bool| holds.then(|| Finding { concern, accounts: Vec::new(), names: Vec::new() });
    let named =
        |concern, names: Vec<String>| (!names.is_empty()).then(|| Finding { concern, accounts: Vec::new(), names });
    let saved: BTreeSet<AccountId> = facts.backups.iter().flat_map(|backup| backup.accounts.iter().copied()).collect();
    let newest = facts.backups.iter().map(|backup| backup.made_at).max();
    let doubles = doubles(accounts);
    let found = [
        whole(Concern::ClockBehind, facts.changed_at > facts.now.saturating_add(CLOCK_SLACK)),
        whole(Concern::OneWayOnly, facts.ways_to_unlock == 1),
        named(Concern::BackupFailing, failing(facts)),
        named(Concern::BackupWaiting, waiting(facts)),
        whole(Concern::NoBackup, newest.is_none() && !accounts.is_empty()),
        whole(Concern::BackupOutdated, newest.is_some_and(|made_at| made_at < facts.changed_at)),
        whole(Concern::DrillDue, is_drill_due(facts)),
        of(Concern::NotInBackup, &|account| newest.is_some() && !saved.contains(&account.id)),
        of(Concern::Unverified, &|account| account.verified_at.is_none()),
        of(Concern::CounterAhead, &|account| account.drawn_in_a_row >= REFUSED),
        of(Concern::RecoveryOpen, &|account| account.recovery_state() == RecoveryState::Open),
        of(Concern::FewRecoveryCodes, &|account| is_few(&account.recovery)),
        of(Concern::WeakSecret, &is_weak),
        of(Concern::Duplicates, &|account| doubles.contains(&account.id)),
    ];
    let missing = named(Concern::RequiredMissing, facts.missing.clone());
    missing.into_iter().chain(found.into_iter().flatten()).collect()
}

fn folders(facts: &Facts, fits: impl Fn(&FolderState) -> bool) -> Vec<String> {
    let found = facts.folders.iter().filter(|state| fits(state));
    found.map(|state| state.folder.to_string_lossy().into_owned()).collect()
}

fn failing(facts: &Facts) -> Vec<String> {
    folders(facts, |state| matches!(state.standing.stand, Stand::Emptied | Stand::Failed))
}

fn waiting(facts: &Facts) -> Vec<String> {
    let is_long = |since: Option<u64>| since.is_some_and(|since| since.saturating_add(AWAY) <= facts.now);
    folders(facts, |state| state.standing.stand == Stand::Waiting && state.behind && is_long(state.standing.since))
}

/// A drill is reckoned from the last one, or from when there was something to try.
fn is_drill_due(facts: &Facts) -> bool {
    let (since, drilled_at) = facts.drill;
    let oldest = facts.backups.iter().map(|backup| backup.made_at).min();
    let from = drilled_at.or(since).or(oldest).filter(|_| oldest.is_some());
    let limit = facts.drill_days.map(|days| u64::from(days) * DAY);
    matches!((from, limit), (Some(from), Some(limit)) if from.saturating_add(limit) <= facts.now)
}

/// Steam, mOTP and Yandex issue secrets of their own fixed lengths; nobody can choose longer ones.
fn is_weak(account: &Account) -> bool {
    matches!(account.otp.kind(), Kind::Hotp | Kind::Totp) && account.otp.secret().len() * 8 < STRONG_BITS
}

/// Returns the accounts that make the same codes as another one.
fn doubles(accounts: &[Account]) -> BTreeSet<AccountId> {
    let mut known = Duplicates::default();
    let mut found: BTreeMap<AccountId, Vec<AccountId>> = BTreeMap::new();
    for account in accounts {
        if let Some(same) = known.find_otp(&account.otp).filter(|same| same.by == SameBy::Secret) {
            found.entry(same.id).or_default().push(account.id);
        }
        known.learn(account);
    }
    found.into_iter().flat_map(|(first, others)| [vec![first], others].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Draft, RecoveryChoice, RecoveryCode};
    use crate::otp::{Algorithm, Digits, Otp, Period};
    use crate::secret::{Passphrase, Secret};

    const NOW: u64 = 1_700_000_000;

    /// Makes an account of which nothing can be said.
    fn well(number: u8) -> Account {
        let secret = Secret::new(vec![number; 20]);
        let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
        let mut account = Draft::new("Example", "ada", otp).into_account(AccountId([number; 16]));
        account.verified_at = Some(NOW);
        account.recovery_choice = Some(RecoveryChoice::NoneGiven);
        account
    }

    fn facts(accounts: &[Account]) -> Facts {
        let ids = accounts.iter().map(|account| account.id).collect();
        let backup = SeenBackup { path: "/stick/a.sterk".into(), made_at: NOW, accounts: ids };
        Facts {
            now: NOW,
            changed_at: NOW,
            ways_to_unlock: 2,
            backups: vec![backup],
            folders: Vec::new(),
            drill: (Some(NOW), None),
            drill_days: Some(90),
            missing: Vec::new(),
        }
    }

    fn concerns(accounts: &[Account], facts: &Facts) -> Vec<(&'static str, usize)> {
        let findings = examine(accounts, facts);
        findings.iter().map(|finding| (finding.concern.code(), finding.accounts.len())).collect()
    }

    #[test]
    fn says_nothing_of_what_is_well() {
        let accounts = [well(1), well(2)];
        assert_eq!(concerns(&accounts, &facts(&accounts)), []);
        assert_eq!(concerns(&[], &Facts { backups: Vec::new(), ..facts(&[]) }), [], "an empty vault needs no backup");
    }

    #[test]
    fn names_the_accounts_that_are_not_done() {
        let mut accounts = [well(1), well(2), well(3)];
        accounts[0].verified_at = None;
        accounts[1].recovery_choice = Some(RecoveryChoice::Later);
        accounts[2].recovery = vec![RecoveryCode { code: Passphrase::new("aaaa".into()), used_at: None }];
        let expected = [("unverified", 1), ("recovery_codes_open", 1), ("few_recovery_codes", 1)];
        assert_eq!(concerns(&accounts, &facts(&accounts)), expected);
    }

    #[test]
    fn doubts_a_counter_when_code_after_code_is_drawn() {
        let mut accounts = [well(1), well(2)];
        accounts[0].drawn_in_a_row = 4;
        accounts[1].drawn_in_a_row = 3;
        assert_eq!(concerns(&accounts, &facts(&accounts)), [("counter_ahead", 1)]);
    }

    #[test]
    fn names_the_required_services_that_are_missing() {
        let accounts = [well(1)];
        let asked = Facts { missing: vec!["GitHub".into(), "Mail".into()], ..facts(&accounts) };
        assert_eq!(concerns(&accounts, &asked), [("required_missing", 0)]);
        assert_eq!(examine(&accounts, &asked)[0].names, ["GitHub", "Mail"]);
    }

    #[test]
    fn names_weak_secrets_and_doubles() {
        let (mut weak, mut double) = (well(1), well(2));
        double.id = AccountId([9; 16]);
        if let Otp::Totp { secret, .. } = &mut weak.otp {
            *secret = Secret::new(vec![1; 15]);
        }
        let accounts = [weak, well(2), double];
        assert_eq!(concerns(&accounts, &facts(&accounts)), [("weak_secret", 1), ("duplicate_accounts", 2)]);
    }

    #[test]
    fn compares_backups_with_the_vault() {
        let accounts = [well(1), well(2)];
        let none = Facts { backups: Vec::new(), ..facts(&accounts) };
        assert_eq!(concerns(&accounts, &none), [("no_backup", 0)]);
        let older = Facts { changed_at: NOW + 1, now: NOW + 1, ..facts(&accounts[..1]) };
        assert_eq!(concerns(&accounts, &older), [("backup_outdated", 0), ("not_in_backup", 1)]);
    }

    fn folder(stand: Stand, since: u64, behind: bool) -> FolderState {
        let standing = crate::backup::Standing { stand, since: Some(since), ..Default::default() };
        FolderState { folder: "/stick".into(), standing, behind }
    }

    #[test]
    fn a_folder_that_fails_presses_at_once_and_one_that_is_away_after_a_week() {
        let accounts = [well(1)];
        let with = |state| Facts { folders: vec![state], ..facts(&accounts) };
        for stand in [Stand::Failed, Stand::Emptied] {
            let found = examine(&accounts, &with(folder(stand, NOW, true)));
            assert_eq!((found[0].concern, found[0].concern.is_pressing()), (Concern::BackupFailing, true));
            assert_eq!(found[0].names, ["/stick"]);
        }
        assert_eq!(concerns(&accounts, &with(folder(Stand::Waiting, NOW - AWAY + 1, true))), []);
        assert_eq!(concerns(&accounts, &with(folder(Stand::Waiting, NOW - AWAY, false))), [], "it misses nothing");
        assert_eq!(concerns(&accounts, &with(folder(Stand::Waiting, NOW - AWAY, true))), [("backup_waiting", 0)]);
    }

    #[test]
    fn a_drill_is_due_after_its_days_and_never_without_a_backup() {
        let accounts = [well(1)];
        let at = |drill, days| Facts { drill, drill_days: days, ..facts(&accounts) };
        let quarter = 90 * DAY;
        assert_eq!(concerns(&accounts, &at((Some(NOW - quarter), None), Some(90))), [("drill_due", 0)]);
        assert_eq!(concerns(&accounts, &at((Some(NOW - quarter), Some(NOW - 5)), Some(90))), []);
        assert_eq!(concerns(&accounts, &at((Some(1), Some(NOW - quarter)), Some(90))), [("drill_due", 0)]);
        assert_eq!(concerns(&accounts, &at((Some(1), Some(NOW + 1000)), Some(90))), [], "a clock that went back");
        assert_eq!(concerns(&accounts, &at((Some(1), None), None)), [], "never");
        let none = Facts { backups: Vec::new(), ..at((Some(1), None), Some(90)) };
        assert_eq!(concerns(&accounts, &none), [("no_backup", 0)]);
    }

    #[test]
    fn doubts_a_clock_that_lags_and_a_single_way() {
        let ahead = Facts { changed_at: NOW + 301, ways_to_unlock: 1, ..facts(&[]) };
        let codes: Vec<_> = concerns(&[], &ahead).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, ["clock_behind", "one_way_only", "backup_outdated"]);
        let slack = Facts { changed_at: NOW + 300, backups: Vec::new(), ..facts(&[]) };
        assert_eq!(concerns(&[], &slack), []);
    }
}
