//! One-time passwords: how an account turns its secret into a code.
//!
//! HOTP (RFC 4226), TOTP (RFC 6238), Steam, mOTP and Yandex. Not here: where secrets come from
//! (`account`) and where they are kept (`vault`).
//!
//! ```
//! use sterk::{Algorithm, Digits, Otp, Period, Secret};
//!
//! let secret = Secret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
//! let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::EIGHT, period: Period::THIRTY };
//! let code = otp.code_at(59)?;
//! assert_eq!((code.text.as_str(), code.valid_until), ("94287082", 60));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod digest;
mod hotp;
mod motp;
mod steam;
mod totp;
mod yandex;

use std::fmt;

use zeroize::Zeroizing;

use crate::secret::{Passphrase, Secret};

/// Names the hash function inside HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// MD5, seen in imports only.
    Md5,
    /// SHA-1, what nearly every service uses.
    Sha1,
    /// SHA-224, seen in imports only.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384, seen in imports only.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// Reads a name in any of its spellings: `SHA1`, `sha-1`, `HmacSHA256`, `Algorithm.sha512`.
    ///
    /// # Errors
    /// [`OtpError::UnknownAlgorithm`]; there is never a fallback to another function.
    pub fn parse(name: &str) -> Result<Self, OtpError> {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        let plain = plain.strip_prefix("HMAC").or(plain.strip_prefix("ALGORITHM")).unwrap_or(&plain);
        match plain {
            "MD5" => Ok(Self::Md5),
            "SHA1" => Ok(Self::Sha1),
            "SHA224" => Ok(Self::Sha224),
            "SHA256" => Ok(Self::Sha256),
            "SHA384" => Ok(Self::Sha384),
            "SHA512" => Ok(Self::Sha512),
            _ => Err(OtpError::UnknownAlgorithm),
        }
    }

    /// Returns the name as the Key URI format writes it, `SHA1` for example.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA1",
            Self::Sha224 => "SHA224",
            Self::Sha256 => "SHA256",
            Self::Sha384 => "SHA384",
            Self::Sha512 => "SHA512",
        }
    }
}

/// Counts the characters of a code, 1 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digits(u8);

impl Digits {
    /// Six, what nearly every service uses.
    pub const SIX: Self = Self(6);
    /// Five, the length of a Steam code.
    pub const FIVE: Self = Self(5);
    /// Eight, the length of a Yandex code.
    pub const EIGHT: Self = Self(8);

    /// Accepts 1 to 10.
    ///
    /// # Errors
    /// [`OtpError::DigitsOutOfRange`] for anything else.
    pub fn new(count: u64) -> Result<Self, OtpError> {
        u8::try_from(count).ok().filter(|n| (1..=10).contains(n)).map(Self).ok_or(OtpError::DigitsOutOfRange)
    }

    /// Returns the count.
    pub fn count(self) -> u8 {
        self.0
    }
}

/// Says how many seconds a code is valid, 1 to 86,400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(u32);

impl Period {
    /// Thirty seconds, what nearly every service uses.
    pub const THIRTY: Self = Self(30);
    /// Ten seconds, the period of mOTP.
    pub const TEN: Self = Self(10);

    /// Accepts 1 to 86,400 seconds, a whole day.
    ///
    /// # Errors
    /// [`OtpError::PeriodOutOfRange`] for anything else.
    pub fn new(seconds: u64) -> Result<Self, OtpError> {
        u32::try_from(seconds).ok().filter(|n| (1..=86_400).contains(n)).map(Self).ok_or(OtpError::PeriodOutOfRange)
    }

    /// Returns the length in seconds.
    pub fn seconds(self) -> u32 {
        self.0
    }
}

/// Holds the PIN that mOTP and Yandex mix into a code; 1 to 64 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin(Passphrase);

impl Pin {
    /// Accepts 1 to 64 printable characters without surrounding space.
    ///
    /// # Errors
    /// [`OtpError::BadPin`] for anything else.
    pub fn new(words: Passphrase) -> Result<Self, OtpError> {
        let text = words.expose();
        let fits =
            (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control) && text.trim() == text;
        if fits { Ok(Self(words)) } else { Err(OtpError::BadPin) }
    }

