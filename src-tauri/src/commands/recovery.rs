//! The codes that open an account when the app is lost: kept without ceremony, shown after authentication.

use std::{
    cell::Cell,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Instant,
};

use sterk::{
    Passphrase,
    account::{recovery::read_list, shown},
    vault::Event,
};
use tauri::{State, WebviewWindow};
use zeroize::Zeroizing;

use super::{apart, codes::find};
use crate::{
    clipboard::Clipboard,
    error::{ErrorView, failed, told},
    state::{Open, Session, now_ms},
    view::{MarkedView, RecoveryCodeView, RecoveryCodesView, RecoveryView, Reveal, TypedCodesView},
};

/// The most bytes of a list that somebody types or pastes.
const MOST_TYPED: usize = 64 * 1024;

/// Shows the recovery codes of an account, once, when `authenticate` has permitted it.
#[tauri::command]
pub async fn recovery_codes(session: State<'_, Session>, id: String) -> Result<RecoveryCodesView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| reveal(open, &id, Instant::now()))).await
}

/// Copies one of the codes on show and marks it used, or does neither.
#[tauri::command]
pub async fn copy_recovery_code(
    session: State<'_, Session>,
    clipboard: State<'_, Clipboard>,
    id: String,
    place: u32,
) -> Result<MarkedView, ErrorView> {
    let (session, clipboard) = (session.inner().clone(), clipboard.inner().clone());
    apart(move || {
        let lent = Cell::new(false);
        let clears_in = session.settings().clears_after.seconds();
        let lend = |code| {
            clipboard.lend(code, clears_in)?;
            lent.set(true);
            Ok(clears_in)
        };
        let marked = session.with(|open| copy(open, &id, place, (Instant::now(), now_ms()), lend));
        if marked.is_err() && lent.get() {
            clipboard.take_back(None);
        }
        marked
    })
    .await
}

/// Marks one of the codes on show used, or unused again.
#[tauri::command]
pub async fn mark_recovery_code(
    session: State<'_, Session>,
    id: String,
    place: u32,
    used: bool,
) -> Result<MarkedView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| mark(open, &id, place, used, (Instant::now(), now_ms())))).await
}

/// Says what is understood of a list that is being typed; keeps nothing.
#[tauri::command]
pub async fn read_recovery_codes(session: State<'_, Session>, text: String) -> Result<TypedCodesView, ErrorView> {
    let text = Passphrase::new(text);
    session.with(|_| {
        let codes = read(&text)?;
        Ok(TypedCodesView { codes: codes.iter().map(|code| shown(code.expose())).collect() })
    })
}

/// Lets the person pick the list that a site gave as a file; nothing when the dialog is closed.
#[tauri::command]
pub async fn pick_recovery_file(
    window: WebviewWindow,
    session: State<'_, Session>,
) -> Result<Option<TypedCodesView>, ErrorView> {
    session.with(|_| Ok(()))?;
    let dialog = rfd::AsyncFileDialog::new().set_parent(&window).pick_file();
    let Some(picked) = dialog.await else { return Ok(None) };
    let file = picked.path().to_owned();
    apart(move || in_files(&[file])).await
}

/// Reads the lists that were dropped on the window; nothing when there are none.
#[tauri::command]
pub async fn take_recovery_file(session: State<'_, Session>) -> Result<Option<TypedCodesView>, ErrorView> {
    let session = session.inner().clone();
    session.with(|_| Ok(()))?;
    apart(move || in_files(&session.take_arrived())).await
}

/// Keeps the codes of a list that was typed, beside those that are there or in their place.
#[tauri::command]
pub async fn add_recovery_codes(
    session: State<'_, Session>,
    id: String,
    text: String,
    replace: bool,
) -> Result<RecoveryView, ErrorView> {
    let session = session.inner().clone();
    let text = Passphrase::new(text);
    apart(move || session.with(|open| add(open, &id, &text, replace, now_ms()))).await
}

