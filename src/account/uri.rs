//! One account as a URI: `otpauth://` and its kin.
//!
//! Reads the Key URI format with its extensions (`steam`, `yaotp`, `apple-otpauth`), `motp://` and
//! `steam://`; strict about secrets and numbers, patient about spelling. Not here: batches of Google
//! Authenticator ([`super::migration`]) and files of many URIs ([`crate::import`]).
//!
//! ```
//! use sterk::account::uri;
//!
//! let draft = uri::parse("otpauth://totp/GitHub:ada?secret=JBSWY3DPEHPK3PXP")?;
//! assert_eq!((draft.issuer.as_str(), draft.name.as_str()), ("GitHub", "ada"));
//!
//! let refused = uri::parse("otpauth://totp/GitHub:ada?secret=JBSWY3DPEHPK3PX1").unwrap_err();
//! assert_eq!((refused.field(), refused.position()), ("secret", 49));
//! # Ok::<(), uri::UriError>(())
//! ```

mod label;
mod part;
mod query;
mod read;

use std::fmt::Write;

use zeroize::Zeroizing;

use self::part::{Part, Plus, push_escaped};
use super::Draft;
use crate::otp::{Algorithm, Digits, Kind, Otp};

pub use self::label::MAX_LABEL;
pub(crate) use self::read::is_yandex_secret;

/// Is the longest URI that is read, in bytes.
pub const MAX_LENGTH: usize = 64 * 1024;

/// Reads one URI; white space around it does not count.
///
/// Where the label names another issuer than the `issuer` parameter, the parameter wins and the label's
/// issuer becomes the note. Names are kept as they are, control characters included: show them through
/// [`super::shown`].
///
/// # Errors
/// [`UriError`] names the field and the place that are wrong.
pub fn parse(text: &str) -> Result<Draft, UriError> {
    if text.len() > MAX_LENGTH {
        let within = text.char_indices().take_while(|(at, letter)| at + letter.len_utf8() <= MAX_LENGTH);
        return Err(UriError::TooLong { position: within.count() + 1 });
    }
    read::draft(text)
}

/// Writes the URI that [`parse`] reads back, with every parameter spelt out.
pub fn write(issuer: &str, name: &str, otp: &Otp) -> Zeroizing<String> {
    let mut uri = Zeroizing::new(String::with_capacity(MAX_LABEL));
    uri.push_str(match otp.kind() {
        Kind::Hotp => "otpauth://hotp/",
        Kind::Motp => "motp://",
        Kind::Steam => "otpauth://steam/",
        Kind::Totp => "otpauth://totp/",
        Kind::Yandex => "otpauth://yaotp/",
    });
    push_label(&mut uri, issuer, name);
    uri.push_str("?secret=");
    match otp {
        Otp::Motp { secret, .. } => push_escaped(&mut uri, secret.expose()),
        _ => uri.push_str(&otp.secret().to_base32()),
    }
    if !issuer.is_empty() {
        uri.push_str("&issuer=");
        push_escaped(&mut uri, issuer.as_bytes());
    }
    push_parameters(&mut uri, issuer, otp);
    uri
}

fn push_label(uri: &mut String, issuer: &str, name: &str) {
    push_escaped(uri, issuer.as_bytes());
    // Without an issuer the colon keeps one in the name from splitting it.
    if !issuer.is_empty() || name.contains(':') {
        uri.push(':');
    }
    push_escaped(uri, name.as_bytes());
}

fn push_parameters(uri: &mut String, issuer: &str, otp: &Otp) {
    // Writing to a String cannot fail.
    let _ = match otp {
        Otp::Motp { .. } => Ok(()),
        Otp::Hotp { algorithm, digits, counter, .. } => {
            write!(uri, "&algorithm={}&digits={}&counter={counter}", algorithm.name(), digits.count())
        }
        Otp::Steam { digits, period, .. } => {
            write!(uri, "&algorithm=SHA1&digits={}&period={}", digits.count(), period.seconds())
        }
        Otp::Totp { algorithm, digits, period, .. } => {
            write!(uri, "&algorithm={}&digits={}&period={}", algorithm.name(), digits.count(), period.seconds())
        }
        Otp::Yandex { .. } => write!(uri, "&algorithm=SHA256&digits=8&period=30"),
    };
    match otp {
        Otp::Motp { pin: Some(pin), .. } => {
            uri.push_str("&pin=");
            push_escaped(uri, pin.expose().as_bytes());
        }
        Otp::Yandex { pin: Some(pin), .. } => {
            uri.push_str("&pin=");
            let encoded = Zeroizing::new(data_encoding::BASE32_NOPAD.encode(pin.expose().as_bytes()));
            uri.push_str(&encoded);
        }
        // Or it would be read as Steam Guard, which Valve writes without any other sign.
        Otp::Totp { algorithm: Algorithm::Sha1, digits: Digits::FIVE, .. } if issuer == "Steam" => {
            uri.push_str("&encoder=totp");
        }
        _ => (),
    }
}

