//! A part of a batch, as text and as bare payload: bounded, and its accounts are good ones.

use data_encoding::BASE64;
use sterk::account::migration::{MAX_PARTS, Part, parse};

use super::uri::survives_writing;

/// Panics where it does not hold; answers whether it was a part.
pub fn holds(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let payload = format!("otpauth-migration://offline?data={}", BASE64.encode(bytes));
    let parts: Vec<Part> = [parse(&text), parse(&payload)].into_iter().flatten().collect();
    parts.iter().for_each(|part| is_sound(part, bytes.len()));
    !parts.is_empty()
}

fn is_sound(part: &Part, length: usize) {
    assert!(part.index < part.size && part.size <= MAX_PARTS, "a part is one of its batch");
    assert!(!part.entries.is_empty() && part.entries.len() <= length, "every entry took bytes of the input");
    for (entry, place) in part.entries.iter().zip(1..) {
        match entry {
            Ok(draft) => survives_writing(draft),
            Err(fault) => assert_eq!(fault.position, place, "an error names its entry"),
        }
    }
}
