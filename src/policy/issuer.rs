//! How an account is known to be one of a service.

use unicode_normalization::UnicodeNormalization;

use super::link::is_host;
use crate::account::Account;

/// Is one way to know the issuer of a service's accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Issuer {
    /// The issuer is this domain or lies below it, whatever the case of its letters.
    Domain(Domain),
    /// The issuer is this text, letter by letter.
    Exact(String),
    /// The issuer is this text, whatever the case of its letters and however many blanks stand around it.
    Name(String),
}

impl Issuer {
    /// Tells whether an account's issuer is meant.
    pub fn fits(&self, issuer: &str) -> bool {
        match self {
            Self::Domain(domain) => domain.holds(issuer.trim()),
            Self::Exact(text) => text == issuer,
            Self::Name(text) => folded(text) == folded(issuer),
        }
    }
}

/// Composes letters and lowers their case, so that one name written in two ways is one.
fn folded(text: &str) -> String {
    text.trim().nfkc().collect::<String>().to_lowercase()
}

/// Is a domain in lower-case ASCII, as `example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain(String);

impl Domain {
    /// Takes a domain of two labels or more.
    pub fn new(text: &str) -> Option<Self> {
        (is_host(text) && text.contains('.')).then(|| Self(text.to_ascii_lowercase()))
    }

    /// Returns its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether a name is this domain or lies below it.
    fn holds(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        name == self.0 || name.strip_suffix(&self.0).is_some_and(|rest| rest.ends_with('.'))
    }

    /// Tells whether an account's name is an address at this very domain.
    pub(super) fn has_address(&self, account: &Account) -> bool {
        account.name.trim().rsplit_once('@').is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_in_any_case_and_between_blanks() {
        let name = Issuer::Name("Bücherei Nord".into());
        assert!(name.fits("  bÜCHEREI nord ") && name.fits("Bu\u{308}cherei Nord"));
        assert!(!name.fits("Bücherei") && !name.fits("Bücherei Nord 2") && !name.fits(""));
    }

    #[test]
    fn an_exact_text_fits_itself_alone() {
        let exact = Issuer::Exact("GitHub".into());
        assert!(exact.fits("GitHub"));
        assert!(!exact.fits("github") && !exact.fits("GitHub "));
    }

    #[test]
    fn a_domain_fits_what_lies_below_it_and_no_lookalike() {
        let domain = Issuer::Domain(Domain::new("Example.org").unwrap());
        assert!(domain.fits("example.org") && domain.fits("SSO.Example.ORG"));
        for other in ["badexample.org", "example.org.evil.test", "example.com", "org", "ada@example.org", ""] {
            assert!(!domain.fits(other), "{other}");
        }
    }

    #[test]
    fn refuses_what_is_no_domain() {
        for text in ["", "localhost", ".org", "example.", "exa mple.org", "éxample.org", "https://example.org"] {
            assert_eq!(Domain::new(text), None, "{text}");
        }
    }
}
