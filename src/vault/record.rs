//! Records: one account over time, and how two versions of it become one.
//!
//! Merging is a join: commutative, associative and idempotent, so any number of copies of a vault, a
//! backup among them, agree whatever the order they meet in.

use serde::{Deserialize, Serialize};

use super::plan::{BackupPlan, PLAN};
use super::stamp::{Clock, Field, Stamp};
use super::stored;
use super::trail::{TRAIL, Trail};
use crate::account::{Account, AccountId, Draft, Position, RecoveryChoice, RecoveryCode};
use crate::otp::Otp;
use crate::policy::PolicyFile;
use crate::secret::Passphrase;

/// Is one account over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// No account: how automatic backups are made, under an id that no account has.
    Backups(Box<BackupPlan>),
    /// Live, or in the bin.
    Kept(Box<Kept>),
    /// No account: what the person's organisation asks, under an id that no account has; none once it was removed.
    Policy(#[serde(with = "stored::policy")] Field<Option<Box<PolicyFile>>>),
    /// Gone for good; only the name is left, so that an old copy cannot bring it back.
    Purged(#[serde(with = "stored::id")] AccountId),
    /// No account: what happened to the vault, under an id that no account has.
    Trail(Trail),
}

/// The name of the one record that is a policy.
pub(super) const POLICY: AccountId = AccountId([0; 16]);

/// Is an account that can still be shown: every field with the stamp of its last change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    #[serde(with = "stored::id")]
    pub(super) id: AccountId,
    /// Unix second at which it went to the bin.
    pub(super) deleted_at: Field<Option<u64>>,
    pub(super) issuer: Field<String>,
    pub(super) name: Field<String>,
    /// Kind, secret and parameters are one field: half of one and half of the other would make wrong codes.
    #[serde(with = "stored::otp")]
    pub(super) otp: Field<Otp>,
    pub(super) counter: Counter,
    pub(super) note: Field<String>,
    pub(super) tags: Field<Vec<String>>,
    pub(super) pinned: Field<bool>,
    /// Left out as long as nobody chose one, as the next.
    #[serde(default = "Field::never", skip_serializing_if = "Field::is_never")]
    pub(super) icon: Field<Option<String>>,
    /// Left out as long as nobody moved the account, so that a program from before there were positions reads it.
    #[serde(default = "Field::never", skip_serializing_if = "Field::is_never", with = "stored::position")]
    pub(super) position: Field<Option<Position>>,
    pub(super) verified_at: Field<Option<u64>>,
    pub(super) recovery: Recovery,
    /// What was decided about recovery codes; left out as long as nobody did, as what follows.
    #[serde(default = "Field::never", skip_serializing_if = "Field::is_never", with = "stored::choice")]
    pub(super) recovery_choice: Field<Option<RecoveryChoice>>,
    #[serde(default = "Field::never", skip_serializing_if = "Field::is_never")]
    pub(super) reset_by: Field<Option<String>>,
    /// Codes of a HOTP account drawn one soon after another.
    #[serde(default = "Field::never", skip_serializing_if = "Field::is_never")]
    pub(super) drawn: Field<Option<Drawn>>,
    /// The secret before the present one, one field so that it comes back whole.
    #[serde(default = "Field::never", skip_serializing_if = "Field::is_never")]
    pub(super) former_otp: Field<Option<FormerOtp>>,
    /// The recovery codes before the present ones.
    #[serde(default = "Field::never", skip_serializing_if = "Field::is_never")]
    pub(super) former_recovery: Field<Option<FormerCodes>>,
}

/// How soon a code must follow the last one to be drawn in its place, in seconds: who got in needs no other for a while.
const SOON: u64 = 300;

/// Is how many codes of a HOTP account were drawn, each soon after the last, without a word that one was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    pub(super) in_a_row: u32,
    /// Unix second of the last one.
    pub(super) at: u64,
}

/// How long what was replaced is kept aside: 30 days, in seconds.
pub const KEPT_ASIDE: u64 = 30 * 24 * 3600;

/// Is a secret that was replaced, with all that makes it work again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerOtp {
    /// With the counter of a HOTP account as it stood.
    #[serde(with = "stored::bare_otp")]
    pub(super) otp: Otp,
    /// Unix second at which it was set aside.
    pub(super) set_aside_at: u64,
    pub(super) verified_at: Option<u64>,
}

