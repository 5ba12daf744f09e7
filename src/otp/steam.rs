//! Steam Guard: TOTP with SHA-1, written in an alphabet of its own.

use zeroize::Zeroizing;

use super::{Algorithm, Digits, Period, digest};
use crate::secret::Secret;

/// Letters and digits that cannot be mistaken for one another.
const ALPHABET: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";

/// Computes the code shown at `unix_seconds`: the truncated value in base 26, least significant first.
pub(super) fn code(secret: &Secret, digits: Digits, period: Period, unix_seconds: u64) -> Zeroizing<String> {
    let step = unix_seconds / u64::from(period.seconds());
    let mut number = digest::truncate(&digest::hmac(Algorithm::Sha1, secret, &step.to_be_bytes())) as usize;
    let mut text = Zeroizing::new(String::with_capacity(10));
    for _ in 0..digits.count() {
        text.push(char::from(ALPHABET[number % ALPHABET.len()]));
        number /= ALPHABET.len();
    }
    text
}
