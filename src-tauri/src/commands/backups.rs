//! Automatic backups, the restore drill, and bringing accounts back.
//!
//! Setting them up asks who is there: the passphrase that is typed opens every backup to come. The page names no path:
//! folders and files come from the system's dialogs.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use sterk::{
    Passphrase,
    backup::{Backup, Ledger, Reach, Wanted, folder_states},
    seal::Kdf,
    vault::{BackupPlan, Difference, Event, Keep, Row, Sealing},
};
use tauri::{State, WebviewWindow};

use super::{apart, codes::catch_up};
use crate::{
    error::{ErrorView, failed},
    keeper,
    state::{Open, Session, now_ms},
    view::{BackupsView, DrillView, RestoreView, RestoredView, Reveal},
};

/// Says how automatic backups stand.
#[tauri::command]
pub async fn backups(session: State<'_, Session>) -> Result<BackupsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || show(&session)).await
}

/// Switches them on, or gives those to come another passphrase.
#[tauri::command]
pub async fn set_up_backups(session: State<'_, Session>, passphrase: String) -> Result<BackupsView, ErrorView> {
    let (session, words) = (session.inner().clone(), Passphrase::new(passphrase));
    apart(move || set_up(&session, &words, Kdf::STANDARD, (Instant::now(), now_ms()))).await
}

/// Switches them off; the files stay.
#[tauri::command]
pub async fn stop_backups(session: State<'_, Session>) -> Result<BackupsView, ErrorView> {
    change(session.inner(), |open| Ok(open.vault.stop_backups(now_ms())?)).await
}

/// Adds a folder that the person picks; nothing when the dialog is closed.
#[tauri::command]
pub async fn add_backup_folder(
    window: WebviewWindow,
    session: State<'_, Session>,
) -> Result<Option<BackupsView>, ErrorView> {
    let session = session.inner().clone();
    session.with(|_| Ok(()))?;
    let Some(folder) = rfd::AsyncFileDialog::new().set_parent(&window).pick_folder().await else { return Ok(None) };
    let folder = folder.path().to_owned();
    change(&session, move |open| Ok(open.vault.add_backup_folder(&folder, now_ms())?)).await.map(Some)
}

/// Removes the folder at a place of the list, where it has this name still; the files stay.
#[tauri::command]
pub async fn remove_backup_folder(
    session: State<'_, Session>,
    place: u32,
    folder: String,
) -> Result<BackupsView, ErrorView> {
    change(session.inner(), move |open| {
        let path = folder_at(open, place, &folder)?;
        Ok(open.vault.remove_backup_folder(&path, now_ms())?)
    })
    .await
}

/// Says how many backups a folder keeps.
#[tauri::command]
pub async fn keep_backups(
    session: State<'_, Session>,
    count: u32,
    days: Option<u32>,
) -> Result<BackupsView, ErrorView> {
    change(session.inner(), move |open| Ok(open.vault.keep_backups(Keep { count, days }, now_ms())?)).await
}

/// Writes one to every folder now.
#[tauri::command]
pub async fn back_up_now(session: State<'_, Session>) -> Result<BackupsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        keeper::round(&session, Wanted::All, now_ms())?;
        show(&session)
    })
    .await
}

/// Opens the newest backup within reach with its passphrase and compares the codes; the vault is not touched.
#[tauri::command]
pub async fn drill(session: State<'_, Session>, passphrase: String) -> Result<DrillView, ErrorView> {
    let (session, words) = (session.inner().clone(), Passphrase::new(passphrase));
    apart(move || try_newest(&session, &words, now_ms() / 1000)).await
}