fn reveal(open: &mut Open, id: &str, now: Instant) -> Result<RecoveryCodesView, ErrorView> {
    let account = find(open, id)?;
    let codes = account.recovery.iter().map(|code| code.code.clone()).collect();
    let closes_in = open.grants.show(account.id, Reveal::RecoveryCodes, codes, now)?;
    open.vault.note(Event::ShowedCodes(account.id), now_ms());
    Ok(RecoveryCodesView { codes: account.recovery.iter().map(RecoveryCodeView::of).collect(), closes_in })
}

fn copy(
    open: &mut Open,
    id: &str,
    place: u32,
    (now, now_ms): (Instant, u64),
    lend: impl FnOnce(Zeroizing<String>) -> Result<u32, ErrorView>,
) -> Result<MarkedView, ErrorView> {
    let account = find(open, id)?.id;
    let code = open.grants.code(account, place, now)?;
    let used_at = Some(now_ms / 1000);
    let clears_in = open.vault.update(now_ms, |editor| -> Result<u32, ErrorView> {
        editor.use_recovery(account, &code, used_at)?;
        lend(Zeroizing::new(code.expose().to_owned()))
    })?;
    Ok(MarkedView { used_at, clears_in: Some(clears_in), recovery: count(open, id)? })
}

fn mark(
    open: &mut Open,
    id: &str,
    place: u32,
    used: bool,
    (now, now_ms): (Instant, u64),
) -> Result<MarkedView, ErrorView> {
    let account = find(open, id)?.id;
    let code = open.grants.code(account, place, now)?;
    let used_at = used.then_some(now_ms / 1000);
    open.vault.update(now_ms, |editor| editor.use_recovery(account, &code, used_at))?;
    Ok(MarkedView { used_at, clears_in: None, recovery: count(open, id)? })
}

fn add(open: &mut Open, id: &str, text: &Passphrase, replace: bool, now_ms: u64) -> Result<RecoveryView, ErrorView> {
    let account = find(open, id)?.id;
    let codes = read(text)?;
    if codes.is_empty() {
        return Err(failed("no_recovery_codes", "no recovery codes were found in it"));
    }
    open.vault.update(now_ms, |editor| match replace {
        true => editor.replace_recovery(account, codes),
        false => editor.add_recovery(account, codes),
    })?;
    count(open, id)
}

fn read(text: &Passphrase) -> Result<Vec<Passphrase>, ErrorView> {
    if text.expose().len() > MOST_TYPED {
        return Err(failed("too_long", "the list of recovery codes is longer than 64 KiB"));
    }
    Ok(read_list(text.expose()))
}

