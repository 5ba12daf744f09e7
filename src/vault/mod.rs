//! The vault: accounts in one sealed file, unlocked into memory, merged and replaced whole.
//!
//! [`LockedVault`] is what lies on the disk; unlocking it gives a [`Vault`], the only writer. Every change
//! goes through [`Vault::update`], which takes the lock, reads what other processes wrote, merges, and
//! replaces the file. Not here: the sealed form itself (`seal`) and the keyring (`keychain`).
//!
//! ```
//! use sterk::vault::{LockedVault, NewSlots, Vault};
//! use sterk::{Algorithm, Digits, Draft, Otp, Passphrase, Period, Secret, VaultError, seal::Kdf};
//!
//! let folder = tempfile::tempdir()?;
//! let words = Passphrase::new("correct horse battery staple".into());
//! let slots = NewSlots { passphrase: Some((&words, Kdf::FLOOR)), ..NewSlots::default() };
//! let mut vault = Vault::create(folder.path(), slots, 1_700_000_000_000)?.vault;
//! let secret = Secret::from_base32("JBSWY3DPEHPK3PXP")?;
//! let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
//! let id = vault.update::<_, VaultError>(1_700_000_000_000, |edit| edit.add(Draft::new("Example", "ada", otp)))?;
//!
//! let locked = LockedVault::find(folder.path())?.ok_or("no vault")?;
//! let vault = locked.unlock_with_passphrase(&words, 1_700_000_000_000)?;
//! assert_eq!(vault.account(id)?.issuer, "Example");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod difference;
mod duplicate;
mod edit;
mod error;
mod events;
mod file;
#[cfg(test)]
mod laws;
mod plan;
mod policy;
mod proof;
mod record;
mod rekey;
mod restore;
mod slots;
mod stamp;
mod stored;
mod trail;
mod unlock;

use std::collections::BTreeMap;
use std::path::Path;

use zeroize::Zeroizing;

use crate::account::{Account, AccountId, in_order};
use crate::seal::{Header, Opened, Purpose, RecordId, SealError, Sealed, Slot, VaultId, VaultKey, salt_of, seal};
use crate::secret::Secret;

pub use difference::{Class, Difference, Differing, Part, Row};
pub use duplicate::{Duplicate, Duplicates, SameBy};
pub use edit::Editor;
pub use error::VaultError;
pub(crate) use file::write_backup;
pub use file::{Folder, Guard, read_bounded, write_new, write_proved};
pub(crate) use plan::PLAN;
pub use plan::{BackupPlan, Keep, Sealing};
pub use proof::Proofs;
pub use record::{Counter, Entry, FormerCode, FormerCodes, FormerOtp, KEPT_ASIDE, Kept, Record, Recovery};
pub use rekey::{Entries, Rekey, Rekeying, old_copies};
pub use slots::{Created, NewSlots};
pub use stamp::{Clock, Field, Stamp};
pub(crate) use trail::TRAIL;
pub use trail::{Event, Happened, Trail};
pub use unlock::LockedVault;

/// Is an unlocked vault: its records in memory and the key that seals them.
#[derive(Debug)]
pub struct Vault {
    folder: Folder,
    id: VaultId,
    key: VaultKey,
    slots: Vec<Slot>,
    made_at: u64,
    /// Names the write that is in memory.
    salt: [u8; 32],
    records: BTreeMap<AccountId, Record>,
    quarantine: Vec<Quarantined>,
    /// Whether the file on the disk has damaged records and is to be kept before it is replaced.
    aside_due: bool,
    clock: Clock,
}

/// Is a record's name and its plain bytes, wiped when dropped.
pub(crate) type Plain = (RecordId, Zeroizing<Vec<u8>>);

/// Is a record that could not be read; it is kept and shown, and blocks no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Name of the account it was.
    pub id: RecordId,
    /// What is wrong with it.
    pub why: Unreadable,
}

/// Says why a record is in quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Its bytes are damaged; the whole file is kept aside before it is replaced.
    Damaged,
    /// Its bytes are damaged, and the previous generation gave it back; its last change may be missing.
    Restored,
    /// Its bytes are whole but say something this version does not understand; they are carried on as they are.
    Unknown(Secret),
}

