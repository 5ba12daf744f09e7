//! Proving again who is there, before something secret is shown.

use std::time::Instant;

use sterk::{Passphrase, RecoveryKey};
use tauri::State;

use super::{
    apart,
    codes::{catch_up, find},
};
use crate::{
    error::{ErrorView, failed},
    state::Session,
    view::{Proof, ProofsView, Reveal, WORD},
};

/// Says how a person can prove who they are.
#[tauri::command]
pub async fn proofs(session: State<'_, Session>) -> Result<ProofsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || ask(&session, Instant::now())).await
}

/// Checks a proof while the vault stays open; the right one permits one showing, for a minute.
#[tauri::command]
pub async fn authenticate(
    session: State<'_, Session>,
    id: String,
    reveal: Reveal,
    proof: Proof,
    typed: String,
) -> Result<(), ErrorView> {
    let session = session.inner().clone();
    let typed = Passphrase::new(typed);
    apart(move || prove(&session, &id, reveal, (proof, &typed), Instant::now)).await
}

/// Ends what was permitted, because the page has put it away.
#[tauri::command]
pub async fn conceal(session: State<'_, Session>) -> Result<(), ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        session.with(|open| {
            open.grants.end();
            Ok(())
        })
    })
    .await
}

fn ask(session: &Session, now: Instant) -> Result<ProofsView, ErrorView> {
    let proofs = session.with(|open| catch_up(open).map(|()| open.vault.proofs()))?;
    Ok(ProofsView::of(&proofs, session.wait_seconds(now)))
}