/// Reads the lists in files; what is no code in them stays out of the page.
fn in_files(files: &[PathBuf]) -> Result<Option<TypedCodesView>, ErrorView> {
    let mut codes: Vec<Passphrase> = Vec::new();
    for file in files {
        for code in read(&text_of(file)?)? {
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    match (files.is_empty(), codes.is_empty()) {
        (true, _) => Ok(None),
        (_, true) => Err(failed("no_recovery_codes", "no recovery codes were found in it")),
        _ => Ok(Some(TypedCodesView { codes: codes.iter().map(|code| shown(code.expose())).collect() })),
    }
}

fn text_of(file: &Path) -> Result<Passphrase, ErrorView> {
    let unreadable = |error: std::io::Error| failed("file_unreadable", &told(&error));
    // Opening a pipe would wait for a writer.
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(failed("file_unreadable", "it is no file"));
    }
    let file = File::open(file).map_err(unreadable)?;
    // Room for all of it, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_TYPED + 1));
    file.take(MOST_TYPED as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| failed("not_text", "the file is not UTF-8 text"))?;
    Ok(Passphrase::new(text.to_owned()))
}

fn count(open: &Open, id: &str) -> Result<RecoveryView, ErrorView> {
    Ok(RecoveryView::of(&find(open, id)?.recovery))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        commands::{
            codes::tests::added,
            desk::{self, GITHUB, HARBOUR},
            proof::prove,
        },
        grant::LASTS,
        view::Proof,
    };

    const LIST: &str = "Your recovery codes:\n 1. abcd-efgh\n 2. ijkl-mnop\n 3. qrst-uvwx\n";

    fn kept(session: &Session, id: &str, text: &str, replace: bool) -> Result<(u32, u32), &'static str> {
        let counted = session.with(|open| add(open, id, &Passphrase::new(text.into()), replace, 2_000));
        counted.map(|view| (view.unused, view.used)).map_err(|error| error.code)
    }

    fn permit(session: &Session, id: &str, reveal: Reveal, now: Instant) {
        prove(session, id, reveal, (Proof::Passphrase, &desk::words()), || now).unwrap();
    }

    fn revealed(session: &Session, id: &str, now: Instant) -> Result<Vec<(String, Option<u64>)>, &'static str> {
        let view = session.with(|open| reveal(open, id, now)).map_err(|error| error.code)?;
        Ok(view.codes.iter().map(|code| (code.code.clone(), code.used_at)).collect())
    }

    fn copied(session: &Session, id: &str, place: u32, now: Instant) -> Result<(String, MarkedView), &'static str> {
        let mut held = String::new();
        let lend = |code: Zeroizing<String>| {
            held.push_str(&code);
            Ok(30)
        };
        let marked = session.with(|open| copy(open, id, place, (now, 9_000), lend)).map_err(|error| error.code)?;
        Ok((held, marked))
    }

    /// Opens a vault with three codes on one account, and shows them.
    fn on_show(now: Instant) -> (tempfile::TempDir, Session, String) {
        let (folder, session) = desk::open();
        let id = added(&session, GITHUB);
        kept(&session, &id, LIST, false).unwrap();
        permit(&session, &id, Reveal::RecoveryCodes, now);
        revealed(&session, &id, now).unwrap();
        (folder, session, id)
    }

    #[test]
    fn shows_nothing_without_the_permission_for_just_this() {
        let (folder, session) = desk::open();
        let (id, other, now) = (added(&session, GITHUB), added(&session, HARBOUR), Instant::now());
        kept(&session, &id, LIST, false).unwrap();
        let refused = Err("needs_authentication");
        assert_eq!(revealed(&session, &id, now), refused, "none");
        permit(&session, &other, Reveal::RecoveryCodes, now);
        assert_eq!(revealed(&session, &id, now), refused, "of another account");
        permit(&session, &id, Reveal::Transfer, now);
        assert_eq!(revealed(&session, &id, now), refused, "for something else");
        permit(&session, &id, Reveal::RecoveryCodes, now);
        assert_eq!(revealed(&session, &id, now + LASTS), refused, "over");
        permit(&session, &id, Reveal::RecoveryCodes, now);
        session.lock();
        assert_eq!(revealed(&session, &id, now), Err("locked"));
        session.open_after(session.attempt(), desk::unlocked(&folder)).unwrap();
        assert_eq!(revealed(&session, &id, now), refused, "dropped by locking");
    }

    #[test]
    fn shows_them_once_in_their_order() {
        let (_folder, session) = desk::open();
        let (id, now) = (added(&session, GITHUB), Instant::now());
        kept(&session, &id, LIST, false).unwrap();
        permit(&session, &id, Reveal::RecoveryCodes, now);
        let codes = revealed(&session, &id, now).unwrap();
        let expected = ["abcd-efgh", "ijkl-mnop", "qrst-uvwx"].map(|code| (code.to_owned(), None));
        assert_eq!(codes, expected);
        assert_eq!(revealed(&session, &id, now), Err("needs_authentication"));
    }

    #[test]
    fn copies_one_and_dates_it_in_one_action() {
        let now = Instant::now();
        let (_folder, session, id) = on_show(now);
        let (held, marked) = copied(&session, &id, 1, now).unwrap();
        assert_eq!(held, "ijkl-mnop");
        let recovery = RecoveryView { unused: 2, used: 1, few: true };
        assert_eq!(marked, MarkedView { used_at: Some(9), clears_in: Some(30), recovery });
    }

    #[test]
    fn marks_none_used_that_could_not_be_copied() {
        let now = Instant::now();
        let (_folder, session, id) = on_show(now);
        let refuse = |_| Err(failed("clipboard_unavailable", "no screen"));
        let answer = session.with(|open| copy(open, &id, 0, (now, 9_000), refuse));
        assert_eq!(answer.unwrap_err().code, "clipboard_unavailable");
        assert_eq!(session.with(|open| count(open, &id)).unwrap(), RecoveryView { unused: 3, used: 0, few: false });
    }

    #[test]
    fn takes_the_mark_back() {
        let now = Instant::now();
        let (_folder, session, id) = on_show(now);
        copied(&session, &id, 0, now).unwrap();
        let marked = session.with(|open| mark(open, &id, 0, false, (now, 9_500))).unwrap();
        assert_eq!((marked.used_at, marked.recovery), (None, RecoveryView { unused: 3, used: 0, few: false }));
        let marked = session.with(|open| mark(open, &id, 2, true, (now, 12_000))).unwrap();
        assert_eq!((marked.used_at, marked.recovery), (Some(12), RecoveryView { unused: 2, used: 1, few: true }));
    }

    #[test]
    fn touches_none_that_is_not_on_show() {
        let now = Instant::now();
        let (_folder, session, id) = on_show(now);
        let marked = |place, now| session.with(|open| mark(open, &id, place, true, (now, 0))).map_err(|e| e.code);
        assert_eq!(marked(3, now), Err("no_such_recovery_code"));
        assert_eq!(copied(&session, &id, 0, now + LASTS).unwrap_err(), "needs_authentication");
        assert_eq!(marked(0, now + LASTS - Duration::from_secs(1)), Err("needs_authentication"), "over is over");
    }

    #[test]
    fn keeps_more_beside_the_old_and_new_ones_in_their_place() {
        let (_folder, session) = desk::open();
        let id = added(&session, GITHUB);
        assert_eq!(kept(&session, &id, LIST, false), Ok((3, 0)));
        assert_eq!(kept(&session, &id, "abcd-efgh\nnew1-new1", false), Ok((4, 0)), "one was there already");
        assert_eq!(kept(&session, &id, "zzzz-0001\nzzzz-0002", true), Ok((2, 0)));
    }

    #[test]
    fn reads_the_files_that_sites_give_and_nothing_else_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let understood =
            |files: &[PathBuf]| in_files(files).map(|view| view.map(|view| view.codes.clone())).map_err(|e| e.code);
        assert_eq!(understood(&[]), Ok(None));
        let list = file("codes.txt", LIST.as_bytes());
        let more = file("more.txt", b"abcd-efgh\r\nnew1-new1\r\n");
        let codes = ["abcd-efgh", "ijkl-mnop", "qrst-uvwx", "new1-new1"].map(str::to_owned).to_vec();
        assert_eq!(understood(&[list, more]), Ok(Some(codes)));
        let links = file("links.txt", GITHUB.as_bytes());
        assert_eq!(understood(&[links]), Err("no_recovery_codes"), "a link is no code, and stays out of the page");
        assert_eq!(understood(&[file("picture.png", b"\x89PNG\xff")]), Err("not_text"));
        assert_eq!(understood(&[file("long.txt", &[b'x'; MOST_TYPED + 1])]), Err("too_long"));
        assert_eq!(understood(&[folder.path().join("gone.txt")]), Err("file_unreadable"));
    }

    #[test]
    fn changes_nothing_for_a_list_without_codes_or_without_end() {
        let (_folder, session) = desk::open();
        let id = added(&session, GITHUB);
        kept(&session, &id, LIST, false).unwrap();
        assert_eq!(kept(&session, &id, "Keep these somewhere safe:\n", true), Err("no_recovery_codes"));
        assert_eq!(kept(&session, &id, &"x".repeat(MOST_TYPED + 1), true), Err("too_long"));
        assert_eq!(kept(&session, "nonsense", LIST, true), Err("no_such_account"));
        assert_eq!(session.with(|open| count(open, &id)).unwrap(), RecoveryView { unused: 3, used: 0, few: false });
    }
}
