//! One account more closely: its names, tags, note and marks, its way to the bin and back.

use sterk::{
    Account, Passphrase,
    account::{
        AccountId,
        icon::{choice, chosen, icons as known},
        shown,
    },
    otp::{Otp, Pin},
    vault::{Editor, VaultError},
};
use tauri::State;

use super::{apart, codes::find};
use crate::{
    error::{ErrorView, failed},
    links,
    state::{Open, Session, now_ms},
    view::{AccountView, BinnedView, Change, DetailsView, IconView, RecoveryView, secret_bits},
};

/// Shows one account more closely.
#[tauri::command]
pub async fn details(session: State<'_, Session>, id: String) -> Result<DetailsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| Ok(DetailsView::of(&find(open, &id)?)))).await
}

/// Changes what the person changed in one account, all of it or nothing; a PIN is taken in and never shown.
#[tauri::command]
pub async fn change_account(
    session: State<'_, Session>,
    id: String,
    change: Change,
    pin: Option<String>,
) -> Result<DetailsView, ErrorView> {
    let session = session.inner().clone();
    let pin = pin.map(Passphrase::new);
    apart(move || session.with(|open| revise(open, &id, change, pin, now_ms()))).await
}

/// Moves an account to the bin.
#[tauri::command]
pub async fn remove_account(session: State<'_, Session>, id: String) -> Result<(), ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| edit(open, &id, now_ms(), |editor, id| editor.remove(id)))).await
}

/// Takes an account out of the bin.
#[tauri::command]
pub async fn restore_account(session: State<'_, Session>, id: String) -> Result<(), ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| edit(open, &id, now_ms(), |editor, id| editor.restore(id)))).await
}

/// Brings the secret back that was kept aside, and the recovery codes that went with it.
#[tauri::command]
pub async fn restore_secret(session: State<'_, Session>, id: String) -> Result<DetailsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| turn(open, &id, now_ms(), |editor, id| editor.restore_secret(id)))).await
}

/// Forgets what is kept aside, before its time.
#[tauri::command]
pub async fn forget_aside(session: State<'_, Session>, id: String) -> Result<DetailsView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| turn(open, &id, now_ms(), |editor, id| editor.forget_aside(id)))).await
}

/// Lists the icons to choose from.
#[tauri::command]
pub async fn icons() -> Result<Vec<IconView>, ErrorView> {
    Ok(known().map(IconView::from).collect())
}

/// Moves an account in the list: below those of `above`, which are in the order shown, and above `below`.
#[tauri::command]
pub async fn place_account(
    session: State<'_, Session>,
    id: String,
    above: Vec<String>,
    below: Option<String>,
) -> Result<(), ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| place(open, &id, &above, below.as_deref(), now_ms()))).await
}

/// Lists the accounts in the bin, newest first.
#[tauri::command]
pub async fn bin(session: State<'_, Session>) -> Result<Vec<BinnedView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| Ok(thrown_away(open)))).await
}

fn thrown_away(open: &Open) -> Vec<BinnedView> {
    open.vault.bin().iter().map(|(account, at)| BinnedView::of(account, *at)).collect()
}

