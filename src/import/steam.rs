//! Steam: files of the Android app, of Steam Desktop Authenticator and of steamguard-cli, plain and encrypted.
//!
//! An encrypted `.maFile` opens only with the `manifest.json` of its folder, where nonce and salt are. The key is
//! `shared_secret`: the link beside it may hold a placeholder. The revocation code comes along in the note.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::container::Json;
use super::crypt::{Hash, argon2, cbc, pbkdf2};
use super::entry::{self, Entry, first_of};
use super::gather::Gathering;
use super::{Access, Fit, Import, ImportError, Importer, Obstacle, Source};
use crate::account::Draft;

/// Reads Steam.
pub(super) const IMPORTER: Importer = Importer {
    name: "steam",
    about: "Steam: .maFile (plain, or encrypted with its manifest.json beside it), or a file of the Android app",
    detect,
    read,
};

const MANIFEST: &str = "manifest.json";
const ENDING: &str = ".mafile";
/// The rounds that Steam Desktop Authenticator has in its source.
const ROUNDS: u64 = 50_000;
/// What steamguard-cli has in its source: memory in KiB, passes, lanes.
const COST: [u64; 3] = [12 * 1024, 3, 12];
/// The most entries of a manifest that are tried: each costs a derivation.
const MOST_TRIES: usize = 16;

fn detect(source: &Source<'_>) -> Fit {
    if source.json().is_some_and(|json| accounts(json).next().is_some()) {
        return Fit::Yes;
    }
    match source.blocks().is_some() {
        true if is_named(source) => Fit::Yes,
        true if manifest(source).is_some() => Fit::Perhaps,
        _ => Fit::No,
    }
}

fn is_named(source: &Source<'_>) -> bool {
    source.name().to_ascii_lowercase().ends_with(ENDING)
}

/// Returns the accounts of a file: one, or a map of them.
fn accounts(json: &Json) -> impl Iterator<Item = &Json> {
    let many = json.get("accounts").pairs().map(|(_, account)| account);
    std::iter::once(json).chain(many).filter(|account| account.has("shared_secret"))
}

/// Finds the manifest: in the folder, or under the same first words as the file when both were copied out of it.
fn manifest(source: &Source<'_>) -> Option<Json> {
    let name = source.name();
    let fronts = name.char_indices().filter(|(_, letter)| matches!(letter, '_' | '-' | '.' | ' '));
    let beside = fronts.map(|(at, letter)| format!("{}{MANIFEST}", &name[..at + letter.len_utf8()]));
    let mut names = std::iter::once(MANIFEST.to_owned()).chain(beside.take(MOST_TRIES));
    names.find_map(|name| {
        let bytes = source.neighbour(&name)?;
        let json = Json::parse(std::str::from_utf8(&bytes).ok()?).ok()?;
        json.get("entries").is_list().then_some(json)
    })
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    if let Some(json) = source.json() {
        return entries(json, Gathering::new(IMPORTER.name));
    }
    let sealed = source.blocks().ok_or(ImportError::UnknownFormat)?;
    let manifest = manifest(source).ok_or(ImportError::NotImportable(Obstacle::SteamManifest))?;
    let opened = opened(&sealed, &manifest, source.name(), access)?;
    entries(&opened, Gathering::new(IMPORTER.name).encrypted())
}

fn opened(sealed: &[u8], manifest: &Json, name: &str, access: &Access<'_>) -> Result<Json, ImportError> {
    let words = access.needed()?.expose().as_bytes();
    let rows = manifest.get("entries").items();
    let is_one = |row: &&Json| {
        let file = row.get("filename").text();
        !file.is_empty() && name.ends_with(file)
    };
    let named: Vec<_> = rows.iter().filter(is_one).collect();
    let tried = if named.is_empty() { rows.iter().collect() } else { named };
    for row in tried.into_iter().take(MOST_TRIES) {
        let Some(lock) = Lock::of(row) else { continue };
        let key = lock.key(words, access)?;
        // A wrong key fails at the padding, or else at the text.
        let opened = cbc(&*key, &lock.iv, sealed).ok();
        let json = opened.and_then(|bytes| Json::parse(std::str::from_utf8(&bytes).ok()?).ok());
        if let Some(json) = json.filter(|json| accounts(json).next().is_some()) {
            return Ok(json);
        }
    }
    Err(ImportError::WrongPassphrase)
}

/// Is what the manifest says of one file's encryption.
struct Lock {
    iv: Vec<u8>,
    salt: Vec<u8>,
    is_argon2: bool,
}

impl Lock {
    fn of(row: &Json) -> Option<Self> {
        let newer = row.get("encryption");
        let decoded = |names: [&Json; 2]| {
            let text = first_of(names.map(Json::name));
            BASE64.decode(text.as_bytes()).ok().filter(|bytes| !bytes.is_empty())
        };
        let iv = decoded([row.get("encryption_iv"), newer.get("iv")])?;
        let salt = decoded([row.get("encryption_salt"), newer.get("salt")])?;
        Some(Self { iv, salt, is_argon2: newer.get("scheme").text().starts_with("Argon2id") })
    }

    fn key(&self, words: &[u8], access: &Access<'_>) -> Result<Zeroizing<[u8; 32]>, ImportError> {
        match self.is_argon2 {
            true => argon2(access, words, &self.salt, COST),
            false => pbkdf2::<32>(access, Hash::Sha1, words, &self.salt, ROUNDS),
        }
    }
}

fn entries(file: &Json, mut gathering: Gathering) -> Result<Import, ImportError> {
    // The file holds the session and the keys that confirm trades.
    gathering.holds_more();
    for account in accounts(file) {
        gathering.add(|| account.get("account_name").name(), draft(account))?;
    }
    gathering.finish()
}

fn draft(account: &Json) -> Entry {
    let secret = entry::base64(account.get("shared_secret").text())?;
    let code = account.get("revocation_code").name();
    let note = if code.is_empty() { code } else { format!("Steam revocation code: {code}") };
    Ok(Draft { note, ..Draft::new("Steam", account.get("account_name").name(), entry::steam(secret)) })
}
