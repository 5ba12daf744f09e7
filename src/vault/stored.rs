//! How secrets stand inside a sealed record: base64 text for keys, plain text for words.
//!
//! Only sealed records are ever written in this form, see `docs/format.md`.

use std::sync::Arc;

use serde::de::{Deserializer, Error as _};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::stamp::{Field, Stamp};
use crate::account::{AccountId, Position, RecoveryChoice};
use crate::otp::{Algorithm, Digits, Otp, Period, Pin};
use crate::policy::PolicyFile;
use crate::seal::VaultKey;
use crate::secret::{Passphrase, Secret};

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum StoredOtp {
    Hotp { secret: Key, algorithm: StoredAlgorithm, digits: u64, counter: u64 },
    Motp { secret: Key, pin: Option<Words> },
    Steam { secret: Key, digits: u64, period: u64 },
    Totp { secret: Key, algorithm: StoredAlgorithm, digits: u64, period: u64 },
    Yandex { secret: Key, pin: Option<Words> },
}

struct Key(Secret);

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&data_encoding::BASE64.encode_display(self.0.expose()))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = zeroize::Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = data_encoding::BASE64.decode(text.as_bytes());
        bytes.map(|bytes| Self(Secret::new(bytes))).map_err(|_| D::Error::custom("a key is not base64"))
    }
}

struct Words(Passphrase);

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Passphrase::new(text)))
    }
}

struct StoredAlgorithm(Algorithm);

impl Serialize for StoredAlgorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for StoredAlgorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Algorithm::parse(&name).map(Self).map_err(D::Error::custom)
    }
}

impl From<&Otp> for StoredOtp {
    fn from(otp: &Otp) -> Self {
        let secret = Key(otp.secret().clone());
        let words = |pin: &Option<Pin>| pin.as_ref().map(|pin| Words(Passphrase::new(pin.expose().to_owned())));
        let count = |digits: &Digits| u64::from(digits.count());
        let seconds = |period: &Period| u64::from(period.seconds());
        match otp {
            Otp::Hotp { algorithm, digits, counter, .. } => {
                Self::Hotp { secret, algorithm: StoredAlgorithm(*algorithm), digits: count(digits), counter: *counter }
            }
            Otp::Motp { pin, .. } => Self::Motp { secret, pin: words(pin) },
            Otp::Steam { digits, period, .. } => Self::Steam { secret, digits: count(digits), period: seconds(period) },
            Otp::Totp { algorithm, digits, period, .. } => Self::Totp {
                secret,
                algorithm: StoredAlgorithm(*algorithm),
                digits: count(digits),
                period: seconds(period),
            },
            Otp::Yandex { pin, .. } => Self::Yandex { secret, pin: words(pin) },
        }
    }
}

impl TryFrom<StoredOtp> for Otp {
    type Error = crate::otp::OtpError;

    fn try_from(stored: StoredOtp) -> Result<Self, Self::Error> {
        let checked = |pin: Option<Words>| pin.map(|words| Pin::new(words.0)).transpose();
        Ok(match stored {
            StoredOtp::Hotp { secret, algorithm, digits, counter } => {
                Self::Hotp { secret: secret.0, algorithm: algorithm.0, digits: Digits::new(digits)?, counter }
            }
            StoredOtp::Motp { secret, pin } => Self::Motp { secret: secret.0, pin: checked(pin)? },
            StoredOtp::Steam { secret, digits, period } => {
                Self::Steam { secret: secret.0, digits: Digits::new(digits)?, period: Period::new(period)? }
            }
            StoredOtp::Totp { secret, algorithm, digits, period } => Self::Totp {
                secret: secret.0,
                algorithm: algorithm.0,
                digits: Digits::new(digits)?,
                period: Period::new(period)?,
            },
            StoredOtp::Yandex { secret, pin } => Self::Yandex { secret: secret.0, pin: checked(pin)? },
        })
    }
}

pub(super) mod otp {
    //! `Field<Otp>` as `[{kind, secret, …}, stamp]`.
    use super::*;

    pub fn serialize<S: Serializer>(field: &Field<Otp>, serializer: S) -> Result<S::Ok, S::Error> {
        (StoredOtp::from(&field.0), field.1).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Field<Otp>, D::Error> {
        let (stored, stamp) = <(StoredOtp, Stamp)>::deserialize(deserializer)?;
        Otp::try_from(stored).map(|otp| Field(otp, stamp)).map_err(D::Error::custom)
    }
}

pub(super) mod bare_otp {
    //! `Otp` as `{kind, secret, …}`.
    use super::*;

