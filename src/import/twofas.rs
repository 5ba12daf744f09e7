//! 2FAS (Android, iOS): backups, plain and encrypted, schema 1 to 4.
//!
//! Settings → Backup → Export to a file. An encrypted one keeps its services apart (PBKDF2, AES-256-GCM) and its
//! groups in clear. Icons are not carried.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::container::Json;
use super::crypt::{Hash, gcm, pbkdf2};
use super::entry::{self, Entry, Parameters, first_of, without_issuer};
use super::gather::{Gathering, label};
use super::{Access, EntryError, Fit, Import, ImportError, Importer, Source};
use crate::account::Draft;
use crate::otp::Otp;

/// Reads 2FAS.
pub(super) const IMPORTER: Importer =
    Importer { name: "2fas", about: "2FAS: backup file, plain or encrypted", detect, read };

/// How often the password is hashed.
const ROUNDS: u64 = 10_000;

fn detect(source: &Source<'_>) -> Fit {
    let marks = ["schemaVersion", "servicesEncrypted", "appOrigin", "appVersionCode"];
    let is_backup = |json: &Json| json.get("services").is_list() && marks.iter().any(|mark| json.has(mark));
    Fit::from(source.json().is_some_and(is_backup))
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let file = source.json().ok_or(ImportError::UnknownFormat)?;
    let groups = file.get("groups").items();
    match file.get("servicesEncrypted").text() {
        "" => services(file.get("services"), groups, Gathering::new(IMPORTER.name)),
        sealed => {
            let opened = opened(sealed, access)?;
            let text = std::str::from_utf8(&opened).map_err(|_| ImportError::Damaged)?;
            services(&Json::parse(text)?, groups, Gathering::new(IMPORTER.name).encrypted())
        }
    }
}

/// Opens `ciphertext:salt:iv`, each in base64.
fn opened(sealed: &str, access: &Access<'_>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let decoded = |part: &str| BASE64.decode(part.trim().as_bytes()).map_err(|_| ImportError::Damaged);
    let parts = sealed.split(':').map(decoded).collect::<Result<Vec<_>, _>>()?;
    let [sealed, salt, iv] = <[_; 3]>::try_from(parts).map_err(|_| ImportError::Damaged)?;
    let words = access.needed()?.expose().as_bytes();
    let key = pbkdf2::<32>(access, Hash::Sha256, words, &salt, ROUNDS)?;
    gcm(&*key, &iv, b"", &sealed).map_err(|_| ImportError::WrongPassphrase)
}

fn services(services: &Json, groups: &[Json], mut gathering: Gathering) -> Result<Import, ImportError> {
    if !services.is_list() {
        return Err(ImportError::Damaged);
    }
    for service in services.items() {
        let (issuer, name) = names(service);
        gathering.add(|| label(&issuer, &name), draft(service, groups))?;
    }
    gathering.finish()
}

/// Returns what the person sees: the name of the service, and of the account at it.
fn names(service: &Json) -> (String, String) {
    let otp = service.get("otp");
    let original = otp.get("issuer").name();
    let issuer = first_of([service.get("name").name(), original.clone()]);
    let name = first_of([otp.get("account").name(), otp.get("label").name()]);
    let name = without_issuer(without_issuer(&name, &original), &issuer).to_owned();
    (issuer, name)
}

fn draft(service: &Json, groups: &[Json]) -> Entry {
    let (issuer, name) = names(service);
    // iOS writes the identifiers in upper case and Android in lower.
    let id = service.get("groupId").text();
    let group = groups.iter().find(|group| !id.is_empty() && group.get("id").text().eq_ignore_ascii_case(id));
    let tags = group.map(|group| group.get("name").name()).into_iter().collect();
    Ok(Draft { tags, ..Draft::new(issuer, name, otp(service)?) })
}

fn otp(service: &Json) -> Result<Otp, EntryError> {
    let otp = service.get("otp");
    let secret = entry::base32(service.get("secret").text())?;
    let [algorithm, digits, period, counter] = ["algorithm", "digits", "period", "counter"].map(|name| otp.get(name));
    let parameters = Parameters { algorithm, digits, period, counter };
    match otp.get("tokenType").text().to_ascii_uppercase().as_str() {
        "" | "TOTP" => parameters.totp(secret),
        "HOTP" => parameters.hotp(secret),
        "STEAM" => parameters.steam(secret),
        _ => Err(EntryError::UnknownType),
    }
}
