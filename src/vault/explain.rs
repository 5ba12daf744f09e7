//! Why a keyring did not give the key of a vault, as exactly as can be known without asking anybody.

use super::VaultError;
use crate::keychain::{Keychain, KeychainError, Provider};
use crate::seal::{SealError, VaultId};

/// Makes of a fault what is known beside it: another program that answers now, or keys of other vaults.
///
/// `last` is the program that gave the key the last time.
pub fn explain(fault: VaultError, keychain: &dyn Keychain, vault: VaultId, last: Option<&Provider>) -> VaultError {
    let changed = || {
        let (was, now) = (last?.clone(), keychain.provider()?);
        // A program and its successor of another name keep the same keys.
        (was.name() != now.name()).then_some(KeychainError::Changed { was, now })
    };
    match fault {
        VaultError::Keychain(KeychainError::NoEntry) => match changed() {
            Some(changed) => changed.into(),
            None if keychain.holds_other_vaults(vault) => KeychainError::OtherVault.into(),
            None => fault,
        },
        VaultError::Keychain(KeychainError::NoService) => changed().map_or(fault, VaultError::from),
        VaultError::Seal(SealError::WrongKey) => KeychainError::OtherVault.into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keychain::MemoryKeychain;
    use crate::seal::{SlotId, SlotKey};

    const OURS: VaultId = VaultId([1; 16]);
    const OTHER: VaultId = VaultId([2; 16]);

    fn code(fault: VaultError, keychain: &MemoryKeychain, last: Option<&str>) -> &'static str {
        explain(fault, keychain, OURS, last.map(Provider::of_process).as_ref()).code()
    }

    #[test]
    fn tells_a_lost_entry_another_program_and_another_vault_apart() {
        let lost = || VaultError::from(KeychainError::NoEntry);
        let keychain = MemoryKeychain::new();
        keychain.answer_as(Some(Provider::of_process("keepassxc")));
        assert_eq!(code(lost(), &keychain, None), "keyring_no_entry");
        assert_eq!(code(lost(), &keychain, Some("keepassxc")), "keyring_no_entry");
        assert_eq!(code(lost(), &keychain, Some("gnome-keyring-d")), "keyring_changed");
        keychain.store(OTHER, SlotId([3; 16]), &SlotKey::make().unwrap()).unwrap();
        assert_eq!(code(lost(), &keychain, None), "keyring_other_vault");
        assert_eq!(
            code(lost(), &keychain, Some("gnome-keyring-d")),
            "keyring_changed",
            "what explains more goes first"
        );
        assert_eq!(code(SealError::WrongKey.into(), &keychain, None), "keyring_other_vault");
    }

    #[test]
    fn takes_no_successor_for_a_change() {
        let keychain = MemoryKeychain::new();
        keychain.answer_as(Some(Provider::of_process("ksecretd")));
        assert_eq!(code(KeychainError::NoEntry.into(), &keychain, Some("kwalletd5")), "keyring_no_entry");
    }

    #[test]
    fn leaves_other_faults_alone() {
        let keychain = MemoryKeychain::new();
        for fault in [KeychainError::Locked, KeychainError::Cancelled, KeychainError::Mangled, KeychainError::TimedOut]
        {
            let expected = fault.code();
            assert_eq!(code(fault.into(), &keychain, Some("gnome-keyring-d")), expected);
        }
        let nobody = KeychainError::NoService.into();
        assert_eq!(code(nobody, &keychain, Some("gnome-keyring-d")), "keyring_no_service");
    }
}
