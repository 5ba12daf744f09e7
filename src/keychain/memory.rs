//! A keychain that lasts as long as its value: for a tour, and for tests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Keychain, KeychainError, Provider};
use crate::seal::{SlotId, SlotKey, VaultId};

/// Keeps slot keys in memory, and fails on demand.
#[derive(Debug, Default)]
pub struct MemoryKeychain(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    keys: BTreeMap<(VaultId, SlotId), SlotKey>,
    failure: Option<KeychainError>,
    provider: Option<Provider>,
}

impl MemoryKeychain {
    /// Makes an empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets every call from now on fail with `failure`, or work again with `None`.
    pub fn fail_with(&self, failure: Option<KeychainError>) {
        self.guard().failure = failure;
    }

    /// Answers as this program from now on.
    pub fn answer_as(&self, provider: Option<Provider>) {
        self.guard().provider = provider;
    }

    fn guard(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entries(&self) -> Result<MutexGuard<'_, Entries>, KeychainError> {
        let entries = self.guard();
        entries.failure.clone().map_or(Ok(entries), Err)
    }
}

impl Keychain for MemoryKeychain {
    fn status(&self) -> Result<(), KeychainError> {
        self.entries().map(drop)
    }

    fn store(&self, vault: VaultId, slot: SlotId, key: &SlotKey) -> Result<(), KeychainError> {
        self.entries()?.keys.insert((vault, slot), copy(key)?);
        Ok(())
    }

    fn read(&self, vault: VaultId, slot: SlotId) -> Result<SlotKey, KeychainError> {
        self.entries()?.keys.get(&(vault, slot)).ok_or(KeychainError::NoEntry).and_then(copy)
    }

    fn delete(&self, vault: VaultId, slot: SlotId) -> Result<(), KeychainError> {
        self.entries()?.keys.remove(&(vault, slot)).map(drop).ok_or(KeychainError::NoEntry)
    }

    fn provider(&self) -> Option<Provider> {
        self.guard().provider.clone()
    }

    fn holds_other_vaults(&self, vault: VaultId) -> bool {
        self.entries().is_ok_and(|entries| entries.keys.keys().any(|(other, _)| *other != vault))
    }
}

/// Copies by way of the text, as every real keyring does; slot keys have no other way on purpose.
fn copy(key: &SlotKey) -> Result<SlotKey, KeychainError> {
    SlotKey::from_text(&key.to_text()).map_err(|_| KeychainError::Mangled)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: VaultId = VaultId([1; 16]);
    const SLOT: SlotId = SlotId([2; 16]);

    #[test]
    fn keeps_replaces_and_removes_a_key() {
        let (keychain, first, second) = (MemoryKeychain::new(), SlotKey::make().unwrap(), SlotKey::make().unwrap());
        keychain.store(VAULT, SLOT, &first).unwrap();
        keychain.store(VAULT, SLOT, &second).unwrap();
        assert_eq!(keychain.read(VAULT, SLOT), Ok(second));
        assert_eq!(keychain.delete(VAULT, SLOT), Ok(()));
        assert_eq!(keychain.read(VAULT, SLOT), Err(KeychainError::NoEntry));
        assert_eq!(keychain.delete(VAULT, SLOT), Err(KeychainError::NoEntry));
    }

    #[test]
    fn keeps_vaults_and_slots_apart() {
        let (keychain, key) = (MemoryKeychain::new(), SlotKey::make().unwrap());
        keychain.store(VAULT, SLOT, &key).unwrap();
        assert_eq!(keychain.read(VAULT, SlotId([3; 16])), Err(KeychainError::NoEntry));
        assert_eq!(keychain.read(VaultId([3; 16]), SLOT), Err(KeychainError::NoEntry));
    }

    #[test]
    fn fails_on_demand_and_recovers() {
        let (keychain, key) = (MemoryKeychain::new(), SlotKey::make().unwrap());
        keychain.store(VAULT, SLOT, &key).unwrap();
        keychain.fail_with(Some(KeychainError::Locked));
        assert_eq!(keychain.status(), Err(KeychainError::Locked));
        assert_eq!(keychain.store(VAULT, SLOT, &key), Err(KeychainError::Locked));
        assert_eq!(keychain.read(VAULT, SLOT), Err(KeychainError::Locked));
        assert_eq!(keychain.delete(VAULT, SLOT), Err(KeychainError::Locked));
        keychain.fail_with(None);
        assert_eq!(keychain.read(VAULT, SLOT), Ok(key));
    }

    #[test]
    fn prints_no_key() {
        let (keychain, key) = (MemoryKeychain::new(), SlotKey::make().unwrap());
        keychain.store(VAULT, SLOT, &key).unwrap();
        assert!(format!("{keychain:?}").contains("SlotKey(hidden)"));
    }
}
