//! What encrypted exports need: keys out of passphrases, within limits, and the ciphers of other apps.
//!
//! Our own cryptography is in `seal`; nothing here protects anything of ours.

mod cipher;
mod derive;
mod stream;

pub(super) use self::cipher::{cbc, cbc_blocks, gcm, hmac_sha1, hmac_sha256, same};
pub(super) use self::derive::{Hash, argon2, pbkdf2, scrypt};
pub(super) use self::stream::secretstream;
