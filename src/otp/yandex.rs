//! Yandex Key: eight letters from a secret, a PIN and the time.

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::{OtpError, Period, Pin, digest};
use crate::secret::Secret;

/// Bytes of the secret that count; the longer form ends in a version and a checksum.
const KEY_LENGTH: usize = 16;

/// Computes the code shown at `unix_seconds`.
///
/// The key is SHA-256(PIN ‖ secret) without its first byte when that is zero; 63 bits of HMAC-SHA-256 under
/// it are written in base 26 with the letters a to z, most significant first.
pub(super) fn code(secret: &Secret, pin: &Pin, unix_seconds: u64) -> Result<Zeroizing<String>, OtpError> {
    let key = derive_key(secret.expose().get(..KEY_LENGTH).ok_or(OtpError::SecretTooShort)?, pin);
    let step = unix_seconds / u64::from(Period::THIRTY.seconds());
    let mac = digest::hmac_sha256(key.strip_prefix(&[0]).unwrap_or(&key), &step.to_be_bytes());
    Ok(letters(truncate(&mac)))
}

fn derive_key(secret: &[u8], pin: &Pin) -> Zeroizing<Vec<u8>> {
    let mut hash = Sha256::new_with_prefix(pin.expose());
    hash.update(secret);
    let mut output = hash.finalize();
    let key = Zeroizing::new(output.to_vec());
    output.as_mut_slice().zeroize();
    key
}

fn truncate(mac: &[u8]) -> u64 {
    let offset = usize::from(mac.last().copied().unwrap_or_default() & 0x0f);
    let eight = mac.iter().skip(offset).take(8);
    eight.fold(0, |number, byte| number << 8 | u64::from(*byte)) & (u64::MAX >> 1)
}

fn letters(mut number: u64) -> Zeroizing<String> {
    let mut text = Zeroizing::new([b'a'; 8]);
    for letter in text.iter_mut().rev() {
        *letter += (number % 26) as u8;
        number /= 26;
    }
    Zeroizing::new(text.iter().map(|letter| char::from(*letter)).collect())
}
