//! What can go wrong with a vault, in the words of its user.

use std::io;
use std::path::PathBuf;

use crate::keychain::KeychainError;
use crate::otp::OtpError;
use crate::policy::{Forbidden, PolicyError};
use crate::seal::SealError;

/// Says why a vault could not be opened, changed or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// Automatic backups are not set up.
    #[error("automatic backups are off")]
    BackupsOff,
    /// A folder for backups is not named whole, or it is no place for them.
    #[error("a folder for backups is named by its whole path, and the vault's own folder is none")]
    BadFolder,
    /// Another process held the lock for the whole waiting time.
    #[error("another process is using the vault")]
    Busy,
    /// The disk has no room; the vault is as it was.
    #[error("the disk is full; the vault is as it was")]
    DiskFull,
    /// There is a vault in this folder already.
    #[error("there is a vault already")]
    Exists,
    /// The policy of the person's organisation does not allow it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The vault's file went away while it was open.
    #[error("the vault's file is gone from {}", .0.display())]
    Gone(PathBuf),
    /// Reading or writing failed for another reason; the vault is as it was.
    #[error("{} {}", action, path.display())]
    Io {
        /// What was being done, as in "could not write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The keyring did not do its part.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The last way to unlock cannot be removed.
    #[error("this is the last way to unlock the vault")]
    LastSlot,
    /// Backups do not go to this folder.
    #[error("automatic backups do not go to this folder")]
    NoSuchFolder,
    /// No account has this id.
    #[error("there is no such account")]
    NoSuchAccount,
    /// The account has no such recovery code.
    #[error("the account has no such recovery code")]
    NoSuchRecoveryCode,
    /// No slot has this id or name.
    #[error("there is no such way to unlock")]
    NoSuchSlot,
    /// Nothing is kept aside that could come back.
    #[error("nothing of this account is kept aside")]
    NothingAside,
    /// No restore is kept that could be undone.
    #[error("there is no restore to undo")]
    NothingToUndo,
    /// A parameter of the account does not allow it.
    #[error(transparent)]
    Otp(#[from] OtpError),
    /// A passphrase that is to stay was not given; its slot is named.
    #[error("the passphrase of “{0}” is needed, or leave it out")]
    PassphraseMissing(String),
    /// The vault has a plan for backups that only a newer version understands.
    #[error("the plan for backups needs a newer version of Sterk")]
    PlanUnreadable,
    /// A policy could not be read, or not put in place.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The folder or file may not be written; the vault is as it was.
    #[error("{} may not be written", .0.display())]
    ReadOnly(PathBuf),
    /// Another process gave the vault a new key; this session's key no longer opens it.
    #[error("the vault was given a new key elsewhere")]
    Rekeyed,
    /// The sealed file did not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Another process changed the ways to unlock in the meantime.
    #[error("the ways to unlock were changed elsewhere in the meantime")]
    SlotsChanged,
    /// A name, note, tag or list is longer than the vault keeps.
    #[error("{what} is longer than {most}")]
    TooLong {
        /// What it is, as in "the issuer".
        what: &'static str,
        /// The most that is kept, with its unit.
        most: &'static str,
    },
}

impl VaultError {
    /// Wraps a failure of the system, naming the common ones.
    pub(crate) fn io(action: &'static str, path: &std::path::Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::DiskFull,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(path.to_owned()),
            _ => Self::Io { action, path: path.to_owned(), source },
        }
    }

    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BackupsOff => "backups_off",
            Self::BadFolder => "bad_folder",
            Self::Busy => "vault_busy",
            Self::DiskFull => "disk_full",
            Self::Exists => "vault_exists",
            Self::Forbidden(error) => error.code(),
            Self::Gone(_) => "vault_gone",
            Self::Io { .. } => "io_failed",
            Self::Keychain(error) => error.code(),
            Self::LastSlot => "last_slot",
            Self::NoSuchFolder => "no_such_folder",
            Self::NoSuchAccount => "no_such_account",
            Self::NoSuchRecoveryCode => "no_such_recovery_code",
            Self::NoSuchSlot => "no_such_slot",
            Self::NothingAside => "nothing_aside",
            Self::NothingToUndo => "nothing_to_undo",
            Self::Otp(error) => error.code(),
            Self::PassphraseMissing(_) => "passphrase_missing",
            Self::PlanUnreadable => "backup_plan_unreadable",
            Self::Policy(error) => error.code(),
            Self::ReadOnly(_) => "read_only",
            Self::Rekeyed => "vault_rekeyed",
            Self::Seal(error) => error.code(),
            Self::SlotsChanged => "slots_changed",
            Self::TooLong { .. } => "too_long",
        }
    }
}
