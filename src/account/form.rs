//! The form: from what a person types by hand to a draft. Not here: links and pictures.
//!
//! ```
//! use sterk::{Passphrase, account::form::Form, otp::Kind};
//!
//! let secret = Passphrase::new("jbsw y3dp ehpk 3pxp".into());
//! let draft = Form { issuer: " GitHub", ..Form::new(Kind::Totp, &secret) }.draft()?;
//! assert_eq!(draft.issuer, "GitHub");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::Draft;
use crate::otp::{Algorithm, Digits, Kind, Otp, Period};
use crate::secret::{Passphrase, Secret, SecretError};

/// The fewest bytes of a Yandex secret.
const LEAST_YANDEX: usize = 16;

/// Is a form as it was filled in; what is left blank has its ordinary value.
#[derive(Debug)]
pub struct Form<'a> {
    /// How it makes codes.
    pub kind: Kind,
    /// Secret in base32, or the text of mOTP.
    pub secret: &'a Passphrase,
    /// Service; may be blank.
    pub issuer: &'a str,
    /// Name at that service; may be blank.
    pub name: &'a str,
    /// Hash function of TOTP and HOTP, SHA-1 when blank.
    pub algorithm: &'a str,
    /// Characters of a TOTP or HOTP code, six when blank.
    pub digits: &'a str,
    /// Seconds a TOTP code is valid, thirty when blank.
    pub period: &'a str,
    /// Counter of the next HOTP code, zero when blank.
    pub counter: &'a str,
}

impl<'a> Form<'a> {
    /// Makes a form with nothing but a secret filled in.
    pub fn new(kind: Kind, secret: &'a Passphrase) -> Self {
        Self { kind, secret, issuer: "", name: "", algorithm: "", digits: "", period: "", counter: "" }
    }

    /// Reads the form; values that the kind does not have are not looked at.
    ///
    /// # Errors
    /// [`FormError`] names the field that is wrong.
    pub fn draft(&self) -> Result<Draft, FormError> {
        Ok(Draft::new(self.issuer.trim(), self.name.trim(), self.otp()?))
    }

    fn otp(&self) -> Result<Otp, FormError> {
        Ok(match self.kind {
            Kind::Hotp => Otp::Hotp {
                secret: self.base32()?,
                algorithm: self.algorithm()?,
                digits: self.digits()?,
                counter: number(self.counter, 0).ok_or(FormError::Counter)?,
            },
            Kind::Motp => Otp::Motp { secret: self.letters()?, pin: None },
            Kind::Steam => Otp::Steam { secret: self.base32()?, digits: Digits::FIVE, period: Period::THIRTY },
            Kind::Totp => Otp::Totp {
                secret: self.base32()?,
                algorithm: self.algorithm()?,
                digits: self.digits()?,
                period: number(self.period, 30).and_then(|n| Period::new(n).ok()).ok_or(FormError::Period)?,
            },
            Kind::Yandex => {
                let secret = self.base32()?;
                if secret.len() < LEAST_YANDEX {
                    return Err(FormError::ShortSecret);
                }
                Otp::Yandex { secret, pin: None }
            }
        })
    }

    fn base32(&self) -> Result<Secret, FormError> {
        Secret::from_base32(self.secret.expose()).map_err(|error| match error {
            SecretError::Empty => FormError::EmptySecret,
            SecretError::NotBase32 { position } => FormError::NotBase32 { position },
        })
    }

    fn letters(&self) -> Result<Secret, FormError> {
        match self.secret.expose().trim() {
            "" => Err(FormError::EmptySecret),
            letters => Ok(Secret::new(letters.as_bytes().to_vec())),
        }
    }

    fn algorithm(&self) -> Result<Algorithm, FormError> {
        match self.algorithm.trim() {
            "" => Ok(Algorithm::Sha1),
            named => Algorithm::parse(named).map_err(|_| FormError::Algorithm),
        }
    }

    fn digits(&self) -> Result<Digits, FormError> {
        number(self.digits, 6).and_then(|count| Digits::new(count).ok()).ok_or(FormError::Digits)
    }
}

fn number(typed: &str, blank: u64) -> Option<u64> {
    match typed.trim() {
        "" => Some(blank),
        digits => digits.parse().ok(),
    }
}

