//! Making, unlocking and locking the vault.

use std::time::{Duration, Instant};

use sterk::{
    Keychain, KeychainError, Passphrase, RecoveryKey,
    keychain::Provider,
    seal::{Kdf, SlotKind},
    settings,
    vault::{self, Created, LockedVault, NewSlots, Vault},
};
use tauri::{State, WebviewWindow, ipc::Channel};

use super::{apart, codes::list};
use crate::{
    clipboard::Clipboard,
    error::{ErrorView, failed},
    idle,
    state::{Session, now_ms},
    view::{CopiedView, NoticeView, RecoveryKeyView, SessionView, StartView},
};

/// How long the page's first question waits for the unlock that began with the program.
const SOON: Duration = Duration::from_millis(250);

/// Answers all that the page shows first, in one go: each question more would cost a picture.
#[tauri::command]
pub async fn start(session: State<'_, Session>) -> Result<StartView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        session.early().wait(SOON);
        begin(&session)
    })
    .await
}

/// Says how the vault stands.
#[tauri::command]
pub async fn session(session: State<'_, Session>) -> Result<SessionView, ErrorView> {
    let session = session.inner().clone();
    apart(move || stand(&session)).await
}

/// Begins to unlock with the keyring before the page can ask, where the vault has a key there.
pub fn unlock_early(session: &Session) {
    let early = session.clone();
    session.early().begin(move || {
        let Some(keychain) = early.keychain() else { return Ok(()) };
        match LockedVault::find(early.folder()?)? {
            Some(locked) if locked.slots().iter().any(|slot| matches!(slot.kind, SlotKind::Keyring)) => {
                unlock_by_keyring(&early, &keychain).map(drop)
            }
            _ => Ok(()),
        }
    });
}

/// Makes a vault that opens by the keyring or a passphrase, and by a recovery key.
#[tauri::command]
pub async fn create_vault(
    session: State<'_, Session>,
    keyring: bool,
    passphrase: Option<String>,
) -> Result<RecoveryKeyView, ErrorView> {
    let session = session.inner().clone();
    let passphrase = passphrase.map(Passphrase::new);
    apart(move || create(&session, keyring, passphrase.as_ref())).await
}

/// Copies the recovery key that is on show; it leaves the clipboard by itself. Nothing but such a key is copied.
#[tauri::command]
pub async fn copy_recovery_key(
    session: State<'_, Session>,
    clipboard: State<'_, Clipboard>,
    recovery_key: String,
) -> Result<CopiedView, ErrorView> {
    let (session, clipboard) = (session.inner().clone(), clipboard.inner().clone());
    let typed = Passphrase::new(recovery_key);
    apart(move || {
        let text = RecoveryKey::parse(typed.expose())?.to_text();
        clipboard.lend(text, session.settings().clears_after.seconds())
    })
    .await
}

/// Opens the system's dialog for printing what the page shows; the page's own `print` opens none everywhere.
#[tauri::command]
pub async fn print(window: WebviewWindow) -> Result<(), ErrorView> {
    window.print().map_err(|_| failed("print_failed", "the system's print dialog does not open"))
}

/// Opens the vault with the key in the system's keyring.
#[tauri::command]
pub async fn unlock_with_keyring(session: State<'_, Session>) -> Result<SessionView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        session.early().join(session.asking())?;
        if session.is_open() {
            return Ok(SessionView::Unlocked);
        }
        let keychain = session.keychain().ok_or(KeychainError::NoService)?;
        unlock_by_keyring(&session, &keychain)
    })
    .await
}

/// Opens the vault with a passphrase.
#[tauri::command]
pub async fn unlock_with_passphrase(session: State<'_, Session>, passphrase: String) -> Result<SessionView, ErrorView> {
    let session = session.inner().clone();
    let words = Passphrase::new(passphrase);
    apart(move || unlock_with_words(&session, &words, Instant::now)).await
}

/// Opens the vault with its recovery key.
#[tauri::command]
pub async fn unlock_with_recovery_key(
    session: State<'_, Session>,
    recovery_key: String,
) -> Result<SessionView, ErrorView> {
    let session = session.inner().clone();
    let typed = Passphrase::new(recovery_key);
    apart(move || {
        let key = RecoveryKey::parse(typed.expose())?;
        unlock(&session, |locked| Ok(locked.unlock_with_recovery_key(&key, now_ms())?))
    })
    .await
}

/// Locks the vault.
#[tauri::command]
pub async fn lock(session: State<'_, Session>) -> Result<SessionView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        session.lock();
        stand(&session)
    })
    .await
}

/// Notes that somebody uses the window, so that it does not lock by itself yet.
#[tauri::command]
pub async fn note_use(session: State<'_, Session>) -> Result<(), ErrorView> {
    session.note_use(idle::clock());
    Ok(())
}

/// Tells the page from now on what happens outside it.
#[tauri::command]
pub async fn notices(session: State<'_, Session>, channel: Channel<NoticeView>) -> Result<(), ErrorView> {
    session.listen(channel);
    Ok(())
}

