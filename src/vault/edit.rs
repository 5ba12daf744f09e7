//! Changes of accounts: each stamps the fields it touches and nothing else.

use std::collections::BTreeMap;

use super::VaultError;
use super::record::{Counter, Entry, FormerCodes, Kept, POLICY, Record, Recovery};
use super::stamp::{Clock, Field, Stamp};
use crate::account::{Account, AccountId, Draft, Position, RecoveryChoice};
use crate::otp::{Otp, OtpError, Pin};
use crate::policy::PolicyFile;
use crate::secret::Passphrase;

/// The most characters of an issuer, a name or a tag.
const MOST_NAME: usize = 1_000;
/// The most characters of a note.
const MOST_NOTE: usize = 100_000;
/// The most recovery codes of an account, and tags.
const MOST_LISTED: usize = 1_000;

/// Collects changes on top of the records, which are kept only if all of them succeed and are written.
#[derive(Debug)]
pub struct Editor<'a> {
    records: &'a BTreeMap<AccountId, Record>,
    changed: BTreeMap<AccountId, Record>,
    clock: &'a mut Clock,
    now_ms: u64,
}

impl<'a> Editor<'a> {
    pub(super) fn new(records: &'a BTreeMap<AccountId, Record>, clock: &'a mut Clock, now_ms: u64) -> Self {
        Self { records, changed: BTreeMap::new(), clock, now_ms }
    }

    /// Returns what changed; what was kept aside and is past its time is forgotten on the way.
    pub(super) fn into_changed(mut self) -> BTreeMap<AccountId, Record> {
        self.forget_overdue();
        self.changed
    }

    fn forget_overdue(&mut self) {
        let now = self.now();
        let is_overdue = |record: &Record| matches!(record, Record::Kept(kept) if kept.is_overdue(now));
        let untouched = self.records.iter().filter(|(id, _)| !self.changed.contains_key(id));
        let overdue: Vec<AccountId> =
            untouched.chain(&self.changed).filter(|(_, record)| is_overdue(record)).map(|(id, _)| *id).collect();
        for id in overdue {
            // Each of them is there: it was found just now.
            let _ = self.change(id, |kept, stamp| kept.forget_overdue(now, stamp));
        }
    }

    /// Returns the account as changed so far, live or in the bin.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`].
    pub fn account(&self, id: AccountId) -> Result<Account, VaultError> {
        match self.changed.get(&id).or_else(|| self.records.get(&id)) {
            Some(Record::Kept(kept)) => Ok(kept.account()),
            _ => Err(VaultError::NoSuchAccount),
        }
    }

    /// Returns the live accounts as changed so far.
    pub fn accounts(&self) -> Vec<Account> {
        let unchanged = self.records.iter().filter(|(id, _)| !self.changed.contains_key(id)).map(|(_, record)| record);
        unchanged.chain(self.changed.values()).filter_map(Record::live_account).collect()
    }

    /// Keeps a draft under a new id.
    ///
    /// # Errors
    /// [`VaultError::TooLong`] for a name, note or tag over its bound.
    pub fn add(&mut self, draft: Draft) -> Result<AccountId, VaultError> {
        fits("the issuer", &draft.issuer, MOST_NAME, "1,000 characters")?;
        fits("the name", &draft.name, MOST_NAME, "1,000 characters")?;
        fits("the note", &draft.note, MOST_NOTE, "100,000 characters")?;
        tags_fit(&draft.tags)?;
        let id = super::make_account_id()?;
        let stamp = self.stamp();
        self.changed.insert(id, Record::new(id, draft, stamp));
        Ok(id)
    }

    /// Joins records from elsewhere, a backup for example.
    pub fn merge(&mut self, records: impl IntoIterator<Item = Record>) {
        for mut record in records {
            record.settle(self.now_ms, self.clock);
            let id = record.id();
            let known = self.changed.remove(&id).or_else(|| self.records.get(&id).cloned());
            self.changed.insert(id, known.map_or(record.clone(), |known| known.join(record)));
        }
    }

