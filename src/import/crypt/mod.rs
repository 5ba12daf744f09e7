//! What encrypted exports need: keys out of passphrases, within limits, and the ciphers of other apps.
//!
//! Our own cryptography is in `seal`; nothing here protects anything of ours.

mod cipher;
mod derive;
mod keepass;
mod rncryptor;
mod stream;
mod wide;

pub(super) use self::cipher::{cbc, cbc_blocks, gcm, hmac_sha1, hmac_sha256, same};
pub(super) use self::derive::{Hash, argon2, pbkdf2, scrypt};
pub(super) use self::keepass::{Block, Keystream, Transform, unblock};
pub(super) use self::rncryptor::rncryptor;
pub(super) use self::stream::secretstream;
pub(super) use self::wide::gcm16;