/// Is a set of recovery codes that was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerCodes {
    pub(super) codes: Vec<FormerCode>,
    /// Unix second at which they were set aside.
    pub(super) set_aside_at: u64,
}

/// Is one recovery code that was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerCode {
    #[serde(with = "stored::words")]
    pub(super) code: Passphrase,
    pub(super) used_at: Option<u64>,
}

/// Is the counter of a HOTP account: compared by secret, then by epoch, then by value.
///
/// Within one secret and epoch the greater value wins, because a code must not be used twice. Setting the
/// counter by hand starts a new epoch, so that it can go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Counter {
    /// Stamp of the secret it belongs to.
    pub(super) secret: Stamp,
    /// Stamp of the last setting by hand.
    pub(super) epoch: Stamp,
    /// Counter of the next code.
    pub(super) value: u64,
}

/// Is the set of recovery codes that a site issued together, its generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    pub(super) generation: Stamp,
    pub(super) codes: Vec<Entry>,
}

/// Is one recovery code over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    #[serde(with = "stored::words")]
    pub(super) code: Passphrase,
    /// Place in the site's list, from 0.
    pub(super) place: u32,
    /// Unix second at which it was used.
    pub(super) used_at: Field<Option<u64>>,
    pub(super) forgotten: Field<bool>,
}

impl Record {
    /// Makes a live record of a draft.
    pub fn new(id: AccountId, draft: Draft, stamp: Stamp) -> Self {
        let counter = if let Otp::Hotp { counter, .. } = &draft.otp { *counter } else { 0 };
        Self::Kept(Box::new(Kept {
            id,
            deleted_at: Field(None, stamp),
            issuer: Field(draft.issuer, stamp),
            name: Field(draft.name, stamp),
            otp: Field(draft.otp, stamp),
            counter: Counter { secret: stamp, epoch: stamp, value: counter },
            note: Field(draft.note, stamp),
            tags: Field(draft.tags, stamp),
            pinned: Field(draft.pinned, stamp),
            icon: Field::never(),
            position: Field::never(),
            verified_at: Field(None, stamp),
            recovery: Recovery { generation: stamp, codes: Vec::new() },
            recovery_choice: Field::never(),
            reset_by: Field::never(),
            drawn: Field::never(),
            former_otp: Field::never(),
            former_recovery: Field::never(),
        }))
    }

    /// Returns the name of the account.
    pub fn id(&self) -> AccountId {
        match self {
            Self::Backups(_) => PLAN,
            Self::Kept(kept) => kept.id,
            Self::Policy(_) => POLICY,
            Self::Purged(id) => *id,
            Self::Trail(_) => TRAIL,
        }
    }

    /// Returns the account if it is live, neither in the bin nor purged.
    pub fn live_account(&self) -> Option<Account> {
        match self {
            Self::Kept(kept) if kept.deleted_at.0.is_none() => Some(kept.account()),
            _ => None,
        }
    }

    /// Joins two versions of one account. Purged absorbs everything.
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Backups(a), Self::Backups(b)) => Self::Backups(Box::new(a.join(*b))),
            (Self::Kept(a), Self::Kept(b)) => Self::Kept(Box::new(a.join(*b))),
            (Self::Policy(a), Self::Policy(b)) => Self::Policy(a.join(b)),
            (Self::Trail(a), Self::Trail(b)) => Self::Trail(a.join(b)),
            (purged @ Self::Purged(_), _) | (_, purged @ Self::Purged(_)) => purged,
            // No account has the name of the plan, the policy or the trail; whatever else comes under it is none.
            (special @ (Self::Backups(_) | Self::Policy(_) | Self::Trail(_)), _) | (_, special) => special,
        }
    }

    /// Clamps every stamp that lies more than 24 h after `now_ms` and shows all stamps to `clock`.
    pub fn settle(&mut self, now_ms: u64, clock: &mut Clock) {
        let mut settle = |stamp: &mut Stamp| {
            *stamp = stamp.clamped(now_ms);
            clock.see(*stamp);
        };
        match self {
            Self::Backups(plan) => plan.each_stamp(&mut settle),
            Self::Kept(kept) => kept.each_stamp(&mut settle),
            Self::Policy(field) => settle(&mut field.1),
            // The trail says what clocks showed, and orders nothing but itself.
            Self::Purged(_) | Self::Trail(_) => {}
        }
    }
}

