//! Encrypted files of other apps: each waits until its passphrase is typed or it is left out.

use std::{ops::ControlFlow, path::PathBuf};

use sterk::{Passphrase, account::shown, import::Access};
use tauri::{State, ipc::Channel};

use super::{apart, enrol::review};
use crate::{
    error::{ErrorView, failed},
    found::{self, Found},
    state::Session,
    view::{OpeningView, ReviewView},
};

/// Opens the file that waits with its passphrase, and shows all that was found; a wrong one lets it wait on.
#[tauri::command]
pub async fn open_source(
    session: State<'_, Session>,
    passphrase: String,
    channel: Channel<OpeningView>,
) -> Result<ReviewView, ErrorView> {
    let (session, words) = (session.inner().clone(), Passphrase::new(passphrase));
    // A page that is gone has nobody to tell.
    let tell = move |thousandths| drop(channel.send(OpeningView { thousandths }));
    apart(move || open_with(&session, &words, &tell)).await
}

/// Leaves out the file that waits.
#[tauri::command]
pub async fn skip_source(session: State<'_, Session>) -> Result<ReviewView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        let file = waiting(&session)?;
        session.with(|open| Ok(open.sealed.retain(|other| *other != file)))?;
        let mut found = Found::default();
        found.leave_out(&file, failed("needs_passphrase", "the file is encrypted and was not opened"));
        review(&session, found)
    })
    .await
}

/// Stops the derivation that goes on, if one does.
#[tauri::command]
pub async fn stop_source(session: State<'_, Session>) -> Result<(), ErrorView> {
    session.stop_opening();
    Ok(())
}

fn waiting(session: &Session) -> Result<PathBuf, ErrorView> {
    let gone = || failed("review_gone", "no file waits for a passphrase");
    session.with(|open| open.sealed.first().cloned().ok_or_else(gone))
}

fn open_with(session: &Session, words: &Passphrase, tell: &dyn Fn(Option<u16>)) -> Result<ReviewView, ErrorView> {
    let (file, stop) = (waiting(session)?, session.begin_opening());
    let watch = |thousandths| {
        tell(thousandths);
        if stop.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let found = match found::in_sealed_file(&file, &Access::with(words).watched(&watch)) {
        Err(error) if matches!(error.code, "wrong_passphrase" | "cancelled") => return Err(error),
        Err(error) => {
            let mut found = Found::default();
            found.leave_out(&file, error);
            found
        }
        Ok(found) => found,
    };
    session.with(|open| Ok(open.sealed.retain(|other| *other != file)))?;
    review(session, found)
}

/// Names a file as people know it.
pub(super) fn name_of(file: &std::path::Path) -> String {
    shown(&file.file_name().unwrap_or_default().to_string_lossy())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::commands::desk::open;

    /// Two accounts of an Aegis vault, sealed under "open sesame" by the importer's own description of the format.
    const SEALED: &str = include_str!("../../../tests/data/import/aegis-sealed.json");

    fn file(folder: &std::path::Path, name: &str, text: &str) -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn arrive(session: &Session, files: &[PathBuf]) -> ReviewView {
        review(session, found::in_files(files, &|_| panic!("there is no picture")).unwrap()).unwrap()
    }

    fn try_words(session: &Session, words: &str) -> Result<ReviewView, ErrorView> {
        open_with(session, &Passphrase::new(words.into()), &|_| {})
    }

    #[test]
    fn asks_for_the_passphrase_of_a_file_and_shows_what_it_holds() {
        let (folder, session) = open();
        let shown = arrive(&session, &[file(folder.path(), "vault.json", SEALED)]);
        assert_eq!((shown.drafts.len(), shown.sealed.unwrap().name.as_str()), (0, "vault.json"));
        assert_eq!(try_words(&session, "wrong").unwrap_err().code, "wrong_passphrase");
        let shown = try_words(&session, "open sesame").unwrap();
        assert!(shown.sealed.is_none());
        let names: Vec<_> = shown.drafts.iter().map(|draft| draft.issuer.as_str()).collect();
        assert_eq!(names, ["Forge", "Harbour"]);
        assert_eq!(try_words(&session, "open sesame").unwrap_err().code, "review_gone");
    }

    #[test]
    fn offers_no_encrypted_file_for_deletion() {
        let (folder, session) = open();
        arrive(&session, &[file(folder.path(), "vault.json", SEALED)]);
        let shown = try_words(&session, "open sesame").unwrap();
        assert_eq!(shown.drafts.len(), 2);
        session.with(|open| Ok(assert!(open.traces.left().is_empty()))).unwrap();
    }

    #[test]
    fn lets_a_second_file_wait_for_its_turn_and_keeps_what_is_plain() {
        let (folder, session) = open();
        let list = "otpauth://totp/Post:ada?secret=JBSWY3DPEHPK3PXP&issuer=Post";
        let files = [
            file(folder.path(), "a.json", SEALED),
            file(folder.path(), "b.json", SEALED),
            file(folder.path(), "c.txt", list),
        ];
        let shown = arrive(&session, &files);
        assert_eq!((shown.drafts.len(), shown.sealed.unwrap().name.as_str()), (1, "a.json"));
        let shown = try_words(&session, "open sesame").unwrap();
        assert_eq!((shown.drafts.len(), shown.sealed.unwrap().name.as_str()), (3, "b.json"));
    }

    #[test]
    fn stops_a_derivation_and_lets_the_file_wait() {
        let (folder, session) = open();
        let costly = SEALED.replace("\"n\":1024", "\"n\":1048576").replace("\"r\":8", "\"r\":4");
        arrive(&session, &[file(folder.path(), "vault.json", &costly)]);
        let told = RefCell::new(0);
        let stop = |_: Option<u16>| {
            *told.borrow_mut() += 1;
            session.stop_opening();
        };
        let answer = open_with(&session, &Passphrase::new("open sesame".into()), &stop);
        assert_eq!((answer.unwrap_err().code, *told.borrow()), ("cancelled", 1));
        assert!(waiting(&session).is_ok());
    }
}