    /// Enrols the account anew: the site issued another secret.
    ///
    /// The old secret and the old recovery codes are kept aside for 30 days, and verified starts again. The secret
    /// that is there already changes nothing but a HOTP counter.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`].
    pub fn re_enrol(&mut self, id: AccountId, otp: Otp) -> Result<(), VaultError> {
        let present = self.account(id)?.otp;
        match (&present, &otp) {
            (Otp::Hotp { .. }, Otp::Hotp { counter, .. }) if without_counter(&present) == without_counter(&otp) => {
                return self.set_counter(id, *counter);
            }
            _ if present == otp => return Ok(()),
            _ => {}
        }
        let now = self.now();
        self.change(id, |kept, stamp| {
            kept.set_secret_aside(now, stamp);
            kept.set_recovery_aside(now, stamp);
            kept.put_secret(otp, stamp);
            kept.verified_at.set(None, stamp);
            kept.recovery_choice.set(None, stamp);
        })
    }

    /// Brings the secret back that was kept aside; the present one is kept aside in its place.
    ///
    /// Recovery codes that were set aside with it come back too.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`]; [`VaultError::NothingAside`] where no secret is kept aside.
    pub fn restore_secret(&mut self, id: AccountId) -> Result<(), VaultError> {
        let now = self.now();
        self.change_or(id, |kept, stamp| {
            let Some(former) = kept.former_otp.0.clone() else { return Err(VaultError::NothingAside) };
            let codes = kept.former_recovery.0.clone().filter(|_| kept.former_recovery.1 == kept.former_otp.1);
            kept.set_secret_aside(now, stamp);
            kept.put_secret(former.otp, stamp);
            kept.verified_at.set(former.verified_at, stamp);
            if let Some(codes) = codes {
                kept.set_recovery_aside(now, stamp);
                kept.recovery.fill(codes, stamp);
            }
            Ok(())
        })
    }

    /// Forgets the secret and the recovery codes that are kept aside, before their time.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`]; [`VaultError::NothingAside`].
    pub fn forget_aside(&mut self, id: AccountId) -> Result<(), VaultError> {
        self.change_or(id, |kept, stamp| {
            if kept.former_otp.0.is_none() && kept.former_recovery.0.is_none() {
                return Err(VaultError::NothingAside);
            }
            kept.former_otp.set(None, stamp);
            kept.former_recovery.set(None, stamp);
            Ok(())
        })
    }

    /// Records who can reset the second factor: a link, an address, or words; empty for nobody known.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`], [`VaultError::TooLong`].
    pub fn set_reset_by(&mut self, id: AccountId, reset_by: String) -> Result<(), VaultError> {
        fits("who resets", &reset_by, MOST_NAME, "1,000 characters")?;
        self.change(id, |kept, stamp| kept.reset_by.set(Some(reset_by).filter(|text| !text.is_empty()), stamp))
    }

    /// Records what was decided about recovery codes while none are kept; none for nothing.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`].
    pub fn choose_recovery(&mut self, id: AccountId, choice: Option<RecoveryChoice>) -> Result<(), VaultError> {
        self.change(id, |kept, stamp| kept.recovery_choice.set(choice, stamp))
    }

    /// Renames the issuer.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`], [`VaultError::TooLong`].
    pub fn set_issuer(&mut self, id: AccountId, issuer: String) -> Result<(), VaultError> {
        fits("the issuer", &issuer, MOST_NAME, "1,000 characters")?;
        self.change(id, |kept, stamp| kept.issuer.set(issuer, stamp))
    }

    /// Renames the account.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`], [`VaultError::TooLong`].
    pub fn set_name(&mut self, id: AccountId, name: String) -> Result<(), VaultError> {
        fits("the name", &name, MOST_NAME, "1,000 characters")?;
        self.change(id, |kept, stamp| kept.name.set(name, stamp))
    }

    /// Replaces the note.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`], [`VaultError::TooLong`].
    pub fn set_note(&mut self, id: AccountId, note: String) -> Result<(), VaultError> {
        fits("the note", &note, MOST_NOTE, "100,000 characters")?;
        self.change(id, |kept, stamp| kept.note.set(note, stamp))
    }

