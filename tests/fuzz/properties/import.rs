//! A file of another app: the first byte names its importer, or `@` to have it told by its content.

use std::ops::ControlFlow;

use sterk::Passphrase;
use sterk::account::uri::MAX_LABEL;
use sterk::import::{Access, IMPORTERS, Import, MAX_ENTRIES, Source, read_from};

/// Opens the seeds that are encrypted.
const WORDS: &str = "open sesame";

/// Panics where it does not hold; answers whether it gave an account.
pub fn holds(bytes: &[u8]) -> bool {
    let Some((which, file)) = bytes.split_first() else { return false };
    let words = Passphrase::new(WORDS.to_owned());
    // A mutation may ask for all the work that a file is given: whoever watches stops it at the first look.
    let stop = |_: Option<u16>| ControlFlow::Break(());
    let (source, access) = (Source::new(file), Access::with(&words).watched(&stop));
    let read = match which {
        b'@' => read_from(&source, &access),
        which => IMPORTERS[usize::from(*which) % IMPORTERS.len()].read(&source, &access),
    };
    match read {
        Ok(import) => is_sound(&import),
        Err(error) => assert!(!error.code().is_empty() && !error.to_string().contains(WORDS)),
    }
    read_from(&source, &access).is_ok()
}

fn is_sound(import: &Import) {
    assert!(!import.drafts.is_empty(), "an import has an account");
    assert!(import.drafts.len() + import.skipped.len() <= MAX_ENTRIES, "there is a bound");
    assert_eq!(import.drafts.len(), import.positions.len(), "each has its place");
    for draft in &import.drafts {
        assert!(!draft.otp.secret().is_empty(), "a secret is never empty");
        assert!(draft.issuer.chars().count() <= MAX_LABEL && draft.name.chars().count() <= MAX_LABEL);
    }
    for skipped in &import.skipped {
        assert!(skipped.position > 0 && !skipped.code.is_empty() && !skipped.reason.is_empty());
    }
}
