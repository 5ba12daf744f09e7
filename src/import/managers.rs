//! Password managers of which only a CSV is read: Apple Passwords, Dashlane, LastPass, and any other with a column of
//! one-time passwords.
//!
//! Dashlane packs its tables into a ZIP; its `.dash` file is encrypted for itself alone.

use super::table::{self, Columns};
use super::{Access, Fit, Import, ImportError, Importer, Obstacle, Source};

/// Reads Apple Passwords.
pub(super) const APPLE: Importer = Importer {
    name: "apple-passwords",
    about: "Apple Passwords (iCloud, Safari): exported CSV",
    detect: |source| Fit::from(table::fits(source, &APPLE_COLUMNS)),
    read: |source, _| table::read(source, &APPLE_COLUMNS, "apple-passwords"),
};

/// Reads Dashlane.
pub(super) const DASHLANE: Importer = Importer {
    name: "dashlane",
    about: "Dashlane: exported ZIP, or credentials.csv out of it",
    detect: |source| {
        let is_zip = source.archive().is_some_and(|archive| archive.file(CREDENTIALS).is_some());
        Fit::from(is_zip || table::fits(source, &DASHLANE_COLUMNS) || is_old_dashlane(source))
    },
    read: dashlane,
};

/// Reads the passwords of LastPass.
pub(super) const LASTPASS: Importer = Importer {
    name: "lastpass-passwords",
    about: "LastPass (passwords): exported CSV",
    detect: |source| Fit::from(table::fits(source, &LASTPASS_COLUMNS)),
    read: |source, _| table::read(source, &LASTPASS_COLUMNS, "lastpass-passwords"),
};

/// Reads tables of others.
pub(super) const OTHERS: Importer = Importer {
    name: "csv",
    about: "any other CSV with a column of one-time passwords",
    detect: |source| {
        let is_one = MARKS
            .iter()
            .any(|mark| table::fits(source, &Columns { marks: std::slice::from_ref(mark), ..Columns::NONE }));
        if is_one { Fit::Perhaps } else { Fit::No }
    },
    read: |source, _| table::read(source, &OTHER_COLUMNS, "csv"),
};

const CREDENTIALS: &str = "credentials.csv";

const APPLE_COLUMNS: Columns = Columns {
    marks: &["title", "url", "username", "password", "notes", "otpauth"],
    keys: &["otpauth"],
    title: &["title"],
    user: &["username"],
    note: "notes",
    ..Columns::NONE
};

const DASHLANE_COLUMNS: Columns = Columns {
    marks: &["username", "username2", "title", "otpsecret"],
    keys: &["otpurl", "otpsecret"],
    title: &["title", "url"],
    user: &["username", "username2", "username3"],
    note: "note",
    tags: "category",
    ..Columns::NONE
};

const LASTPASS_COLUMNS: Columns = Columns {
    marks: &["url", "username", "password", "totp", "extra", "grouping"],
    keys: &["totp"],
    title: &["name"],
    user: &["username"],
    note: "extra",
    tags: "grouping",
    pinned: "fav",
    ..Columns::NONE
};

/// Names of columns that hold a key and nothing else.
const MARKS: [&str; 10] = [
    "totp",
    "otp",
    "otpauth",
    "otpurl",
    "otpsecret",
    "otp_secret",
    "totp_secret",
    "totpsecret",
    "login_totp",
    "totp_uri",
];

const OTHER_COLUMNS: Columns = Columns {
    keys: &MARKS,
    title: &["title", "name", "issuer", "service", "site", "account", "url", "login_uri"],
    user: &["username", "login_username", "login", "user", "email"],
    ..Columns::NONE
};

/// Tells the JSON of an old Dashlane, and the table of a newer one that has no keys.
fn is_old_dashlane(source: &Source<'_>) -> bool {
    let columns = Columns { marks: &["username", "username2", "username3", "title", "category"], ..Columns::NONE };
    source.json().is_some_and(|json| json.get("AUTHENTIFIANT").is_list()) || table::fits(source, &columns)
}

fn dashlane(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    if let Some(archive) = source.archive() {
        let member = archive.file(CREDENTIALS).ok_or(ImportError::UnknownFormat)?;
        let bytes = archive.read(member, access)?;
        let import = table(&Source::new(&bytes))?;
        return Ok(Import { encrypted: member.is_encrypted, ..import });
    }
    table(source)
}

fn table(source: &Source<'_>) -> Result<Import, ImportError> {
    let newer = Columns { marks: &["username", "username2", "title", "otpurl"], ..Columns::NONE };
    match table::fits(source, &DASHLANE_COLUMNS) || table::fits(source, &newer) {
        true => table::read(source, &DASHLANE_COLUMNS, DASHLANE.name),
        false => Err(ImportError::NotImportable(Obstacle::DashlaneWithoutKeys)),
    }
}
