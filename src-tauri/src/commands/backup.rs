//! What leaves the vault in an encrypted file: a backup of everything, or the recovery codes alone.
//!
//! Both are sealed with a passphrase of their own, so both ask first who is there. The permission is used up before the
//! dialog opens, and the vault is not held while keys are derived.

use std::{path::Path, time::Instant};

use sterk::{
    Passphrase,
    backup::{Snapshot, write_recovery},
    calendar::stamped,
    seal::Kdf,
    settings,
    vault::Event,
};
use tauri::{State, WebviewWindow};

use super::apart;
use crate::{
    error::{ErrorView, failed},
    save,
    state::{Session, now_ms},
    view::{BackupView, Reveal},
};

/// Writes a backup where the person says and opens it again; nothing when the dialog is closed.
#[tauri::command]
pub async fn back_up(
    window: WebviewWindow,
    session: State<'_, Session>,
    passphrase: String,
) -> Result<Option<BackupView>, ErrorView> {
    let (session, words) = (session.inner().clone(), Passphrase::new(passphrase));
    spend(&session, &words, Reveal::Backup, Instant::now())?;
    let last = known_folder(&session);
    let Some(to) = save::ask(&window, &named("sterk", now_ms()), last.as_deref()).await else { return Ok(None) };
    apart(move || write(&session, &to, &words, Kdf::STANDARD, now_ms())).await.map(Some)
}

/// Writes all recovery codes to a file of their own; nothing when the dialog is closed.
#[tauri::command]
pub async fn save_recovery_codes(
    window: WebviewWindow,
    session: State<'_, Session>,
    passphrase: String,
) -> Result<Option<BackupView>, ErrorView> {
    let (session, words) = (session.inner().clone(), Passphrase::new(passphrase));
    spend(&session, &words, Reveal::RecoveryFile, Instant::now())?;
    let Some(to) = save::ask(&window, &named("recovery-codes", now_ms()), None).await else { return Ok(None) };
    apart(move || write_codes(&session, &to, &words, Kdf::STANDARD, now_ms())).await.map(Some)
}

fn spend(session: &Session, words: &Passphrase, reveal: Reveal, now: Instant) -> Result<(), ErrorView> {
    if words.is_empty() {
        return Err(failed("passphrase_empty", "the passphrase of the file is empty"));
    }
    session.with(|open| open.grants.spend(reveal, now))
}

fn known_folder(session: &Session) -> Option<std::path::PathBuf> {
    settings::read(session.settings_file().ok()?).0.backup_folder
}

fn named(what: &str, now_ms: u64) -> String {
    format!("{what}-{}.sterk", stamped(now_ms / 1000))
}

fn write(session: &Session, to: &Path, words: &Passphrase, kdf: Kdf, now_ms: u64) -> Result<BackupView, ErrorView> {
    let snapshot = session.with(|open| Ok(Snapshot::of(&open.vault)?))?;
    let backup = snapshot.write(to, words, kdf, now_ms / 1000).map_err(save::unwritten)?;
    note(session, Event::BackedUp, now_ms);
    if let (Ok(file), Ok(vault)) = (session.settings_file(), session.folder()) {
        // The backup is there and good; not to remember where is no reason to say otherwise.
        let _ = settings::change(file, |settings| settings.wrote_backup(to, vault));
    }
    Ok(BackupView::of(to, &backup.drill(None, now_ms / 1000)))
}

/// Puts what left the vault into its trail; a vault that was locked meanwhile has none to write to.
fn note(session: &Session, event: Event, now_ms: u64) {
    let _ = session.with(|open| {
        open.vault.note(event, now_ms);
        Ok(())
    });
}

fn write_codes(
    session: &Session,
    to: &Path,
    words: &Passphrase,
    kdf: Kdf,
    now_ms: u64,
) -> Result<BackupView, ErrorView> {
    let (id, accounts) = session.with(|open| Ok((open.vault.id(), open.vault.accounts())))?;
    if accounts.iter().all(|account| account.recovery.is_empty()) {
        return Err(failed("no_recovery_codes", "no recovery codes are kept"));
    }
    // The dialog has asked before it named a file that is there.
    let sheet = write_recovery(id, &accounts, (to, true), (words, kdf), now_ms / 1000).map_err(save::unwritten)?;
    note(session, Event::RecoveryFile, now_ms);
    let codes = sheet.accounts.iter().map(|account| account.codes.len()).sum::<usize>();
    let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
    let file = sterk::account::shown(&to.to_string_lossy());
    Ok(BackupView { file, accounts: count(sheet.accounts.len()), recovery_codes: count(codes) })
}

