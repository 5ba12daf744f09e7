//! The policy of the person's organisation: looked at, applied, followed, told back, removed.

use std::{fs::File, io::Read, path::Path, time::Instant};

use sterk::{
    backup::Reach,
    policy::{Day, Doubt, PolicyError, PolicyFile, Status, checklist, doubts, person},
    settings,
    vault::{VaultError, write_proved},
};
use tauri::{State, WebviewWindow};

use super::{apart, codes::catch_up};
use crate::{
    error::{ErrorView, failed},
    links,
    state::{Open, Session, now_ms},
    view::{DoubtView, PolicyReviewView, PolicyView, Reveal, SavedView},
};

/// Shows the policy that is applied, if one is.
#[tauri::command]
pub async fn policy(session: State<'_, Session>) -> Result<Option<PolicyView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(show)).await
}

/// Lets the person pick a policy and shows what it asks; nothing when the dialog is closed.
#[tauri::command]
pub async fn pick_policy(
    window: WebviewWindow,
    session: State<'_, Session>,
) -> Result<Option<PolicyReviewView>, ErrorView> {
    let dialog = rfd::AsyncFileDialog::new().set_parent(&window).add_filter("JSON", &["json"]).pick_file();
    let Some(picked) = dialog.await else { return Ok(None) };
    let session = session.inner().clone();
    apart(move || review(&session, picked.path()).map(Some)).await
}

/// Shows what the policy asks that was dropped on the window or named at the start; nothing when there is none.
#[tauri::command]
pub async fn take_policy(session: State<'_, Session>) -> Result<Option<PolicyReviewView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.take_policy().map(|file| review(&session, &file)).transpose()).await
}

/// Applies the policy that was shown.
#[tauri::command]
pub async fn apply_policy(session: State<'_, Session>, accepted: Vec<DoubtView>) -> Result<PolicyView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| apply(open, &accepted, now_ms()))).await
}

/// Forgets the policy that was shown.
#[tauri::command]
pub async fn discard_policy(session: State<'_, Session>) -> Result<(), ErrorView> {
    session.with(|open| {
        open.policy = None;
        Ok(())
    })
}

/// Removes the policy, when `authenticate` has permitted it.
#[tauri::command]
pub async fn remove_policy(session: State<'_, Session>) -> Result<(), ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| remove(open, Instant::now(), now_ms()))).await
}

/// Opens a link in the browser, if the policy that is applied names it for enrolling.
#[tauri::command]
pub async fn open_enrolment(session: State<'_, Session>, link: String) -> Result<(), ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        let link = session.with(|open| named(open, &link))?;
        links::open(&link)
    })
    .await
}

/// Writes a status file where the person wants it; nothing when the dialog is closed.
#[tauri::command]
pub async fn write_status(
    window: WebviewWindow,
    session: State<'_, Session>,
    name: String,
) -> Result<Option<SavedView>, ErrorView> {
    let session = session.inner().clone();
    let status = {
        let session = session.clone();
        apart(move || {
            let elsewhere = session.settings_file().ok().and_then(|file| settings::read(file).0.backup_folder);
            session.with(|open| status(open, &name, elsewhere.as_deref(), now_ms() / 1000))
        })
        .await?
    };
    let dialog = rfd::AsyncFileDialog::new().set_parent(&window).set_file_name("sterk-status.json");
    let Some(picked) = dialog.add_filter("JSON", &["json"]).save_file().await else { return Ok(None) };
    apart(move || write(&status, picked.path()).map(Some)).await
}

fn show(open: &mut Open) -> Result<Option<PolicyView>, ErrorView> {
    catch_up(open)?;
    if open.vault.is_policy_unreadable() {
        return Err(PolicyError::Unreadable.into());
    }
    Ok(open.vault.policy().map(|file| PolicyView::of(file, &open.vault.accounts())))
}

fn review(session: &Session, path: &Path) -> Result<PolicyReviewView, ErrorView> {
    let file = PolicyFile::read(&bytes_of(path)?)?;
    session.with(|open| {
        catch_up(open)?;
        let present = open.vault.policy();
        let view = PolicyReviewView {
            policy: PolicyView::of(&file, &open.vault.accounts()),
            doubts: doubts(present, &file).into_iter().map(DoubtView::from).collect(),
            same: present == Some(&file),
        };
        open.policy = Some(file);
        Ok(view)
    })
}

/// Reads no more of a file than the largest policy has, so that any file may be named.
fn bytes_of(path: &Path) -> Result<Vec<u8>, ErrorView> {
    let unread = |_| failed("io_failed", "the file cannot be read");
    let mut bytes = Vec::new();
    let most = sterk::policy::MOST_BYTES as u64 + 1;
    // Opening a pipe would wait for a writer.
    if !std::fs::metadata(path).map_err(unread)?.is_file() {
        return Err(failed("io_failed", "this is no file"));
    }
    File::open(path).map_err(unread)?.take(most).read_to_end(&mut bytes).map_err(unread)?;
    Ok(bytes)
}