    /// Replaces the tags.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`], [`VaultError::TooLong`].
    pub fn set_tags(&mut self, id: AccountId, tags: Vec<String>) -> Result<(), VaultError> {
        tags_fit(&tags)?;
        self.change(id, |kept, stamp| kept.tags.set(tags, stamp))
    }

    /// Puts the account at the top, or back among the others.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`].
    pub fn set_pinned(&mut self, id: AccountId, pinned: bool) -> Result<(), VaultError> {
        self.change(id, |kept, stamp| kept.pinned.set(pinned, stamp))
    }

    /// Chooses an icon by its slug; empty for none at all, none to follow the issuer again.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`], [`VaultError::TooLong`].
    pub fn set_icon(&mut self, id: AccountId, slug: Option<String>) -> Result<(), VaultError> {
        fits("the name of the icon", slug.as_deref().unwrap_or_default(), MOST_NAME, "1,000 characters")?;
        self.change(id, |kept, stamp| kept.icon.set(slug, stamp))
    }

    /// Puts the account below those of `above`, which are in the order of the list, and above `below`.
    ///
    /// Those of `above` that nobody ever moved are given the places where they are, because what was moved stands
    /// above what was not. `above` may begin at any account that has a place already.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`]; [`VaultError::TooLong`] if too many accounts were put into the same gap.
    pub fn place(&mut self, id: AccountId, above: &[AccountId], below: Option<AccountId>) -> Result<(), VaultError> {
        let mut last = None;
        for upper in above {
            last = Some(match self.account(*upper)?.position {
                Some(position) => position,
                None => self.position_after(*upper, last.as_ref(), None)?,
            });
        }
        let below = below.map(|below| self.account(below)).transpose()?.and_then(|account| account.position);
        let below = match (&last, below) {
            // Two devices may have given one place twice: then this account goes below both.
            (Some(last), Some(below)) if *last >= below => self.next_position(last),
            (_, below) => below,
        };
        self.position_after(id, last.as_ref(), below.as_ref())?;
        Ok(())
    }

    fn next_position(&self, last: &Position) -> Option<Position> {
        self.accounts().into_iter().filter_map(|account| account.position).filter(|position| position > last).min()
    }

    fn position_after(
        &mut self,
        id: AccountId,
        above: Option<&Position>,
        below: Option<&Position>,
    ) -> Result<Position, VaultError> {
        let fault = VaultError::TooLong { what: "the place of an account", most: "1,000 digits" };
        let position = Position::between(above, below).map_err(|_| fault)?;
        self.change(id, |kept, stamp| kept.position.set(Some(position.clone()), stamp))?;
        Ok(position)
    }

    /// Records when the site accepted a code, or that it is open again.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`].
    pub fn set_verified(&mut self, id: AccountId, at: Option<u64>) -> Result<(), VaultError> {
        self.change(id, |kept, stamp| {
            kept.verified_at.set(at, stamp);
            kept.forget_drawn(stamp);
        })
    }

    /// Keeps the PIN that mOTP and Yandex need.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`]; [`OtpError::BadPin`] for a kind that has none.
    pub fn set_pin(&mut self, id: AccountId, new: Pin) -> Result<(), VaultError> {
        let mut otp = self.account(id)?.otp;
        match &mut otp {
            Otp::Motp { pin, .. } | Otp::Yandex { pin, .. } => *pin = Some(new),
            _ => return Err(OtpError::BadPin.into()),
        }
        self.change(id, |kept, stamp| kept.otp.set(otp, stamp))
    }

    /// Sets the counter of a HOTP account by hand; it may go back.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`]; [`OtpError::TimeBased`] for any other kind.
    pub fn set_counter(&mut self, id: AccountId, value: u64) -> Result<(), VaultError> {
        self.counter_based(id)?;
        self.change(id, |kept, stamp| {
            kept.counter = Counter { secret: kept.counter.secret, epoch: stamp, value };
            kept.forget_drawn(stamp);
        })
    }

