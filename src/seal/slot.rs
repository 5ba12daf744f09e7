//! Slots: the ways to the vault key, each wrapping it under a key of its own.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::SealError;
use super::header::SlotText;
use super::id::{SlotId, VaultId};
use super::kdf::Kdf;
use super::key::{Cipher, Derivation, SlotKey, TAG, VaultKey, random};
use super::recovery_key::RecoveryKey;
use crate::secret::Passphrase;

/// Longest name of a slot, in bytes of UTF-8.
const NAME_LIMIT: usize = 256;

/// Says what opens a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// A [`SlotKey`] in the keyring of the system.
    Keyring,
    /// A passphrase, made costly to guess.
    Passphrase(Kdf),
    /// A [`RecoveryKey`] on paper.
    RecoveryKey,
}

impl SlotKind {
    /// Returns the stable name: `keyring`, `passphrase` or `recovery-key`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::Passphrase(_) => "passphrase",
            Self::RecoveryKey => "recovery-key",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Keyring => "sterk v1 slot keyring",
            Self::Passphrase(_) => "sterk v1 slot passphrase",
            Self::RecoveryKey => "sterk v1 slot recovery-key",
        }
    }
}

/// Is one way to open a vault: the vault key, encrypted under a key that one credential yields.
///
/// It holds nothing secret: without the credential the wrapped key is noise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "SlotText", try_from = "SlotText")]
pub struct Slot {
    /// Its name for ever.
    pub id: SlotId,
    /// What a person calls it; stands readable in the file.
    pub name: String,
    /// What opens it.
    pub kind: SlotKind,
    /// Unix second at which it was made.
    pub made_at: u64,
    pub(super) wrap: Wrap,
}

/// Is the wrapped vault key with the random values that went into the wrapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrap {
    pub(super) salt: [u8; 32],
    pub(super) nonce: [u8; 12],
    pub(super) wrapped: [u8; 32 + TAG],
}

/// Is a new passphrase after the costly part: what is left needs the vault's key and no time. Wiped when dropped.
pub struct Hardened {
    kdf: Kdf,
    salt: [u8; 32],
    material: Zeroizing<[u8; 32]>,
}

impl Hardened {
    /// Does the costly part; takes as long as `kdf` demands.
    ///
    /// # Errors
    /// [`SealError::NoMemory`], [`SealError::NoRandomness`].
    pub fn new(passphrase: &Passphrase, kdf: Kdf) -> Result<Self, SealError> {
        let salt = random()?;
        Ok(Self { kdf, salt, material: kdf.derive(passphrase, &salt)? })
    }
}

impl fmt::Debug for Hardened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hardened(hidden)")
    }
}

impl Slot {
    /// Makes a slot for the keyring of the system, and the key that the keyring is to hold.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`]; [`SealError::TooLarge`] for a name above 256 bytes.
    pub fn with_keyring(key: &VaultKey, vault: VaultId, name: &str, now: u64) -> Result<(Self, SlotKey), SealError> {
        let slot_key = SlotKey::make()?;
        let slot =
            Self::make(key, vault, name, SlotKind::Keyring, now, |salt| Derivation::new(salt, slot_key.expose()))?;
        Ok((slot, slot_key))
    }

    /// Makes a slot for a passphrase; takes as long as `kdf` demands.
    ///
    /// # Errors
    /// [`SealError::NoMemory`], [`SealError::NoRandomness`]; [`SealError::TooLarge`] for a name above 256 bytes.
    pub fn with_passphrase(
        key: &VaultKey,
        vault: VaultId,
        name: &str,
        passphrase: &Passphrase,
        kdf: Kdf,
        now: u64,
    ) -> Result<Self, SealError> {
        Self::with_hardened(key, vault, name, &Hardened::new(passphrase, kdf)?, now)
    }