fn apply(open: &mut Open, accepted: &[DoubtView], now_ms: u64) -> Result<PolicyView, ErrorView> {
    let file = open.policy.as_ref().ok_or_else(|| failed("review_gone", "this review is over"))?;
    let accepted: Vec<Doubt> = accepted.iter().map(|doubt| Doubt::from(*doubt)).collect();
    open.vault.apply_policy(file, &accepted, now_ms)?;
    let view = PolicyView::of(file, &open.vault.accounts());
    open.policy = None;
    Ok(view)
}

fn remove(open: &mut Open, now: Instant, now_ms: u64) -> Result<(), ErrorView> {
    open.grants.spend(Reveal::RemovePolicy, now)?;
    Ok(open.vault.remove_policy(now_ms)?)
}

/// Returns a link as the policy has it: the page names it, and never makes one.
fn named(open: &Open, link: &str) -> Result<String, ErrorView> {
    let policy = open.vault.policy().ok_or(PolicyError::None)?.policy();
    let mut links = policy.services.iter().filter_map(|service| service.enrol_at.as_ref());
    let known = links.find(|known| known.as_str() == link).map(|known| known.as_str().to_owned());
    known.ok_or_else(|| failed("foreign_link", "the policy does not name this link"))
}

fn status(open: &mut Open, name: &str, elsewhere: Option<&Path>, now: u64) -> Result<Status, ErrorView> {
    catch_up(open)?;
    let person = person(name).ok_or_else(|| failed("bad_name", "a name has 1 to 100 characters"))?;
    let policy = open.vault.policy().ok_or(PolicyError::None)?;
    let backups = Reach::of(&open.vault, elsewhere).seen();
    let newest = backups.iter().map(|backup| Day::of(backup.made_at)).max();
    let accounts = open.vault.accounts();
    Ok(Status::of(policy, &checklist(policy.policy(), &accounts), person, Day::of(now), newest))
}

/// The system's dialog has asked before a file is replaced.
fn write(status: &Status, path: &Path) -> Result<SavedView, ErrorView> {
    write_proved(path, status.to_string().as_bytes(), true, |_| Ok::<(), VaultError>(()))?;
    Ok(SavedView::of(path))
}

