//! Second factors that password managers keep beside a password.

use super::EntryError;
use super::entry::{self, Entry, Parameters, joined};
use crate::account::Draft;

/// Is what the login around a second factor says of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Login {
    /// Its title, which stands for the issuer where the key names none.
    pub(super) title: String,
    /// Its user, who stands for the name.
    pub(super) user: String,
    pub(super) note: String,
    pub(super) tags: Vec<String>,
    pub(super) pinned: bool,
    /// Whether the person had thrown it away.
    pub(super) is_trashed: bool,
}

impl Login {
    /// Makes the account of one key: a link of some kind, or a bare secret.
    pub(super) fn account(&self, key: &str) -> Entry {
        self.around(entry::link_or(key.trim(), |secret| Parameters::default().totp(secret)))
    }

    /// Gives an account what its login says.
    pub(super) fn around(&self, entry: Entry) -> Entry {
        if self.is_trashed {
            return Err(EntryError::Trashed);
        }
        let draft = entry?;
        let issuer = if draft.issuer.is_empty() { self.title.clone() } else { draft.issuer };
        let name = if draft.name.is_empty() { self.user.clone() } else { draft.name };
        let tags = draft.tags.into_iter().chain(self.tags.iter().cloned()).collect();
        let note = joined(draft.note, self.note.trim());
        Ok(Draft { issuer, name, note, tags, pinned: draft.pinned || self.pinned, otp: draft.otp })
    }
}

/// Tells whether a link has a place for a secret and nothing in it: some managers keep such a one in every login.
pub(super) fn is_blank(key: &str) -> bool {
    let key = key.trim();
    let query = key.split_once('?').map(|(_, query)| query);
    let is_empty = |query: &str| {
        let secret = query.split('&').find_map(|pair| pair.strip_prefix("secret="));
        secret.is_some_and(|secret| secret.trim_matches('=').is_empty())
    };
    key.is_empty() || (key.contains("://") && query.is_some_and(is_empty))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::Algorithm;

    #[test]
    fn fills_in_what_the_key_does_not_say() {
        let login = Login { title: "GitHub".into(), user: "ada".into(), ..Login::default() };
        let bare = login.account("jbsw y3dp").unwrap();
        assert_eq!(
            (bare.issuer.as_str(), bare.name.as_str(), bare.otp.algorithm()),
            ("GitHub", "ada", Algorithm::Sha1)
        );
        let link = login.account("otpauth://totp/Acme:bob?secret=JBSWY3DP").unwrap();
        assert_eq!((link.issuer.as_str(), link.name.as_str()), ("Acme", "bob"));
        let named = login.account("steam://JBSWY3DP").unwrap();
        assert_eq!((named.issuer.as_str(), named.name.as_str()), ("GitHub", "ada"));
    }

    #[test]
    fn tells_a_place_for_a_key_from_a_key() {
        for blank in ["", "  ", "otpauth://totp/a?secret=", "otpauth://totp/a?issuer=b&secret=&digits=6"] {
            assert!(is_blank(blank), "{blank}");
        }
        for key in ["JBSWY3DP", "otpauth://totp/a?secret=A", "otpauth://totp/a", "a?secret="] {
            assert!(!is_blank(key), "{key}");
        }
    }
}
