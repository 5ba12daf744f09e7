//! FreeOTP (Android): `tokens.xml` of version 1 and the backup of version 2, and what FreeOTP+ shares with them.
//!
//! Version 1 keeps its tokens in settings that only a rooted phone gives out, in clear. Version 2: menu → Backup
//! writes `externalBackup.xml`, which is no XML but a serialised Java map; each secret is sealed under a master key,
//! and that under a password. Pictures are not carried.

use zeroize::Zeroizing;

use super::container::{Json, string_map};
use super::crypt::{Hash, gcm, pbkdf2};
use super::entry::{self, Entry, Parameters, first_of, without_issuer};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;
use crate::otp::{Digits, Otp};
use crate::secret::Secret;

/// Reads FreeOTP.
pub(super) const IMPORTER: Importer = Importer {
    name: "freeotp",
    about: "FreeOTP: encrypted backup of version 2, tokens.xml of version 1",
    detect: |source| Fit::from(source.begins(JAVA) || is_settings(source)),
    read,
};

/// How a serialised object of Java begins.
const JAVA: &[u8] = b"\xac\xed\x00\x05";
const MASTER: &str = "masterKey";
const ORDER: &str = "tokenOrder";
const TOKEN: &str = "-token";

/// Says how a version keeps what it has of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// Version 1: the counter is one behind.
    One,
    /// FreeOTP+: the same, and an issuer by the name of Steam is Steam, whatever the digits say.
    Plus,
    /// Version 2: the counter is that of the next code.
    Two,
}

fn is_settings(source: &Source<'_>) -> bool {
    let strings = source.preferences().unwrap_or_default();
    let is_token = |text: &str| text.contains("\"secret\"") && text.trim_start().starts_with('{');
    strings.iter().any(|(name, text)| name != ORDER && is_token(text))
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    if source.begins(JAVA) { backup(source.bytes(), access) } else { settings(source) }
}

fn settings(source: &Source<'_>) -> Result<Import, ImportError> {
    let strings = source.preferences().ok_or(ImportError::UnknownFormat)?;
    let mut gathering = Gathering::new(IMPORTER.name);
    for (name, text) in strings.iter().filter(|(name, _)| name != ORDER) {
        let token = Json::parse(text).ok();
        let entry = token.as_ref().ok_or(EntryError::Damaged).and_then(|token| draft(token, Habit::One));
        gathering.add(|| token.as_ref().map_or(name.clone(), called), entry)?;
    }
    gathering.finish()
}

/// Names a token for a report.
pub(super) fn called(token: &Json) -> String {
    let (issuer, name) = names(token);
    label(&issuer, &name)
}

/// Reads a token that has its secret in it.
pub(super) fn draft(token: &Json, habit: Habit) -> Entry {
    let secret = token.get("secret");
    if secret.is_null() {
        return Err(EntryError::MissingSecret);
    }
    draft_with(token, entry::not_empty(entry::signed_bytes(secret)?)?, habit)
}

/// Returns issuer and name as the person changed them, else as they came.
fn names(token: &Json) -> (String, String) {
    let chosen = |names: [&str; 3]| first_of(names.map(|name| token.get(name).name()));
    let issuer = chosen(["issuerAlt", "issuerExt", "issuerInt"]);
    let name = chosen(["labelAlt", "label", ""]);
    let name = without_issuer(&name, &issuer).to_owned();
    (issuer, name)
}

fn draft_with(token: &Json, secret: Secret, habit: Habit) -> Entry {
    let (issuer, name) = names(token);
    Ok(Draft::new(issuer, name, otp(token, secret, habit)?))
}

fn otp(token: &Json, secret: Secret, habit: Habit) -> Result<Otp, EntryError> {
    let [algorithm, digits, period, counter] = ["algo", "digits", "period", "counter"].map(|name| token.get(name));
    let parameters = Parameters { algorithm, digits, period, counter };
    match token.get("type").text().to_ascii_uppercase().as_str() {
        "" | "TOTP" => match is_steam(token, parameters, habit)? {
            true => Ok(entry::steam(secret)),
            false => parameters.totp(secret),
        },
        "HOTP" if habit == Habit::Two => parameters.hotp(secret),
        "HOTP" => {
            // The app counts up before it makes a code.
            let next = entry::counter(counter)?.checked_add(1).ok_or(EntryError::BadCounter)?;
            Parameters { counter: &Json::Whole(next.into()), ..parameters }.hotp(secret)
        }
        _ => Err(EntryError::UnknownType),
    }
}