    /// Lends the characters to a computation.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Names one kind of one-time password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Counter based, RFC 4226.
    Hotp,
    /// Mobile-OTP: MD5 over time, secret and PIN.
    Motp,
    /// Steam Guard: TOTP in an alphabet of its own.
    Steam,
    /// Time based, RFC 6238.
    Totp,
    /// Yandex Key: eight letters, with a PIN.
    Yandex,
}

impl Kind {
    /// Returns the word used in URIs, JSON and options: `totp`, `hotp`, `steam`, `motp`, `yandex`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hotp => "hotp",
            Self::Motp => "motp",
            Self::Steam => "steam",
            Self::Totp => "totp",
            Self::Yandex => "yandex",
        }
    }
}

/// Describes how one account makes codes: its kind with the secret and parameters of that kind.
///
/// Every value is right by its type, so that computing a code cannot meet a zero period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Otp {
    /// Counter based, RFC 4226.
    Hotp {
        /// Shared key.
        secret: Secret,
        /// Hash function.
        algorithm: Algorithm,
        /// Length of a code.
        digits: Digits,
        /// Counter of the next code.
        counter: u64,
    },
    /// Mobile-OTP; the secret is the **text** that is hashed, in the letters the service gave.
    Motp {
        /// Secret text as UTF-8 bytes, usually 16 hexadecimal digits.
        secret: Secret,
        /// PIN of the person; without it there is no code.
        pin: Option<Pin>,
    },
    /// Steam Guard.
    Steam {
        /// Shared key.
        secret: Secret,
        /// Length of a code, five.
        digits: Digits,
        /// Seconds a code is valid.
        period: Period,
    },
    /// Time based, RFC 6238 with T0 = 0.
    Totp {
        /// Shared key.
        secret: Secret,
        /// Hash function.
        algorithm: Algorithm,
        /// Length of a code.
        digits: Digits,
        /// Seconds a code is valid.
        period: Period,
    },
    /// Yandex Key.
    Yandex {
        /// Shared key, 16 or 26 bytes; the first 16 are used.
        secret: Secret,
        /// PIN of the person; without it there is no code.
        pin: Option<Pin>,
    },
}

