//! Adding accounts: what is found is held here until the person decides.

use sterk::vault::{Duplicates, VaultError};
use tauri::{State, WebviewWindow};

use super::apart;
use crate::{
    clipboard::Clipboard,
    error::{ErrorView, failed},
    found::{self, Found},
    state::{Open, Session, now_ms},
    view::{AcceptedView, Choice, DraftView, DuplicateView, OnDuplicate, ReviewView},
};

/// Lets the person pick picture files and reads them; nothing when the dialog is closed.
#[tauri::command]
pub async fn pick_files(window: WebviewWindow, session: State<'_, Session>) -> Result<Option<ReviewView>, ErrorView> {
    let dialog = rfd::AsyncFileDialog::new().set_parent(&window).pick_files();
    let Some(picked) = dialog.await else { return Ok(None) };
    let files = picked.iter().map(|file| file.path().to_owned()).collect();
    let session = session.inner().clone();
    apart(move || review(&session, found::in_files(files)?)).await.map(Some)
}

/// Reads the picture or the links that lie in the clipboard.
#[tauri::command]
pub async fn paste(session: State<'_, Session>, clipboard: State<'_, Clipboard>) -> Result<ReviewView, ErrorView> {
    let (session, clipboard) = (session.inner().clone(), clipboard.inner().clone());
    apart(move || review(&session, found::in_clipboard(clipboard.read()?)?)).await
}

/// Reads links that were typed or pasted into the page's field.
#[tauri::command]
pub async fn read_text(session: State<'_, Session>, text: String) -> Result<ReviewView, ErrorView> {
    let session = session.inner().clone();
    let text = zeroize::Zeroizing::new(text);
    apart(move || review(&session, found::in_text(&text)?)).await
}

/// Reads the files that were dropped on the window or named at the start; nothing when there are none.
#[tauri::command]
pub async fn take_arrived(session: State<'_, Session>) -> Result<Option<ReviewView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || match session.take_arrived() {
        files if files.is_empty() => Ok(None),
        files => review(&session, found::in_files(files)?).map(Some),
    })
    .await
}

/// Keeps what the person chose, all of it or nothing.
#[tauri::command]
pub async fn accept(session: State<'_, Session>, choices: Vec<Choice>) -> Result<AcceptedView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| keep(open, &choices, now_ms()))).await
}

/// Forgets what was found.
#[tauri::command]
pub async fn discard(session: State<'_, Session>) -> Result<(), ErrorView> {
    session.with(|open| {
        open.drafts.clear();
        Ok(())
    })
}

/// Holds what was found and shows it; what an earlier review held is forgotten.
fn review(session: &Session, found: Found) -> Result<ReviewView, ErrorView> {
    session.with(|open| {
        let duplicates = Duplicates::of(&open.vault);
        open.drafts.clear();
        let mut drafts = Vec::with_capacity(found.drafts.len());
        for draft in found.drafts {
            let handle = open.next_handle;
            open.next_handle += 1;
            let repeated = duplicates.find(&draft).and_then(|same| Some((same.by, open.vault.account(same.id).ok()?)));
            let duplicate = repeated.map(|(by, account)| DuplicateView::of(by, &account));
            drafts.push(DraftView::of(handle, &draft, duplicate));
            open.drafts.insert(handle, draft);
        }
        Ok(ReviewView { drafts, skipped: found.skipped, missing_parts: found.missing_parts })
    })
}

fn keep(open: &mut Open, choices: &[Choice], now_ms: u64) -> Result<AcceptedView, ErrorView> {
    if choices.iter().any(|choice| !open.drafts.contains_key(&choice.handle)) {
        return Err(failed("review_gone", "this review is over"));
    }
    let duplicates = Duplicates::of(&open.vault);
    let drafts = &open.drafts;
    let accepted = open.vault.update::<_, VaultError>(now_ms, |edit| {
        let mut accepted = AcceptedView { added: 0, replaced: 0, skipped: 0 };
        for (choice, draft) in choices.iter().filter_map(|choice| Some((choice, drafts.get(&choice.handle)?))) {
            match (choice.on_duplicate, duplicates.find(draft)) {
                (OnDuplicate::Skip, _) => accepted.skipped += 1,
                (OnDuplicate::Replace, Some(same)) => {
                    edit.replace_secret(same.id, draft.otp.clone())?;
                    accepted.replaced += 1;
                }
                (OnDuplicate::Keep | OnDuplicate::Replace, _) => {
                    edit.add(draft.clone())?;
                    accepted.added += 1;
                }
            }
        }
        Ok(accepted)
    })?;
    open.drafts.clear();
    Ok(accepted)
}
