//! What is read as a URI is written, and reads as the same again.

use sterk::Draft;
use sterk::account::uri::{self, MAX_LENGTH};

/// Panics where it does not hold; answers whether it was a URI.
pub fn holds(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    match uri::parse(&text) {
        Ok(draft) => {
            survives_writing(&draft);
            true
        }
        Err(fault) => {
            let places = text.chars().count() + 1;
            assert!((1..=places).contains(&fault.position()), "an error points into the text, or behind its end");
            false
        }
    }
}

/// Panics where a draft does not come back as it was.
pub fn survives_writing(draft: &Draft) {
    let written = uri::write(&draft.issuer, &draft.name, &draft.otp);
    if written.len() > MAX_LENGTH {
        return;
    }
    let again = uri::parse(&written).expect("what we write, we read");
    assert_eq!((&again.issuer, &again.name), (&draft.issuer, &draft.name), "the names come back");
    assert_eq!(again.otp, draft.otp, "the way of making codes comes back");
    assert!(again.note.is_empty(), "nothing is left over");
}