impl Otp {
    /// Returns the kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Hotp { .. } => Kind::Hotp,
            Self::Motp { .. } => Kind::Motp,
            Self::Steam { .. } => Kind::Steam,
            Self::Totp { .. } => Kind::Totp,
            Self::Yandex { .. } => Kind::Yandex,
        }
    }

    /// Lends the shared key.
    pub fn secret(&self) -> &Secret {
        match self {
            Self::Hotp { secret, .. }
            | Self::Motp { secret, .. }
            | Self::Steam { secret, .. }
            | Self::Totp { secret, .. }
            | Self::Yandex { secret, .. } => secret,
        }
    }

    /// Returns the hash function (what mOTP and Yandex use inside is fixed: MD5 and SHA-256).
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Hotp { algorithm, .. } | Self::Totp { algorithm, .. } => *algorithm,
            Self::Motp { .. } => Algorithm::Md5,
            Self::Steam { .. } => Algorithm::Sha1,
            Self::Yandex { .. } => Algorithm::Sha256,
        }
    }

    /// Returns the length of a code in characters.
    pub fn digits(&self) -> Digits {
        match self {
            Self::Hotp { digits, .. } | Self::Steam { digits, .. } | Self::Totp { digits, .. } => *digits,
            Self::Motp { .. } => Digits::SIX,
            Self::Yandex { .. } => Digits::EIGHT,
        }
    }

    /// Returns the period, or nothing for HOTP.
    pub fn period(&self) -> Option<Period> {
        match self {
            Self::Hotp { .. } => None,
            Self::Motp { .. } => Some(Period::TEN),
            Self::Steam { period, .. } | Self::Totp { period, .. } => Some(*period),
            Self::Yandex { .. } => Some(Period::THIRTY),
        }
    }

    /// Computes the code shown at `unix_seconds`; the next one is the code at its `valid_until`.
    ///
    /// The code is valid while `valid_from <= t < valid_until`, both in Unix seconds.
    ///
    /// # Errors
    /// [`OtpError::CounterBased`] for HOTP, [`OtpError::NeedsPin`] for mOTP and Yandex without a PIN,
    /// [`OtpError::SecretTooShort`] for Yandex under 16 bytes.
    pub fn code_at(&self, unix_seconds: u64) -> Result<Code, OtpError> {
        let period = u64::from(self.period().ok_or(OtpError::CounterBased)?.seconds());
        let text = match self {
            Self::Hotp { .. } => return Err(OtpError::CounterBased),
            Self::Motp { secret, pin } => motp::code(secret, pin.as_ref().ok_or(OtpError::NeedsPin)?, unix_seconds),
            Self::Steam { secret, digits, period } => steam::code(secret, *digits, *period, unix_seconds),
            Self::Totp { secret, algorithm, digits, period } => {
                totp::code(secret, *algorithm, *digits, *period, unix_seconds)
            }
            Self::Yandex { secret, pin } => {
                yandex::code(secret, pin.as_ref().ok_or(OtpError::NeedsPin)?, unix_seconds)?
            }
        };
        let valid_from = unix_seconds - unix_seconds % period;
        Ok(Code { text, valid_from, valid_until: valid_from.saturating_add(period) })
    }

    /// Computes the HOTP code of `counter`, whatever the account's own counter is.
    ///
    /// # Errors
    /// [`OtpError::TimeBased`] for every other kind.
    pub fn code_at_counter(&self, counter: u64) -> Result<Code, OtpError> {
        match self {
            Self::Hotp { secret, algorithm, digits, .. } => {
                let text = hotp::code(secret, *algorithm, *digits, counter);
                Ok(Code { text, valid_from: 0, valid_until: u64::MAX })
            }
            _ => Err(OtpError::TimeBased),
        }
    }
}

/// Is one code and the time it is good for.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// The characters to type, without grouping.
    pub text: Zeroizing<String>,
    /// First second (Unix time) at which the code is valid; 0 for HOTP.
    pub valid_from: u64,
    /// First second (Unix time) at which the code is no longer valid; `u64::MAX` for HOTP.
    pub valid_until: u64,
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({} characters, {}..{})", self.text.chars().count(), self.valid_from, self.valid_until)
    }
}

/// Says why there is no code or no such parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OtpError {
    /// A PIN must have 1 to 64 printable characters.
    #[error("a PIN has 1 to 64 printable characters")]
    BadPin,
    /// HOTP codes do not depend on time.
    #[error("codes of this account are counter based and do not depend on time")]
    CounterBased,
    /// The counter has reached the end of its 64 bits.
    #[error("the counter has reached its end")]
    CounterSpent,
    /// Digits must be 1 to 10.
    #[error("digits must be 1 to 10")]
    DigitsOutOfRange,
    /// The account needs its PIN before it makes codes.
    #[error("this account needs its PIN to make codes")]
    NeedsPin,
    /// The period must be 1 to 86,400 seconds.
    #[error("the period must be 1 to 86,400 seconds")]
    PeriodOutOfRange,
    /// The secret is too short for this kind.
    #[error("the secret is too short for this kind of account")]
    SecretTooShort,
    /// HOTP has no code at this time, TOTP none at this counter.
    #[error("codes of this account depend on time, not on a counter")]
    TimeBased,
    /// A hash function that is none of ours; never replaced by another.
    #[error("the hash algorithm is not one of MD5, SHA1, SHA224, SHA256, SHA384, SHA512")]
    UnknownAlgorithm,
}

impl OtpError {
    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadPin => "bad_pin",
            Self::CounterBased => "counter_based",
            Self::CounterSpent => "counter_spent",
            Self::DigitsOutOfRange => "bad_digits",
            Self::NeedsPin => "needs_pin",
            Self::PeriodOutOfRange => "bad_period",
            Self::SecretTooShort => "secret_too_short",
            Self::TimeBased => "time_based",
            Self::UnknownAlgorithm => "bad_algorithm",
        }
    }
}
