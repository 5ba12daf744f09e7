//! NordPass: its exported CSV, which has no column for one-time passwords.
//!
//! Only what a person typed into a field of their own can be there. A file without one is answered with what to do.

use super::container::{Json, Row, Table};
use super::gather::{Gathering, label};
use super::login::Login;
use super::table::{self, Columns};
use super::{Access, Fit, Import, ImportError, Importer, Obstacle, Source};
use crate::secret::Secret;

/// Reads NordPass.
pub(super) const IMPORTER: Importer = Importer {
    name: "nordpass",
    about: "NordPass: exported CSV, as far as one's own fields hold keys",
    detect: |source| {
        let marks = &["name", "url", "username", "cardholdername", "cardnumber", "zipcode", "folder"];
        Fit::from(table::fits(source, &Columns { marks, ..Columns::NONE }))
    },
    read,
};

/// Words by which people name a field for a key.
const WORDS: [&str; 6] = ["totp", "otp", "2fa", "authenticator", "one-time", "mfa"];

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let mut gathering = Gathering::new(IMPORTER.name);
    gathering.holds_more();
    let mut found = false;
    for (line, row) in Table::parse(source.text().ok_or(ImportError::UnknownFormat)?)?.rows() {
        let login = login(row);
        let fields = Json::parse(row.cell("custom_fields")).unwrap_or(Json::Null);
        for field in fields.items().iter().filter(|field| is_key(field)) {
            found = true;
            gathering.add_at(line, || label(&login.title, &login.user), login.account(field.get("value").text()))?;
        }
    }
    match found {
        true => gathering.finish(),
        false => Err(ImportError::NotImportable(Obstacle::NordPass)),
    }
}

fn is_key(field: &Json) -> bool {
    let (name, value) = (field.get("label").name().to_lowercase(), field.get("value").text());
    let is_named = WORDS.iter().any(|word| name.contains(word)) && Secret::from_base32(value).is_ok();
    value.trim_start().to_ascii_lowercase().starts_with("otpauth://") || is_named
}

fn login(row: Row<'_>) -> Login {
    Login {
        title: row.cell("name").to_owned(),
        user: super::entry::first_of(["username", "email"].map(|name| row.cell(name).to_owned())),
        note: row.cell("note").to_owned(),
        tags: vec![row.cell("folder").to_owned()],
        ..Login::default()
    }
}
