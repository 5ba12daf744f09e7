//! HMAC over any of our hash functions, and what RFC 4226 makes of its result.

use hmac::{EagerHash, Hmac, KeyInit, Mac};
use zeroize::{Zeroize, Zeroizing};

use super::{Algorithm, Digits};
use crate::secret::Secret;

/// Computes HMAC (RFC 2104) of `message` under `secret`.
pub(super) fn hmac(algorithm: Algorithm, secret: &Secret, message: &[u8]) -> Zeroizing<Vec<u8>> {
    match algorithm {
        Algorithm::Md5 => hmac_of::<md5::Md5>(secret.expose(), message),
        Algorithm::Sha1 => hmac_of::<sha1::Sha1>(secret.expose(), message),
        Algorithm::Sha224 => hmac_of::<sha2::Sha224>(secret.expose(), message),
        Algorithm::Sha256 => hmac_of::<sha2::Sha256>(secret.expose(), message),
        Algorithm::Sha384 => hmac_of::<sha2::Sha384>(secret.expose(), message),
        Algorithm::Sha512 => hmac_of::<sha2::Sha512>(secret.expose(), message),
    }
}

/// Computes HMAC-SHA-256 under key bytes that are no account's secret.
pub(super) fn hmac_sha256(key: &[u8], message: &[u8]) -> Zeroizing<Vec<u8>> {
    hmac_of::<sha2::Sha256>(key, message)
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104, section 2)")]
fn hmac_of<D: EagerHash>(key: &[u8], message: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut mac = <Hmac<D> as KeyInit>::new_from_slice(key).expect("any length is right");
    mac.update(message);
    let mut output = mac.finalize().into_bytes();
    let kept = Zeroizing::new(output.to_vec());
    output.as_mut_slice().zeroize();
    kept
}

/// Returns the 31-bit number of RFC 4226, section 5.3.
///
/// The RFC is written for digests of 20 bytes or more. MD5 has 16, so that an offset of 13 to 15 reaches
/// past its end: the bytes that are not there count as zero.
pub(super) fn truncate(mac: &[u8]) -> u32 {
    let offset = usize::from(mac.last().copied().unwrap_or_default() & 0x0f);
    let byte = |index: usize| u32::from(mac.get(offset + index).copied().unwrap_or_default());
    (byte(0) & 0x7f) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3)
}

/// Writes the last `digits` decimal digits of `number`, with leading zeros.
pub(super) fn decimal(number: u32, digits: Digits) -> Zeroizing<String> {
    let width = usize::from(digits.count());
    // Ten digits need 64 bits: 10^10 is more than a u32 holds.
    let shown = u64::from(number) % 10u64.pow(u32::from(digits.count()));
    Zeroizing::new(format!("{shown:0width$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncates_as_the_example_of_the_rfc() {
        let mac = data_encoding::HEXLOWER.decode(b"1f8698690e02ca16618550ef7f19da8e945b555a").unwrap();
        assert_eq!(truncate(&mac), 0x50ef_7f19, "RFC 4226, section 5.4");
    }

    #[test]
    fn counts_missing_bytes_of_a_short_digest_as_zero() {
        let mac = |last| [[0xff; 15].as_slice(), &[last]].concat();
        assert_eq!(truncate(&mac(0x0c)), 0x7fff_ff0c, "the last offset that fits 16 bytes");
        assert_eq!(truncate(&mac(0x0d)), 0x7fff_0d00);
        assert_eq!(truncate(&mac(0x0f)), 0x0f00_0000);
    }

    #[test]
    fn writes_ten_digits_and_leading_zeros() {
        let written = |number, digits| decimal(number, Digits::new(digits).unwrap()).to_string();
        assert_eq!(written(0x7fff_ffff, 10), "2147483647");
        assert_eq!(written(42, 10), "0000000042");
        assert_eq!(written(1_000_007, 6), "000007");
        assert_eq!(written(19, 1), "9");
    }
}
