//! The head of a sealed file as JSON: what must be readable before there is a key.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Serialize};

use super::error::SealError;
use super::id::{SlotId, VaultId};
use super::kdf::Kdf;
use super::slot::{Slot, SlotKind, Wrap};

/// Most slots of a file.
pub(super) const SLOT_LIMIT: usize = 64;

/// Says what a sealed file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// A copy to be kept elsewhere.
    Backup,
    /// Accounts for another vault.
    Export,
    /// Recovery codes or a kit to be kept apart from the vault.
    Recovery,
    /// The vault itself.
    Vault,
}

/// Is what a sealed file says about itself; readable without a key, unchangeable without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// What the file is for.
    pub purpose: Purpose,
    /// Vault whose records it holds.
    pub vault_id: VaultId,
    /// Unix second at which the vault was made; of a backup, at which it was written.
    pub made_at: u64,
    /// Ways to open it, 1 to 64.
    pub slots: Vec<Slot>,
}

/// Is the header as it stands in the file, with the two values of this very write.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderText {
    purpose: Purpose,
    vault_id: String,
    made_at: u64,
    salt: String,
    commitment: String,
    slots: Vec<SlotText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SlotText {
    id: String,
    name: String,
    kind: String,
    made_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kdf: Option<KdfText>,
    salt: String,
    nonce: String,
    wrapped: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KdfText {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Is a header with what one write adds to it.
#[derive(Debug)]
pub(super) struct WrittenHeader {
    pub(super) header: Header,
    pub(super) salt: [u8; 32],
    pub(super) commitment: [u8; 32],
}

/// Writes the header of one write.
pub(super) fn write(header: &Header, salt: &[u8; 32], commitment: &[u8; 32]) -> Result<Vec<u8>, SealError> {
    check_slots(&header.slots)?;
    let text = HeaderText {
        purpose: header.purpose,
        vault_id: header.vault_id.to_string(),
        made_at: header.made_at,
        salt: HEXLOWER.encode(salt),
        commitment: HEXLOWER.encode(commitment),
        slots: header.slots.iter().map(SlotText::from).collect(),
    };
    serde_json::to_vec(&text).map_err(|_| SealError::TooLarge)
}

/// Reads a header whose checksum was right.
pub(super) fn read(bytes: &[u8]) -> Result<WrittenHeader, SealError> {
    let text: HeaderText = serde_json::from_slice(bytes).map_err(|_| SealError::Damaged)?;
    let slots = text.slots.into_iter().map(Slot::try_from).collect::<Result<Vec<_>, _>>()?;
    check_slots(&slots)?;
    let vault_id = text.vault_id.parse().map_err(|_| SealError::Damaged)?;
    let header = Header { purpose: text.purpose, vault_id, made_at: text.made_at, slots };
    Ok(WrittenHeader { header, salt: bytes_of(&text.salt)?, commitment: bytes_of(&text.commitment)? })
}

fn check_slots(slots: &[Slot]) -> Result<(), SealError> {
    if slots.is_empty() {
        return Err(SealError::NoSlot);
    }
    if slots.len() > SLOT_LIMIT {
        return Err(SealError::TooLarge);
    }
    let mut ids: Vec<SlotId> = slots.iter().map(|slot| slot.id).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) { Err(SealError::RepeatedId) } else { Ok(()) }
}

fn bytes_of<const N: usize>(text: &str) -> Result<[u8; N], SealError> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| SealError::Damaged)?;
    bytes.try_into().map_err(|_| SealError::Damaged)
}

impl From<Slot> for SlotText {
    fn from(slot: Slot) -> Self {
        Self::from(&slot)
    }
}

impl From<&Slot> for SlotText {
    fn from(slot: &Slot) -> Self {
        let kdf = match slot.kind {
            SlotKind::Passphrase(kdf) => {
                Some(KdfText { memory_kib: kdf.memory_kib(), passes: kdf.passes(), lanes: kdf.lanes() })
            }
            SlotKind::Keyring | SlotKind::RecoveryKey => None,
        };
        Self {
            id: slot.id.to_string(),
            name: slot.name.clone(),
            kind: slot.kind.name().to_owned(),
            made_at: slot.made_at,
            kdf,
            salt: HEXLOWER.encode(&slot.wrap.salt),
            nonce: HEXLOWER.encode(&slot.wrap.nonce),
            wrapped: HEXLOWER.encode(&slot.wrap.wrapped),
        }
    }
}

