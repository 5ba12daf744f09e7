//! Reading: one function for each kind of URI.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::UriError;
use super::label::{Names, lost_period};
use super::part::{Part, Plus};
use super::query::{self, Query};
use crate::account::Draft;
use crate::otp::{Algorithm, Digits, Otp, Period, Pin};
use crate::secret::{Passphrase, Secret};

/// Bytes of the long form of a Yandex secret, which ends in a checksum.
const LONG_YANDEX: usize = 26;

pub(super) fn draft(text: &str) -> Result<Draft, UriError> {
    let whole = Part::new(text).trimmed();
    let (scheme, rest) = whole.split("://");
    let unknown = UriError::UnknownScheme { position: whole.position };
    let rest = rest.ok_or(unknown)?;
    match scheme.text.to_ascii_lowercase().as_str() {
        "apple-otpauth" | "otpauth" => key_uri(rest),
        "motp" => motp(rest),
        "steam" => steam(rest),
        _ => Err(unknown),
    }
}

/// `otpauth://TYPE/LABEL?PARAMETERS`, split by hand: to a URL parser the `#` of a label ends the URI.
fn key_uri(body: Part<'_>) -> Result<Draft, UriError> {
    let (path, query) = body.split("?");
    let (kind, label) = path.split("/");
    let label = label.unwrap_or(Part { text: "", position: path.end() }).without('/');
    let query = Query::new(query, body.end());
    let read = match kind.text.to_ascii_lowercase().as_str() {
        "hotp" => hotp,
        "steam" => steam_guard,
        "totp" => totp,
        "yaotp" => yandex,
        _ => return Err(UriError::UnknownType { position: kind.position }),
    };
    let mut names = Names::read(label, &query)?;
    if names.name.is_empty() && kind.text.eq_ignore_ascii_case("yaotp") {
        names.name = query.text("name").unwrap_or_default();
    }
    let otp = read(&query, &names)?;
    Ok(with_names(names, otp, query.texts("tags")))
}

fn with_names(names: Names, otp: Otp, tags: Vec<String>) -> Draft {
    Draft { note: names.other_issuer, tags, ..Draft::new(names.issuer, names.name, otp) }
}

fn hotp(query: &Query<'_>, _: &Names) -> Result<Otp, UriError> {
    let secret = query.secret()?;
    let algorithm = query.algorithm()?;
    let digits = query.digits()?.unwrap_or(Digits::SIX);
    Ok(Otp::Hotp { secret, algorithm, digits, counter: query.counter()?.unwrap_or(0) })
}

fn totp(query: &Query<'_>, names: &Names) -> Result<Otp, UriError> {
    if is_steam(query, names)? {
        return steam_guard(query, names);
    }
    let secret = query.secret()?;
    let algorithm = query.algorithm()?;
    let digits = query.digits()?.unwrap_or(Digits::SIX);
    Ok(Otp::Totp { secret, algorithm, digits, period: period(query)? })
}

/// Tells Steam Guard in the clothes of TOTP: `encoder=steam` (KeePassXC), a bare `steam` (Stratum), Steam's
/// own data (WinAuth), or nothing but the issuer (Valve itself).
fn is_steam(query: &Query<'_>, names: &Names) -> Result<bool, UriError> {
    if let Some(encoder) = query.text("encoder") {
        return Ok(encoder.eq_ignore_ascii_case("steam"));
    }
    if query.has("steam") || steam_data(query).is_some() {
        return Ok(true);
    }
    let usual = query.digits()?.is_none_or(|digits| digits == Digits::FIVE) && query.algorithm()? == Algorithm::Sha1;
    Ok(names.issuer == "Steam" && usual)
}

fn steam_guard(query: &Query<'_>, _: &Names) -> Result<Otp, UriError> {
    let secret = steam_data(query).map_or_else(|| query.secret(), Ok)?;
    // The function is fixed, but a name that nobody knows says that the URI is not understood.
    query.algorithm()?;
    Ok(Otp::Steam { secret, digits: query.digits()?.unwrap_or(Digits::FIVE), period: period(query)? })
}

