//! GNOME Authenticator (Linux): its legacy backup, a list like that of andOTP without issuers.
//!
//! Preferences → Backup. Newer versions write a list of links, or a file of andOTP or Aegis, which are read as such.

use super::container::Json;
use super::gather::{Gathering, label};
use super::{Access, Fit, Import, ImportError, Importer, Source, andotp};
use crate::account::Draft;

/// Reads GNOME Authenticator.
pub(super) const IMPORTER: Importer = Importer {
    name: "gnome-authenticator",
    about: "GNOME Authenticator: legacy backup; newer ones are lists of links",
    detect: |source| Fit::from(source.json().is_some_and(is_legacy)),
    read,
};

/// Tells the legacy list: no entry has an issuer, each has its provider as the only tag.
pub(super) fn is_legacy(json: &Json) -> bool {
    let names_provider = |entry: &Json| {
        let is_split = entry.get("label").text().contains(" - ");
        !entry.has("issuer") && !is_split && entry.get("tags").items().len() == 1
    };
    andotp::is_plain(json) && json.items().iter().all(names_provider)
}

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let mut gathering = Gathering::new(IMPORTER.name);
    for entry in source.json().ok_or(ImportError::UnknownFormat)?.items() {
        let issuer = entry.get("tags").items().first().map(Json::name).unwrap_or_default();
        let name = entry.get("label").name();
        let draft = andotp::otp(entry).map(|otp| Draft::new(issuer.clone(), name.clone(), otp));
        gathering.add(|| label(&issuer, &name), draft)?;
    }
    gathering.finish()
}