impl TryFrom<SlotText> for Slot {
    type Error = SealError;

    fn try_from(text: SlotText) -> Result<Self, SealError> {
        let kind = match (text.kind.as_str(), text.kdf) {
            ("keyring", None) => SlotKind::Keyring,
            ("passphrase", Some(kdf)) => SlotKind::Passphrase(Kdf::new(kdf.memory_kib, kdf.passes, kdf.lanes)?),
            ("recovery-key", None) => SlotKind::RecoveryKey,
            _ => return Err(SealError::Damaged),
        };
        let id = text.id.parse().map_err(|_| SealError::Damaged)?;
        let wrap =
            Wrap { salt: bytes_of(&text.salt)?, nonce: bytes_of(&text.nonce)?, wrapped: bytes_of(&text.wrapped)? };
        Ok(Self { id, name: text.name, kind, made_at: text.made_at, wrap })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::VaultKey;
    use crate::secret::Passphrase;

    fn header() -> Header {
        let (key, vault_id) = (VaultKey::make().unwrap(), VaultId([1; 16]));
        let words = Passphrase::new("words".into());
        let slots = vec![
            Slot::with_keyring(&key, vault_id, "a \" and \u{202e} é", 5).unwrap().0,
            Slot::with_recovery_key(&key, vault_id, "", 6).unwrap().0,
            Slot::with_passphrase(&key, vault_id, "typed", &words, Kdf::FLOOR, u64::MAX).unwrap(),
        ];
        Header { purpose: Purpose::Backup, vault_id, made_at: 7, slots }
    }

    fn text(header: &Header) -> String {
        String::from_utf8(write(header, &[2; 32], &[3; 32]).unwrap()).unwrap()
    }

    #[test]
    fn reads_what_it_writes() {
        let header = header();
        let read = read(text(&header).as_bytes()).unwrap();
        assert_eq!((read.header, read.salt, read.commitment), (header, [2; 32], [3; 32]));
    }

    #[test]
    fn refuses_cost_outside_the_limits_before_any_work() {
        let text = text(&header());
        for (from, to) in [("\"passes\":2", "\"passes\":1"), ("\"memory_kib\":19456", "\"memory_kib\":4294967295")] {
            assert!(text.contains(from));
            assert_eq!(read(text.replace(from, to).as_bytes()).unwrap_err(), SealError::KdfOutOfBounds);
        }
    }

    #[test]
    fn refuses_what_the_specification_does_not_have() {
        let text = text(&header());
        for (from, to) in [
            ("\"purpose\":\"backup\"", "\"purpose\":\"other\""),
            ("\"kind\":\"keyring\"", "\"kind\":\"passphrase\""),
            ("\"kind\":\"keyring\"", "\"kind\":\"other\""),
            ("\"made_at\":7", "\"made_at\":-7"),
            ("\"made_at\":7", "\"made_at\":7,\"made_at\":8"),
            ("\"made_at\":7", "\"made_at\":7,\"unknown\":8"),
            ("\"vault_id\":\"01", "\"vault_id\":\""),
            ("\"salt\":\"0202", "\"salt\":\"020"),
            ("\"commitment\":\"03", "\"commitment\":\"zz"),
        ] {
            assert!(text.contains(from), "{from}");
            assert_eq!(read(text.replacen(from, to, 1).as_bytes()).unwrap_err(), SealError::Damaged, "{to}");
        }
        assert_eq!(read(b"").unwrap_err(), SealError::Damaged);
        assert_eq!(read("[".repeat(100_000).as_bytes()).unwrap_err(), SealError::Damaged);
    }

    #[test]
    fn refuses_no_slot_too_many_and_repeated_ones() {
        let whole = header();
        let slot = whole.slots[0].clone();
        let with = |slots| write(&Header { slots, ..whole.clone() }, &[0; 32], &[0; 32]).unwrap_err();
        assert_eq!(with(vec![]), SealError::NoSlot);
        assert_eq!(with(vec![slot.clone(), slot.clone()]), SealError::RepeatedId);
        assert_eq!(with(vec![slot; SLOT_LIMIT + 1]), SealError::TooLarge);
    }
}
