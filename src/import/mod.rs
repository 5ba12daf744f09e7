//! Import: accounts out of files and texts that other apps made.
//!
//! [`read_from`] tells by its content which app made a file and reads it; each app has a file here and a row in
//! [`IMPORTERS`]. Nothing is replaced in silence: what an entry says and cannot be kept is reported, and does not
//! sink the others. Not here: decoding pictures (`scan`), the file system, and what becomes of a draft that is there
//! already (`vault`).
//!
//! ```
//! let file = b"# mine\notpauth://totp/GitHub:ada?secret=JBSWY3DPEHPK3PXP\notpauth://totp/b?secret=1\n";
//! let import = sterk::import::read(file)?;
//! assert_eq!(import.drafts[0].issuer, "GitHub");
//! assert_eq!((import.skipped[0].position, import.skipped[0].code), (3, "bad_secret"));
//! # Ok::<(), sterk::import::ImportError>(())
//! ```

mod access;
mod aegis;
mod andotp;
mod authme;
mod authplus;
mod authy;
mod battlenet;
mod bitwarden;
mod bitwarden_authenticator;
mod collect;
mod container;
mod crypt;
mod cxf;
mod duo;
mod ente;
mod entry;
mod error;
mod freeotp;
mod freeotp_plus;
mod gather;
mod gnome;
mod google;
mod holds;
mod keepass;
mod lastpass;
mod list;
mod login;
mod managers;
mod microsoft;
mod nordpass;
mod objects;
mod obstacle;
mod onepassword;
mod otp_auth;
mod otpclient;
mod page;
mod proton_authenticator;
mod proton_pass;
mod raivo;
mod source;
mod steam;
mod sterk;
mod stratum;
mod table;
mod text;
mod totp_authenticator;
mod twofas;
mod winauth;

use crate::account::Draft;
use crate::account::migration::Parts;

pub use self::access::{Access, Watch};
pub use self::error::{EntryError, ImportError, Skipped};
pub use self::holds::{Holds, what_is};
pub use self::list::{entries, has_remarks, is_list, read_texts};
pub use self::obstacle::Obstacle;
pub use self::source::{Beside, Source};
pub use self::sterk::is_paper;

/// Is the largest file that is read, in bytes.
pub const MAX_FILE: usize = 64 * 1024 * 1024;

/// Is the largest number of entries, good and bad together.
pub const MAX_ENTRIES: usize = 10_000;

/// Lists what can be read, by name.
pub const IMPORTERS: [Importer; 40] = [
    onepassword::IMPORTER,
    twofas::IMPORTER,
    aegis::IMPORTER,
    andotp::IMPORTER,
    managers::APPLE,
    authplus::IMPORTER,
    authme::IMPORTER,
    authy::IMPORTER,
    battlenet::IMPORTER,
    bitwarden::IMPORTER,
    bitwarden_authenticator::IMPORTER,
    managers::OTHERS,
    cxf::IMPORTER,
    managers::DASHLANE,
    duo::IMPORTER,
    ente::IMPORTER,
    freeotp::IMPORTER,
    freeotp_plus::IMPORTER,
    gnome::IMPORTER,
    google::IMPORTER,
    list::GOOGLE,
    page::IMPORTER,
    objects::IMPORTER,
    keepass::IMPORTER,
    lastpass::IMPORTER,
    managers::LASTPASS,
    microsoft::IMPORTER,
    nordpass::IMPORTER,
    otp_auth::IMPORTER,
    list::URIS,
    otpclient::IMPORTER,
    proton_authenticator::IMPORTER,
    proton_pass::IMPORTER,
    raivo::IMPORTER,
    steam::IMPORTER,
    sterk::IMPORTER,
    stratum::IMPORTER,
    text::IMPORTER,
    totp_authenticator::IMPORTER,
    winauth::IMPORTER,
];

/// Reads what one app writes.
#[derive(Debug, Clone, Copy)]
pub struct Importer {
    /// The word that [`Import::format`] answers.
    pub name: &'static str,
    /// What it is, for people.
    pub about: &'static str,
    /// Looks at the content and says whether it is of this app; never by the name alone.
    detect: fn(&Source<'_>) -> Fit,
    /// Reads what fits.
    read: fn(&Source<'_>, &Access<'_>) -> Result<Import, ImportError>,
}

/// Says how well a file fits an importer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It is of another app.
    No,
    /// It has no mark of its own, and only opening it can tell.
    Perhaps,
    /// It is of this app.
    Yes,
}

impl From<bool> for Fit {
    fn from(fits: bool) -> Self {
        if fits { Self::Yes } else { Self::No }
    }
}

