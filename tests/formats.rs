//! Files of every format version open for ever: each was written by the program of its day and is kept as it was.
#![expect(clippy::unwrap_used, reason = "a test stops where its setting fails")]

use std::fs;
use std::path::{Path, PathBuf};

use sterk::Passphrase;
use sterk::backup::{Backup, open_recovery};
use sterk::seal::RecoveryKey;
use sterk::vault::{LockedVault, Vault, VaultError};

const NOW: u64 = 1_795_800_000_000;

fn file(version: u16, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/format-{version}")).join(name)
}

fn words(text: &str) -> Passphrase {
    Passphrase::new(text.into())
}

/// Lays a vault of this version into a folder of its own.
fn laid_out(version: u16) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(file(version, "vault.sterk"), folder.path().join("vault.sterk")).unwrap();
    folder
}

fn locked(folder: &Path) -> LockedVault {
    LockedVault::find(folder).unwrap().unwrap()
}

/// Holds what was put into the vault of version 1, word for word.
fn assert_holds_all(vault: &Vault) {
    let accounts = vault.accounts();
    let names: Vec<_> = accounts.iter().map(|one| (one.issuer.as_str(), one.name.as_str())).collect();
    assert_eq!(names, [("Example", "ada"), ("Harbour", "grace"), ("Steam", "mary")]);
    let code = |place: usize| accounts[place].otp.code_at(59).unwrap().text.to_string();
    assert_eq!(code(0), "94287082", "RFC 6238, appendix B");
    assert_eq!(*accounts[1].otp.code_at_counter(0).unwrap().text, "755224", "RFC 4226, appendix D");
    assert_eq!(code(2), "PV9M4");
    assert_eq!((accounts[0].note.as_str(), accounts[0].tags.as_slice()), ("a note for ever", &["old".to_owned()][..]));
    let recovery: Vec<_> = accounts[0].recovery.iter().map(|one| (one.code.expose(), one.used_at.is_some())).collect();
    assert_eq!(recovery, [("aaaa-bbbb", true), ("cccc-dddd", false)]);
    assert_eq!(vault.policy().unwrap().policy().organisation, "Example Harbour");
    assert!(vault.quarantine().is_empty());
}

#[test]
fn a_vault_of_version_1_opens_by_every_way_and_goes_on() {
    let folder = laid_out(1);
    let key = RecoveryKey::parse(&fs::read_to_string(file(1, "recovery-key")).unwrap()).unwrap();
    assert_holds_all(&locked(folder.path()).unlock_with_passphrase(&words("a passphrase for ever"), NOW).unwrap());
    let mut vault = locked(folder.path()).unlock_with_recovery_key(&key, NOW).unwrap();
    assert_holds_all(&vault);
    let id = vault.accounts()[2].id;
    vault.update::<_, VaultError>(NOW, |edit| edit.set_pinned(id, true)).unwrap();
    let vault = locked(folder.path()).unlock_with_recovery_key(&key, NOW).unwrap();
    assert!(vault.account(id).unwrap().pinned, "it is written on as any other");
    assert_eq!(vault.accounts().len(), 3);
}

#[test]
fn a_backup_of_version_1_opens_and_makes_the_codes_of_its_vault() {
    let folder = laid_out(1);
    let vault = locked(folder.path()).unlock_with_passphrase(&words("a passphrase for ever"), NOW).unwrap();
    let backup = Backup::open(&file(1, "backup.sterk"), &words("words of the backup")).unwrap();
    let drill = backup.drill(Some(&vault), 59);
    let compared = drill.compared.as_ref().unwrap();
    assert_eq!((drill.accounts, drill.recovery_codes, drill.unreadable, compared.same), (3, 2, 0, 3));
    assert!(compared.codes_match());
}

#[test]
fn a_file_of_recovery_codes_of_version_1_opens() {
    let sheet = open_recovery(&file(1, "recovery.sterk"), &words("words of the backup")).unwrap();
    assert_eq!((sheet.accounts.len(), sheet.accounts[0].codes.len()), (1, 2));
}
