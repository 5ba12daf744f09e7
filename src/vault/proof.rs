//! Asking again who is there, while the vault stays open.

use super::unlock::{key_by_passphrase, key_by_recovery_key};
use super::{Vault, VaultError};
use crate::seal::{RecoveryKey, Slot, SlotKind, VaultId};
use crate::secret::Passphrase;

/// Is the ways in which a person can prove anew that the open vault is theirs.
///
/// It holds the vault's slots and no key, so that a slow check needs no hold of the vault itself.
#[derive(Debug, Clone)]
pub struct Proofs {
    vault: VaultId,
    slots: Vec<Slot>,
}

impl Vault {
    /// Returns the ways in which a person can prove anew that this vault is theirs.
    pub fn proofs(&self) -> Proofs {
        Proofs { vault: self.id(), slots: self.slots().to_vec() }
    }
}

impl Proofs {
    /// Tells whether there is a passphrase to ask for.
    pub fn has_passphrase(&self) -> bool {
        self.has(|kind| matches!(kind, SlotKind::Passphrase(_)))
    }

    /// Tells whether there is a recovery key to ask for.
    pub fn has_recovery_key(&self) -> bool {
        self.has(|kind| matches!(kind, SlotKind::RecoveryKey))
    }

    /// Tells whether a typed word has to do: the keyring opens this vault, and nobody ever types a passphrase.
    ///
    /// Such a word stops a slip, not a person.
    pub fn is_word_enough(&self) -> bool {
        !self.has_passphrase() && self.has(|kind| matches!(kind, SlotKind::Keyring))
    }

    /// Tells whether `words` open one of the passphrase slots.
    ///
    /// # Errors
    /// [`WrongPassphrase`](crate::seal::SealError::WrongPassphrase); [`VaultError::NoSuchSlot`] where there is no passphrase slot.
    pub fn check_passphrase(&self, words: &Passphrase) -> Result<(), VaultError> {
        key_by_passphrase(&self.slots, self.vault, words).map(drop)
    }

    /// Tells whether `key` opens one of the recovery slots.
    ///
    /// # Errors
    /// [`WrongRecoveryKey`](crate::seal::SealError::WrongRecoveryKey); [`VaultError::NoSuchSlot`] where there is no recovery slot.
    pub fn check_recovery_key(&self, key: &RecoveryKey) -> Result<(), VaultError> {
        key_by_recovery_key(&self.slots, self.vault, key).map(drop)
    }

    fn has(&self, fits: impl Fn(&SlotKind) -> bool) -> bool {
        self.slots.iter().any(|slot| fits(&slot.kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keychain::MemoryKeychain;
    use crate::seal::{Kdf, SealError};
    use crate::vault::NewSlots;

    fn proofs(keyring: bool, passphrase: bool, recovery_key: bool) -> (Proofs, Option<RecoveryKey>) {
        let folder = tempfile::tempdir().unwrap();
        let (keychain, words) = (MemoryKeychain::new(), words());
        let wanted = NewSlots {
            keyring: keyring.then_some(&keychain as _),
            passphrase: passphrase.then_some((&words, Kdf::FLOOR)),
            recovery_key,
            ..NewSlots::default()
        };
        let created = Vault::create(folder.path(), wanted, 1_000).unwrap();
        (created.vault.proofs(), created.recovery_key)
    }

    fn words() -> Passphrase {
        Passphrase::new("four words that differ".into())
    }

    #[test]
    fn takes_the_right_passphrase_and_no_other() {
        let (proofs, _) = proofs(false, true, false);
        proofs.check_passphrase(&words()).unwrap();
        let wrong = proofs.check_passphrase(&Passphrase::new("wrong".into()));
        assert!(matches!(wrong, Err(VaultError::Seal(SealError::WrongPassphrase))));
    }

    #[test]
    fn takes_the_right_recovery_key_and_no_other() {
        let (proofs, key) = proofs(false, false, true);
        proofs.check_recovery_key(&key.unwrap()).unwrap();
        let wrong = proofs.check_recovery_key(&RecoveryKey::make().unwrap());
        assert!(matches!(wrong, Err(VaultError::Seal(SealError::WrongRecoveryKey))));
    }

    #[test]
    fn refuses_a_credential_that_the_vault_does_not_have() {
        let (with_key, _) = proofs(false, false, true);
        assert!(matches!(with_key.check_passphrase(&words()), Err(VaultError::NoSuchSlot)));
        let (with_words, _) = proofs(false, true, false);
        let key = RecoveryKey::make().unwrap();
        assert!(matches!(with_words.check_recovery_key(&key), Err(VaultError::NoSuchSlot)));
    }

    #[test]
    fn a_word_is_enough_only_where_the_keyring_opens_and_no_passphrase_does() {
        let enough = |keyring, passphrase, key| proofs(keyring, passphrase, key).0.is_word_enough();
        assert!(enough(true, false, false) && enough(true, false, true));
        assert!(!enough(true, true, false) && !enough(false, true, true) && !enough(false, false, true));
    }
}
