//! What of the vault wants attention: the same rows as `sterk doctor`.

use sterk::{
    backup::{Ledger, Reach, SeenBackup, folder_states},
    health::{self, Facts},
    policy::missing,
    settings::Settings,
    vault::Vault,
};
use tauri::State;

use super::{apart, codes::catch_up};
use crate::{
    error::ErrorView,
    state::{Session, now_ms},
    view::{FindingView, HealthView},
};

/// Looks at accounts, backups within reach, ways to unlock and the clock.
#[tauri::command]
pub async fn health(session: State<'_, Session>) -> Result<HealthView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        let (settings, ledger) = (session.stored_settings(), session.ledger()?);
        // Without a hold of the vault: every backup within reach is read, and the codes go on meanwhile.
        let elsewhere = settings.backup_folder.as_deref();
        let reach = session.with(|open| Ok(Reach::of(&open.vault, elsewhere)))?;
        let backups = reach.seen();
        session.with(|open| {
            catch_up(open)?;
            let ledger = Ledger::read(&ledger, open.vault.id());
            examine(&open.vault, backups, (&settings, &ledger), now_ms() / 1000)
        })
    })
    .await
}

fn examine(
    vault: &Vault,
    backups: Vec<SeenBackup>,
    (settings, ledger): (&Settings, &Ledger),
    now: u64,
) -> Result<HealthView, ErrorView> {
    let backed_up_at = backups.iter().map(|backup| backup.made_at).max();
    let accounts = vault.accounts();
    let facts = Facts {
        now,
        changed_at: vault.changed_at(),
        ways_to_unlock: vault.slots().len(),
        backups,
        folders: folder_states(vault, ledger)?,
        drill: (ledger.since(), ledger.drilled_at()),
        drill_days: settings.drill_after.days(),
        missing: vault.policy().map(|file| missing(file.policy(), &accounts)).unwrap_or_default(),
    };
    let findings = health::examine(&accounts, &facts);
    Ok(HealthView { findings: findings.iter().map(|one| FindingView::of(one, &accounts)).collect(), backed_up_at })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sterk::{Passphrase, seal::Kdf};

    use super::*;
    use crate::{
        commands::{
            codes::tests::added,
            desk::{self, GITHUB},
        },
        view::ConcernView,
    };

    #[test]
    fn names_what_wants_attention_and_the_newest_backup() {
        let (folder, session) = desk::open();
        let id = added(&session, GITHUB);
        let look = |elsewhere: Option<&Path>| {
            let examined = session.with(|open| {
                let vault = &open.vault;
                let (settings, ledger) = Default::default();
                examine(vault, Reach::of(vault, elsewhere).seen(), (&settings, &ledger), 9)
            });
            examined.unwrap()
        };
        let concerns = |view: &HealthView| view.findings.iter().map(|one| one.concern).collect::<Vec<_>>();
        let view = look(None);
        let expected = [
            ConcernView::OneWayOnly,
            ConcernView::NoBackup,
            ConcernView::Unverified,
            ConcernView::RecoveryCodesOpen,
            ConcernView::WeakSecret,
        ];
        assert_eq!((concerns(&view), view.backed_up_at), (expected.to_vec(), None));
        assert_eq!(view.findings[2].accounts[0].id, id);
        assert!(view.findings[1].pressing && !view.findings[2].pressing);
        let write = |open: &mut crate::state::Open| {
            let words = Passphrase::new("of the backup".into());
            Ok(sterk::backup::write(&open.vault, &folder.path().join("copy.sterk"), &words, Kdf::FLOOR, 8)?)
        };
        session.with(write).unwrap();
        let view = look(Some(folder.path()));
        assert!(!concerns(&view).contains(&ConcernView::NoBackup));
        assert_eq!(view.backed_up_at, Some(8), "a backup counts wherever it lies");
    }
}