/// Checks without a hold of the vault: deriving a key takes long, and the codes go on meanwhile.
pub(super) fn prove(
    session: &Session,
    id: &str,
    reveal: Reveal,
    (proof, typed): (Proof, &Passphrase),
    clock: impl Fn() -> Instant,
) -> Result<(), ErrorView> {
    let attempt = session.attempt();
    let (account, proofs) = session.with(|open| {
        catch_up(open)?;
        let account = if reveal.is_of_the_vault() { None } else { Some(find(open, id)?.id) };
        Ok((account, open.vault.proofs()))
    })?;
    match proof {
        Proof::Passphrase => session.try_passphrase(&clock, || Ok(proofs.check_passphrase(typed)?))?,
        Proof::RecoveryKey => proofs.check_recovery_key(&RecoveryKey::parse(typed.expose())?)?,
        Proof::Word if !proofs.is_word_enough() => {
            return Err(failed("needs_authentication", "this vault asks for more than a word"));
        }
        Proof::Word if !typed.expose().trim().eq_ignore_ascii_case(WORD) => {
            return Err(failed("wrong_word", "another word was typed than the one to type"));
        }
        Proof::Word => {}
    }
    session.with(|open| {
        if attempt != session.attempt() {
            return Err(failed("locked", "the vault was locked in the meantime"));
        }
        open.grants.give(account, reveal, clock());
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, time::Duration};

    use sterk::{
        keychain::MemoryKeychain,
        vault::{NewSlots, Vault},
    };

    use super::*;
    use crate::{
        commands::{
            codes::tests::added,
            desk::{self, GITHUB},
        },
        state::Place,
    };

    fn permitted(session: &Session, id: &str, now: Instant) -> bool {
        let shown = |open: &mut crate::state::Open| {
            let account = find(open, id)?.id;
            open.grants.show(account, Reveal::Transfer, Vec::new(), now)
        };
        session.with(shown).is_ok()
    }

    fn typed(session: &Session, id: &str, proof: Proof, words: &str, now: Instant) -> Result<(), &'static str> {
        let typed = Passphrase::new(words.into());
        prove(session, id, Reveal::Transfer, (proof, &typed), || now).map_err(|error| error.code)
    }

    /// Opens a vault of the keyring and a recovery key; answers the key in letters.
    fn of_keyring(folder: &tempfile::TempDir) -> (Session, String) {
        let keychain = MemoryKeychain::new();
        let slots = NewSlots { keyring: Some(&keychain), recovery_key: true, ..NewSlots::default() };
        let created = Vault::create(folder.path(), slots, 1_000).unwrap();
        let session = Session::new(Place::at(folder.path()));
        session.open_after(session.attempt(), created.vault).unwrap();
        (session, created.recovery_key.unwrap().to_text().to_string())
    }

    #[test]
    fn permits_after_the_right_passphrase_only() {
        let (_folder, session) = desk::open();
        let (id, now) = (added(&session, GITHUB), Instant::now());
        assert_eq!(typed(&session, &id, Proof::Passphrase, "wrong", now), Err("wrong_passphrase"));
        assert!(!permitted(&session, &id, now));
        assert!(session.is_open(), "a wrong passphrase locks nobody out of the codes");
        assert_eq!(typed(&session, &id, Proof::Passphrase, desk::words().expose(), now), Ok(()));
        assert!(permitted(&session, &id, now));
    }

    #[test]
    fn makes_the_next_passphrase_wait_as_it_does_for_unlocking() {
        let (_folder, session) = desk::open();
        let (id, now) = (added(&session, GITHUB), Instant::now());
        for _ in 0..3 {
            assert_eq!(typed(&session, &id, Proof::Passphrase, "wrong", now), Err("wrong_passphrase"));
        }
        assert_eq!(ask(&session, now).unwrap().wait_seconds, 2);
        assert_eq!(typed(&session, &id, Proof::Passphrase, desk::words().expose(), now), Err("too_soon"));
        let due = now + Duration::from_secs(2);
        assert_eq!(typed(&session, &id, Proof::Passphrase, desk::words().expose(), due), Ok(()));
        assert_eq!(ask(&session, due).unwrap().wait_seconds, 0);
    }

    #[test]
    fn takes_a_word_where_only_the_keyring_opens() {
        let folder = tempfile::tempdir().unwrap();
        let (session, _) = of_keyring(&folder);
        let (id, now) = (added(&session, GITHUB), Instant::now());
        let view = ProofsView { passphrase: false, recovery_key: true, word: Some("STERK"), wait_seconds: 0 };
        assert_eq!(ask(&session, now).unwrap(), view);
        assert_eq!(typed(&session, &id, Proof::Word, "", now), Err("wrong_word"));
        assert_eq!(typed(&session, &id, Proof::Passphrase, "STERK", now), Err("no_such_slot"));
        assert_eq!(typed(&session, &id, Proof::Word, " sterk", now), Ok(()));
        assert!(permitted(&session, &id, now));
    }

    #[test]
    fn takes_no_word_from_a_vault_with_a_passphrase() {
        let (_folder, session) = desk::open();
        let (id, now) = (added(&session, GITHUB), Instant::now());
        assert_eq!(ask(&session, now).unwrap().word, None);
        assert_eq!(typed(&session, &id, Proof::Word, WORD, now), Err("needs_authentication"));
        assert!(!permitted(&session, &id, now));
    }

    #[test]
    fn takes_the_recovery_key_and_never_lets_it_wait() {
        let folder = tempfile::tempdir().unwrap();
        let (session, key) = of_keyring(&folder);
        let (id, now) = (added(&session, GITHUB), Instant::now());
        let other = RecoveryKey::make().unwrap().to_text();
        for _ in 0..4 {
            assert_eq!(typed(&session, &id, Proof::RecoveryKey, &other, now), Err("wrong_recovery_key"));
        }
        assert_eq!(typed(&session, &id, Proof::RecoveryKey, "nonsense", now), Err("bad_recovery_key"));
        assert!(!permitted(&session, &id, now));
        assert_eq!(typed(&session, &id, Proof::RecoveryKey, &key, now), Ok(()));
        assert!(permitted(&session, &id, now));
    }

    #[test]
    fn permits_nothing_when_the_vault_was_locked_during_the_check() {
        let (folder, session) = desk::open();
        let (id, now) = (added(&session, GITHUB), Instant::now());
        let looked = Cell::new(0);
        // The clock is read while the passphrase is being tried: then the person locks and unlocks.
        let clock = || {
            if looked.replace(looked.get() + 1) == 0 {
                session.lock();
                session.open_after(session.attempt(), desk::unlocked(&folder)).unwrap();
            }
            now
        };
        let answer = prove(&session, &id, Reveal::Transfer, (Proof::Passphrase, &desk::words()), clock);
        assert_eq!(answer.unwrap_err().code, "locked");
        assert!(!permitted(&session, &id, now));
    }

    #[test]
    fn drops_the_permission_when_the_vault_is_locked() {
        let (folder, session) = desk::open();
        let (id, now) = (added(&session, GITHUB), Instant::now());
        typed(&session, &id, Proof::Passphrase, desk::words().expose(), now).unwrap();
        session.lock();
        session.open_after(session.attempt(), desk::unlocked(&folder)).unwrap();
        assert!(!permitted(&session, &id, now));
    }

    #[test]
    fn asks_nobody_while_locked() {
        let (_folder, session) = desk::open();
        session.lock();
        let now = Instant::now();
        assert_eq!(ask(&session, now).unwrap_err().code, "locked");
        assert_eq!(typed(&session, "00", Proof::Passphrase, desk::words().expose(), now), Err("locked"));
        assert_eq!(session.wait_seconds(now), 0);
    }
}
