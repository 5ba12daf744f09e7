//! All of our own cryptography: the sealed file of vault and backup, its key and the ways to that key.
//!
//! A random [`VaultKey`] protects the records. Each [`Slot`] wraps that key for one credential: a
//! [`SlotKey`] in the keyring of the system, a passphrase, or a printed [`RecoveryKey`]. Every write of the
//! file has a salt, and so a key, of its own. The layout is specified in `docs/format.md`. A [`SigningKey`] signs what is
//! no secret: an organisation's policy.
//!
//! Not here: what the records mean and how they reach the disk (`vault`), where a slot key is kept
//! (`keychain`), and the ciphers of other apps (`import`).
//!
//! ```
//! use sterk::Passphrase;
//! use sterk::seal::{Header, Kdf, Purpose, Sealed, Slot, VaultId, VaultKey, seal};
//! use zeroize::Zeroizing;
//!
//! let (key, vault_id) = (VaultKey::make()?, VaultId::make()?);
//! let words = Passphrase::new("correct horse battery staple".into());
//! let slot = Slot::with_passphrase(&key, vault_id, "passphrase", &words, Kdf::FLOOR, 1_700_000_000)?;
//! let header = Header { purpose: Purpose::Vault, vault_id, made_at: 1_700_000_000, slots: vec![slot] };
//! let file = seal(&header, &key, &[([7; 16], Zeroizing::new(b"a record".to_vec()))])?;
//!
//! let sealed = Sealed::parse(file)?;
//! let key = sealed.header().slots[0].open_with_passphrase(vault_id, &words)?;
//! assert_eq!(sealed.open(&key)?.records[0].1.as_slice(), b"a record");
//! # Ok::<(), sterk::seal::SealError>(())
//! ```

mod calibrate;
mod error;
mod file;
mod header;
mod id;
mod kdf;
mod key;
mod recovery_key;
mod signing;
mod slot;

pub use error::SealError;
pub use file::{Opened, Sealed, salt_of, seal};
pub use header::{Header, Purpose};
pub use id::{RecordId, SlotId, VaultId};
pub use kdf::Kdf;
pub use key::{SlotKey, VaultKey};
pub use recovery_key::RecoveryKey;
pub use signing::{NoSigningKey, PublicKey, SigningKey};
pub use slot::{Hardened, Slot, SlotKind};
pub(crate) use slot::{key_from_passphrase, key_from_recovery_key};