impl Kept {
    fn join(self, other: Self) -> Self {
        Self {
            id: self.id,
            deleted_at: self.deleted_at.join(other.deleted_at),
            issuer: self.issuer.join(other.issuer),
            name: self.name.join(other.name),
            otp: self.otp.join(other.otp),
            counter: self.counter.max(other.counter),
            note: self.note.join(other.note),
            tags: self.tags.join(other.tags),
            pinned: self.pinned.join(other.pinned),
            icon: self.icon.join(other.icon),
            position: self.position.join(other.position),
            verified_at: self.verified_at.join(other.verified_at),
            recovery: self.recovery.join(other.recovery),
            recovery_choice: self.recovery_choice.join(other.recovery_choice),
            reset_by: self.reset_by.join(other.reset_by),
            drawn: self.drawn.join(other.drawn),
            former_otp: self.former_otp.join(other.former_otp),
            former_recovery: self.former_recovery.join(other.former_recovery),
        }
    }

    fn each_stamp(&mut self, visit: &mut impl FnMut(&mut Stamp)) {
        let fields = [
            &mut self.deleted_at.1,
            &mut self.issuer.1,
            &mut self.name.1,
            &mut self.otp.1,
            &mut self.counter.secret,
            &mut self.counter.epoch,
            &mut self.note.1,
            &mut self.tags.1,
            &mut self.pinned.1,
            &mut self.icon.1,
            &mut self.position.1,
            &mut self.verified_at.1,
            &mut self.recovery.generation,
            &mut self.recovery_choice.1,
            &mut self.reset_by.1,
            &mut self.drawn.1,
            &mut self.former_otp.1,
            &mut self.former_recovery.1,
        ];
        fields.into_iter().for_each(&mut *visit);
        for entry in &mut self.recovery.codes {
            visit(&mut entry.used_at.1);
            visit(&mut entry.forgotten.1);
        }
    }

    /// Returns the account as people see it.
    pub fn account(&self) -> Account {
        Account {
            id: self.id,
            issuer: self.issuer.0.clone(),
            name: self.name.0.clone(),
            otp: self.current_otp(),
            note: self.note.0.clone(),
            tags: self.tags.0.clone(),
            pinned: self.pinned.0,
            icon: self.icon.0.clone(),
            position: self.position.0.clone(),
            verified_at: self.verified_at.0,
            recovery: self.recovery.shown(),
            recovery_choice: self.recovery_choice.0,
            former_recovery: self.former_recovery.0.as_ref().map(FormerCodes::shown).unwrap_or_default(),
            former_secret_until: self
                .former_otp
                .0
                .as_ref()
                .map(|former| former.set_aside_at.saturating_add(KEPT_ASIDE)),
            reset_by: self.reset_by.0.clone().unwrap_or_default(),
            drawn_in_a_row: self.drawn.0.map_or(0, |drawn| drawn.in_a_row),
        }
    }

    /// Returns the Unix second of its newest change; a HOTP counter that moved on does not count.
    pub(super) fn changed_at(&self) -> u64 {
        let fields = [
            self.deleted_at.1,
            self.issuer.1,
            self.name.1,
            self.otp.1,
            self.counter.epoch,
            self.note.1,
            self.tags.1,
            self.pinned.1,
            self.icon.1,
            self.position.1,
            self.verified_at.1,
            self.recovery.generation,
            self.recovery_choice.1,
            self.reset_by.1,
            self.former_otp.1,
            self.former_recovery.1,
        ];
        let codes = self.recovery.codes.iter().flat_map(|entry| [entry.used_at.1, entry.forgotten.1]);
        fields.into_iter().chain(codes).map(|stamp| stamp.0 / 1000).max().unwrap_or(0)
    }

    /// Puts the present secret aside, in place of what was aside before.
    pub(super) fn set_secret_aside(&mut self, now: u64, stamp: Stamp) {
        let former = FormerOtp { otp: self.current_otp(), set_aside_at: now, verified_at: self.verified_at.0 };
        self.former_otp.set(Some(former), stamp);
    }