impl Importer {
    /// Finds the importer of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        IMPORTERS.iter().find(|importer| importer.name == name)
    }

    /// Tells whether a file may be of this app, which somebody says it is.
    pub fn detect(&self, source: &Source<'_>) -> bool {
        source.note_passphrase();
        (self.detect)(source) != Fit::No
    }

    /// Reads a file of this app.
    ///
    /// # Errors
    /// [`ImportError`]; nothing is half imported.
    pub fn read(&self, source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
        match source.bytes().len() {
            0..=MAX_FILE => (self.read)(source, access),
            _ => Err(ImportError::FileTooBig),
        }
    }
}

/// Is what a file or a set of texts gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Name of the format, one of [`IMPORTERS`]; `google-migration` when every account came out of a batch.
    pub format: &'static str,
    /// Whether the source was encrypted.
    pub encrypted: bool,
    /// Whether the source holds other things than accounts, such as passwords or remarks.
    pub holds_more: bool,
    /// Accounts in the order of the source; there is at least one.
    pub drafts: Vec<Draft>,
    /// Where each of them stood: line of the file, or number of the entry or text, from 1.
    pub positions: Vec<usize>,
    /// Entries that could not be read.
    pub skipped: Vec<Skipped>,
    /// Parts of a batch that were not there, counted from 1.
    pub missing_parts: Vec<u32>,
    /// The parts of batches themselves, to be joined with those of another source.
    pub parts: Parts,
}

impl Import {
    /// Takes over what another file gave; the format of several is `several`, encrypted only if both were.
    pub fn join(&mut self, other: Self) {
        let Self { format, encrypted, holds_more, drafts, positions, skipped, parts, .. } = other;
        if self.format != format {
            self.format = "several";
        }
        self.encrypted &= encrypted;
        self.holds_more |= holds_more;
        self.drafts.extend(drafts);
        self.positions.extend(positions);
        self.skipped.extend(skipped);
        self.parts.join(parts);
        self.missing_parts = self.parts.missing();
    }
}

/// Reads a file of any known app that takes no passphrase.
///
/// # Errors
/// [`ImportError`]; nothing is half imported.
pub fn read(bytes: &[u8]) -> Result<Import, ImportError> {
    read_from(&Source::new(bytes), &Access::default())
}

/// Reads a file of any known app.
///
/// # Errors
/// [`ImportError`]; nothing is half imported.
pub fn read_from(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    if source.bytes().len() > MAX_FILE {
        return Err(ImportError::FileTooBig);
    }
    if access.passphrase.is_some() {
        source.note_passphrase();
    }
    if let Some(importer) = IMPORTERS.iter().find(|importer| (importer.detect)(source) == Fit::Yes) {
        return (importer.read)(source, access);
    }
    if let Some(obstacle) = Obstacle::of(source) {
        return Err(ImportError::NotImportable(obstacle));
    }
    guessed(source, access).or_else(|error| match error {
        ImportError::UnknownFormat => members(source, access),
        other => Err(other),
    })
}

/// Tries everything that the file may be; what opens it was it.
fn guessed(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let mut fault = ImportError::UnknownFormat;
    for importer in IMPORTERS.iter().filter(|importer| (importer.detect)(source) == Fit::Perhaps) {
        match (importer.read)(source, access) {
            // It may be of the next one.
            Err(error @ (ImportError::NeedsPassphrase | ImportError::WrongPassphrase)) => fault = error,
            Err(ImportError::UnknownFormat) => {}
            done => return done,
        }
    }
    Err(fault)
}

/// Reads the files of an archive that is of no app itself.
fn members(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let archive = match source.opened_archive() {
        Ok(archive) => archive,
        Err(ImportError::UnknownFormat) => return Err(unknown(source)),
        Err(error) => return Err(error.clone()),
    };
    let mut found: Option<Import> = None;
    for member in archive.members() {
        let bytes = archive.read(member, access)?;
        // Archives in archives are not followed.
        if container::Archive::detect(&bytes) {
            continue;
        }
        let mut import = match read_from(&Source::new(&bytes).named(&member.name), access) {
            Ok(import) => import,
            Err(ImportError::UnknownFormat) => continue,
            Err(error) => return Err(error),
        };
        import.encrypted |= member.is_encrypted;
        import.skipped.iter_mut().for_each(|skipped| skipped.within = member.name.clone());
        match &mut found {
            Some(found) => found.join(import),
            None => found = Some(import),
        }
    }
    found.filter(|found| found.drafts.len() + found.skipped.len() <= MAX_ENTRIES).ok_or(ImportError::UnknownFormat)
}

/// Says why a file is of no app: JSON may be damaged or hostile, and all else is unknown.
fn unknown(source: &Source<'_>) -> ImportError {
    source.parsed_json().as_ref().err().cloned().unwrap_or(ImportError::UnknownFormat)
}