/// Writes bytes so that they can stand as the value of a parameter.
pub(crate) fn escaped(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 3));
    push_escaped(&mut text, bytes);
    text
}

/// Decodes the value of a parameter: escapes, and `+` for a space.
pub(crate) fn decoded(value: &str) -> Zeroizing<String> {
    Part::new(value).decoded(Plus::IsSpace).text
}

/// Says what is wrong with a URI and where; never what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UriError {
    /// A hash function that is none of ours; never replaced by another.
    #[error("the algorithm at character {position} is not one of MD5, SHA1, SHA224, SHA256, SHA384, SHA512")]
    BadAlgorithm {
        /// Place of the value in characters, from 1.
        position: usize,
    },
    /// The counter is no number or has more than 64 bits.
    #[error("the counter at character {position} is not a whole number of 64 bits")]
    BadCounter {
        /// Place of the value in characters, from 1.
        position: usize,
    },
    /// The digits are no number from 1 to 10.
    #[error("the digits at character {position} are not a number from 1 to 10")]
    BadDigits {
        /// Place of the value in characters, from 1.
        position: usize,
    },
    /// The period is no number from 1 to 86,400.
    #[error("the period at character {position} is not a number of seconds from 1 to 86400")]
    BadPeriod {
        /// Place of the value in characters, from 1.
        position: usize,
    },
    /// The PIN is not printable or too long.
    #[error("the PIN at character {position} cannot be read")]
    BadPin {
        /// Place of the value in characters, from 1.
        position: usize,
    },
    /// A character that no secret has.
    #[error("character {position} does not belong in the secret (base32 has A-Z and 2-7)")]
    BadSecret {
        /// Place of the foreign character, from 1.
        position: usize,
    },
    /// The issuer or the name has more than [`MAX_LABEL`] characters.
    #[error("the label at character {position} has an issuer or a name of more than {MAX_LABEL} characters")]
    LabelTooLong {
        /// Place of the label in characters, from 1.
        position: usize,
    },
    /// A Yandex secret that is too short or does not fit its own checksum.
    #[error("the Yandex secret at character {position} is too short or mistyped")]
    MistypedSecret {
        /// Place of the value in characters, from 1.
        position: usize,
    },
    /// There is no secret, or an empty one.
    #[error("the secret is missing at character {position}")]
    MissingSecret {
        /// Place where it should stand, in characters, from 1.
        position: usize,
    },
    /// The URI has more than [`MAX_LENGTH`] bytes.
    #[error("the URI has more than {MAX_LENGTH} bytes, cut at character {position}")]
    TooLong {
        /// Place of the first character too many, from 1.
        position: usize,
    },
    /// It begins like none of the URIs that are read.
    #[error("the text at character {position} does not begin with otpauth://, motp:// or steam://")]
    UnknownScheme {
        /// Place of the scheme in characters, from 1.
        position: usize,
    },
    /// The type is none of `totp`, `hotp`, `steam`, `yaotp`.
    #[error("the type at character {position} is not one of totp, hotp, steam, yaotp")]
    UnknownType {
        /// Place of the type in characters, from 1.
        position: usize,
    },
}

impl UriError {
    /// Returns a word that programs can rely on.
    pub fn code(&self) -> &'static str {
        self.parts().0
    }

    /// Returns the name of the part that is wrong: `secret`, `digits`, `label`, …
    pub fn field(&self) -> &'static str {
        self.parts().1
    }

    /// Returns the place in characters of the input, from 1.
    pub fn position(&self) -> usize {
        self.parts().2
    }

    fn parts(&self) -> (&'static str, &'static str, usize) {
        match *self {
            Self::BadAlgorithm { position } => ("bad_algorithm", "algorithm", position),
            Self::BadCounter { position } => ("bad_counter", "counter", position),
            Self::BadDigits { position } => ("bad_digits", "digits", position),
            Self::BadPeriod { position } => ("bad_period", "period", position),
            Self::BadPin { position } => ("bad_pin", "pin", position),
            Self::BadSecret { position } => ("bad_secret", "secret", position),
            Self::LabelTooLong { position } => ("label_too_long", "label", position),
            Self::MissingSecret { position } => ("missing_secret", "secret", position),
            Self::MistypedSecret { position } => ("mistyped_secret", "secret", position),
            Self::TooLong { position } => ("uri_too_long", "uri", position),
            Self::UnknownScheme { position } => ("unknown_scheme", "scheme", position),
            Self::UnknownType { position } => ("unknown_type", "type", position),
        }
    }
}
