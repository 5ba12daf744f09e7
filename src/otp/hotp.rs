//! HOTP, RFC 4226: a code for each value of a counter.

use zeroize::Zeroizing;

use super::{Algorithm, Digits, digest};
use crate::secret::Secret;

/// Computes the code of `counter` (RFC 4226, section 5.3).
pub(super) fn code(secret: &Secret, algorithm: Algorithm, digits: Digits, counter: u64) -> Zeroizing<String> {
    let mac = digest::hmac(algorithm, secret, &counter.to_be_bytes());
    digest::decimal(digest::truncate(&mac), digits)
}