/// Says which field is wrong; never what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// A hash function that is none of ours.
    #[error("the hash algorithm is not one of MD5, SHA1, SHA224, SHA256, SHA384, SHA512")]
    Algorithm,
    /// The counter is no whole number of 64 bits.
    #[error("the counter is no whole number of at most 64 bits")]
    Counter,
    /// The digits are no number from 1 to 10.
    #[error("digits must be 1 to 10")]
    Digits,
    /// There is no secret.
    #[error("the secret is empty")]
    EmptySecret,
    /// A character that base32 does not have.
    #[error("character {position} of the secret is not base32 (A-Z and 2-7)")]
    NotBase32 {
        /// Position in characters, from 1.
        position: usize,
    },
    /// The period is no number from 1 to 86,400.
    #[error("the period must be 1 to 86,400 seconds")]
    Period,
    /// The secret is too short for this kind.
    #[error("the secret is too short for this kind of account")]
    ShortSecret,
}

impl FormError {
    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Algorithm => "bad_algorithm",
            Self::Counter => "bad_counter",
            Self::Digits => "bad_digits",
            Self::EmptySecret => "empty_secret",
            Self::NotBase32 { .. } => "bad_secret",
            Self::Period => "bad_period",
            Self::ShortSecret => "secret_too_short",
        }
    }

    /// Returns the place of the wrong character within its field, from 1, where one is to blame.
    pub fn position(&self) -> Option<usize> {
        if let Self::NotBase32 { position } = self { Some(*position) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Passphrase {
        Passphrase::new(text.into())
    }

    #[test]
    fn gives_what_is_blank_its_ordinary_value() {
        let secret = words("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let otp = |kind| Form::new(kind, &secret).draft().unwrap().otp;
        let bytes = || Secret::new(b"12345678901234567890".to_vec());
        let (algorithm, digits, period) = (Algorithm::Sha1, Digits::SIX, Period::THIRTY);
        assert_eq!(otp(Kind::Totp), Otp::Totp { secret: bytes(), algorithm, digits, period });
        assert_eq!(otp(Kind::Hotp), Otp::Hotp { secret: bytes(), algorithm, digits, counter: 0 });
        assert_eq!(otp(Kind::Steam), Otp::Steam { secret: bytes(), digits: Digits::FIVE, period });
        assert_eq!(otp(Kind::Yandex), Otp::Yandex { secret: bytes(), pin: None });
    }

    #[test]
    fn reads_every_field_and_drops_space_around_it() {
        let secret = words(" gezd gnbv ");
        let form = Form {
            issuer: " Forge ",
            name: " ada",
            algorithm: " sha256 ",
            digits: " 8",
            counter: "18446744073709551615",
            period: "not looked at",
            ..Form::new(Kind::Hotp, &secret)
        };
        let draft = form.draft().unwrap();
        assert_eq!((draft.issuer.as_str(), draft.name.as_str()), ("Forge", "ada"));
        let (algorithm, digits) = (Algorithm::Sha256, Digits::EIGHT);
        let secret = Secret::new(b"12345".to_vec());
        assert_eq!(draft.otp, Otp::Hotp { secret, algorithm, digits, counter: u64::MAX });
    }

    #[test]
    fn keeps_the_letters_of_motp_as_they_are() {
        let otp = Form::new(Kind::Motp, &words(" 0f0F1 ")).draft().unwrap().otp;
        assert_eq!(otp, Otp::Motp { secret: Secret::new(b"0f0F1".to_vec()), pin: None });
    }

    #[test]
    fn names_the_field_and_the_place_that_are_wrong() {
        let (good, slip, short, none) = (words("GEZDGNBV"), words("GE ZD1NBV"), words("GEZDGNBV"), words(" - "));
        let totp = || Form::new(Kind::Totp, &good);
        for (form, code, position) in [
            (Form::new(Kind::Totp, &slip), "bad_secret", Some(6)),
            (Form::new(Kind::Totp, &none), "empty_secret", None),
            (Form::new(Kind::Motp, &words(" ")), "empty_secret", None),
            (Form::new(Kind::Yandex, &short), "secret_too_short", None),
            (Form { algorithm: "SHA3", ..totp() }, "bad_algorithm", None),
            (Form { digits: "11", ..totp() }, "bad_digits", None),
            (Form { digits: "six", ..totp() }, "bad_digits", None),
            (Form { period: "0", ..totp() }, "bad_period", None),
            (Form { period: "86401", ..totp() }, "bad_period", None),
            (Form { counter: "-1", ..Form::new(Kind::Hotp, &good) }, "bad_counter", None),
        ] {
            let error = form.draft().unwrap_err();
            assert_eq!((error.code(), error.position()), (code, position));
        }
    }
}
