//! From what an app wrote of one account to a draft: checked, never replaced.

use super::EntryError;
use super::container::{Json, NULL};
use crate::account::{Draft, uri};
use crate::otp::{Algorithm, Digits, Otp, Period, Pin};
use crate::secret::{Passphrase, Secret};

/// Is the result of reading one entry.
pub(super) type Entry = Result<Draft, EntryError>;

/// Reads a base32 secret as it really occurs.
pub(super) fn base32(text: &str) -> Result<Secret, EntryError> {
    Ok(Secret::from_base32(text)?)
}

/// Reads a secret written in hexadecimal digits.
pub(super) fn hex(text: &str) -> Result<Secret, EntryError> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes());
    not_empty(bytes.map_err(|_| EntryError::BadSecret)?)
}

/// Reads a secret written in base64, with or without its padding.
pub(super) fn base64(text: &str) -> Result<Secret, EntryError> {
    let bytes = data_encoding::BASE64_NOPAD.decode(text.trim().trim_end_matches('=').as_bytes());
    not_empty(bytes.map_err(|_| EntryError::BadSecret)?)
}

/// Reads a list of bytes, which Java counts from -128 to 127.
pub(super) fn signed_bytes(list: &Json) -> Result<Vec<u8>, EntryError> {
    let byte = |item: &Json| match item {
        Json::Whole(number @ -128..=255) => Some((*number & 0xff) as u8),
        _ => None,
    };
    list.items().iter().map(byte).collect::<Option<_>>().filter(|_| list.is_list()).ok_or(EntryError::BadSecret)
}

/// Reads the secret of mOTP, which is text and stays so.
pub(super) fn motp(text: &str) -> Result<Secret, EntryError> {
    let text = text.trim();
    let is_text = !text.contains(|letter: char| letter.is_control() || letter.is_whitespace());
    if is_text { not_empty(text.as_bytes().to_vec()) } else { Err(EntryError::BadSecret) }
}

/// Lets a Yandex secret through that is long enough and fits its own checksum.
pub(super) fn yandex(secret: Secret) -> Result<Secret, EntryError> {
    if uri::is_yandex_secret(&secret) { Ok(secret) } else { Err(EntryError::BadSecret) }
}

/// Takes bytes for a secret, if there are any.
pub(super) fn not_empty(bytes: Vec<u8>) -> Result<Secret, EntryError> {
    let secret = Secret::new(bytes);
    if secret.is_empty() { Err(EntryError::MissingSecret) } else { Ok(secret) }
}

/// Reads a link of some kind, or else a bare secret in base32.
pub(super) fn link_or(text: &str, bare: impl FnOnce(Secret) -> Result<Otp, EntryError>) -> Entry {
    match text.contains("://") {
        true => Ok(uri::parse(text)?),
        false => Ok(Draft::new("", "", bare(base32(text)?)?)),
    }
}

/// Reads the name of a hash function; without one it is SHA-1.
pub(super) fn algorithm(name: &Json) -> Result<Algorithm, EntryError> {
    match name {
        Json::Null => Ok(Algorithm::Sha1),
        Json::Text(name) if name.trim().is_empty() => Ok(Algorithm::Sha1),
        Json::Text(name) => Algorithm::parse(name).map_err(|_| EntryError::BadAlgorithm),
        _ => Err(EntryError::BadAlgorithm),
    }
}

/// Reads the length of a code, if one is given.
pub(super) fn digits(count: &Json) -> Result<Option<Digits>, EntryError> {
    let count = count.number().map_err(|_| EntryError::BadDigits)?;
    count.map(Digits::new).transpose().map_err(|_| EntryError::BadDigits)
}

/// Reads a period in seconds, if one is given.
pub(super) fn period(seconds: &Json) -> Result<Option<Period>, EntryError> {
    let seconds = seconds.number().map_err(|_| EntryError::BadPeriod)?;
    seconds.map(Period::new).transpose().map_err(|_| EntryError::BadPeriod)
}

/// Reads a counter; without one it is zero.
pub(super) fn counter(number: &Json) -> Result<u64, EntryError> {
    Ok(number.number().map_err(|_| EntryError::BadCounter)?.unwrap_or(0))
}

/// Reads a PIN, if one is given.
pub(super) fn pin(words: &Json) -> Result<Option<Pin>, EntryError> {
    let words = Passphrase::new(words.name());
    if words.is_empty() { Ok(None) } else { Pin::new(words).map(Some).map_err(|_| EntryError::BadPin) }
}

/// Holds the parameters of TOTP and HOTP as an app wrote them; what is null has its ordinary value.
#[derive(Clone, Copy)]
pub(super) struct Parameters<'a> {
    pub(super) algorithm: &'a Json,
    pub(super) digits: &'a Json,
    pub(super) period: &'a Json,
    pub(super) counter: &'a Json,
}

