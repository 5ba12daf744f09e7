//! The other side: a site that hands out a QR code and checks the codes it gets.
//!
//! It computes for itself (RFC 4226 and RFC 6238), with nothing of the program under test.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::time::{SystemTime, UNIX_EPOCH};
use sterk_ui_tests::Outcome;

/// The period of all codes of this site, in seconds.
const PERIOD: u64 = 30;

/// One account at the site.
pub struct Site {
    pub issuer: &'static str,
    pub account: &'static str,
    secret: &'static [u8],
}

/// The site behind the sample picture.
pub const SAMPLE: Site = Site { issuer: "Example", account: "ada@example.org", secret: b"sample-for-the-tour!" };

/// A site that gives a link.
pub const POST: Site = Site { issuer: "Example Post", account: "ada@example.org", secret: b"an invented secret 1" };

/// Another, so that nothing is right by chance.
pub const BANK: Site = Site { issuer: "Example Bank", account: "ada", secret: b"an invented secret 2" };

impl Site {
    /// Returns the link behind the QR code.
    pub fn uri(&self) -> String {
        let issuer = self.issuer.replace(' ', "%20");
        let secret = self.base32();
        format!("otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}", self.account)
    }

    /// Returns the secret as the site shows it in letters.
    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(self.secret)
    }

    /// Returns the secret itself.
    pub fn secret(&self) -> &[u8] {
        self.secret
    }

    /// Returns the same account under another name.
    pub const fn named(&self, issuer: &'static str) -> Site {
        Site { issuer, account: self.account, secret: self.secret }
    }

    /// Tells whether a code is right at one of two times, between which it was read.
    pub fn accepts(&self, code: &str, read_between: (u64, u64)) -> bool {
        let steps = read_between.0 / PERIOD..=read_between.1 / PERIOD;
        steps.into_iter().any(|step| self.code(step).is_ok_and(|right| right == code))
    }

    fn code(&self, step: u64) -> Outcome<String> {
        let mut mac = Hmac::<Sha1>::new_from_slice(self.secret)?;
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let offset = usize::from(hash[19] & 15);
        let bytes: [u8; 4] = hash[offset..offset + 4].try_into()?;
        Ok(format!("{:06}", (u32::from_be_bytes(bytes) & 0x7fff_ffff) % 1_000_000))
    }
}

/// Returns the time now, in Unix seconds.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[test]
fn the_site_computes_as_rfc_4226_says() -> Outcome {
    let site = Site { secret: b"12345678901234567890", ..POST };
    let codes: Vec<String> = (0..3).map(|step| site.code(step)).collect::<Outcome<_>>()?;
    assert_eq!(codes, ["755224", "287082", "359152"], "RFC 4226, appendix D");
    Ok(())
}