    /// Puts the present recovery codes aside; where there are none, what was aside before stays.
    pub(super) fn set_recovery_aside(&mut self, now: u64, stamp: Stamp) {
        let codes = self.recovery.shown().into_iter().map(|code| FormerCode { code: code.code, used_at: code.used_at });
        let codes: Vec<FormerCode> = codes.collect();
        if !codes.is_empty() {
            self.former_recovery.set(Some(FormerCodes { codes, set_aside_at: now }), stamp);
        }
        self.recovery = Recovery { generation: stamp, codes: Vec::new() };
    }

    /// Gives the account a secret, whose counter begins anew.
    pub(super) fn put_secret(&mut self, otp: Otp, stamp: Stamp) {
        let value = if let Otp::Hotp { counter, .. } = &otp { *counter } else { 0 };
        self.otp.set(otp, stamp);
        self.counter = Counter { secret: stamp, epoch: stamp, value };
        self.forget_drawn(stamp);
    }

    /// Tells whether something that was kept aside is past its time.
    pub(super) fn is_overdue(&self, now: u64) -> bool {
        is_past(self.former_otp.0.as_ref().map(|former| former.set_aside_at), now)
            || is_past(self.former_recovery.0.as_ref().map(|former| former.set_aside_at), now)
    }

    /// Forgets what was kept aside and is past its time.
    pub(super) fn forget_overdue(&mut self, now: u64, stamp: Stamp) {
        if is_past(self.former_otp.0.as_ref().map(|former| former.set_aside_at), now) {
            self.former_otp.set(None, stamp);
        }
        if is_past(self.former_recovery.0.as_ref().map(|former| former.set_aside_at), now) {
            self.former_recovery.set(None, stamp);
        }
    }

    /// Counts one more code of a HOTP account.
    pub(super) fn draw(&mut self, next: u64, now: u64, stamp: Stamp) {
        let last = self.drawn.0.filter(|last| now.abs_diff(last.at) <= SOON).map_or(0, |last| last.in_a_row);
        self.counter.value = next;
        self.drawn.set(Some(Drawn { in_a_row: last.saturating_add(1), at: now }), stamp);
    }

    /// Forgets how many codes were drawn: the counter is known to be right, or begins anew.
    pub(super) fn forget_drawn(&mut self, stamp: Stamp) {
        if self.drawn.0.is_some() {
            self.drawn.set(None, stamp);
        }
    }

    /// Returns how it makes codes, with the merged counter in its place.
    pub(super) fn current_otp(&self) -> Otp {
        let mut otp = self.otp.0.clone();
        if let Otp::Hotp { counter, .. } = &mut otp {
            *counter = self.counter.value;
        }
        otp
    }
}

fn is_past(set_aside_at: Option<u64>, now: u64) -> bool {
    set_aside_at.is_some_and(|at| at.saturating_add(KEPT_ASIDE) <= now)
}

impl FormerCodes {
    fn shown(&self) -> Vec<RecoveryCode> {
        self.codes.iter().map(|former| RecoveryCode { code: former.code.clone(), used_at: former.used_at }).collect()
    }
}

impl Recovery {
    fn join(self, other: Self) -> Self {
        match self.generation.cmp(&other.generation) {
            std::cmp::Ordering::Greater => self,
            std::cmp::Ordering::Less => other,
            std::cmp::Ordering::Equal => self.union(other),
        }
    }

    fn union(mut self, other: Self) -> Self {
        for entry in other.codes {
            match self.codes.iter().position(|known| known.code == entry.code) {
                Some(at) => self.codes[at] = self.codes[at].clone().join(entry),
                None => self.codes.push(entry),
            }
        }
        self.codes.sort_by(|a, b| (a.place, a.code.expose()).cmp(&(b.place, b.code.expose())));
        self
    }

    /// Returns the newest stamp in it.
    pub(super) fn changed_at(&self) -> Stamp {
        let codes = self.codes.iter().flat_map(|entry| [entry.used_at.1, entry.forgotten.1]);
        codes.chain([self.generation]).max().unwrap_or(self.generation)
    }

    pub(super) fn shown(&self) -> Vec<RecoveryCode> {
        let kept = self.codes.iter().filter(|entry| !entry.forgotten.0);
        kept.map(|entry| RecoveryCode { code: entry.code.clone(), used_at: entry.used_at.0 }).collect()
    }
}

impl Entry {
    fn join(self, other: Self) -> Self {
        Self {
            code: self.code,
            place: self.place.min(other.place),
            used_at: self.used_at.join(other.used_at),
            forgotten: self.forgotten.join(other.forgotten),
        }
    }
}
