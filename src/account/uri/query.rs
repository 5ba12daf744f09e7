//! The parameters of a URI, read by name.

use super::UriError;
use super::part::{Decoded, Part, Plus};
use crate::otp::{Algorithm, Digits, Period};
use crate::secret::{Secret, SecretError};

/// Holds the parameters in the order written; the first of a name counts.
pub(super) struct Query<'a> {
    parameters: Vec<(String, Part<'a>)>,
    end: usize,
}

impl<'a> Query<'a> {
    /// Reads what follows the `?`, if there was one; `end` is the place after the whole URI.
    pub(super) fn new(part: Option<Part<'a>>, end: usize) -> Self {
        let mut parameters = Vec::new();
        let mut rest = part;
        while let Some(part) = rest {
            let (pair, more) = part.split("&");
            let (name, value) = pair.split("=");
            let name = name.decoded(Plus::IsSpace).text.trim().to_lowercase();
            // A list copied out of a web page says `&amp;`.
            let name = name.strip_prefix("amp;").unwrap_or(&name).to_owned();
            parameters.push((name, value.unwrap_or(Part { text: "", position: pair.end() })));
            rest = more;
        }
        Self { parameters, end }
    }

    /// Tells whether the name occurs, even without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// Returns the value as written; one that is present and empty counts as absent.
    pub(super) fn raw(&self, name: &str) -> Option<Part<'a>> {
        self.first(name).map(Part::trimmed).filter(|value| !value.text.is_empty())
    }

    /// Returns the decoded value, trimmed; one that is present and empty counts as absent.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.raw(name).map(|value| value.decoded(Plus::IsSpace).text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Returns every value of a name that may be repeated.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let values = self.parameters.iter().filter(|(found, _)| found == name);
        let texts = values.map(|(_, value)| value.decoded(Plus::IsSpace).text.trim().to_owned());
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// Returns the decoded key text, which the URI must have.
    pub(super) fn secret_text(&self) -> Result<Decoded, UriError> {
        let missing = UriError::MissingSecret { position: self.first("secret").map_or(self.end, |part| part.position) };
        self.raw("secret").map(|value| value.decoded(Plus::IsPlus)).ok_or(missing)
    }

    /// Returns the base32 key, which the URI must have.
    pub(super) fn secret(&self) -> Result<Secret, UriError> {
        base32(&self.secret_text()?)
    }

    pub(super) fn algorithm(&self) -> Result<Algorithm, UriError> {
        let (Some(value), Some(name)) = (self.raw("algorithm"), self.text("algorithm")) else {
            return Ok(Algorithm::Sha1);
        };
        Algorithm::parse(&name).map_err(|_| UriError::BadAlgorithm { position: value.position })
    }

    pub(super) fn digits(&self) -> Result<Option<Digits>, UriError> {
        self.number("digits", |position| UriError::BadDigits { position }, |count| Digits::new(count).ok())
    }

    pub(super) fn period(&self) -> Result<Option<Period>, UriError> {
        self.number("period", |position| UriError::BadPeriod { position }, |seconds| Period::new(seconds).ok())
    }

    pub(super) fn counter(&self) -> Result<Option<u64>, UriError> {
        self.number("counter", |position| UriError::BadCounter { position }, Some)
    }

    fn number<T>(
        &self,
        name: &str,
        error: impl FnOnce(usize) -> UriError,
        check: impl FnOnce(u64) -> Option<T>,
    ) -> Result<Option<T>, UriError> {
        let (Some(value), Some(text)) = (self.raw(name), self.text(name)) else { return Ok(None) };
        // Rust would take a sign as well.
        let plain = text.bytes().all(|letter| letter.is_ascii_digit());
        let number = text.parse().ok().filter(|_| plain).and_then(check);
        number.map(Some).ok_or_else(|| error(value.position))
    }

    fn first(&self, name: &str) -> Option<Part<'a>> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| *value)
    }
}

/// Decodes a base32 key and names the place of a foreign character in the whole URI.
pub(super) fn base32(text: &Decoded) -> Result<Secret, UriError> {
    Secret::from_base32(&text.text).map_err(|error| match error {
        SecretError::NotBase32 { position } => UriError::BadSecret { position: text.position(position - 1) },
        _ => UriError::MissingSecret { position: text.position(0) },
    })
}