    /// Makes a slot for a passphrase whose costly part is done.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`]; [`SealError::TooLarge`] for a name above 256 bytes.
    pub fn with_hardened(
        key: &VaultKey,
        vault: VaultId,
        name: &str,
        hardened: &Hardened,
        now: u64,
    ) -> Result<Self, SealError> {
        let derivation = Derivation::new(&hardened.salt, hardened.material.as_ref());
        Self::wrap(key, vault, name, SlotKind::Passphrase(hardened.kdf), now, (hardened.salt, derivation))
    }

    /// Makes a slot for a recovery key, and that key, which is shown once.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`]; [`SealError::TooLarge`] for a name above 256 bytes.
    pub fn with_recovery_key(
        key: &VaultKey,
        vault: VaultId,
        name: &str,
        now: u64,
    ) -> Result<(Self, RecoveryKey), SealError> {
        let recovery_key = RecoveryKey::make()?;
        let slot = Self::make(key, vault, name, SlotKind::RecoveryKey, now, |salt| {
            Derivation::new(salt, recovery_key.expose())
        })?;
        Ok((slot, recovery_key))
    }

    /// Gives it another name; the name is not part of the wrap.
    ///
    /// # Errors
    /// [`SealError::TooLarge`] for a name above 256 bytes.
    pub fn rename(&mut self, name: &str) -> Result<(), SealError> {
        check_name(name)?;
        name.clone_into(&mut self.name);
        Ok(())
    }

    /// Unwraps the vault key with the key from the keyring.
    ///
    /// # Errors
    /// [`SealError::WrongKey`] when the key, the vault or the slot is another;
    /// [`SealError::WrongSlotKind`] when the slot takes no keyring key.
    pub fn open_with_keyring(&self, vault: VaultId, key: &SlotKey) -> Result<VaultKey, SealError> {
        let SlotKind::Keyring = self.kind else { return Err(SealError::WrongSlotKind) };
        self.unwrap_key(vault, &Derivation::new(&self.wrap.salt, key.expose())).ok_or(SealError::WrongKey)
    }

    /// Unwraps the vault key with a passphrase; takes as long as the slot's [`Kdf`] demands.
    ///
    /// # Errors
    /// [`SealError::WrongPassphrase`] when the passphrase, the vault or the slot is another;
    /// [`SealError::WrongSlotKind`] when the slot takes no passphrase; [`SealError::NoMemory`].
    pub fn open_with_passphrase(&self, vault: VaultId, passphrase: &Passphrase) -> Result<VaultKey, SealError> {
        let SlotKind::Passphrase(kdf) = self.kind else { return Err(SealError::WrongSlotKind) };
        let material = kdf.derive(passphrase, &self.wrap.salt)?;
        let derivation = Derivation::new(&self.wrap.salt, material.as_ref());
        self.unwrap_key(vault, &derivation).ok_or(SealError::WrongPassphrase)
    }

    /// Unwraps the vault key with a recovery key.
    ///
    /// # Errors
    /// [`SealError::WrongRecoveryKey`] when the key, the vault or the slot is another;
    /// [`SealError::WrongSlotKind`] when the slot takes no recovery key.
    pub fn open_with_recovery_key(&self, vault: VaultId, key: &RecoveryKey) -> Result<VaultKey, SealError> {
        let SlotKind::RecoveryKey = self.kind else { return Err(SealError::WrongSlotKind) };
        self.unwrap_key(vault, &Derivation::new(&self.wrap.salt, key.expose())).ok_or(SealError::WrongRecoveryKey)
    }

    fn make(
        key: &VaultKey,
        vault: VaultId,
        name: &str,
        kind: SlotKind,
        made_at: u64,
        derive: impl FnOnce(&[u8; 32]) -> Derivation,
    ) -> Result<Self, SealError> {
        let salt = random()?;
        let derivation = derive(&salt);
        Self::wrap(key, vault, name, kind, made_at, (salt, derivation))
    }

