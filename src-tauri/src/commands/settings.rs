//! The settings, and what a person may want to know about the program.

use sterk::settings;
use tauri::{State, WebviewWindow};
use zeroize::Zeroizing;

use super::apart;
use crate::{
    clipboard::Clipboard,
    error::ErrorView,
    looks,
    state::Session,
    view::{AboutView, SettingsChange, SettingsView},
};

/// Reads the settings.
#[tauri::command]
pub async fn settings(session: State<'_, Session>) -> Result<SettingsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || Ok(session.settings())).await
}

/// Changes settings, and with the colours of the page those of the window.
#[tauri::command]
pub async fn change_settings(
    session: State<'_, Session>,
    window: WebviewWindow,
    change: SettingsChange,
) -> Result<SettingsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        let recolour = change.theme.is_some();
        let settings = apply(&session, change)?;
        if recolour {
            // The page follows by itself; a system that gives its own parts no other colours has no answer for us.
            let _ = looks::dress(&window, settings.theme);
        }
        Ok(settings)
    })
    .await
}

/// Says what the program is and where its vault lies.
#[tauri::command]
pub async fn about(session: State<'_, Session>) -> Result<AboutView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| Ok(AboutView::of(&open.vault)))).await
}

/// Copies the path of the vault's folder; it stays on the clipboard.
#[tauri::command]
pub async fn copy_folder(session: State<'_, Session>, clipboard: State<'_, Clipboard>) -> Result<(), ErrorView> {
    let (session, clipboard) = (session.inner().clone(), clipboard.inner().clone());
    apart(move || clipboard.leave(Zeroizing::new(session.folder()?.to_string_lossy().into_owned()))).await
}

fn apply(session: &Session, change: SettingsChange) -> Result<SettingsView, ErrorView> {
    let kept = settings::change(session.settings_file()?, |settings| change.apply(settings))?;
    Ok(SettingsView::of(&kept, settings::Found::Settings))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sterk::settings::{ClearsAfter, Language, LocksAfter, Moments, Theme, Tip};

    use super::*;
    use crate::{commands::desk, state::Place, view::WayView};

    #[test]
    fn changes_what_is_named_and_nothing_else() {
        let (_folder, session) = desk::open();
        let theme = SettingsChange { theme: Some(Theme::Dark), ..SettingsChange::default() };
        apply(&session, theme).unwrap();
        let language = SettingsChange { language: Some(Language::Fr), ..SettingsChange::default() };
        let answered = apply(&session, language).unwrap();
        let expected = SettingsView {
            clears_after: ClearsAfter::default(),
            hide_codes: false,
            hidden_tips: Vec::new(),
            language: Language::Fr,
            locks_after: LocksAfter::default(),
            locks_at: Moments::default(),
            theme: Theme::Dark,
            unread: false,
        };
        assert_eq!(answered, expected);
        assert_eq!(session.settings(), expected);
    }

    #[test]
    fn puts_a_piece_of_advice_away_once_and_for_all() {
        let (_folder, session) = desk::open();
        let hide = |tip| apply(&session, SettingsChange { hide_tip: Some(tip), ..SettingsChange::default() }).unwrap();
        hide(Tip::RecoveryApart);
        hide(Tip::RecoveryApart);
        assert_eq!(hide(Tip::ClockByNetwork).hidden_tips, [Tip::RecoveryApart, Tip::ClockByNetwork]);
    }

    #[test]
    fn says_that_a_foreign_file_was_not_read_until_it_is_replaced() {
        let (folder, session) = desk::open();
        fs::write(folder.path().join("settings.json"), "a letter").unwrap();
        assert!(session.settings().unread);
        let change = SettingsChange { hide_codes: Some(true), ..SettingsChange::default() };
        assert!(!apply(&session, change).unwrap().unread);
        assert!(session.settings().hide_codes);
    }

    #[test]
    fn says_that_settings_were_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let session = Session::new(Place::at(&file));
        assert_eq!(apply(&session, SettingsChange::default()).unwrap_err().code, "settings_not_kept");
    }

    #[test]
    fn has_ordinary_settings_where_none_can_lie() {
        let session = Session::new(Place::nowhere());
        assert!(!session.settings().unread);
        assert_eq!(apply(&session, SettingsChange::default()).unwrap_err().code, "no_folder");
    }

    #[test]
    fn refuses_a_time_that_is_not_offered() {
        let change = |json| serde_json::from_str::<SettingsChange>(json);
        assert_eq!(change(r#"{"clears_after": 60}"#).unwrap().clears_after, Some(ClearsAfter::ALL[3]));
        for wrong in [r#"{"clears_after": 0}"#, r#"{"clears_after": 31}"#, r#"{"language": "de"}"#] {
            assert!(change(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_folder_ways_and_number_of_an_open_vault_only() {
        let (folder, session) = desk::open();
        let about = || session.with(|open| Ok(AboutView::of(&open.vault)));
        let view = about().unwrap();
        assert_eq!(view.folder, folder.path().to_string_lossy());
        assert_eq!((view.ways.as_slice(), view.accounts), (&[WayView::Passphrase][..], 0));
        assert_eq!((view.version, view.licence), ("0.1.0", "MIT OR Apache-2.0"));
        session.lock();
        assert_eq!(about().unwrap_err().code, "locked");
    }
}