impl Default for Parameters<'_> {
    fn default() -> Self {
        Self { algorithm: &NULL, digits: &NULL, period: &NULL, counter: &NULL }
    }
}

impl Parameters<'_> {
    /// Makes a TOTP; the counter is not looked at.
    pub(super) fn totp(self, secret: Secret) -> Result<Otp, EntryError> {
        let (digits, period) = (digits(self.digits)?, period(self.period)?);
        Ok(Otp::Totp {
            secret,
            algorithm: algorithm(self.algorithm)?,
            digits: digits.unwrap_or(Digits::SIX),
            period: period.unwrap_or(Period::THIRTY),
        })
    }

    /// Makes a HOTP; the period is not looked at.
    pub(super) fn hotp(self, secret: Secret) -> Result<Otp, EntryError> {
        let digits = digits(self.digits)?.unwrap_or(Digits::SIX);
        Ok(Otp::Hotp { secret, algorithm: algorithm(self.algorithm)?, digits, counter: counter(self.counter)? })
    }

    /// Makes a Steam Guard with the digits and the period given; the function is fixed.
    pub(super) fn steam(self, secret: Secret) -> Result<Otp, EntryError> {
        let (digits, period) = (digits(self.digits)?, period(self.period)?);
        Ok(Otp::Steam { secret, digits: digits.unwrap_or(Digits::FIVE), period: period.unwrap_or(Period::THIRTY) })
    }
}

/// Makes the Steam Guard that Steam itself knows: five characters, thirty seconds.
pub(super) fn steam(secret: Secret) -> Otp {
    Otp::Steam { secret, digits: Digits::FIVE, period: Period::THIRTY }
}

/// Returns what follows `issuer:` at the front of a name that repeats it, else the name.
pub(super) fn without_issuer<'a>(name: &'a str, issuer: &str) -> &'a str {
    let rest = name.get(..issuer.len()).filter(|front| front.eq_ignore_ascii_case(issuer) && !front.is_empty());
    let rest = rest.and_then(|_| name[issuer.len()..].trim_start().strip_prefix(':'));
    rest.map_or(name, str::trim)
}

/// Returns the first of the names that is not empty.
pub(super) fn first_of<const N: usize>(names: [String; N]) -> String {
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

/// Joins two notes, either of which may be empty.
pub(super) fn joined(note: String, more: &str) -> String {
    if note.is_empty() || more.is_empty() { note + more } else { format!("{note}\n{more}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text).unwrap()
    }

    #[test]
    fn reports_every_parameter_that_no_code_has() {
        let entry = json(r#"{"a":"SHA3","b":7,"d":11,"e":0,"p":86401,"c":-1,"n":"six"}"#);
        let secret = || Secret::new(vec![1]);
        let with = |algorithm, digits, period, counter| Parameters {
            algorithm: entry.get(algorithm),
            digits: entry.get(digits),
            period: entry.get(period),
            counter: entry.get(counter),
        };
        assert_eq!(with("a", "", "", "").totp(secret()), Err(EntryError::BadAlgorithm));
        assert_eq!(with("b", "", "", "").totp(secret()), Err(EntryError::BadAlgorithm), "a number is no name");
        for digits in ["d", "e", "n"] {
            assert_eq!(with("", digits, "", "").totp(secret()), Err(EntryError::BadDigits));
        }
        for period in ["p", "e", "n"] {
            assert_eq!(with("", "", period, "").totp(secret()), Err(EntryError::BadPeriod));
        }
        assert_eq!(with("", "", "", "c").hotp(secret()), Err(EntryError::BadCounter));
        assert_eq!(with("", "b", "", "c").totp(secret()).unwrap().digits().count(), 7, "a TOTP has no counter");
    }

    #[test]
    fn reads_bytes_as_java_counts_them() {
        assert_eq!(signed_bytes(&json("[-128,-1,0,127,255]")).unwrap(), [128, 255, 0, 127, 255]);
        for bad in ["[-129]", "[256]", "[\"1\"]", "\"AB\"", "null"] {
            assert_eq!(signed_bytes(&json(bad)), Err(EntryError::BadSecret), "{bad}");
        }
    }

    #[test]
    fn takes_a_repeated_issuer_off_a_name() {
        assert_eq!(without_issuer("Acme: ada", "acme"), "ada");
        assert_eq!(without_issuer("Acme:ada:b", "Acme"), "ada:b");
        assert_eq!(without_issuer("Acmeada", "Acme"), "Acmeada");
        assert_eq!(without_issuer(":ada", ""), ":ada");
        assert_eq!(without_issuer("é:ada", "e"), "é:ada");
    }
}