/// Tells whether a file that arrived is a policy, by its name: `….sterk-policy.json`, also as a browser numbers it.
pub fn is_policy(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.contains(".sterk-policy") && name.ends_with(".json")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sterk::{Passphrase, seal::SigningKey};

    use super::*;
    use crate::{
        commands::{
            codes::tests::added,
            desk::{self, GITHUB},
            proof::prove,
        },
        grant::LASTS,
        view::{Proof, StandingView},
    };

    const EXAMPLE: &str = include_str!("../../../tests/data/example.sterk-policy.json");
    const SIGNED: &str = include_str!("../../../tests/data/signed.sterk-policy.json");

    /// Shows a policy that lies in a file of this text.
    fn reviewed(session: &Session, text: &str) -> Result<PolicyReviewView, &'static str> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sterk-policy.json");
        fs::write(&path, text).unwrap();
        review(session, &path).map_err(|error| error.code)
    }

    fn applied(session: &Session, accepted: &[DoubtView]) -> Result<PolicyView, &'static str> {
        session.with(|open| apply(open, accepted, 5_000)).map_err(|error| error.code)
    }

    fn following(text: &str) -> (tempfile::TempDir, Session) {
        let (folder, session) = desk::open();
        reviewed(&session, text).unwrap();
        applied(&session, &[]).unwrap();
        (folder, session)
    }

    #[test]
    fn shows_all_that_is_asked_before_anything_is_applied() {
        let (_folder, session) = desk::open();
        added(&session, GITHUB);
        let view = reviewed(&session, SIGNED).unwrap();
        assert_eq!(view.policy.signed_by.as_deref(), Some("eedb-2b12-38fd-4c62-e75c-ba0b-071a-3d1d"));
        assert_eq!((view.doubts.len(), view.same), (0, false));
        let states: Vec<_> = view.policy.services.iter().map(|service| service.state).collect();
        assert_eq!(states, [StandingView::Unverified, StandingView::Missing]);
        assert_eq!(view.policy.services[0].enrol_at.as_deref(), Some("https://github.com/settings/security"));
        assert_eq!(session.with(show).unwrap(), None, "nothing is applied yet");
        assert_eq!(applied(&session, &[]).unwrap(), view.policy);
        assert_eq!(applied(&session, &[]).unwrap_err(), "review_gone");
        assert!(reviewed(&session, SIGNED).unwrap().same);
    }

    #[test]
    fn another_signer_waits_for_a_yes_to_just_that() {
        let (_folder, session) = following(SIGNED);
        let other = PolicyFile::sign(EXAMPLE.as_bytes(), &SigningKey::from_seed(&[9; 32])).unwrap();
        assert_eq!(reviewed(&session, &other).unwrap().doubts, [DoubtView::KeyChanged]);
        assert_eq!(applied(&session, &[]).unwrap_err(), "policy_key_changed");
        assert_eq!(applied(&session, &[DoubtView::SignatureGone]).unwrap_err(), "policy_key_changed");
        assert!(applied(&session, &[DoubtView::KeyChanged]).is_ok(), "the review stays until it is decided");
        assert_eq!(reviewed(&session, EXAMPLE).unwrap().doubts, [DoubtView::SignatureGone]);
        session.lock();
        assert_eq!(applied(&session, &[DoubtView::SignatureGone]).unwrap_err(), "locked");
    }

    #[test]
    fn shows_what_a_hostile_policy_says_without_its_disguise() {
        let (_folder, session) = desk::open();
        let text = EXAMPLE.replace("Example Harbour", "Example\\u202e Harbour").replace("it@harbour", "it\\n@harbour");
        let view = reviewed(&session, &text).unwrap();
        assert_eq!(view.policy.organisation, "Example\\u{202E} Harbour");
        assert!(view.policy.services[0].reset_by.starts_with("it\\u{000A}@"));
    }

    #[test]
    fn removes_the_policy_only_after_a_proof_for_that() {
        let (_folder, session) = following(EXAMPLE);
        let (now, words) = (Instant::now(), desk::words());
        let removed = |now| session.with(|open| remove(open, now, 6_000)).map_err(|error| error.code);
        let permit = |id: &str, reveal| prove(&session, id, reveal, (Proof::Passphrase, &words), || now);
        assert_eq!(removed(now), Err("needs_authentication"));
        let id = added(&session, GITHUB);
        permit(&id, Reveal::Transfer).unwrap();
        assert_eq!(removed(now), Err("needs_authentication"), "for something else");
        permit("", Reveal::RemovePolicy).unwrap();
        assert_eq!(removed(now + LASTS), Err("needs_authentication"), "over");
        permit("", Reveal::RemovePolicy).unwrap();
        assert_eq!(removed(now), Ok(()));
        assert_eq!(session.with(show).unwrap(), None);
        let wrong = Passphrase::new("wrong".into());
        let answer = prove(&session, "", Reveal::RemovePolicy, (Proof::Passphrase, &wrong), || now);
        assert_eq!(answer.unwrap_err().code, "wrong_passphrase");
    }

    #[test]
    fn opens_no_link_that_the_policy_does_not_name() {
        let (_folder, session) = desk::open();
        let asked = |link: &str| session.with(|open| named(open, link)).map_err(|error| error.code);
        assert_eq!(asked("https://github.com/settings/security"), Err("no_policy"));
        reviewed(&session, EXAMPLE).unwrap();
        assert_eq!(asked("https://github.com/settings/security"), Err("no_policy"), "shown is not applied");
        applied(&session, &[]).unwrap();
        let known = "https://github.com/settings/security";
        assert_eq!(asked(known).as_deref(), Ok(known));
        let forms =
            ["", "https://evil.example", "https://github.com/settings/security ", "file:///etc/passwd", "--help"];
        for other in forms {
            assert_eq!(asked(other), Err("foreign_link"), "{other}");
        }
    }

    #[test]
    fn tells_the_organisation_nothing_but_how_it_stands() {
        let (folder, session) = following(EXAMPLE);
        added(&session, GITHUB);
        let told =
            |name: &str| session.with(|open| status(open, name, None, 1_795_372_985)).map_err(|error| error.code);
        assert_eq!(told(" ").unwrap_err(), "bad_name");
        let status = told("Ada").unwrap();
        assert_eq!((status.person.as_str(), status.services.len(), status.backup_on), ("Ada", 2, None));
        let path = folder.path().join("status.json");
        assert!(write(&status, &path).unwrap().file.ends_with("status.json"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("JBSWY3DP"), "{text}");
        assert_eq!(Status::read(text.as_bytes()).unwrap(), status);
    }

    #[test]
    fn names_what_is_wrong_with_a_file() {
        let (folder, session) = desk::open();
        assert_eq!(reviewed(&session, "{}").unwrap_err(), "not_a_policy");
        assert_eq!(reviewed(&session, &SIGNED.replace("GitHub", "GitLab")).unwrap_err(), "bad_policy_signature");
        assert_eq!(reviewed(&session, &" ".repeat(70_000)).unwrap_err(), "too_large");
        assert_eq!(review(&session, folder.path()).unwrap_err().code, "io_failed", "a folder is no file");
        assert_eq!(review(&session, &folder.path().join("none")).unwrap_err().code, "io_failed");
    }

    #[test]
    fn knows_policies_among_dropped_files_by_their_names() {
        for (name, is) in [
            ("/home/ada/harbour.sterk-policy.json", true),
            ("Harbour.Sterk-Policy (1).JSON", true),
            (".sterk-policy.json", true),
            ("backup.json", false),
            ("a.sterk-policy.png", false),
        ] {
            assert_eq!(is_policy(Path::new(name)), is, "{name}");
        }
    }
}
