//! The core of Sterk, a desktop authenticator: codes, accounts, the sealed vault, backups and QR reading.
//!
//! It knows no window, no terminal and no clock: time, randomness of the environment and paths are
//! arguments. The command line in `src/bin/sterk` and the desktop shell in `src-tauri` are two users of it.
//!
//! Its promises: a secret is wiped when dropped and has no way to be printed; a file is replaced whole or
//! not at all; what cannot be read is reported, never thrown away.

pub mod account;
pub mod away;
pub mod backup;
pub mod calendar;
#[cfg(feature = "capture")]
pub mod capture;
pub mod emergency;
pub mod export;
pub mod harden;
pub mod health;
pub mod import;
pub mod keychain;
pub mod leftover;
pub mod otp;
pub mod policy;
pub mod scan;
pub mod seal;
pub mod secret;
pub mod settings;
pub mod strength;
pub mod transfer;
pub mod vault;

pub use account::{Account, AccountId, Draft};
pub use import::Import;
pub use keychain::{Keychain, KeychainError};
pub use otp::{Algorithm, Code, Digits, Otp, OtpError, Period, Pin};
pub use seal::{RecoveryKey, SealError, VaultKey};
pub use secret::{Passphrase, Secret};
pub use vault::{LockedVault, Vault, VaultError};
