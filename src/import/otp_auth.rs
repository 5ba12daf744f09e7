//! OTP Auth (iOS, Roland Moers): backups (`.otpauthdb`) and single accounts (`.otpauth`), each in two versions.
//!
//! Settings → Backup, or Export in an account. The outer layer has a key that is the same for everybody; the password
//! opens the inner one, by RNCryptor or, in older versions, by a bare hash. Folders come along as tags.

use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::container::{Archived, Json};
use super::crypt::{cbc, rncryptor};
use super::entry::{self, Entry, Parameters};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;

/// Reads OTP Auth.
pub(super) const IMPORTER: Importer = Importer {
    name: "otp-auth",
    about: "OTP Auth (iOS): backup or single account, with its password",
    detect: |source| Fit::from(outer(source.bytes()).is_some()),
    read,
};

/// What the outer keys are made of: of backups and of single accounts.
const OUTER: [&[u8]; 2] = [b"Authenticator", b"OTPAuth"];
/// How RNCryptor begins, which newer versions use.
const RNCRYPTOR: u8 = 3;

/// Opens the outer layer, if there is one.
fn outer(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let is_blocks = !bytes.is_empty() && bytes.len().is_multiple_of(16);
    let mut opened =
        OUTER.iter().filter(|_| is_blocks).filter_map(|words| cbc(&Sha256::digest(words), &[0; 16], bytes).ok());
    opened.find(|bytes| Archived::detect(bytes))
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let outer = Archived::parse(&outer(source.bytes()).ok_or(ImportError::UnknownFormat)?)?;
    let sealed = [outer.get("WrappedData"), outer.get("Data")].map(Archived::data);
    let sealed = sealed.into_iter().find(|data| !data.is_empty()).ok_or(ImportError::Damaged)?;
    let inner = Archived::parse(&opened(&outer, sealed, access)?)?;
    let mut gathering = Gathering::new(IMPORTER.name).encrypted();
    match inner.get("Folders").is_list() {
        false => add(&mut gathering, account(&inner), "")?,
        true => {
            for folder in inner.get("Folders").items() {
                for account in folder.get("accounts").items() {
                    add(&mut gathering, account, folder.get("name").text())?;
                }
            }
        }
    }
    gathering.finish()
}

/// Finds the account of a file that has one alone.
fn account(inner: &Archived) -> &Archived {
    match inner.get("account") {
        Archived::Null => inner,
        account => account,
    }
}

fn opened(outer: &Archived, sealed: &[u8], access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let words = access.needed()?.expose().as_bytes();
    let (salt, iv) = (outer.get("Salt"), outer.get("IV"));
    let is_rncryptor = sealed[0] == RNCRYPTOR && (salt.data().is_empty() || iv.data().is_empty());
    let opened = match is_rncryptor {
        true => rncryptor(access, words, sealed)?,
        false => bare(salt.data(), iv.data(), words, sealed)?,
    };
    // Chance lets one wrong password in 256 through the padding.
    if Archived::detect(&opened) { Ok(opened) } else { Err(ImportError::WrongPassphrase) }
}

/// Opens what the older versions sealed under a bare hash.
fn bare(salt: &[u8], iv: &[u8], words: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let key = Zeroizing::new(<[u8; 32]>::from(
        Sha256::new().chain_update(salt).chain_update(b"-").chain_update(words).finalize(),
    ));
    cbc(&*key, &Sha1::digest(iv)[..16], sealed).map_err(|_| ImportError::WrongPassphrase)
}

fn add(gathering: &mut Gathering, account: &Archived, folder: &str) -> Result<(), ImportError> {
    gathering.add(|| label(account.get("issuer").text(), account.get("label").text()), draft(account, folder))
}

fn draft(account: &Archived, folder: &str) -> Entry {
    let secret = entry::not_empty(account.get("secret").data().to_vec())?;
    let algorithm = match account.get("algorithm").whole() {
        None | Some(0 | 1) => "SHA1",
        Some(2) => "SHA256",
        Some(3) => "SHA512",
        Some(4) => "MD5",
        _ => return Err(EntryError::BadAlgorithm),
    };
    let algorithm = Json::Text(Zeroizing::new(algorithm.to_owned()));
    // Zero stands for the ordinary number.
    let number = |name: &str| account.get(name).whole().filter(|number| *number != 0).map_or(Json::Null, Json::Whole);
    let (digits, period, counter) = (number("digits"), number("period"), number("counter"));
    let parameters = Parameters { algorithm: &algorithm, digits: &digits, period: &period, counter: &counter };
    let otp = match account.get("type").whole() {
        Some(1) => parameters.hotp(secret)?,
        Some(2) => parameters.totp(secret)?,
        _ => return Err(EntryError::UnknownType),
    };
    let tags = vec![folder.to_owned()];
    Ok(Draft { tags, ..Draft::new(account.get("issuer").text(), account.get("label").text(), otp) })
}
