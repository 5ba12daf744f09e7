//! Any other JSON with keys in it, such as that of Zoho OneAuth: objects with a secret, wherever they stand.
//!
//! The last resort for JSON. What an object says of hash function, digits and period counts; what it does not say is
//! ordinary.

use super::container::{Json, NULL};
use super::entry::{self, Entry, Parameters, first_of, without_issuer};
use super::gather::{Gathering, label};
use super::login::is_blank;
use super::{Access, EntryError, Fit, Holds, Import, ImportError, Importer, Source, what_is};
use crate::account::{Draft, uri};
use crate::otp::Otp;

/// Reads objects.
pub(super) const IMPORTER: Importer = Importer {
    name: "json",
    about: "any other JSON with keys in it (Zoho OneAuth, 2FAuth, cotp and others)",
    detect: |source| match source.json() {
        Some(json) if finds(json).next().is_some() => Fit::Perhaps,
        _ => Fit::No,
    },
    read,
};

const SECRETS: [&str; 9] = [
    "secret",
    "secretKey",
    "secret_key",
    "totpSecret",
    "totp_secret",
    "otpSecret",
    "otp_secret",
    "appSecret",
    "app_secret",
];
const ISSUERS: [&str; 9] =
    ["issuer", "issuerName", "service", "serviceName", "appName", "app_name", "provider", "site", "title"];
const NAMES: [&str; 9] =
    ["account", "accountName", "account_name", "username", "userName", "email", "label", "name", "login"];
const KINDS: [&str; 4] = ["type", "otp_type", "tokenType", "kind"];

/// Is one thing found: an object with a secret, or a link.
enum Find<'a> {
    Link(&'a str),
    Object(&'a Json),
}

/// Walks a document in its order; how deep it goes was bounded when it was read.
fn finds(json: &Json) -> impl Iterator<Item = Find<'_>> {
    let mut waiting = vec![json];
    std::iter::from_fn(move || {
        while let Some(json) = waiting.pop() {
            if is_account(json) {
                return Some(Find::Object(json));
            }
            match json {
                Json::Text(text) if what_is(text) == Holds::Account && !is_blank(text) => {
                    return Some(Find::Link(text));
                }
                Json::List(items) => waiting.extend(items.iter().rev()),
                Json::Map(pairs) => waiting.extend(pairs.iter().rev().map(|(_, value)| value)),
                _ => {}
            }
        }
        None
    })
}

/// Tells an account: it has a secret, and a word besides that says whose.
fn is_account(json: &Json) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| !json.get(name).name().is_empty());
    has(&SECRETS) && (has(&ISSUERS) || has(&NAMES))
}

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let json = source.json().ok_or(ImportError::UnknownFormat)?;
    let mut gathering = Gathering::new(IMPORTER.name);
    gathering.holds_more();
    for find in finds(json) {
        match find {
            Find::Link(text) => gathering.add(String::new, uri::parse(text).map_err(Into::into))?,
            Find::Object(object) => {
                let (issuer, name) = names(object);
                gathering.add(|| label(&issuer, &name), draft(object))?;
            }
        }
    }
    gathering.finish()
}

fn first<'a>(object: &'a Json, names: &[&str]) -> &'a Json {
    names.iter().map(|name| object.get(name)).find(|value| !value.is_null()).unwrap_or(&NULL)
}

fn names(object: &Json) -> (String, String) {
    let issuer = first_of(ISSUERS.map(|name| object.get(name).name()));
    let name = first_of(NAMES.map(|name| object.get(name).name()));
    let name = without_issuer(&name, &issuer).to_owned();
    (issuer, name)
}

fn draft(object: &Json) -> Entry {
    let (issuer, name) = names(object);
    let text = first(object, &SECRETS).text();
    if what_is(text) == Holds::Account {
        return Ok(uri::parse(text)?);
    }
    let draft = Draft::new(issuer, name, otp(object, text)?);
    Ok(Draft { note: object.get("note").text().to_owned(), ..draft })
}

fn otp(object: &Json, text: &str) -> Result<Otp, EntryError> {
    let secret = || entry::base32(text);
    let algorithm = first(object, &["algorithm", "algo", "hash"]);
    let digits = first(object, &["digits", "digit", "length"]);
    let period = first(object, &["period", "timeStep", "time_step", "interval", "timer"]);
    let parameters = Parameters { algorithm, digits, period, counter: object.get("counter") };
    match first(object, &KINDS).name().to_ascii_lowercase().as_str() {
        "" | "totp" | "time" | "otp" => parameters.totp(secret()?),
        "hotp" | "counter" => parameters.hotp(secret()?),
        "steam" | "steamtotp" => parameters.steam(secret()?),
        "motp" => Ok(Otp::Motp { secret: entry::motp(text)?, pin: entry::pin(object.get("pin"))? }),
        "yandex" => Ok(Otp::Yandex { secret: entry::yandex(secret()?)?, pin: entry::pin(object.get("pin"))? }),
        // Many call the object itself by a type, as "login" or "code".
        _ if algorithm.is_null() && digits.is_null() => parameters.totp(secret()?),
        _ => Err(EntryError::UnknownType),
    }
}