fn is_steam(token: &Json, parameters: Parameters<'_>, habit: Habit) -> Result<bool, EntryError> {
    let issuer = first_of(["issuerExt", "issuerInt"].map(|name| token.get(name).name()));
    let has_its_length = entry::digits(parameters.digits)?.is_none_or(|digits| digits == Digits::FIVE);
    Ok(issuer == "Steam" && (habit == Habit::Plus || has_its_length))
}

/// Is what one key or secret is sealed in.
struct Sealed {
    key: Json,
}

fn backup(bytes: &[u8], access: &Access<'_>) -> Result<Import, ImportError> {
    let strings = string_map(bytes)?;
    let find = |wanted: &str| strings.iter().find(|(name, _)| name == wanted).map(|(_, text)| text);
    let master = Json::parse(find(MASTER).ok_or(ImportError::Damaged)?)?;
    let master = opened_master(&master, access)?;
    let mut gathering = Gathering::new(IMPORTER.name).encrypted();
    for (id, text) in strings.iter().filter(|(name, _)| name != MASTER && name != ORDER && !name.ends_with(TOKEN)) {
        let Some(token) = find(&format!("{id}{TOKEN}")) else { continue };
        let token = Json::parse(token).ok();
        let secret = Sealed::parse(text).and_then(|sealed| sealed.open(&master)).ok();
        let entry = token
            .as_ref()
            .zip(secret)
            .ok_or(EntryError::Damaged)
            .and_then(|(token, secret)| draft_with(token, entry::not_empty(secret.to_vec())?, Habit::Two));
        gathering.add(|| token.as_ref().map(called).unwrap_or_default(), entry)?;
    }
    gathering.finish()
}

fn opened_master(master: &Json, access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let hash = match master.get("mAlgorithm").text().to_ascii_uppercase() {
        name if name.ends_with("SHA512") => Hash::Sha512,
        name if name.ends_with("SHA256") => Hash::Sha256,
        name if name.ends_with("SHA1") => Hash::Sha1,
        _ => return Err(ImportError::Damaged),
    };
    let rounds = master.get("mIterations").number().ok().flatten().ok_or(ImportError::Damaged)?;
    let salt = entry::signed_bytes(master.get("mSalt")).map_err(|_| ImportError::Damaged)?;
    let words = access.needed()?.expose().as_bytes();
    let key = pbkdf2::<32>(access, hash, words, &salt, rounds)?;
    let sealed = Sealed { key: master.get("mEncryptedKey").clone() };
    sealed.open(&*key).map_err(|error| match error {
        NotOpened::Broken => ImportError::Damaged,
        NotOpened::Wrong => ImportError::WrongPassphrase,
    })
}

/// Says why something sealed stays so.
enum NotOpened {
    Broken,
    Wrong,
}

impl Sealed {
    fn parse(text: &str) -> Result<Self, NotOpened> {
        let outer = Json::parse(text).map_err(|_| NotOpened::Broken)?;
        match outer.get("key") {
            Json::Text(key) => Ok(Self { key: Json::parse(key).map_err(|_| NotOpened::Broken)? }),
            key => Ok(Self { key: key.clone() }),
        }
    }

    fn open(&self, key: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let bytes = |name| entry::signed_bytes(self.key.get(name)).map_err(|_| NotOpened::Broken);
        let (sealed, parameters) = (bytes("mCipherText")?, bytes("mParameters")?);
        let nonce = nonce(&parameters).ok_or(NotOpened::Broken)?;
        gcm(key, nonce, self.key.get("mToken").text().as_bytes(), &sealed).map_err(|_| NotOpened::Wrong)
    }
}

/// Finds the nonce in its DER: an octet string, alone or as the first of a sequence.
fn nonce(der: &[u8]) -> Option<&[u8]> {
    match der {
        [0x30, _, rest @ ..] => nonce(rest),
        [0x04, length, rest @ ..] => rest.get(..usize::from(*length)),
        _ => None,
    }
}
