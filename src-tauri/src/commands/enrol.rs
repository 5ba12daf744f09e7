//! Adding accounts: what is found is held here until the person decides.

use sterk::{
    Draft,
    vault::{Duplicates, Vault, VaultError},
};
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
    let files: Vec<_> = picked.iter().map(|file| file.path().to_owned()).collect();
    let session = session.inner().clone();
    apart(move || review(&session, found::in_files(&files)?)).await.map(Some)
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
        files => review(&session, found::in_files(&files)?).map(Some),
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

/// Adds what was found to what waits already, and shows all of it; the same account found twice waits once.
fn review(session: &Session, found: Found) -> Result<ReviewView, ErrorView> {
    session.with(|open| {
        for draft in found.drafts {
            if !open.drafts.values().any(|waiting| *waiting == draft) {
                open.drafts.insert(open.next_handle, draft);
                open.next_handle += 1;
            }
        }
        let duplicates = Duplicates::of(&open.vault);
        let drafts = open.drafts.iter().map(|(handle, draft)| show(*handle, draft, &duplicates, &open.vault));
        Ok(ReviewView { drafts: drafts.collect(), skipped: found.skipped, missing_parts: found.missing_parts })
    })
}

fn show(handle: u32, draft: &Draft, duplicates: &Duplicates, vault: &Vault) -> DraftView {
    let repeated = duplicates.find(draft).and_then(|same| Some((same.by, vault.account(same.id).ok()?)));
    DraftView::of(handle, draft, repeated.map(|(by, account)| DuplicateView::of(by, &account)))
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
