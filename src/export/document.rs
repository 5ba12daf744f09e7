//! JSON of secrets: written out and then wiped.

use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use super::ExportError;

/// Writes a document and wipes it.
pub(super) fn written(mut document: Value) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
    let done = serde_json::to_writer(&mut *bytes, &document);
    wipe(&mut document);
    done.map(|()| bytes).map_err(|_| ExportError::NoResources)
}

fn wipe(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(pairs) => pairs.values_mut().for_each(wipe),
        Value::String(text) => text.zeroize(),
        _ => {}
    }
}