    fn wrap(
        key: &VaultKey,
        vault: VaultId,
        name: &str,
        kind: SlotKind,
        made_at: u64,
        (salt, derivation): ([u8; 32], Derivation),
    ) -> Result<Self, SealError> {
        check_name(name)?;
        let (id, nonce) = (SlotId::make()?, random()?);
        let cipher = derivation.derive_cipher(kind.label());
        let wrapped = wrap_key(&cipher, &nonce, &aad(vault, id, kind), key)?;
        Ok(Self { id, name: name.to_owned(), kind, made_at, wrap: Wrap { salt, nonce, wrapped } })
    }

    fn unwrap_key(&self, vault: VaultId, derivation: &Derivation) -> Option<VaultKey> {
        let cipher = derivation.derive_cipher(self.kind.label());
        let plain = cipher.decrypt(&self.wrap.nonce, &aad(vault, self.id, self.kind), &self.wrap.wrapped)?;
        plain.as_slice().try_into().ok().map(VaultKey::from_bytes)
    }
}

fn check_name(name: &str) -> Result<(), SealError> {
    if name.len() > NAME_LIMIT { Err(SealError::TooLarge) } else { Ok(()) }
}

/// Opens the passphrase slots of a file until one yields the key; nothing where none does.
///
/// # Errors
/// [`SealError::NoMemory`]: that a slot could not be tried says nothing about the passphrase.
pub(crate) fn key_from_passphrase(
    slots: &[Slot],
    vault: VaultId,
    passphrase: &Passphrase,
) -> Result<Option<VaultKey>, SealError> {
    for slot in slots {
        match slot.open_with_passphrase(vault, passphrase) {
            Err(SealError::WrongPassphrase | SealError::WrongSlotKind) => {}
            done => return done.map(Some),
        }
    }
    Ok(None)
}

/// Opens the recovery slots of a file until one yields the key; nothing where none does.
pub(crate) fn key_from_recovery_key(slots: &[Slot], vault: VaultId, key: &RecoveryKey) -> Option<VaultKey> {
    slots.iter().find_map(|slot| slot.open_with_recovery_key(vault, key).ok())
}

fn wrap_key(cipher: &Cipher, nonce: &[u8; 12], aad: &[u8], key: &VaultKey) -> Result<[u8; 32 + TAG], SealError> {
    let mut buffer = Vec::with_capacity(32 + TAG);
    buffer.extend_from_slice(key.expose());
    cipher.encrypt(nonce, aad, &mut buffer, 0)?;
    buffer.try_into().map_err(|_| SealError::TooLarge)
}

