//! FreeOTP+ (Android): exported JSON.
//!
//! Settings → Export → JSON. Plain. Its other export is a list of links, and its settings are those of FreeOTP.

use super::container::Json;
use super::freeotp::{self, Habit};
use super::gather::Gathering;
use super::{Access, Fit, Import, ImportError, Importer, Source};

/// Reads FreeOTP+.
pub(super) const IMPORTER: Importer = Importer {
    name: "freeotp-plus",
    about: "FreeOTP+: exported JSON",
    detect: |source| {
        let is_export = |json: &Json| json.get("tokens").is_list() && (json.has("tokenOrder") || has_tokens(json));
        Fit::from(source.json().is_some_and(is_export))
    },
    read,
};

fn has_tokens(json: &Json) -> bool {
    json.get("tokens").items().first().is_some_and(|token| token.has("secret") && token.has("label"))
}

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let mut gathering = Gathering::new(IMPORTER.name);
    for token in source.json().ok_or(ImportError::UnknownFormat)?.get("tokens").items() {
        gathering.add(|| freeotp::called(token), freeotp::draft(token, Habit::Plus))?;
    }
    gathering.finish()
}