    pub fn serialize<S: Serializer>(otp: &Otp, serializer: S) -> Result<S::Ok, S::Error> {
        StoredOtp::from(otp).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Otp, D::Error> {
        Otp::try_from(StoredOtp::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

pub(super) mod choice {
    //! `Field<Option<RecoveryChoice>>` as `["none" or "later" or null, stamp]`.
    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Stored {
        Later,
        None,
    }

    pub fn serialize<S: Serializer>(field: &Field<Option<RecoveryChoice>>, serializer: S) -> Result<S::Ok, S::Error> {
        let stored = field.0.map(|choice| match choice {
            RecoveryChoice::Later => Stored::Later,
            RecoveryChoice::NoneGiven => Stored::None,
        });
        (stored, field.1).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Field<Option<RecoveryChoice>>, D::Error> {
        let (stored, stamp) = <(Option<Stored>, Stamp)>::deserialize(deserializer)?;
        let choice = stored.map(|stored| match stored {
            Stored::Later => RecoveryChoice::Later,
            Stored::None => RecoveryChoice::NoneGiven,
        });
        Ok(Field(choice, stamp))
    }
}

pub(super) mod key {
    //! A key of backups as base64.
    use super::*;

    pub fn serialize<S: Serializer>(key: &Arc<VaultKey>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&data_encoding::BASE64.encode_display(key.expose()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<VaultKey>, D::Error> {
        let Key(bytes) = Key::deserialize(deserializer)?;
        let bytes: &[u8; 32] = bytes.expose().try_into().map_err(|_| D::Error::custom("a key has another length"))?;
        Ok(Arc::new(VaultKey::from_bytes(bytes)))
    }
}

pub(super) mod keys {
    //! Several of them.
    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct One(#[serde(with = "super::key")] Arc<VaultKey>);

    pub fn serialize<S: Serializer>(keys: &[Arc<VaultKey>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(keys.iter().cloned().map(One))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Arc<VaultKey>>, D::Error> {
        let keys = Vec::<One>::deserialize(deserializer)?;
        Ok(keys.into_iter().map(|One(key)| key).collect())
    }
}

pub(super) mod policy {
    //! `Field<Option<Box<PolicyFile>>>` as `[text of the file or null, stamp]`; the text is read anew, its signature with it.
    use super::*;

    pub fn serialize<S: Serializer>(field: &Field<Option<Box<PolicyFile>>>, serializer: S) -> Result<S::Ok, S::Error> {
        (field.0.as_ref().map(|file| file.text()), field.1).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Field<Option<Box<PolicyFile>>>, D::Error> {
        let (text, stamp) = <(Option<String>, Stamp)>::deserialize(deserializer)?;
        let file = text.map(|text| PolicyFile::read(text.as_bytes())).transpose().map_err(D::Error::custom)?;
        Ok(Field(file.map(Box::new), stamp))
    }
}

pub(super) mod position {
    //! `Field<Option<Position>>` as `[digits or null, stamp]`.
    use super::*;

    pub fn serialize<S: Serializer>(field: &Field<Option<Position>>, serializer: S) -> Result<S::Ok, S::Error> {
        (field.0.as_ref().map(Position::as_str), field.1).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Field<Option<Position>>, D::Error> {
        let (digits, stamp) = <(Option<String>, Stamp)>::deserialize(deserializer)?;
        let position = digits.map(|digits| digits.parse()).transpose().map_err(D::Error::custom)?;
        Ok(Field(position, stamp))
    }
}

pub(super) mod words {
    //! A recovery code as plain text.
    use super::*;

    pub fn serialize<S: Serializer>(words: &Passphrase, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(words.expose())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Passphrase, D::Error> {
        Words::deserialize(deserializer).map(|words| words.0)
    }
}

pub(super) mod id {
    //! An account's name as 32 hexadecimal digits.
    use super::*;

    pub fn serialize<S: Serializer>(id: &AccountId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&data_encoding::HEXLOWER.encode_display(&id.0))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AccountId, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok();
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .map(AccountId)
            .ok_or_else(|| D::Error::custom("an id is not 32 hexadecimal digits"))
    }
}
