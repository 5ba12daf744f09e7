//! Links that a policy may carry: https, plain to read, and without disguise.

use std::fmt;

/// Is a link that may be shown in full and opened when a person asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// The most characters of a link.
    pub const MOST: usize = 2_000;

    /// Takes a link: `https://`, a host, maybe a port, and a path, in printable ASCII without blanks.
    ///
    /// A name before an `@` is refused, because `https://bank.example@other.example` leads to the other one; so are
    /// letters outside ASCII, because two hosts may look alike. An international name stands as `xn--…`.
    pub fn new(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("https://").filter(|_| text.len() <= Self::MOST)?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
        let is_port = (1..=5).contains(&port.len()) && port.bytes().all(|letter| letter.is_ascii_digit());
        let is_path = path.bytes().all(|letter| letter.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&letter));
        (is_host(host) && is_port && is_path).then(|| Self(text.to_owned()))
    }

    /// Returns the link as it stands.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Tells whether a text is a host's name: labels of ASCII letters, digits and dashes between dots.
pub(super) fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_plain_links() {
        for text in [
            "https://github.com/settings/security",
            "https://example.org",
            "https://sso.example.org:8443/mfa?step=1&next=%2Fhome#codes",
            "https://xn--bcher-kva.example/",
            "https://intranet/enrol",
        ] {
            assert_eq!(Link::new(text).map(|link| link.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn refuses_other_schemes_and_disguises() {
        for text in [
            "http://example.org",
            "HTTPS://example.org",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "//example.org",
            "https://",
            "https:///path",
            "https://github.com@evil.example/",
            "https://user:pass@example.org/",
            "https://exa mple.org/",
            "https://example.org/a b",
            "https://example.org/\u{202e}gpj.exe",
            "https://ex\u{430}mple.org/",
            "https://example.org/\n",
            "https://example.org\\@evil.example/",
            "https://example.org/`id`",
            "https://example.org:/",
            "https://example.org:99999999/",
            "https://-example.org/",
            "https://example..org/",
            "https://[::1]/",
            " https://example.org",
        ] {
            assert_eq!(Link::new(text), None, "{text}");
        }
        assert_eq!(Link::new(&format!("https://example.org/{}", "a".repeat(Link::MOST))), None);
    }
}
