//! The mark in an automatic backup: which one it is, in an order that no clock can change, and of what state.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::seal::{RecordId, SealError, VaultKey};
use crate::vault::{PLAN, Plain, TRAIL};

/// The name of the record that is the mark.
pub(super) const MARK: RecordId = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3];

/// Is what an automatic backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Counts up, whatever the clock says.
    pub sequence: u64,
    /// Tells its content from another.
    pub content: String,
}

/// As it stands in the record.
#[derive(Serialize, Deserialize)]
struct Stored {
    automatic: Mark,
}

impl Mark {
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Stored>(bytes).ok().map(|stored| stored.automatic)
    }

    pub(super) fn write(&self) -> Result<Plain, SealError> {
        let bytes = serde_json::to_vec(&Stored { automatic: self.clone() }).map_err(|_| SealError::TooLarge)?;
        Ok((MARK, Zeroizing::new(bytes)))
    }
}

/// Derives a name for what records hold: 128 bits in hexadecimal.
///
/// How backups are made and what happened to the vault are left out: an unlock is no change to back up.
///
/// It is keyed, so that it may lie about in the clear.
pub(super) fn content_of(records: &[Plain], key: &VaultKey) -> String {
    let mut digest = Sha256::new();
    for (id, bytes) in records.iter().filter(|(id, _)| *id != PLAN.0 && *id != TRAIL.0) {
        digest.update(id);
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    }
    data_encoding::HEXLOWER.encode(&key.derive_fingerprint(&digest.finalize().into())[..16])
}
