//! TOTP, RFC 6238: HOTP with the number of the time step as its counter.

use std::fmt::Write;

use zeroize::Zeroizing;

use super::{Algorithm, Digits, Period, hotp};
use crate::secret::Secret;

/// Computes the code shown at `unix_seconds` (RFC 6238, section 4, with T0 = 0).
pub(super) fn code(
    secret: &Secret,
    algorithm: Algorithm,
    digits: Digits,
    period: Period,
    unix_seconds: u64,
) -> Zeroizing<String> {
    match foreign(algorithm, digits) {
        Some(function) => by_totp_rs(secret, function, digits, period, unix_seconds),
        None => hotp::code(secret, algorithm, digits, unix_seconds / u64::from(period.seconds())),
    }
}

/// Returns the function of `totp-rs`, or nothing for what it lacks: the rarer hash functions, and ten
/// digits, where it panics because 10^10 does not fit its 32 bits.
fn foreign(algorithm: Algorithm, digits: Digits) -> Option<totp_rs::Algorithm> {
    match algorithm {
        _ if digits.count() > 9 => None,
        Algorithm::Sha1 => Some(totp_rs::Algorithm::SHA1),
        Algorithm::Sha256 => Some(totp_rs::Algorithm::SHA256),
        Algorithm::Sha512 => Some(totp_rs::Algorithm::SHA512),
        Algorithm::Md5 | Algorithm::Sha224 | Algorithm::Sha384 => None,
    }
}

fn by_totp_rs(
    secret: &Secret,
    function: totp_rs::Algorithm,
    digits: Digits,
    period: Period,
    unix_seconds: u64,
) -> Zeroizing<String> {
    let token = totp_rs::Builder::new()
        .with_algorithm(function)
        .with_digits(digits.count())
        .with_step_duration(period.seconds().into())
        .with_secret(totp_rs::Secret::new(secret.expose().into()))
        // The other constructor refuses secrets under 128 bits and digits other than 6 to 8: both occur.
        .build_noncompliant()
        .generate(unix_seconds);
    let mut text = Zeroizing::new(String::with_capacity(10));
    // Writing to a String cannot fail.
    let _ = write!(text, "{token}");
    text
}