/// Ties a wrap to its vault, its slot and its kind, so that none of them can be exchanged.
fn aad(vault: VaultId, slot: SlotId, kind: SlotKind) -> Vec<u8> {
    let (number, cost) = match kind {
        SlotKind::Keyring => (1, [0; 3]),
        SlotKind::Passphrase(kdf) => (2, [kdf.memory_kib(), kdf.passes(), kdf.lanes()]),
        SlotKind::RecoveryKey => (3, [0; 3]),
    };
    let mut bytes = b"sterk v1 wrap".to_vec();
    bytes.extend_from_slice(&vault.0);
    bytes.extend_from_slice(&slot.0);
    bytes.push(number);
    cost.iter().for_each(|number| bytes.extend_from_slice(&number.to_be_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: VaultId = VaultId([1; 16]);

    fn words(text: &str) -> Passphrase {
        Passphrase::new(text.into())
    }

    #[test]
    fn each_kind_opens_with_its_own_credential() {
        let key = VaultKey::make().unwrap();
        let (keyring, slot_key) = Slot::with_keyring(&key, VAULT, "laptop", 1).unwrap();
        let paper = Slot::with_recovery_key(&key, VAULT, "paper", 2).unwrap();
        let typed = Slot::with_passphrase(&key, VAULT, "typed", &words("één"), Kdf::FLOOR, 3).unwrap();
        assert_eq!(keyring.open_with_keyring(VAULT, &slot_key).unwrap(), key);
        assert_eq!(paper.0.open_with_recovery_key(VAULT, &paper.1).unwrap(), key);
        assert_eq!(typed.open_with_passphrase(VAULT, &words("één")).unwrap(), key);
        assert_eq!((keyring.name.as_str(), keyring.made_at, typed.kind.name()), ("laptop", 1, "passphrase"));
    }

    #[test]
    fn prints_nothing_of_a_hardened_passphrase() {
        assert_eq!(format!("{:?}", Hardened::new(&words("a"), Kdf::FLOOR).unwrap()), "Hardened(hidden)");
    }

    #[test]
    fn refuses_another_credential_of_the_same_kind() {
        let key = VaultKey::make().unwrap();
        let (keyring, _) = Slot::with_keyring(&key, VAULT, "", 0).unwrap();
        let (_, other) = Slot::with_keyring(&key, VAULT, "", 0).unwrap();
        assert_eq!(keyring.open_with_keyring(VAULT, &other), Err(SealError::WrongKey));
        let (paper, _) = Slot::with_recovery_key(&key, VAULT, "", 0).unwrap();
        let (_, other) = Slot::with_recovery_key(&key, VAULT, "", 0).unwrap();
        assert_eq!(paper.open_with_recovery_key(VAULT, &other), Err(SealError::WrongRecoveryKey));
        let typed = Slot::with_passphrase(&key, VAULT, "", &words("a"), Kdf::FLOOR, 0).unwrap();
        assert_eq!(typed.open_with_passphrase(VAULT, &words("a ")), Err(SealError::WrongPassphrase));
        assert_eq!(typed.open_with_passphrase(VAULT, &words("")), Err(SealError::WrongPassphrase));
    }

    #[test]
    fn refuses_a_credential_of_another_kind() {
        let key = VaultKey::make().unwrap();
        let (keyring, slot_key) = Slot::with_keyring(&key, VAULT, "", 0).unwrap();
        let (paper, recovery_key) = Slot::with_recovery_key(&key, VAULT, "", 0).unwrap();
        assert_eq!(keyring.open_with_recovery_key(VAULT, &recovery_key), Err(SealError::WrongSlotKind));
        assert_eq!(keyring.open_with_passphrase(VAULT, &words("a")), Err(SealError::WrongSlotKind));
        assert_eq!(paper.open_with_keyring(VAULT, &slot_key), Err(SealError::WrongSlotKind));
    }

    #[test]
    fn ties_the_wrap_to_vault_slot_and_cost() {
        let key = VaultKey::make().unwrap();
        let (slot, slot_key) = Slot::with_keyring(&key, VAULT, "", 0).unwrap();
        assert_eq!(slot.open_with_keyring(VaultId([2; 16]), &slot_key), Err(SealError::WrongKey));
        let moved = Slot { id: SlotId([9; 16]), ..slot };
        assert_eq!(moved.open_with_keyring(VAULT, &slot_key), Err(SealError::WrongKey));
        let costs = [SlotKind::Passphrase(Kdf::FLOOR), SlotKind::Passphrase(Kdf::STANDARD)];
        let [cheap, dear] = costs.map(|kind| aad(VAULT, moved.id, kind));
        assert_ne!(cheap, dear, "a cheaper derivation must not pass for the same wrap");
    }

    #[test]
    fn refuses_a_name_beyond_256_bytes() {
        let key = VaultKey::make().unwrap();
        let (mut slot, _) = Slot::with_keyring(&key, VAULT, &"é".repeat(128), 0).unwrap();
        assert_eq!(slot.rename(&"é".repeat(129)), Err(SealError::TooLarge));
        let answer = Slot::with_keyring(&key, VAULT, &"é".repeat(129), 0);
        assert_eq!(answer.unwrap_err(), SealError::TooLarge);
    }
}
