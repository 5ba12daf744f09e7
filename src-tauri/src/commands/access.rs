//! The day an account does not open: who resets it, and the sheet for the day the computer is gone.

use sterk::{calendar::dated, emergency, vault::write_proved};
use tauri::{State, WebviewWindow};

use super::{apart, codes::find};
use crate::{
    error::ErrorView,
    links, save,
    state::{Session, now_ms},
    view::{EmergencyRowView, EmergencyView, SavedView},
};

/// Opens the link by which an account is reset; the page names the account and no address.
#[tauri::command]
pub async fn open_reset(session: State<'_, Session>, id: String) -> Result<(), ErrorView> {
    let session = session.inner().clone();
    apart(move || links::open(&session.with(|open| Ok(find(open, &id)?.reset_by))?)).await
}

/// Shows which accounts there are, whether recovery codes exist, and who resets; no secret is in it.
#[tauri::command]
pub async fn emergency_sheet(session: State<'_, Session>) -> Result<EmergencyView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        session.with(|open| {
            let rows = open.vault.accounts().iter().map(EmergencyRowView::of).collect();
            Ok(EmergencyView { rows })
        })
    })
    .await
}

/// Saves that sheet where the person says, as a page or, under a name that ends in `.txt`, as text.
#[tauri::command]
pub async fn save_emergency_sheet(
    window: WebviewWindow,
    session: State<'_, Session>,
) -> Result<Option<SavedView>, ErrorView> {
    let session = session.inner().clone();
    session.with(|_| Ok(()))?;
    let Some(to) = save::ask(&window, "sterk-emergency.html", None).await else { return Ok(None) };
    apart(move || {
        let (accounts, day) = (session.with(|open| Ok(open.vault.accounts()))?, dated(now_ms() / 1000));
        let is_text = to.extension().is_some_and(|end| end.eq_ignore_ascii_case("txt"));
        let sheet = if is_text { emergency::text(&accounts, &day) } else { emergency::html(&accounts, &day) };
        // The dialog has asked before it named a file that is there.
        write_proved(&to, sheet.as_bytes(), true, |_| Ok(())).map_err(save::unwritten)?;
        Ok(Some(SavedView::of(&to)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::{
        codes::tests::added,
        desk::{self, GITHUB},
    };

    #[test]
    fn shows_accounts_codes_and_who_resets_and_no_secret() {
        let (_folder, session) = desk::open();
        let id = added(&session, GITHUB);
        let edit = |open: &mut crate::state::Open| {
            let id = find(open, &id)?.id;
            Ok(open.vault.update::<_, sterk::VaultError>(2_000, |edit| {
                edit.add_recovery(id, vec![sterk::Passphrase::new("4fk2-9qtm".into())])?;
                edit.set_reset_by(id, "the own\u{202e}er".into())
            })?)
        };
        session.with(edit).unwrap();
        let row = session.with(|open| Ok(EmergencyRowView::of(&find(open, &id)?))).unwrap();
        assert_eq!((row.issuer.as_str(), row.unused, row.gives_none), ("GitHub", 1, false));
        assert_eq!(row.reset_by, "the own\\u{202E}er");
        let told = serde_json::to_string(&row).unwrap();
        assert!(!told.contains("4fk2") && !told.contains("JBSWY3"), "{told}");
    }
}
