//! After a file was kept: what it still holds in the clear, and taking it away. The page names no path.

use sterk::{account::shown, leftover::Leftover};
use tauri::State;

use super::apart;
use crate::{
    error::{ErrorView, failed, told},
    state::Session,
    view::{DeletedView, LeftoverView, SkippedView},
};

/// Names the files whose accounts are all in the vault and that still hold them in the clear.
#[tauri::command]
pub async fn leftovers(session: State<'_, Session>) -> Result<Vec<LeftoverView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| Ok(open.traces.left().iter().map(LeftoverView::of).collect()))).await
}

/// Deletes those files; one that was changed since it was read stays.
#[tauri::command]
pub async fn delete_leftovers(session: State<'_, Session>) -> Result<DeletedView, ErrorView> {
    let session = session.inner().clone();
    apart(move || delete(&session)).await
}

/// Leaves those files where they are, and asks no more.
#[tauri::command]
pub async fn keep_leftovers(session: State<'_, Session>) -> Result<(), ErrorView> {
    session.with(|open| {
        open.traces.take_left();
        Ok(())
    })
}

fn delete(session: &Session) -> Result<DeletedView, ErrorView> {
    let left = session.with(|open| Ok(open.traces.take_left()))?;
    let stays = left.iter().filter_map(|file| {
        let error = file.delete().err()?;
        Some(SkippedView { source: name(file), code: error.code(), message: told(&error), spot: None })
    });
    let stays: Vec<_> = stays.collect();
    let deleted = u32::try_from(left.len() - stays.len()).map_err(|_| failed("unexpected", "too many files"))?;
    Ok(DeletedView { deleted, stays })
}

impl LeftoverView {
    /// Shows a file by its name and by who has it too.
    fn of(file: &Leftover) -> Self {
        Self { name: name(file), service: file.synced_by().map(|service| service.name()) }
    }
}

fn name(file: &Leftover) -> String {
    shown(&file.path().file_name().unwrap_or_default().to_string_lossy())
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::{Path, PathBuf},
    };

    use sterk::capture::{Seen, Sight};
    use tempfile::TempDir;
    use zeroize::Zeroizing;

    use super::*;
    use crate::{
        commands::{
            desk::{GITHUB, HARBOUR, open},
            enrol::tests::keep_found,
        },
        found,
        view::OnDuplicate,
    };

    /// A desk with a folder of pictures; each says what stands in it.
    struct Desk {
        _vault: TempDir,
        pictures: TempDir,
        session: Session,
    }

    impl Desk {
        fn new() -> Self {
            let (vault, session) = open();
            Self { _vault: vault, pictures: tempfile::tempdir().unwrap(), session }
        }

        fn picture(&self, name: &str, links: &[&str]) -> PathBuf {
            let path = self.pictures.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, [b"\x89PNG\r\n\x1a\n", links.join("\n").as_bytes()].concat()).unwrap();
            path
        }

        fn list(&self, name: &str, text: &str) -> PathBuf {
            let path = self.pictures.path().join(name);
            fs::write(&path, text).unwrap();
            path
        }

        /// Adds what is in these files, with the same decision for all.
        fn add(&self, files: &[&Path], decision: OnDuplicate) {
            let files: Vec<_> = files.iter().map(|file| (*file).to_owned()).collect();
            let reader = |bytes: Zeroizing<Vec<u8>>| Ok(sight(&bytes));
            keep_found(&self.session, found::in_files(&files, &reader).unwrap(), decision);
        }

        fn left(&self) -> Vec<(String, Option<&'static str>)> {
            let views =
                self.session.with(|open| Ok(open.traces.left().iter().map(LeftoverView::of).collect::<Vec<_>>()));
            views.unwrap().into_iter().map(|view| (view.name, view.service)).collect()
        }
    }

    fn sight(bytes: &[u8]) -> Sight {
        let text = String::from_utf8_lossy(&bytes[8..]).into_owned();
        let seen = text.lines().map(|line| Seen { text: Zeroizing::new(line.to_owned()).into(), spot: None });
        Sight { seen: seen.collect(), complete: true, ..Sight::default() }
    }

    #[test]
    fn offers_a_picture_whose_accounts_are_all_kept_and_deletes_it() {
        let desk = Desk::new();
        let picture = desk.picture("code.png", &[GITHUB, HARBOUR]);
        desk.add(&[&picture], OnDuplicate::Keep);
        assert_eq!(desk.left(), [("code.png".to_owned(), None)]);
        let deleted = delete(&desk.session).unwrap();
        assert_eq!((deleted.deleted, deleted.stays.len(), picture.exists()), (1, 0, false));
        assert!(desk.left().is_empty(), "it is offered once");
    }

    #[test]
    fn offers_a_picture_of_what_was_there_already() {
        let desk = Desk::new();
        let picture = desk.picture("code.png", &[GITHUB]);
        desk.add(&[&picture], OnDuplicate::Keep);
        desk.session.with(|open| Ok(open.traces.take_left())).unwrap();
        desk.add(&[&picture], OnDuplicate::Skip);
        assert_eq!(desk.left().len(), 1);
    }

    #[test]
    fn offers_nothing_that_the_vault_does_not_have() {
        let desk = Desk::new();
        desk.add(&[&desk.picture("left-out.png", &[GITHUB])], OnDuplicate::Skip);
        desk.add(&[&desk.picture("more.png", &[HARBOUR, "https://example.org"])], OnDuplicate::Keep);
        desk.add(&[&desk.list("remarks.txt", &format!("# the old phone\n{GITHUB}\n"))], OnDuplicate::Keep);
        assert!(desk.left().is_empty(), "{:?}", desk.left());
        desk.add(&[&desk.list("plain.txt", &format!("{GITHUB}\n"))], OnDuplicate::Skip);
        assert_eq!(desk.left(), [("plain.txt".to_owned(), None)]);
    }

    #[test]
    fn says_who_else_has_it_and_leaves_what_was_changed() {
        let desk = Desk::new();
        let (synced, own) = (desk.picture("Dropbox/code.png", &[GITHUB]), desk.picture("own.png", &[HARBOUR]));
        desk.add(&[&synced, &own], OnDuplicate::Keep);
        assert_eq!(desk.left(), [("code.png".to_owned(), Some("Dropbox")), ("own.png".to_owned(), None)]);
        fs::write(&own, "something else").unwrap();
        let deleted = delete(&desk.session).unwrap();
        let stays: Vec<_> = deleted.stays.iter().map(|one| (one.source.as_str(), one.code)).collect();
        assert_eq!((deleted.deleted, stays), (1, vec![("own.png", "file_changed")]));
        assert!(own.exists() && !synced.exists());
    }

    #[test]
    fn locking_forgets_what_may_be_deleted() {
        let desk = Desk::new();
        let picture = desk.picture("code.png", &[GITHUB]);
        desk.add(&[&picture], OnDuplicate::Keep);
        desk.session.lock();
        assert_eq!(delete(&desk.session).unwrap_err().code, "locked");
        assert!(picture.exists());
    }
}
