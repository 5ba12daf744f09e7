//! What happened to the vault.

use tauri::State;

use super::{apart, codes::catch_up};
use crate::{
    error::ErrorView,
    state::{Open, Session},
    view::HappenedView,
};

/// Shows the audit trail, the newest first.
#[tauri::command]
pub async fn audit(session: State<'_, Session>) -> Result<Vec<HappenedView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(trail)).await
}

fn trail(open: &mut Open) -> Result<Vec<HappenedView>, ErrorView> {
    catch_up(open)?;
    Ok(open.vault.trail().iter().map(|one| HappenedView::of(one, &open.vault)).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::{
        commands::{
            codes::tests::added,
            desk::{self, GITHUB},
        },
        view::Reveal,
    };

    #[test]
    fn tells_what_was_shown_and_how_the_vault_was_opened() {
        let (folder, session) = desk::open();
        let id = added(&session, GITHUB);
        desk::unlocked(&folder);
        session
            .with(|open| {
                let account = crate::commands::codes::find(open, &id)?.id;
                open.grants.give(account, Reveal::Transfer, Instant::now());
                crate::commands::transfer::draw(open, &id, Instant::now()).map(drop)
            })
            .unwrap();
        let told = session.with(trail).unwrap();
        let events: Vec<_> = told.iter().map(|one| one.event.as_str()).collect();
        assert_eq!(events, ["transfer", "unlock"]);
        assert_eq!(told[0].account.as_ref().map(|account| account.issuer.as_str()), Some("GitHub"));
        assert_eq!((told[1].way.as_deref(), &told[1].account), (Some("passphrase"), &None));
    }
}
