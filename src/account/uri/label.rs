//! Who issued a secret and for whom: the label of a URI and its `issuer` parameter.

use super::UriError;
use super::part::{Part, Plus};
use super::query::Query;

/// Is the longest issuer or name, in characters.
pub const MAX_LABEL: usize = 1_000;

/// Is what a URI says about its owner.
pub(super) struct Names {
    pub(super) issuer: String,
    pub(super) name: String,
    /// Issuer in the label where the parameter says another one; else empty.
    pub(super) other_issuer: String,
}

impl Names {
    /// Reads the label together with the parameter, which wins where they differ.
    pub(super) fn read(label: Part<'_>, query: &Query<'_>) -> Result<Self, UriError> {
        let text = label.decoded(Plus::IsPlus).text;
        let names = Self::split(text.trim(), issuer(query));
        let too_long = |text: &str| text.chars().nth(MAX_LABEL).is_some();
        if too_long(&names.issuer) || too_long(&names.name) || too_long(&names.other_issuer) {
            return Err(UriError::LabelTooLong { position: label.position });
        }
        Ok(names)
    }

    fn split(label: &str, issuer: String) -> Self {
        if let Some(name) = after_issuer(label, &issuer) {
            return Self { name: name.trim().into(), issuer, other_issuer: String::new() };
        }
        let Some((prefix, name)) = label.split_once(':').map(|(prefix, name)| (prefix.trim(), name.trim())) else {
            return Self { issuer, name: label.into(), other_issuer: String::new() };
        };
        if issuer.is_empty() {
            return Self { issuer: prefix.into(), name: name.into(), other_issuer: String::new() };
        }
        // Bitwarden Authenticator for Android writes HTML entities in the label alone.
        if without_entities(prefix) == issuer {
            return Self { issuer, name: without_entities(name), other_issuer: String::new() };
        }
        Self { issuer, name: name.into(), other_issuer: prefix.into() }
    }
}

/// Returns the `issuer` parameter, or nothing.
fn issuer(query: &Query<'_>) -> String {
    let Some(value) = query.raw("issuer") else { return String::new() };
    let (value, _) = lost_period(value).unwrap_or((value, value));
    value.decoded(Plus::IsSpace).text.trim().into()
}

/// Finds the period in `issuer=Fooperiod=30`, as old versions of Ente wrote it: an ampersand is missing.
pub(super) fn lost_period(issuer: Part<'_>) -> Option<(Part<'_>, Part<'_>)> {
    let (before, period) = issuer.split("period=");
    let period = period?;
    period.text.bytes().all(|letter| letter.is_ascii_digit()).then_some((before, period))
}

/// Returns what follows `issuer:` at the front of the label, in letters of either case.
fn after_issuer<'a>(label: &'a str, issuer: &str) -> Option<&'a str> {
    let mut rest = label.chars();
    for letter in issuer.chars() {
        rest.next().filter(|found| found.to_lowercase().eq(letter.to_lowercase()))?;
    }
    rest.as_str().trim_start().strip_prefix(':').filter(|_| !issuer.is_empty())
}

fn without_entities(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&apos;", "'")];
    let plain = entities.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter));
    // Last, so that `&amp;lt;` becomes `&lt;` and no further.
    plain.replace("&amp;", "&")
}