/// Compares a backup that the person picks with the vault; nothing when the dialog is closed.
#[tauri::command]
pub async fn pick_restore(
    window: WebviewWindow,
    session: State<'_, Session>,
    passphrase: String,
) -> Result<Option<RestoreView>, ErrorView> {
    let (session, words) = (session.inner().clone(), Passphrase::new(passphrase));
    let known = session.with(|open| Ok(reach(&session, open)))?.seen().pop();
    let mut dialog = rfd::AsyncFileDialog::new().set_parent(&window).add_filter("Sterk", &["sterk"]);
    if let Some(folder) = known.as_ref().and_then(|newest| newest.path.parent()) {
        dialog = dialog.set_directory(folder);
    }
    let Some(picked) = dialog.pick_file().await else { return Ok(None) };
    apart(move || compare(&session, picked.path(), &words).map(Some)).await
}

/// Compares the newest backup within reach with the vault.
#[tauri::command]
pub async fn newest_restore(session: State<'_, Session>, passphrase: String) -> Result<RestoreView, ErrorView> {
    let (session, words) = (session.inner().clone(), Passphrase::new(passphrase));
    apart(move || {
        let newest = newest(&session)?;
        compare(&session, &newest, &words)
    })
    .await
}

/// Brings the accounts with these ids back.
#[tauri::command]
pub async fn restore(session: State<'_, Session>, ids: Vec<String>) -> Result<RestoredView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| bring_back(open, &ids, now_ms()))).await
}

/// Forgets the backup that was compared.
#[tauri::command]
pub async fn discard_restore(session: State<'_, Session>) -> Result<(), ErrorView> {
    session.with(|open| {
        open.restoring = None;
        Ok(())
    })
}

/// Undoes the last restore.
#[tauri::command]
pub async fn undo_restore(session: State<'_, Session>) -> Result<RestoredView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| Ok(RestoredView::of(open.vault.undo_restore(now_ms())?)))).await
}

fn show(session: &Session) -> Result<BackupsView, ErrorView> {
    let (settings, file) = (session.stored_settings(), session.ledger()?);
    session.with(|open| {
        catch_up(open)?;
        let ledger = Ledger::read(&file, open.vault.id());
        let states = folder_states(&open.vault, &ledger)?;
        Ok(BackupsView::of(&open.vault, &states, &ledger, settings.drill_after))
    })
}

/// Changes the plan, and writes what that makes due at once: whoever adds a stick wants to see a backup on it.
async fn change(
    session: &Session,
    change: impl FnOnce(&mut Open) -> Result<(), ErrorView> + Send + 'static,
) -> Result<BackupsView, ErrorView> {
    let session = session.clone();
    apart(move || {
        session.with(change)?;
        keeper::round(&session, Wanted::Due, now_ms())?;
        show(&session)
    })
    .await
}

fn set_up(
    session: &Session,
    words: &Passphrase,
    kdf: Kdf,
    (now, now_ms): (Instant, u64),
) -> Result<BackupsView, ErrorView> {
    if words.is_empty() {
        return Err(failed("passphrase_empty", "the passphrase of the backups is empty"));
    }
    let vault = session.with(|open| {
        open.vault.rules().check_passphrase(words).map_err(sterk::VaultError::from)?;
        open.grants.spend(Reveal::Backup, now)?;
        Ok(open.vault.id())
    })?;
    // Without a hold of the vault: a key is derived, and the codes go on meanwhile.
    let (sealing, _) = Sealing::make(vault, (words, kdf), false, now_ms / 1000)?;
    session.with(|open| Ok(open.vault.set_up_backups(sealing, now_ms)?))?;
    keeper::round(session, Wanted::Due, now_ms)?;
    show(session)
}

fn folder_at(open: &Open, place: u32, name: &str) -> Result<PathBuf, ErrorView> {
    let mut folders = open.vault.backup_plan().into_iter().flat_map(BackupPlan::folders);
    let found = folders.nth(place as usize).map(Path::to_owned);
    let is_it = |path: &PathBuf| sterk::account::shown(&path.to_string_lossy()) == name;
    found.filter(is_it).ok_or_else(|| sterk::VaultError::NoSuchFolder.into())
}