    /// Uses up the counter of a HOTP account and returns the one that was used.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`]; [`OtpError::TimeBased`] for any other kind;
    /// [`OtpError::CounterSpent`] at the end of 64 bits.
    pub fn advance(&mut self, id: AccountId) -> Result<u64, VaultError> {
        let used = self.counter_based(id)?;
        let next = used.checked_add(1).ok_or(OtpError::CounterSpent)?;
        let now = self.now();
        self.change(id, |kept, stamp| kept.draw(next, now, stamp))?;
        Ok(used)
    }

    /// Moves the account to the bin.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`].
    pub fn remove(&mut self, id: AccountId) -> Result<(), VaultError> {
        let at = self.now_ms / 1000;
        self.change(id, |kept, stamp| kept.deleted_at.set(Some(at), stamp))
    }

    /// Takes the account out of the bin.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`].
    pub fn restore(&mut self, id: AccountId) -> Result<(), VaultError> {
        self.change(id, |kept, stamp| kept.deleted_at.set(None, stamp))
    }

    /// Forgets the account for good, whatever other copies say later.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`].
    pub fn purge(&mut self, id: AccountId) -> Result<(), VaultError> {
        self.account(id)?;
        self.changed.insert(id, Record::Purged(id));
        Ok(())
    }

    /// Adds recovery codes to those that are there; one that is there already stays as it is.
    ///
    /// Returns how many were new.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`], [`VaultError::TooLong`].
    pub fn add_recovery(&mut self, id: AccountId, codes: Vec<Passphrase>) -> Result<usize, VaultError> {
        let known = self.account(id)?.recovery;
        let mut fresh: Vec<Passphrase> = Vec::new();
        for code in codes {
            fits("a recovery code", code.expose(), MOST_NAME, "1,000 characters")?;
            if !fresh.contains(&code) && !known.iter().any(|kept| kept.code == code) {
                fresh.push(code);
            }
        }
        if known.len() + fresh.len() > MOST_LISTED {
            return Err(VaultError::TooLong { what: "the list of recovery codes", most: "1,000 codes" });
        }
        let added = fresh.len();
        self.change(id, |kept, stamp| kept.recovery.add(fresh, stamp))?;
        Ok(added)
    }

    /// Replaces all recovery codes: the site issued new ones. The old ones are kept aside for 30 days.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`], [`VaultError::TooLong`].
    pub fn replace_recovery(&mut self, id: AccountId, codes: Vec<Passphrase>) -> Result<usize, VaultError> {
        let now = self.now();
        self.change(id, |kept, stamp| kept.set_recovery_aside(now, stamp))?;
        self.add_recovery(id, codes)
    }

    /// Brings the recovery codes back that were kept aside; the present ones are kept aside in their place.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`]; [`VaultError::NothingAside`] where no codes are kept aside.
    pub fn restore_recovery(&mut self, id: AccountId) -> Result<(), VaultError> {
        let now = self.now();
        self.change_or(id, |kept, stamp| {
            let Some(former) = kept.former_recovery.0.clone() else { return Err(VaultError::NothingAside) };
            kept.former_recovery.set(None, stamp);
            kept.set_recovery_aside(now, stamp);
            kept.recovery.fill(former, stamp);
            Ok(())
        })
    }

    /// Marks a recovery code used at the Unix second `at`, or unused again.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`], [`VaultError::NoSuchRecoveryCode`].
    pub fn use_recovery(&mut self, id: AccountId, code: &Passphrase, at: Option<u64>) -> Result<(), VaultError> {
        self.change_recovery(id, code, |entry, stamp| entry.used_at.set(at, stamp))
    }

    /// Forgets one recovery code.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`], [`VaultError::NoSuchRecoveryCode`].
    pub fn forget_recovery(&mut self, id: AccountId, code: &Passphrase) -> Result<(), VaultError> {
        self.change_recovery(id, code, |entry, stamp| entry.forgotten.set(true, stamp))
    }

    fn change_recovery(
        &mut self,
        id: AccountId,
        code: &Passphrase,
        change: impl FnOnce(&mut Entry, Stamp),
    ) -> Result<(), VaultError> {
        if !self.account(id)?.recovery.iter().any(|kept| kept.code == *code) {
            return Err(VaultError::NoSuchRecoveryCode);
        }
        self.change(id, |kept, stamp| {
            if let Some(entry) = kept.recovery.codes.iter_mut().find(|entry| entry.code == *code) {
                change(entry, stamp);
            }
        })
    }

