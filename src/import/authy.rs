//! Authy: settings of a rooted Android phone, and JSON that tools took out of its service or desktop app.
//!
//! There is no export of its own. Tokens are plain, or sealed one by one with the backup password (PBKDF2-HMAC-SHA1,
//! AES-256-CBC). Neither hash function nor period is kept: SHA-1, 30 s; Authy's own tokens have 7 digits and 10 s.

use std::borrow::Cow;
use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use super::container::Json;
use super::crypt::{Hash, cbc, pbkdf2};
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;
use crate::secret::Secret;

/// Reads Authy.
pub(super) const IMPORTER: Importer = Importer {
    name: "authy",
    about: "Authy: settings of a rooted Android phone, or JSON that a tool extracted",
    detect: |source| Fit::from(!lists(source).is_empty()),
    read,
};

/// The settings that hold tokens begin so.
const SETTING: &str = "com.authy.storage.tokens.";
/// How often the password is hashed where the token does not say.
const ROUNDS: u64 = 1_000;
/// The most rounds of all tokens together: each may have a salt of its own.
const MOST_ROUNDS: u64 = 50_000_000;
/// A token of Authy's own: digits and period.
const OWN: (u64, u64) = (7, 10);

/// Where secrets stand: sealed, plain, and of Authy's own; in the spelling of Java and of the service.
const SEALED: [&str; 2] = ["encryptedSecret", "encrypted_seed"];
const PLAIN: [&str; 2] = ["decryptedSecret", "decrypted_seed"];
const SEED: [&str; 2] = ["secretSeed", "secret_seed"];

/// Finds the lists of tokens in a file, whichever of its shapes it has.
fn lists<'a>(source: &'a Source<'_>) -> Vec<Cow<'a, Json>> {
    let lists: Vec<Cow<'_, Json>> = match source.json() {
        Some(json) if json.is_list() => vec![Cow::Borrowed(json)],
        Some(json) => ["authenticator_tokens", "apps"].iter().map(|name| Cow::Borrowed(json.get(name))).collect(),
        None => {
            let ours = source.preferences().unwrap_or_default().iter().filter(|(name, _)| name.starts_with(SETTING));
            ours.filter_map(|(_, text)| Json::parse(text).ok()).map(Cow::Owned).collect()
        }
    };
    let is_token = |token: &Json| [SEALED, PLAIN, SEED].as_flattened().iter().any(|name| token.has(name));
    lists.into_iter().filter(|list| list.items().iter().any(is_token)).collect()
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let lists = lists(source);
    let tokens: Vec<&Json> = lists.iter().flat_map(|list| list.items()).collect();
    let mut keys = Keys { access, known: BTreeMap::new(), rounds: 0 };
    let (mut opened, mut closed) = (0, 0);
    let mut entries = Vec::new();
    for token in &tokens {
        let secret = match sealed(token) {
            Some(sealed) => {
                let secret = keys.open(token, sealed)?;
                if secret.is_some() {
                    opened += 1
                } else {
                    closed += 1
                }
                secret.ok_or(EntryError::BadSecret)
            }
            None => plain(token),
        };
        entries.push(secret.and_then(|secret| draft(token, secret)));
    }
    if closed > 0 && opened == 0 {
        return Err(ImportError::WrongPassphrase);
    }
    let gathering = Gathering::new(IMPORTER.name);
    let mut gathering = if opened > 0 { gathering.encrypted() } else { gathering };
    for (token, entry) in tokens.iter().zip(entries) {
        let (issuer, name) = names(token);
        gathering.add(|| label(&issuer, &name), entry)?;
    }
    gathering.finish()
}

fn either<'a>(token: &'a Json, names: [&str; 2]) -> &'a Json {
    let value = token.get(names[0]);
    if value.is_null() { token.get(names[1]) } else { value }
}

/// Returns what has to be opened: a token that is there in clear as well is not.
fn sealed(token: &Json) -> Option<&str> {
    let is_plain = [PLAIN, SEED].iter().any(|names| !either(token, *names).text().is_empty());
    let sealed = either(token, SEALED).text();
    (!is_plain && !sealed.is_empty()).then_some(sealed)
}

