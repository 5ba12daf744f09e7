//! mOTP (Mobile-OTP): MD5 over time, secret and PIN.

use md5::{Digest, Md5};
use zeroize::{Zeroize, Zeroizing};

use super::{Period, Pin};
use crate::secret::Secret;

/// Computes the code shown at `unix_seconds`: six hexadecimal digits of MD5(step ‖ secret ‖ PIN).
///
/// The step is written in decimal. A secret of hexadecimal digits is hashed in lower case, any other text
/// as it stands.
pub(super) fn code(secret: &Secret, pin: &Pin, unix_seconds: u64) -> Zeroizing<String> {
    let step = unix_seconds / u64::from(Period::TEN.seconds());
    let mut hash = Md5::new_with_prefix(step.to_string());
    hash.update(hashed_text(secret));
    hash.update(pin.expose());
    let mut output = hash.finalize();
    let text = Zeroizing::new(data_encoding::HEXLOWER.encode(&output[..3]));
    output.as_mut_slice().zeroize();
    text
}

fn hashed_text(secret: &Secret) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(secret.expose().to_vec());
    if text.iter().all(u8::is_ascii_hexdigit) {
        text.make_ascii_lowercase();
    }
    text
}