    /// Returns the policy as changed so far.
    pub(super) fn policy(&self) -> Option<&PolicyFile> {
        match self.changed.get(&POLICY).or_else(|| self.records.get(&POLICY)) {
            Some(Record::Policy(field)) => field.0.as_deref(),
            _ => None,
        }
    }

    pub(super) fn put_policy(&mut self, policy: Option<Box<PolicyFile>>) {
        let stamp = self.stamp();
        self.changed.insert(POLICY, Record::Policy(Field(policy, stamp)));
    }

    fn counter_based(&self, id: AccountId) -> Result<u64, VaultError> {
        match self.account(id)?.otp {
            Otp::Hotp { counter, .. } => Ok(counter),
            _ => Err(OtpError::TimeBased.into()),
        }
    }

    fn change(&mut self, id: AccountId, change: impl FnOnce(&mut Kept, Stamp)) -> Result<(), VaultError> {
        self.change_or(id, |kept, stamp| {
            change(kept, stamp);
            Ok(())
        })
    }

    /// Changes a record, or leaves it as it is where `change` fails.
    fn change_or(
        &mut self,
        id: AccountId,
        change: impl FnOnce(&mut Kept, Stamp) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let stamp = self.stamp();
        let record = self.changed.get(&id).or_else(|| self.records.get(&id)).cloned();
        let Some(Record::Kept(mut kept)) = record else { return Err(VaultError::NoSuchAccount) };
        change(&mut kept, stamp)?;
        self.changed.insert(id, Record::Kept(kept));
        Ok(())
    }

    pub(super) fn now(&self) -> u64 {
        self.now_ms / 1000
    }

    /// Returns a record as changed so far.
    pub(super) fn record(&self, id: AccountId) -> Option<&Record> {
        self.changed.get(&id).or_else(|| self.records.get(&id))
    }

    pub(super) fn put(&mut self, record: Record) {
        self.changed.insert(record.id(), record);
    }

    pub(super) fn stamp(&mut self) -> Stamp {
        self.clock.stamp(self.now_ms)
    }
}

/// Returns what makes the codes of a HOTP account, wherever its counter stands.
pub(super) fn without_counter(otp: &Otp) -> Otp {
    let mut otp = otp.clone();
    if let Otp::Hotp { counter, .. } = &mut otp {
        *counter = 0;
    }
    otp
}

impl Recovery {
    /// Takes in a set that was kept aside, used ones as used.
    fn fill(&mut self, former: FormerCodes, stamp: Stamp) {
        let entries = former.codes.into_iter().zip(0..).map(|(former, place)| Entry {
            code: former.code,
            place,
            used_at: Field(former.used_at, stamp),
            forgotten: Field(false, stamp),
        });
        *self = Self { generation: stamp, codes: entries.collect() };
    }

    fn add(&mut self, codes: Vec<Passphrase>, stamp: Stamp) {
        for code in codes {
            if let Some(entry) = self.codes.iter_mut().find(|entry| entry.code == code) {
                entry.forgotten.set(false, stamp);
                entry.used_at.set(None, stamp);
                continue;
            }
            let place = self.codes.iter().map(|entry| entry.place.saturating_add(1)).max().unwrap_or(0);
            self.codes.push(Entry { code, place, used_at: Field(None, stamp), forgotten: Field(false, stamp) });
        }
    }
}

fn tags_fit(tags: &[String]) -> Result<(), VaultError> {
    if tags.len() > MOST_LISTED {
        return Err(VaultError::TooLong { what: "the list of tags", most: "1,000 tags" });
    }
    tags.iter().try_for_each(|tag| fits("a tag", tag, MOST_NAME, "1,000 characters"))
}

fn fits(what: &'static str, text: &str, count: usize, most: &'static str) -> Result<(), VaultError> {
    if text.chars().count() > count { Err(VaultError::TooLong { what, most }) } else { Ok(()) }
}
