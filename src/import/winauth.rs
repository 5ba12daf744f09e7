//! WinAuth (Windows): its export, a list of links in a ZIP with or without a password.
//!
//! File → Export. The bare text is a list of links and read in `list`, where Steam's own data goes before the secret
//! beside it. `winauth.xml` is bound to the Windows account and is not read.

use super::container::Member;
use super::{Access, Fit, Import, ImportError, Importer, Source, list};

/// Reads WinAuth.
pub(super) const IMPORTER: Importer = Importer {
    name: "winauth",
    about: "WinAuth: exported ZIP with its password, or the text in it",
    detect: |source| Fit::from(member(source).is_some()),
    read,
};

/// Returns the one text of a ZIP that holds nothing else.
fn member<'a>(source: &'a Source<'_>) -> Option<&'a Member> {
    let [member] = source.archive()?.members() else { return None };
    member.name.to_ascii_lowercase().ends_with(".txt").then_some(member)
}

fn read(source: &Source<'_>, access: &Access<'_>) -> Result<Import, ImportError> {
    let archive = source.archive().ok_or(ImportError::UnknownFormat)?;
    let member = member(source).ok_or(ImportError::UnknownFormat)?;
    let bytes = archive.read(member, access)?;
    let inner = Source::new(&bytes);
    let mut import = match list::URIS.detect(&inner) {
        true => Import { format: IMPORTER.name, ..list::URIS.read(&inner, access)? },
        // Somebody packed another text.
        false => super::read_from(&inner, access)?,
    };
    import.encrypted |= member.is_encrypted;
    Ok(import)
}