fn reach(session: &Session, open: &Open) -> Reach {
    Reach::of(&open.vault, session.stored_settings().backup_folder.as_deref())
}

fn newest(session: &Session) -> Result<PathBuf, ErrorView> {
    let reach = session.with(|open| Ok(reach(session, open)))?;
    let newest = reach.seen().pop().ok_or_else(|| failed("no_backup", "no backup of this vault is within reach"))?;
    Ok(newest.path)
}

/// Opens a backup; whoever guesses at its passphrase waits as at the door.
fn open_backup(session: &Session, file: &Path, words: &Passphrase) -> Result<Backup, ErrorView> {
    session.try_passphrase(Instant::now, || Ok(Backup::open(file, words)?))
}

fn try_newest(session: &Session, words: &Passphrase, now: u64) -> Result<DrillView, ErrorView> {
    let backup = open_backup(session, &newest(session)?, words)?;
    let view = session.with(|open| Ok(DrillView::of(&backup.drill(Some(&open.vault), now))))?;
    Ledger::note_drill(&session.ledger()?, backup.vault(), now)?;
    Ok(view)
}

fn compare(session: &Session, file: &Path, words: &Passphrase) -> Result<RestoreView, ErrorView> {
    let backup = open_backup(session, file, words)?;
    session.with(|open| {
        catch_up(open)?;
        let difference = Difference::of(&open.vault, backup.records());
        let view = RestoreView::of(&backup, &difference);
        open.restoring = Some(difference);
        Ok(view)
    })
}

fn bring_back(open: &mut Open, ids: &[String], now_ms: u64) -> Result<RestoredView, ErrorView> {
    let difference = open.restoring.as_ref().ok_or_else(|| failed("review_gone", "this review is over"))?;
    let is_chosen = |row: &&Row| ids.contains(&row.account.id.to_string());
    let rows: Vec<Row> = difference.rows.iter().filter(is_chosen).cloned().collect();
    let restored = open.vault.restore(&rows, now_ms)?;
    open.vault.note(Event::Restored, now_ms);
    open.restoring = None;
    Ok(RestoredView::of(restored))
}

#[cfg(test)]
mod tests {
    use sterk::AccountId;

    use super::*;
    use crate::{
        commands::{
            codes::tests::added,
            desk::{self, GITHUB, HARBOUR},
            proof::prove,
        },
        view::{ClassView, Proof, StandView},
    };

    fn own() -> Passphrase {
        Passphrase::new("of the backups".into())
    }

    /// An open vault with an account and automatic backups to a folder.
    fn with_stick() -> (tempfile::TempDir, Session, String) {
        let (folder, session) = desk::open();
        let id = added(&session, GITHUB);
        let stick = folder.path().join("stick");
        std::fs::create_dir(&stick).unwrap();
        session.with(|open| Ok(open.vault.add_backup_folder(&stick, 2_000)?)).unwrap();
        permit(&session);
        set_up(&session, &own(), Kdf::FLOOR, (Instant::now(), 3_000)).unwrap();
        (folder, session, id)
    }

    fn permit(session: &Session) {
        prove(session, "", Reveal::Backup, (Proof::Passphrase, &desk::words()), Instant::now).unwrap();
    }

    #[test]
    fn sets_them_up_only_after_a_proof_and_writes_one_at_once() {
        let (_folder, session) = desk::open();
        let asked = set_up(&session, &own(), Kdf::FLOOR, (Instant::now(), 3_000));
        assert_eq!(asked.unwrap_err().code, "needs_authentication");
        let empty = set_up(&session, &Passphrase::new(String::new()), Kdf::FLOOR, (Instant::now(), 3_000));
        assert_eq!(empty.unwrap_err().code, "passphrase_empty");
        let (folder, session, _) = with_stick();
        let view = show(&session).unwrap();
        assert!(view.on);
        let stick = &view.folders[0];
        assert_eq!((stick.stand, stick.changed_since, stick.accounts), (StandView::Done, false, 1));
        assert_eq!(std::fs::read_dir(folder.path().join("stick")).unwrap().count(), 1);
    }