/// Returns the key that WinAuth keeps in Steam's own data; the `secret` beside it may be a placeholder.
fn steam_data(query: &Query<'_>) -> Option<Secret> {
    #[derive(Deserialize)]
    struct Data {
        shared_secret: String,
    }
    let json = query.raw("data")?.decoded(Plus::IsPlus).text;
    let shared_secret = Zeroizing::new(serde_json::from_str::<Data>(&json).ok()?.shared_secret);
    let bytes = data_encoding::BASE64.decode(shared_secret.as_bytes()).ok()?;
    Some(Secret::new(bytes)).filter(|secret| !secret.is_empty())
}

fn yandex(query: &Query<'_>, _: &Names) -> Result<Otp, UriError> {
    let text = query.secret_text()?;
    let secret = query::base32(&text)?;
    if !is_yandex_secret(&secret) {
        return Err(UriError::MistypedSecret { position: text.position(0) });
    }
    query.algorithm()?;
    query.digits()?;
    query.period()?;
    Ok(Otp::Yandex { secret, pin: yandex_pin(query)? })
}

/// Tells whether bytes are a Yandex secret: long enough, and in its long form with the right checksum.
pub(crate) fn is_yandex_secret(secret: &Secret) -> bool {
    secret.len() >= 16 && (secret.len() != LONG_YANDEX || yandex_checksum_fits(secret.expose()))
}

/// Reduces the first 196 bits as a polynomial by 0x18F3; the last 12 bits must say the same.
fn yandex_checksum_fits(secret: &[u8]) -> bool {
    let bit = |index: usize| u32::from(secret[index / 8] >> (7 - index % 8) & 1);
    let rest = (0..196).fold(0, |rest, index| {
        let shifted = rest << 1 | bit(index);
        if shifted & 0x1000 == 0 { shifted } else { shifted ^ 0x18f3 }
    });
    rest == (196..208).fold(0, |sum, index| sum << 1 | bit(index))
}

/// Reads the PIN as Aegis writes it, in base32.
fn yandex_pin(query: &Query<'_>) -> Result<Option<Pin>, UriError> {
    let Some(value) = query.raw("pin") else { return Ok(None) };
    let bad = UriError::BadPin { position: value.position };
    let bytes = Secret::from_base32(&value.decoded(Plus::IsPlus).text).map_err(|_| bad)?;
    let words = std::str::from_utf8(bytes.expose()).map_err(|_| bad)?;
    Pin::new(Passphrase::new(words.into())).map(Some).map_err(|_| bad)
}

/// `motp://ISSUER:NAME?secret=TEXT`: the label stands where a host would.
fn motp(body: Part<'_>) -> Result<Draft, UriError> {
    let (label, query) = body.split("?");
    let query = Query::new(query, body.end());
    let names = Names::read(label, &query)?;
    let secret = query.secret_text()?;
    if let Some(index) = secret.text.chars().position(|letter| letter.is_control() || letter.is_whitespace()) {
        return Err(UriError::BadSecret { position: secret.position(index) });
    }
    let pin = match query.raw("pin") {
        None => None,
        Some(value) => {
            let words = value.decoded(Plus::IsPlus).text.to_string();
            let pin = Pin::new(Passphrase::new(words));
            Some(pin.map_err(|_| UriError::BadPin { position: value.position })?)
        }
    };
    let otp = Otp::Motp { secret: Secret::new(secret.text.as_bytes().to_vec()), pin };
    Ok(with_names(names, otp, query.texts("tags")))
}

/// `steam://SECRET`, without names, as Bitwarden and Proton keep it.
fn steam(body: Part<'_>) -> Result<Draft, UriError> {
    let (secret, _) = body.split("?");
    let secret = Part { text: secret.text.strip_suffix('/').unwrap_or(secret.text), ..secret };
    let secret = query::base32(&secret.decoded(Plus::IsPlus))?;
    let otp = Otp::Steam { secret, digits: Digits::FIVE, period: Period::THIRTY };
    Ok(Draft::new("", "", otp))
}

fn period(query: &Query<'_>) -> Result<Period, UriError> {
    if let Some(period) = query.period()? {
        return Ok(period);
    }
    let Some((_, lost)) = query.raw("issuer").and_then(lost_period) else { return Ok(Period::THIRTY) };
    let seconds = lost.text.parse().ok().and_then(|seconds| Period::new(seconds).ok());
    seconds.ok_or(UriError::BadPeriod { position: lost.position })
}
