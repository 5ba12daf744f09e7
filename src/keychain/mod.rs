//! The keyring of the operating system: where the key of one slot of a vault lies.
//!
//! An entry has the service `sterk`, the user `<vault-id>:<slot-id>` and, as its password, the slot key
//! as base64 text. [`OsKeychain`] is the real one, [`MemoryKeychain`] forgets all at the end.
//!
//! Not here: what a slot key opens (`seal`), and what to do when the keyring does not answer: that is
//! asked of a person. In particular a missing entry is never a reason to make a new key.
//!
//! ```
//! use sterk::keychain::{Keychain, KeychainError, MemoryKeychain};
//! use sterk::seal::{SlotId, SlotKey, VaultId};
//!
//! let (keychain, vault, slot) = (MemoryKeychain::new(), VaultId([1; 16]), SlotId([2; 16]));
//! let key = SlotKey::make()?;
//! assert_eq!(keychain.read(vault, slot), Err(KeychainError::NoEntry));
//! keychain.store(vault, slot, &key)?;
//! assert_eq!(keychain.read(vault, slot), Ok(key));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod memory;
mod os;
mod platform;
mod provider;

pub use memory::MemoryKeychain;
pub use os::OsKeychain;
pub use provider::Provider;

use crate::seal::{SlotId, SlotKey, VaultId};

/// Keeps slot keys somewhere outside our files.
pub trait Keychain: Send + Sync {
    /// Tells whether a key could be kept here now, without asking anybody anything.
    ///
    /// # Errors
    /// [`KeychainError::NoService`], [`KeychainError::Locked`] (a later call may ask the person to unlock it),
    /// [`KeychainError::TimedOut`] or [`KeychainError::Other`].
    fn status(&self) -> Result<(), KeychainError>;

    /// Keeps `key` for one slot, in place of what was kept for it.
    ///
    /// # Errors
    /// Any [`KeychainError`] but `NoEntry` and `Mangled`. After `TimedOut` the key may still arrive later.
    fn store(&self, vault: VaultId, slot: SlotId, key: &SlotKey) -> Result<(), KeychainError>;

    /// Returns the key kept for one slot.
    ///
    /// # Errors
    /// Any [`KeychainError`]. `NoEntry` can also mean that the keyring was never set up.
    fn read(&self, vault: VaultId, slot: SlotId) -> Result<SlotKey, KeychainError>;

    /// Removes what is kept for one slot.
    ///
    /// # Errors
    /// Any [`KeychainError`] but `Mangled`; `NoEntry` when there is nothing to remove.
    fn delete(&self, vault: VaultId, slot: SlotId) -> Result<(), KeychainError>;

    /// Returns the program that answers now, where the system tells; nobody is asked anything.
    fn provider(&self) -> Option<Provider> {
        None
    }

    /// Tells whether there are entries of ours for other vaults, as far as can be seen without unlocking anything.
    fn holds_other_vaults(&self, _vault: VaultId) -> bool {
        false
    }
}

/// Says why the keyring did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeychainError {
    /// Another program answers than the one that gave the key the last time, and it has no key of this vault.
    #[error("the system keyring was {} and is {} now, which has no key of this vault", was.name(), now.name())]
    Changed {
        /// The program that had the key.
        was: Provider,
        /// The program that answers.
        now: Provider,
    },
    /// The question to unlock the keyring was dismissed, or there was no screen to ask it on.
    #[error("the question to unlock the system keyring was dismissed")]
    Cancelled,
    /// The keyring is locked.
    #[error("the system keyring is locked")]
    Locked,
    /// The entry is there, but another program has changed its value.
    #[error("the entry in the system keyring holds something else than our key")]
    Mangled,
    /// The keyring has no entry for this slot.
    #[error("the system keyring has no entry for this vault")]
    NoEntry,
    /// No keyring answers on this machine, or it was never set up.
    #[error("there is no system keyring, or it was never set up")]
    NoService,
    /// What is there belongs to another vault.
    #[error("the system keyring holds the key of another vault, and none of this one")]
    OtherVault,
    /// Something else went wrong.
    #[error("the system keyring failed: {what}")]
    Other {
        /// What the system said; never a key.
        what: String,
    },
    /// The keyring did not answer in time.
    #[error("the system keyring did not answer in time")]
    TimedOut,
}

impl KeychainError {
    /// Returns the stable name that programs may rely on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "keyring_changed",
            Self::Cancelled => "keyring_cancelled",
            Self::Locked => "keyring_locked",
            Self::Mangled => "keyring_mangled",
            Self::NoEntry => "keyring_no_entry",
            Self::NoService => "keyring_no_service",
            Self::OtherVault => "keyring_other_vault",
            Self::Other { .. } => "keyring_failed",
            Self::TimedOut => "keyring_timed_out",
        }
    }
}