    #[test]
    fn a_change_shows_at_once_and_is_backed_up_by_the_next_round() {
        let (folder, session, _) = with_stick();
        added(&session, HARBOUR);
        assert!(show(&session).unwrap().folders[0].changed_since);
        assert!(!keeper::round(&session, Wanted::Due, 9_000).unwrap(), "nothing is due any more");
        assert!(!show(&session).unwrap().folders[0].changed_since);
        assert_eq!(std::fs::read_dir(folder.path().join("stick")).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_that_fails_shows_after_one_round() {
        let (folder, session, _) = with_stick();
        std::fs::remove_dir_all(folder.path().join("stick")).unwrap();
        std::fs::write(folder.path().join("stick"), "a file").unwrap();
        added(&session, HARBOUR);
        assert!(keeper::round(&session, Wanted::Due, 9_000).unwrap(), "it is tried again");
        let view = show(&session).unwrap();
        assert_eq!((view.folders[0].stand, view.folders[0].failed.as_deref()), (StandView::Failed, Some("io_failed")));
    }

    #[test]
    fn the_drill_is_remembered_and_a_wrong_passphrase_makes_the_next_wait() {
        let (_folder, session, _) = with_stick();
        let wrong = try_newest(&session, &Passphrase::new("wrong".into()), 50);
        assert_eq!(wrong.unwrap_err().code, "wrong_passphrase");
        assert_eq!(show(&session).unwrap().drilled_at, None);
        let (_folder, session, _) = with_stick();
        let view = try_newest(&session, &own(), 50).unwrap();
        assert_eq!((view.accounts, view.same, view.differ), (1, 1, 0));
        assert_eq!(show(&session).unwrap().drilled_at, Some(50));
    }

    #[test]
    fn brings_back_what_was_chosen_and_undoes_it() {
        let (_folder, session, id) = with_stick();
        let account: AccountId = id.parse().unwrap();
        session
            .with(|open| Ok(open.vault.update::<_, sterk::VaultError>(9_000, |edit| edit.remove(account))?))
            .unwrap();
        let view = compare(&session, &newest(&session).unwrap(), &own()).unwrap();
        assert_eq!((view.rows[0].class, view.rows[0].id.as_str(), view.same), (ClassView::DeletedHere, id.as_str(), 0));
        let restored = session.with(|open| bring_back(open, &[id], 10_000)).unwrap();
        assert_eq!(restored.accounts, 1);
        assert_eq!(show(&session).unwrap().undoable, Some(1));
        assert_eq!(session.with(|open| bring_back(open, &[], 10_000)).unwrap_err().code, "review_gone");
        session.with(|open| Ok(open.vault.undo_restore(11_000)?)).unwrap();
        assert_eq!(session.with(|open| Ok(open.vault.accounts().len())).unwrap(), 0);
    }

    #[test]
    fn removes_the_folder_that_was_shown_and_no_other() {
        let (folder, session, _) = with_stick();
        let name = folder.path().join("stick").to_string_lossy().into_owned();
        let at = |place, name: &str| session.with(|open| folder_at(open, place, name)).map_err(|error| error.code);
        assert_eq!(at(0, &name), Ok(folder.path().join("stick")));
        assert_eq!(at(1, &name), Err("no_such_folder"));
        assert_eq!(at(0, "/elsewhere"), Err("no_such_folder"));
    }

    #[test]
    fn locking_forgets_what_was_compared() {
        let (_folder, session, id) = with_stick();
        compare(&session, &newest(&session).unwrap(), &own()).unwrap();
        session.lock();
        assert_eq!(session.with(|open| bring_back(open, &[id], 10_000)).unwrap_err().code, "locked");
    }
}