fn begin(session: &Session) -> Result<StartView, ErrorView> {
    let view = stand(session)?;
    // Without a list the page asks for it, and then shows why there is none.
    let list = (view == SessionView::Unlocked).then(|| session.with(list).ok()).flatten();
    Ok(StartView { session: view, settings: session.settings(), list })
}

fn stand(session: &Session) -> Result<SessionView, ErrorView> {
    if session.is_open() {
        return Ok(SessionView::Unlocked);
    }
    let Some(locked) = LockedVault::find(session.folder()?)? else {
        return Ok(SessionView::FirstRun { keyring: has_keyring(session) });
    };
    let has = |fits: fn(&SlotKind) -> bool| locked.slots().iter().any(|slot| fits(&slot.kind));
    Ok(SessionView::Locked {
        keyring: has(|kind| matches!(kind, SlotKind::Keyring)) && session.keychain().is_some(),
        passphrase: has(|kind| matches!(kind, SlotKind::Passphrase(_))),
        recovery_key: has(|kind| matches!(kind, SlotKind::RecoveryKey)),
        wait_seconds: session.wait_seconds(Instant::now()),
        shut: session.was_locked(),
    })
}

/// Tells whether a keyring answers; a locked one counts, because it can be unlocked when it is needed.
fn has_keyring(session: &Session) -> bool {
    session
        .keychain_at_a_glance()
        .is_some_and(|keychain| matches!(keychain.status(), Ok(()) | Err(KeychainError::Locked)))
}

fn create(session: &Session, keyring: bool, passphrase: Option<&Passphrase>) -> Result<RecoveryKeyView, ErrorView> {
    let keychain = if keyring { Some(session.keychain().ok_or(KeychainError::NoService)?) } else { None };
    if passphrase.map_or(!keyring, Passphrase::is_empty) {
        return Err(failed("passphrase_empty", "a vault without the keyring needs a passphrase"));
    }
    let kdf = passphrase.map(|_| Kdf::measured(session.unlock_time(), Instant::now)).transpose()?;
    let wanted = NewSlots {
        keyring: keychain.as_ref().map(|keychain| keychain as &dyn Keychain),
        passphrase: passphrase.zip(kdf),
        recovery_key: true,
        policy: None,
    };
    let Created { vault, recovery_key } = Vault::create(session.folder()?, wanted, now_ms())?;
    session.open_after(session.attempt(), vault)?;
    let groups = recovery_key.map(|key| RecoveryKeyView::of(&key).groups).unwrap_or_default();
    Ok(RecoveryKeyView { groups })
}

/// Asks the keyring, says as exactly as can be known why it did not give the key, and remembers both.
fn unlock_by_keyring<K: Keychain + Clone + 'static>(session: &Session, keychain: &K) -> Result<SessionView, ErrorView> {
    let last = session.keyring_provider();
    let opened = unlock(session, |locked| {
        let vault = locked.unlock_with_keyring(keychain, now_ms());
        Ok(vault.map_err(|fault| vault::explain(fault, keychain, locked.id(), last.as_ref()))?)
    });
    session.note_keyring(opened.as_ref().err().filter(|fault| fault.code != "locked").cloned());
    if opened.is_ok() {
        let (session, keychain) = (session.clone(), keychain.clone());
        // The list does not wait for it.
        std::thread::spawn(move || remember(&session, keychain.provider().filter(|now| Some(now) != last.as_ref())));
    }
    opened
}

/// Notes which program gave the key, so that another one is known for another.
fn remember(session: &Session, provider: Option<Provider>) {
    if let (Some(provider), Ok(file)) = (provider, session.settings_file()) {
        // Only words depend on it.
        let _ = settings::change(file, |settings| settings.keyring_provider = Some(provider));
    }
}

fn unlock_with_words(
    session: &Session,
    words: &Passphrase,
    clock: impl Fn() -> Instant,
) -> Result<SessionView, ErrorView> {
    session.try_passphrase(clock, || unlock(session, |locked| Ok(locked.unlock_with_passphrase(words, now_ms())?)))
}