impl Vault {
    /// Changes accounts: under the lock, on top of what other processes wrote, written before it counts.
    ///
    /// `now_ms` is the Unix time in milliseconds that the changes are stamped with. A failing `change` or a
    /// failing write leaves the vault, in memory and on the disk, as it was.
    ///
    /// # Errors
    /// What `change` answers; [`VaultError::Busy`], [`VaultError::Rekeyed`], [`VaultError::DiskFull`] and the
    /// other file errors.
    pub fn update<T, E: From<VaultError>>(
        &mut self,
        now_ms: u64,
        change: impl FnOnce(&mut Editor<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let held = self.folder.lock()?;
        self.catch_up(now_ms)?;
        self.change_held(&held, now_ms, change)
    }

    /// Changes accounts with the lock held, on top of what the disk has.
    fn change_held<T, E: From<VaultError>>(
        &mut self,
        held: &Guard,
        now_ms: u64,
        change: impl FnOnce(&mut Editor<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut editor = Editor::new(&self.records, &mut self.clock, now_ms);
        let answer = change(&mut editor)?;
        let changed = editor.into_changed();
        if !changed.is_empty() {
            let before: Vec<_> = changed.keys().map(|id| (*id, self.records.get(id).cloned())).collect();
            self.records.extend(changed);
            if let Err(fault) = self.write(held, Folder::replace) {
                before.into_iter().for_each(|(id, record)| self.put_back(id, record));
                return Err(fault.into());
            }
        }
        Ok(answer)
    }

    /// Reads what other processes wrote since, if anything; answers whether something changed.
    ///
    /// # Errors
    /// As [`Vault::update`].
    pub fn refresh(&mut self, now_ms: u64) -> Result<bool, VaultError> {
        let held = self.folder.lock()?;
        let changed = self.catch_up(now_ms);
        drop(held);
        changed
    }

    /// Returns the vault's name.
    pub fn id(&self) -> VaultId {
        self.id
    }

    /// Returns where it lies.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Returns the ways to unlock it.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Returns when it was made, in Unix seconds.
    pub fn made_at(&self) -> u64 {
        self.made_at
    }

    /// Returns the live accounts in the order of [`in_order`].
    pub fn accounts(&self) -> Vec<Account> {
        in_order(self.live().map(Kept::account).collect())
    }

    /// Returns the accounts in the bin and the Unix second at which each went there, newest first.
    pub fn bin(&self) -> Vec<(Account, u64)> {
        let kept = self.records.values().filter_map(as_kept);
        let mut gone: Vec<_> = kept.filter_map(|kept| Some((kept.account(), kept.deleted_at.0?))).collect();
        gone.sort_by_key(|(account, at)| (std::cmp::Reverse(*at), account.id));
        gone
    }

    /// Returns one account, live or in the bin.
    ///
    /// # Errors
    /// [`VaultError::NoSuchAccount`].
    pub fn account(&self, id: AccountId) -> Result<Account, VaultError> {
        self.records.get(&id).and_then(as_kept).map(Kept::account).ok_or(VaultError::NoSuchAccount)
    }

    /// Returns the records that could not be read.
    pub fn quarantine(&self) -> &[Quarantined] {
        &self.quarantine
    }

    /// Returns the Unix second of the newest change, in the bin too.
    pub fn changed_at(&self) -> u64 {
        self.records.values().filter_map(as_kept).map(Kept::changed_at).max().unwrap_or(0)
    }

    /// Returns every record, for a backup.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    fn live(&self) -> impl Iterator<Item = &Kept> {
        self.records.values().filter_map(as_kept).filter(|kept| kept.deleted_at.0.is_none())
    }

    fn put_back(&mut self, id: AccountId, record: Option<Record>) {
        match record {
            Some(record) => self.records.insert(id, record),
            None => self.records.remove(&id),
        };
    }

    /// Merges the file if another process replaced it; called with the lock held.
    fn catch_up(&mut self, now_ms: u64) -> Result<bool, VaultError> {
        let bytes = read_bounded(&self.folder.vault())?;
        if salt_of(&bytes)? == self.salt {
            return Ok(false);
        }
        let sealed = Sealed::parse(bytes)?;
        if sealed.header().vault_id != self.id {
            return Err(VaultError::Rekeyed);
        }
        let opened = sealed.open(&self.key).map_err(|fault| match fault {
            SealError::WrongKey => VaultError::Rekeyed,
            other => other.into(),
        })?;
        self.slots = sealed.header().slots.clone();
        self.salt = sealed.salt();
        self.take_in(opened, now_ms);
        Ok(true)
    }

    /// Joins opened records into memory; what cannot be read goes to quarantine.
    fn take_in(&mut self, opened: Opened, now_ms: u64) {
        let damaged = opened.damaged.into_iter().map(|id| Quarantined { id, why: Unreadable::Damaged });
        self.quarantine = damaged.collect();
        self.aside_due = !self.quarantine.is_empty();
        for (id, bytes) in opened.records {
            match serde_json::from_slice::<Record>(&bytes) {
                Ok(record) if record.id().0 == id => self.join(record, now_ms),
                _ => self.carry(id, Secret::new(bytes.to_vec())),
            }
        }
    }

    /// Keeps a record that only a newer version understands; it was made on top of what is known here.
    fn carry(&mut self, id: RecordId, bytes: Secret) {
        self.records.remove(&AccountId(id));
        self.quarantine.push(Quarantined { id, why: Unreadable::Unknown(bytes) });
    }

    fn join(&mut self, mut record: Record, now_ms: u64) {
        record.settle(now_ms, &mut self.clock);
        let id = record.id();
        let joined = match self.records.remove(&id) {
            Some(known) => known.join(record),
            None => record,
        };
        self.records.insert(id, joined);
    }

    /// Seals the records and lets `put` replace the file; called with the lock held.
    fn write(
        &mut self,
        held: &Guard,
        put: fn(&Folder, &Guard, &[u8]) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        if self.aside_due {
            self.folder.keep_aside(held)?;
        }
        let noted = self.fold_in();
        let header =
            Header { purpose: Purpose::Vault, vault_id: self.id, made_at: self.made_at, slots: self.slots.clone() };
        let bytes = seal(&header, &self.key, &self.sealable()?)?;
        let salt = salt_of(&bytes)?;
        put(&self.folder, held, &bytes)?;
        (self.salt, self.aside_due) = (salt, false);
        if let Some(noted) = noted {
            noted.clear();
        }
        Ok(())
    }

    /// Returns every record as it is sealed, those that are only carried on at the end.
    pub(crate) fn sealable(&self) -> Result<Vec<Plain>, SealError> {
        let known = self.records.values().map(|record| Ok((record.id().0, encode_record(record)?)));
        let carried = self.quarantine.iter().filter_map(|lost| match &lost.why {
            Unreadable::Unknown(bytes) => Some(Ok((lost.id, Zeroizing::new(bytes.expose().to_vec())))),
            Unreadable::Damaged | Unreadable::Restored => None,
        });
        known.chain(carried).collect()
    }
}

fn as_kept(record: &Record) -> Option<&Kept> {
    match record {
        Record::Kept(kept) => Some(kept),
        Record::Backups(_) | Record::Policy(_) | Record::Purged(_) | Record::Trail(_) => None,
    }
}

/// Writes a record as JSON into a buffer that is wiped, sized so that it seldom has to move.
fn encode_record(record: &Record) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(2048));
    serde_json::to_writer(&mut *bytes, record).map_err(|_| SealError::Damaged)?;
    Ok(bytes)
}

/// Returns the folder that is used when none is named: the platform's data folder for this person.
///
/// Linux: `$XDG_DATA_HOME/sterk`, else `~/.local/share/sterk` (XDG Base Directory Specification); macOS:
/// `~/Library/Application Support/sterk`; Windows: `%APPDATA%\sterk`. `variable` reads the environment.
pub fn default_folder(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> Option<std::path::PathBuf> {
    let base = |name: &str| variable(name).filter(|value| Path::new(value).is_absolute()).map(std::path::PathBuf::from);
    let data = if cfg!(windows) {
        base("APPDATA")
    } else if cfg!(target_os = "macos") {
        base("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        base("XDG_DATA_HOME").or_else(|| base("HOME").map(|home| home.join(".local/share")))
    };
    data.map(|data| data.join("sterk"))
}

fn make_account_id() -> Result<AccountId, VaultError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
    Ok(AccountId(bytes))
}

fn make_device() -> Result<u64, VaultError> {
    getrandom::u64().map_err(|_| SealError::NoRandomness.into())
}