fn plain(token: &Json) -> Result<Secret, EntryError> {
    match either(token, SEED).text() {
        "" => entry::base32(either(token, PLAIN).text()),
        seed => entry::hex(seed),
    }
}

/// Derives each key once.
struct Keys<'a> {
    access: &'a Access<'a>,
    known: BTreeMap<(String, u64), Zeroizing<[u8; 32]>>,
    rounds: u64,
}

impl Keys<'_> {
    /// Opens a secret; none where the password is not right, which only the padding and the letters tell.
    fn open(&mut self, token: &Json, sealed: &str) -> Result<Option<Secret>, ImportError> {
        let rounds = either(token, ["key_derivation_iterations", "keyDerivationIterations"]).number().ok().flatten();
        let key = self.key(token.get("salt").text(), rounds.unwrap_or(ROUNDS))?;
        let iv = match either(token, ["unique_iv", "uniqueIv"]).text() {
            "" => vec![0; 16],
            hex => HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).unwrap_or_default(),
        };
        let opened = BASE64.decode(sealed.trim().as_bytes()).ok().and_then(|sealed| cbc(&*key, &iv, &sealed).ok());
        let secret = opened.as_ref().and_then(|opened| std::str::from_utf8(opened).ok());
        Ok(secret.and_then(|text| entry::base32(text).ok()))
    }

    fn key(&mut self, salt: &str, rounds: u64) -> Result<Zeroizing<[u8; 32]>, ImportError> {
        let words = self.access.needed()?.expose().as_bytes();
        let name = (salt.to_owned(), rounds);
        if let Some(key) = self.known.get(&name) {
            return Ok(key.clone());
        }
        self.rounds = self.rounds.saturating_add(rounds);
        if self.rounds > MOST_ROUNDS {
            return Err(ImportError::TooCostly { what: "more than 50,000,000 rounds of PBKDF2 for all its entries" });
        }
        let key = pbkdf2::<32>(self.access, Hash::Sha1, words, salt.as_bytes(), rounds)?;
        self.known.insert(name, key.clone());
        Ok(key)
    }
}

fn draft(token: &Json, secret: Secret) -> Entry {
    let (issuer, name) = names(token);
    let is_own = !either(token, SEED).text().is_empty();
    let (own_digits, own_period) = (Json::Whole(OWN.0.into()), Json::Whole(OWN.1.into()));
    let given = |name: &str| Some(token.get(name)).filter(|value| !value.is_null());
    let ordinary = Parameters::default();
    let digits = given("digits").unwrap_or(if is_own { &own_digits } else { ordinary.digits });
    let period = given("period").unwrap_or(if is_own { &own_period } else { ordinary.period });
    Ok(Draft::new(issuer, name, Parameters { digits, period, ..ordinary }.totp(secret)?))
}

/// Returns issuer and name: what the site said, else what stands in front of the name, else the kind of account.
fn names(token: &Json) -> (String, String) {
    let name = token.get("name").name();
    let original = either(token, ["originalName", "original_name"]).name();
    let mut issuer = either(token, ["originalIssuer", "original_issuer"]).name();
    if issuer.is_empty() {
        issuer = original.split_once(':').map(|(issuer, _)| issuer.trim().to_owned()).unwrap_or_default();
    }
    if issuer.is_empty() {
        issuer = name.split_once(" - ").map(|(issuer, _)| issuer.trim().to_owned()).unwrap_or_default();
    }
    if issuer.is_empty() {
        issuer = kind(&either(token, ["accountType", "account_type"]).name());
    }
    let name = if name.is_empty() { original } else { name };
    let plain = entry::without_issuer(&name, &issuer);
    let after_dash = plain.strip_prefix(issuer.as_str()).and_then(|rest| rest.strip_prefix(" - "));
    let plain = after_dash.filter(|_| !issuer.is_empty()).unwrap_or(plain).trim().to_owned();
    (issuer, plain)
}

/// Writes the kind of an account as a name; the general one says nothing.
fn kind(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if word != "authenticator" => first.to_uppercase().chain(letters).collect(),
        _ => String::new(),
    }
}
