//! No bytes made of a sealed file ever open to a plaintext that was not sealed.

use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use sterk::VaultKey;
use sterk::seal::{RecordId, Sealed, SlotKey, SlotKind};

/// Opens the keyring slot of the seeds.
static SLOT_KEY: &str = include_str!("../seeds/sealed.key");

static PRISTINE: &[u8] = include_bytes!("../seeds/sealed/four-records");
static KEY: LazyLock<VaultKey> = LazyLock::new(|| {
    let sealed = Sealed::parse(PRISTINE.to_vec()).expect("the seed is whole");
    key_by_slot(&sealed).expect("the seed's slot opens")
});

/// Returns the only plaintext that seeds hold under `id`.
pub fn plain(id: &RecordId) -> Vec<u8> {
    format!("the record {}", HEXLOWER.encode(id)).into_bytes()
}

/// Panics where it does not hold; answers whether it was a sealed file.
pub fn holds(bytes: &[u8]) -> bool {
    // Few changes get past the checksum, and a clever enemy sets it right.
    let mended = with_right_checksum(bytes).is_some_and(opens_to_nothing_else);
    opens_to_nothing_else(bytes.to_vec()) || mended
}

fn opens_to_nothing_else(bytes: Vec<u8>) -> bool {
    let Ok(sealed) = Sealed::parse(bytes) else { return false };
    let by_slot = key_by_slot(&sealed);
    for key in by_slot.iter().chain([&*KEY]) {
        let Ok(opened) = sealed.open(key) else { continue };
        assert!(opened.records.len() + opened.damaged.len() == sealed.record_count(), "no record is lost in silence");
        for (id, bytes) in &opened.records {
            assert_eq!(**bytes, plain(id), "a plaintext that was never sealed");
        }
    }
    true
}

fn key_by_slot(sealed: &Sealed) -> Option<VaultKey> {
    let slot_key = SlotKey::from_text(SLOT_KEY).expect("it is a slot key");
    let mut slots = sealed.header().slots.iter().filter(|slot| matches!(slot.kind, SlotKind::Keyring));
    slots.find_map(|slot| slot.open_with_keyring(sealed.header().vault_id, &slot_key).ok())
}

/// Replaces the checksum behind header and index, where `docs/format.md` puts it.
fn with_right_checksum(bytes: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize| Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?) as usize);
    let end = number(10)?.checked_add(number(14)?.checked_mul(20)?)?.checked_add(18)?;
    let checksum = Sha256::digest(bytes.get(..end)?);
    let mut mended = bytes.to_vec();
    mended.get_mut(end..end.checked_add(32)?)?.copy_from_slice(&checksum);
    Some(mended)
}