fn unlock(
    session: &Session,
    open: impl FnOnce(&LockedVault) -> Result<Vault, ErrorView>,
) -> Result<SessionView, ErrorView> {
    let attempt = session.attempt();
    let locked = LockedVault::find(session.folder()?)?.ok_or_else(|| failed("vault_gone", "there is no vault"))?;
    session.open_after(attempt, open(&locked)?)?;
    Ok(SessionView::Unlocked)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{commands::desk, state::Place};

    fn fresh() -> (tempfile::TempDir, Session) {
        let folder = tempfile::tempdir().unwrap();
        let session = Session::new(Place::at(&folder.path().join("vault")));
        (folder, session)
    }

    #[test]
    fn tells_first_run_open_and_locked_apart() {
        let (_folder, session) = fresh();
        assert_eq!(stand(&session).unwrap(), SessionView::FirstRun { keyring: false });
        let words = Passphrase::new("four words that differ".into());
        assert_eq!(create(&session, false, Some(&words)).unwrap().groups.len(), 8);
        assert_eq!(stand(&session).unwrap(), SessionView::Unlocked);
        session.lock();
        let ways =
            SessionView::Locked { keyring: false, passphrase: true, recovery_key: true, wait_seconds: 0, shut: true };
        assert_eq!(stand(&session).unwrap(), ways);
    }

    #[test]
    fn starts_with_the_list_only_where_the_vault_is_open() {
        let (_folder, session) = desk::open();
        assert!(begin(&session).unwrap().list.is_some());
        session.lock();
        let start = begin(&session).unwrap();
        assert!(matches!(start.session, SessionView::Locked { .. }));
        assert!(start.list.is_none());
    }

    #[test]
    fn makes_no_vault_without_a_way_in() {
        let (_folder, session) = fresh();
        let empty = Passphrase::new(String::new());
        for (keyring, words, code) in [
            (false, None, "passphrase_empty"),
            (false, Some(&empty), "passphrase_empty"),
            (true, None, "keyring_no_service"),
        ] {
            assert_eq!(create(&session, keyring, words).err().unwrap().code, code);
        }
        assert_eq!(stand(&session).unwrap(), SessionView::FirstRun { keyring: false });
    }

    #[test]
    fn makes_no_second_vault() {
        let (_folder, session) = desk::open();
        let words = Passphrase::new("other words".into());
        assert_eq!(create(&session, false, Some(&words)).err().unwrap().code, "vault_exists");
    }

    #[test]
    fn stays_locked_after_a_wrong_passphrase() {
        let (_folder, session) = desk::open();
        session.lock();
        let wrong = Passphrase::new("wrong".into());
        let answer = unlock(&session, |locked| Ok(locked.unlock_with_passphrase(&wrong, 0)?));
        assert_eq!(answer.unwrap_err().code, "wrong_passphrase");
        assert!(!session.is_open());
    }

    #[test]
    fn makes_the_next_passphrase_wait_after_wrong_ones_and_then_lets_it_in() {
        let (_folder, session) = desk::open();
        session.lock();
        let (wrong, right) = (Passphrase::new("wrong".into()), desk::words());
        let now = Instant::now();
        for _ in 0..3 {
            assert_eq!(unlock_with_words(&session, &wrong, || now).unwrap_err().code, "wrong_passphrase");
        }
        assert_eq!(session.wait_seconds(now + Duration::from_millis(1)), 2, "a second begun counts as one");
        let early = unlock_with_words(&session, &right, || now + Duration::from_millis(1_999));
        assert_eq!(early.unwrap_err().code, "too_soon", "the right one waits too, or waiting would tell");
        let due = now + Duration::from_secs(2);
        assert_eq!(unlock_with_words(&session, &right, || due).unwrap(), SessionView::Unlocked);
        session.lock();
        assert_eq!(unlock_with_words(&session, &wrong, || due).unwrap_err().code, "wrong_passphrase");
        assert_eq!(session.wait_seconds(due), 0, "the right one has cleared the count");
    }

    /// With the lowest cost that a slot may have, or this would take an hour.
    #[test]
    fn a_thousand_wrong_passphrases_leave_the_vault_as_it_was_and_the_right_one_opens_it() {
        let (folder, session) = desk::open();
        session.lock();
        let file = sterk::vault::Folder::new(folder.path()).vault();
        let state = || (std::fs::read(&file).unwrap(), std::fs::metadata(&file).unwrap().modified().unwrap());
        let before = state();
        let mut now = Instant::now();
        for attempt in 0..1_000 {
            let wrong = Passphrase::new(format!("wrong {attempt}"));
            assert_eq!(unlock_with_words(&session, &wrong, || now).unwrap_err().code, "wrong_passphrase");
            let wait = Duration::from_secs(session.wait_seconds(now).into());
            assert!(wait <= Duration::from_secs(60), "the wait stays bounded");
            assert!(attempt < 8 || wait == Duration::from_secs(60));
            now += wait;
        }
        assert!(state() == before, "nothing is destroyed, nothing is written");
        assert_eq!(unlock_with_words(&session, &desk::words(), || now).unwrap(), SessionView::Unlocked);
    }

    #[test]
    fn counts_no_attempt_that_failed_for_another_reason() {
        let (_folder, session) = fresh();
        let now = Instant::now();
        for _ in 0..5 {
            let answer = unlock_with_words(&session, &desk::words(), || now);
            assert_eq!(answer.unwrap_err().code, "vault_gone");
        }
        assert_eq!(session.wait_seconds(now), 0);
    }

    #[test]
    fn stays_locked_when_a_late_answer_comes_after_locking() {
        let (folder, session) = desk::open();
        session.lock();
        let late = session.attempt();
        session.lock();
        assert_eq!(session.open_after(late, desk::unlocked(&folder)).unwrap_err().code, "locked");
        assert!(!session.is_open());
    }

    #[test]
    fn leaves_a_foreign_file_alone() {
        let (folder, session) = desk::open();
        session.lock();
        let file = sterk::vault::Folder::new(folder.path()).vault();
        std::fs::write(&file, b"a letter to the bank, of some length, so that it could be a vault").unwrap();
        assert_eq!(stand(&session).unwrap_err().code, "not_a_vault");
        assert!(std::fs::read(&file).unwrap().starts_with(b"a letter"));
    }
}