#[cfg(test)]
mod tests {
    use sterk::backup::{Backup, open_recovery};

    use super::*;
    use crate::{
        commands::{
            codes::{find, tests::added},
            desk::{self, GITHUB, HARBOUR},
            proof::prove,
        },
        view::Proof,
    };

    fn own() -> Passphrase {
        Passphrase::new("of the backup".into())
    }

    fn with_codes(session: &Session, id: &str) {
        let codes = vec![Passphrase::new("4fk2-9qtm".into()), Passphrase::new("x7rd-p3ws".into())];
        let add = |open: &mut crate::state::Open| {
            let id = find(open, id)?.id;
            Ok(open.vault.update::<_, sterk::VaultError>(2_000, |edit| edit.add_recovery(id, codes))?)
        };
        session.with(add).unwrap();
    }

    #[test]
    fn writes_a_backup_that_opens_and_remembers_where() {
        let (folder, session) = desk::open();
        let id = added(&session, GITHUB);
        with_codes(&session, &id);
        let to = folder.path().join("stick/copy.sterk");
        std::fs::create_dir(to.parent().unwrap()).unwrap();
        let view = write(&session, &to, &own(), Kdf::FLOOR, 9_000).unwrap();
        assert_eq!((view.accounts, view.recovery_codes), (1, 2));
        assert_eq!(Backup::open(&to, &own()).unwrap().drill(None, 9).accounts, 1);
        assert_eq!(known_folder(&session).as_deref(), to.parent());
        let again = write(&session, &to, &own(), Kdf::FLOOR, 9_000);
        assert_eq!(again.unwrap_err().code, "file_exists", "a backup never replaces another");
    }

    #[test]
    fn writes_recovery_codes_alone() {
        let (folder, session) = desk::open();
        let (id, _) = (added(&session, GITHUB), added(&session, HARBOUR));
        let to = folder.path().join("codes.sterk");
        let nothing = write_codes(&session, &to, &own(), Kdf::FLOOR, 9_000);
        assert_eq!(nothing.unwrap_err().code, "no_recovery_codes");
        with_codes(&session, &id);
        let view = write_codes(&session, &to, &own(), Kdf::FLOOR, 9_000).unwrap();
        assert_eq!((view.accounts, view.recovery_codes), (1, 2));
        assert_eq!(open_recovery(&to, &own()).unwrap().accounts[0].codes.len(), 2);
        assert!(Backup::open(&to, &own()).is_err(), "it is no backup");
    }

    #[test]
    fn takes_nothing_out_without_the_permission_for_just_this() {
        let (_folder, session) = desk::open();
        let (id, now) = (added(&session, GITHUB), Instant::now());
        let asked = |reveal| spend(&session, &own(), reveal, now).map_err(|error| error.code);
        let permit = |id: &str, reveal| {
            prove(&session, id, reveal, (Proof::Passphrase, &desk::words()), || now).unwrap();
        };
        assert_eq!(asked(Reveal::Backup), Err("needs_authentication"));
        permit(&id, Reveal::RecoveryCodes);
        assert_eq!(asked(Reveal::Backup), Err("needs_authentication"));
        permit("", Reveal::RecoveryFile);
        assert_eq!(asked(Reveal::Backup), Err("needs_authentication"));
        permit("", Reveal::Backup);
        assert_eq!(
            spend(&session, &Passphrase::new(String::new()), Reveal::Backup, now).unwrap_err().code,
            "passphrase_empty"
        );
        assert_eq!(asked(Reveal::Backup), Ok(()));
        assert_eq!(asked(Reveal::Backup), Err("needs_authentication"), "once");
        session.lock();
        assert_eq!(asked(Reveal::Backup), Err("locked"));
    }

    #[test]
    fn proposes_names_that_sort_by_age() {
        assert_eq!(named("sterk", 1_795_372_985_000), "sterk-2026-11-22T184305Z.sterk");
    }
}
