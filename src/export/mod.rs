//! Export: accounts in files that other apps read, encrypted ones first.
//!
//! Each format has a file here and a row in [`EXPORTERS`]. What a format cannot hold is named before anything is
//! written: [`Exporter::losses`]. Nothing is replaced by something near it. Not here: who may export, where the file
//! goes, and the policy of an organisation (`policy`).
//!
//! ```
//! use sterk::account::{AccountId, uri};
//! use sterk::export::Exporter;
//!
//! let draft = uri::parse("otpauth://totp/GitHub:ada?secret=JBSWY3DPEHPK3PXP")?;
//! let list = Exporter::named("uris").expect("it is in the table");
//! let files = list.write(&[draft.into_account(AccountId([7; 16]))], None)?;
//! assert!(files[0].bytes.starts_with(b"otpauth://totp/GitHub:ada?"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aegis;
mod bitwarden;
mod crypt;
mod document;
mod ente;
mod error;
mod google;
mod keepass;
mod list;
mod loss;
mod page;
mod paper;
mod picture;
mod sterk;
mod stratum;
mod twofas;

use zeroize::Zeroizing;

use crate::account::Account;
use crate::secret::Passphrase;

pub use self::error::ExportError;
pub use self::loss::{Loss, Part, Unfit};
pub(crate) use self::paper::MARK as PAPER;

/// Lists what can be written, by name.
pub const EXPORTERS: [Exporter; 13] = [
    twofas::SEALED,
    twofas::PLAIN,
    aegis::SEALED,
    aegis::PLAIN,
    bitwarden::PLAIN,
    ente::SEALED,
    google::PICTURES,
    page::PAGE,
    keepass::SEALED,
    paper::PAGE,
    sterk::SEALED,
    stratum::SEALED,
    list::PLAIN,
];

/// Writes what one app reads.
#[derive(Debug, Clone, Copy)]
pub struct Exporter {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, for people.
    pub about: &'static str,
    /// The ending that its files have.
    pub ending: &'static str,
    /// Whether a passphrase seals the file; all others are plaintext.
    pub is_encrypted: bool,
    /// What of an account has a place in it, besides names and key.
    carries: &'static [Part],
    /// Says why an account has no place in it.
    fits: fn(&Account) -> Result<(), Unfit>,
    /// Writes accounts that fit.
    write: Write,
}

/// Writes accounts that fit, sealed by a passphrase where the format asks for one.
type Write = fn(&[Account], Option<&Passphrase>) -> Result<Vec<Exported>, ExportError>;

/// Is one file of an export; most formats have one alone.
#[derive(Debug)]
pub struct Exported {
    /// Its number where there are several, from 1.
    pub part: Option<usize>,
    /// Its content.
    pub bytes: Zeroizing<Vec<u8>>,
}

impl Exported {
    /// Is the only file of an export.
    fn alone(bytes: Zeroizing<Vec<u8>>) -> Vec<Self> {
        vec![Self { part: None, bytes }]
    }
}

impl Exporter {
    /// Finds the exporter of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        EXPORTERS.iter().find(|exporter| exporter.name == name)
    }

    /// Names what would be lost: accounts that have no place in the format, and parts of others.
    pub fn losses(&self, accounts: &[Account]) -> Vec<Loss> {
        loss::of(self, accounts)
    }

    /// Writes the accounts that have a place in the format, in their order; a passphrase seals those that are sealed.
    ///
    /// # Errors
    /// [`ExportError`]; nothing is half written.
    pub fn write(&self, accounts: &[Account], words: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
        let words = match (self.is_encrypted, words) {
            (true, None) => return Err(ExportError::NeedsPassphrase),
            (true, Some(words)) if words.is_empty() => return Err(ExportError::NeedsPassphrase),
            (is_encrypted, words) => words.filter(|_| is_encrypted),
        };
        let lost = self.losses(accounts);
        let is_kept = |account: &&Account| !lost.iter().any(|loss| loss.account == account.id && loss.unfit.is_some());
        let kept: Vec<Account> = accounts.iter().filter(is_kept).cloned().collect();
        if kept.is_empty() {
            return Err(ExportError::Nothing);
        }
        (self.write)(&kept, words)
    }
}
