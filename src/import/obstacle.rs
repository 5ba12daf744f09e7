//! What can never be imported, and what to do instead.

use std::fmt;

use super::Source;

/// Names a reason why a file or an entry of another app cannot be brought in, whatever program reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Obstacle {
    /// A secret under a key that never leaves the phone.
    AndroidKeystore,
    /// A Bitwarden export that only the account it came from can open.
    BitwardenAccount,
    /// An account of Duo's own push sign-in.
    DuoPush,
    /// A file that was encrypted with PGP.
    Pgp,
}

impl Obstacle {
    /// Finds the obstacle of a file that no importer can ever read.
    pub(super) fn of(source: &Source<'_>) -> Option<Self> {
        source.begins(b"-----BEGIN PGP MESSAGE").then_some(Self::Pgp)
    }

    /// Returns a word that programs can rely on.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// Returns the next step, as a sentence.
    pub fn hint(self) -> &'static str {
        self.words().2
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::AndroidKeystore => (
                "android_keystore",
                "its secret is encrypted with a key that never leaves the phone",
                "turn the second factor off and on again at the site, and enrol it here",
            ),
            Self::BitwardenAccount => (
                "bitwarden_account_restricted",
                "only the Bitwarden account that made this file can open it",
                "export again and choose \"password protected\", or a file that is not encrypted",
            ),
            Self::DuoPush => (
                "duo_push",
                "it is a sign-in of Duo's own, whose key stays with Duo",
                "add this device at the site that uses Duo",
            ),
            Self::Pgp => (
                "pgp_encrypted",
                "the file is encrypted with PGP",
                "decrypt it first (gpg --decrypt FILE) and import the result",
            ),
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().1)
    }
}