fn edit(
    open: &mut Open,
    id: &str,
    now_ms: u64,
    change: impl FnOnce(&mut Editor<'_>, AccountId) -> Result<(), VaultError>,
) -> Result<(), ErrorView> {
    let id = find(open, id)?.id;
    Ok(open.vault.update(now_ms, |editor| change(editor, id))?)
}

/// Changes what makes the codes of an account, or what is kept aside of it.
fn turn(
    open: &mut Open,
    id: &str,
    now_ms: u64,
    change: impl FnOnce(&mut Editor<'_>, AccountId) -> Result<(), VaultError>,
) -> Result<DetailsView, ErrorView> {
    edit(open, id, now_ms, change)?;
    let account = find(open, id)?;
    // The code on show may have been of another secret.
    open.counters.remove(&account.id);
    Ok(DetailsView::of(&account))
}

fn place(open: &mut Open, id: &str, above: &[String], below: Option<&str>, now_ms: u64) -> Result<(), ErrorView> {
    // A record that cannot be read is on show too, but has no place that could be kept.
    let named = |id: &str| find(open, id).ok().map(|account| account.id);
    let above: Vec<AccountId> = above.iter().filter_map(|id| named(id)).collect();
    let below = below.and_then(named);
    edit(open, id, now_ms, |editor, id| editor.place(id, &above, below))
}

fn revise(
    open: &mut Open,
    id: &str,
    change: Change,
    pin: Option<Passphrase>,
    now_ms: u64,
) -> Result<DetailsView, ErrorView> {
    let counter = change.counter.as_deref().map(read_counter).transpose()?;
    let pin = pin.map(Pin::new).transpose()?;
    edit(open, id, now_ms, |editor, id| {
        change.issuer.map_or(Ok(()), |issuer| editor.set_issuer(id, issuer))?;
        change.name.map_or(Ok(()), |name| editor.set_name(id, name))?;
        change.tags.map_or(Ok(()), |tags| editor.set_tags(id, tags))?;
        change.note.map_or(Ok(()), |note| editor.set_note(id, note))?;
        change.pinned.map_or(Ok(()), |pinned| editor.set_pinned(id, pinned))?;
        change.verified.map_or(Ok(()), |done| editor.set_verified(id, done.then_some(now_ms / 1000)))?;
        change.icon.map_or(Ok(()), |icon| editor.set_icon(id, chosen(&icon)))?;
        change.reset_by.map_or(Ok(()), |who| editor.set_reset_by(id, who))?;
        change.recovery.map_or(Ok(()), |said| editor.choose_recovery(id, Some(said.into())))?;
        counter.map_or(Ok(()), |counter| editor.set_counter(id, counter))?;
        pin.map_or(Ok(()), |pin| editor.set_pin(id, pin))
    })?;
    let account = find(open, id)?;
    if counter.is_some() {
        // The code on show was of the old counter.
        open.counters.remove(&account.id);
    }
    Ok(DetailsView::of(&account))
}

fn read_counter(typed: &str) -> Result<u64, ErrorView> {
    typed.trim().parse().map_err(|_| failed("bad_counter", "a counter is a whole number of at most 64 bits"))
}

impl DetailsView {
    /// Shows a kept account more closely.
    fn of(account: &Account) -> Self {
        let otp = &account.otp;
        let has_pin = match otp {
            Otp::Motp { pin, .. } | Otp::Yandex { pin, .. } => Some(pin.is_some()),
            _ => None,
        };
        Self {
            account: AccountView::of(account),
            algorithm: otp.algorithm().name(),
            note: shown_in_lines(&account.note),
            verified_at: account.verified_at,
            counter: if let Otp::Hotp { counter, .. } = otp { Some(counter.to_string()) } else { None },
            has_pin,
            icon: choice(account).to_owned(),
            recovery: RecoveryView::of(&account.recovery),
            secret_bits: secret_bits(otp),
            enrolment: account.enrolment().into(),
            reset_by: shown(&account.reset_by),
            reset_opens: links::opens(&account.reset_by),
            former_secret_until: account.former_secret_until,
            former_recovery: u32::try_from(account.former_recovery.len()).unwrap_or(u32::MAX),
        }
    }
}

/// Makes a text safe to look at, its lines and tabs as they are.
fn shown_in_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let parts = text.split_inclusive(['\n', '\t']).map(|part| {
        let words = part.trim_end_matches(['\n', '\t']);
        shown(words) + &part[words.len()..]
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::{
        codes::tests::{added, one},
        desk::{GITHUB, HARBOUR, open},
    };
    use crate::view::{CodeView, EnrolmentView, OpenEndView, SaidView};

    const OFFICE: &str = "motp://Office:ada?secret=0123456789abcdef";

    fn changed(session: &Session, id: &str, change: Change, pin: Option<&str>) -> Result<DetailsView, ErrorView> {
        let pin = pin.map(|pin| Passphrase::new(pin.into()));
        session.with(|open| revise(open, id, change, pin, 5_000))
    }

    fn live(session: &Session) -> usize {
        session.with(|open| Ok(open.vault.accounts().len())).unwrap()
    }

    #[test]
    fn changes_what_is_named_and_leaves_the_rest() {
        let (_folder, session) = open();
        let id = added(&session, GITHUB);
        let change = Change {
            issuer: Some("Forge".into()),
            tags: Some(vec!["work".into()]),
            note: Some("two\nlines".into()),
            pinned: Some(true),
            verified: Some(true),
            ..Change::default()
        };
        let view = changed(&session, &id, change, None).unwrap();
        assert_eq!((view.account.issuer.as_str(), view.account.name.as_str()), ("Forge", "ada"));
        assert_eq!((view.account.tags, view.account.pinned), (vec!["work".to_owned()], true));
        assert_eq!((view.note.as_str(), view.verified_at), ("two\nlines", Some(5)));
        let view = changed(&session, &id, Change { verified: Some(false), ..Change::default() }, None).unwrap();
        assert_eq!((view.account.issuer.as_str(), view.verified_at), ("Forge", None));
    }

    #[test]
    fn changes_nothing_when_one_part_is_refused() {
        let (_folder, session) = open();
        let id = added(&session, GITHUB);
        for (change, pin, code) in [
            (Change { counter: Some("-1".into()), ..Change::default() }, None, "bad_counter"),
            (Change { counter: Some("18446744073709551616".into()), ..Change::default() }, None, "bad_counter"),
            (Change { counter: Some("1".into()), ..Change::default() }, None, "time_based"),
            (Change::default(), Some("1234"), "bad_pin"),
            (Change { note: Some("n".repeat(100_001)), ..Change::default() }, None, "too_long"),
        ] {
            let change = Change { issuer: Some("Forge".into()), ..change };
            assert_eq!(changed(&session, &id, change, pin).unwrap_err().code, code);
        }
        assert_eq!(session.with(|open| Ok(find(open, &id)?.issuer)).unwrap(), "GitHub");
    }

    #[test]
    fn sets_a_counter_and_shows_no_code_of_the_old_one() {
        let (_folder, session) = open();
        let id = added(&session, HARBOUR);
        session.with(|open| crate::commands::codes::advance(open, &id, 2_000)).unwrap();
        let most = u64::MAX.to_string();
        let view = changed(&session, &id, Change { counter: Some(format!(" {most} ")), ..Change::default() }, None);
        assert_eq!(view.unwrap().counter, Some(most));
        assert!(matches!(one(&session, &id, 0), CodeView::Counter { code: None, .. }));
    }

    #[test]
    fn takes_a_pin_in_and_says_only_that_it_is_there() {
        let (_folder, session) = open();
        let id = added(&session, OFFICE);
        assert_eq!(session.with(|open| Ok(DetailsView::of(&find(open, &id)?))).unwrap().has_pin, Some(false));
        let view = changed(&session, &id, Change::default(), Some("73914")).unwrap();
        assert_eq!(view.has_pin, Some(true));
        assert!(!serde_json::to_string(&view).unwrap().contains("73914"));
        assert!(matches!(one(&session, &id, 0), CodeView::Code { .. }));
        assert_eq!(changed(&session, &id, Change::default(), Some("")).unwrap_err().code, "bad_pin");
    }

    #[test]
    fn shows_a_note_in_its_lines_and_without_tricks() {
        let (_folder, session) = open();
        let id = added(&session, GITHUB);
        let change = Change { note: Some("a\u{202e}b\r\n\n\tc".into()), ..Change::default() };
        assert_eq!(changed(&session, &id, change, None).unwrap().note, "a\\u{202E}b\n\n\tc");
    }

    #[test]
    fn brings_an_account_back_from_the_bin() {
        let (_folder, session) = open();
        let id = added(&session, GITHUB);
        session.with(|open| edit(open, &id, 7_000, |editor, id| editor.remove(id))).unwrap();
        assert_eq!(live(&session), 0);
        let binned = session.with(|open| Ok(thrown_away(open))).unwrap();
        assert_eq!(binned.iter().map(|one| (one.issuer.as_str(), one.at)).collect::<Vec<_>>(), [("GitHub", 7)]);
        session.with(|open| edit(open, &id, 8_000, |editor, id| editor.restore(id))).unwrap();
        assert_eq!(live(&session), 1);
    }

    #[test]
    fn shows_the_icon_of_the_issuer_until_another_is_chosen() {
        let (_folder, session) = open();
        let id = added(&session, GITHUB);
        for (chosen, shown) in [("none", None), ("gitlab", Some("gitlab")), ("auto", Some("github"))] {
            let view = changed(&session, &id, Change { icon: Some(chosen.into()), ..Change::default() }, None).unwrap();
            assert_eq!((view.icon.as_str(), view.account.icon), (chosen, shown));
        }
    }

    #[test]
    fn puts_an_account_where_the_person_put_it() {
        let (_folder, session) = open();
        let (github, harbour) = (added(&session, GITHUB), added(&session, HARBOUR));
        let lost = "0".repeat(32);
        let moved = |id: &str, above: &[String], below: Option<&String>| {
            session.with(|open| place(open, id, above, below.map(String::as_str), 6_000))
        };
        moved(&harbour, &[], Some(&github)).unwrap();
        let order = session.with(|open| Ok(open.vault.accounts().iter().map(AccountView::of).collect::<Vec<_>>()));
        let order = order.unwrap();
        assert_eq!(order.iter().map(|view| view.id.as_str()).collect::<Vec<_>>(), [&harbour, &github]);
        assert_eq!((order[0].position.is_some(), order[1].position.is_some()), (true, false));
        moved(&github, &[lost.clone(), harbour.clone()], Some(&lost)).unwrap();
        assert_eq!(moved(&lost, &[], None).unwrap_err().code, "no_such_account");
    }

    #[test]
    fn says_how_far_an_enrolment_has_come_and_who_resets() {
        let (_folder, session) = open();
        let id = added(&session, GITHUB);
        let at = |change| {
            let view = changed(&session, &id, change, None).unwrap();
            (view.enrolment, view.account.open_end)
        };
        assert_eq!(at(Change::default()), (EnrolmentView::Unverified, None));
        let later = Change { recovery: Some(SaidView::Later), ..Change::default() };
        assert_eq!(at(later), (EnrolmentView::Unverified, Some(OpenEndView::Unverified)));
        let verified = Change { verified: Some(true), ..Change::default() };
        assert_eq!(at(verified), (EnrolmentView::Open, Some(OpenEndView::RecoveryOpen)));
        let none = Change { recovery: Some(SaidView::NoneGiven), ..Change::default() };
        assert_eq!(at(none), (EnrolmentView::None, None));
        for (who, opens) in [("https://example.org/reset", true), ("the owner", false), ("http://example.org", false)] {
            let view = changed(&session, &id, Change { reset_by: Some(who.into()), ..Change::default() }, None);
            assert_eq!(view.map(|view| (view.reset_by, view.reset_opens)).unwrap(), (who.to_owned(), opens));
        }
    }

    #[test]
    fn brings_the_old_secret_back_or_forgets_it() {
        let (_folder, session) = open();
        let id = added(&session, GITHUB);
        let anew = |open: &mut Open| {
            let otp = sterk::account::uri::parse(crate::commands::desk::GITHUB_ANEW).unwrap().otp;
            edit(open, &id, 2_000, |editor, id| editor.re_enrol(id, otp))
        };
        let restore = |open: &mut Open| turn(open, &id, 3_000, |editor, id| editor.restore_secret(id));
        assert_eq!(session.with(restore).unwrap_err().code, "nothing_aside");
        session.with(anew).unwrap();
        let view = session.with(|open| Ok(DetailsView::of(&find(open, &id)?))).unwrap();
        assert_eq!((view.secret_bits, view.former_secret_until), (160, Some(2 + 30 * 24 * 3600)));
        let view = session.with(restore).unwrap();
        assert_eq!((view.secret_bits, view.former_secret_until.is_some()), (80, true), "they change places");
        let view = session.with(|open| turn(open, &id, 4_000, |editor, id| editor.forget_aside(id))).unwrap();
        assert_eq!((view.secret_bits, view.former_secret_until), (80, None));
    }

    #[test]
    fn names_an_account_that_is_gone() {
        let (_folder, session) = open();
        for id in ["00000000000000000000000000000000", "nonsense"] {
            assert_eq!(changed(&session, id, Change::default(), None).unwrap_err().code, "no_such_account");
            let answer = session.with(|open| edit(open, id, 0, |editor, id| editor.remove(id)));
            assert_eq!(answer.unwrap_err().code, "no_such_account");
        }
    }
}
