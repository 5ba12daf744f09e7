//! Adding accounts: what is found is held here until the person decides.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    path::PathBuf,
    time::Instant,
};

use sterk::{
    AccountId, Draft, Otp, Passphrase,
    account::RecoveryChoice,
    capture::{Helper, Target},
    vault::{Duplicates, Editor, VaultError},
};
use tauri::{State, WebviewWindow};

use super::{
    apart,
    codes::{code_of_time, find},
    sources::name_of,
};
use crate::{
    aside,
    error::{ErrorView, failed},
    found::{self, Found},
    state::{Open, Session, now_ms},
    view::{
        AcceptedView, BatchView, Choice, CodeView, DraftView, DuplicateView, FormWords, OnDuplicate, PreviewView,
        ReviewView, SealedView,
    },
};

/// Lets the person pick picture files and reads them; nothing when the dialog is closed.
#[tauri::command]
pub async fn pick_files(window: WebviewWindow, session: State<'_, Session>) -> Result<Option<ReviewView>, ErrorView> {
    let dialog = rfd::AsyncFileDialog::new().set_parent(&window).pick_files();
    let Some(picked) = dialog.await else { return Ok(None) };
    let files: Vec<_> = picked.iter().map(|file| file.path().to_owned()).collect();
    let session = session.inner().clone();
    apart(move || review(&session, in_files(&files)?)).await.map(Some)
}

/// Reads the picture or the links that lie in the clipboard.
#[tauri::command]
pub async fn paste(session: State<'_, Session>) -> Result<ReviewView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        let sight = Helper::this_program()?.look(Target::Clipboard, &[])?;
        review(&session, found::in_sight(sight)?)
    })
    .await
}

/// Looks for QR codes on all screens, with the own window out of the way.
#[tauri::command]
pub async fn scan_screen(session: State<'_, Session>, window: WebviewWindow) -> Result<ReviewView, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        let own = session.with(|open| Ok(open.own.marks(Instant::now())))?;
        let sight = aside::hidden(&window, || Helper::this_program()?.look(Target::Screen, &own));
        review(&session, found::in_sight(sight?)?)
    })
    .await
}

/// Reads links that were typed or pasted into the page's field.
#[tauri::command]
pub async fn read_text(session: State<'_, Session>, text: String) -> Result<ReviewView, ErrorView> {
    let session = session.inner().clone();
    let text = zeroize::Zeroizing::new(text);
    apart(move || review(&session, found::in_text(&text)?)).await
}

/// Makes the code of a form that is being filled in, so that the person can compare it; keeps nothing.
#[tauri::command]
pub async fn preview(session: State<'_, Session>, form: FormWords, secret: String) -> Result<PreviewView, ErrorView> {
    let secret = Passphrase::new(secret);
    session.with(|_| Ok(look_ahead(&form, &secret, now_ms() / 1000)))
}

/// Reads a form that was filled in.
#[tauri::command]
pub async fn read_form(session: State<'_, Session>, form: FormWords, secret: String) -> Result<ReviewView, ErrorView> {
    let secret = Passphrase::new(secret);
    review(session.inner(), form.with(&secret).draft()?.into())
}

/// Reads the files that were dropped on the window or named at the start; nothing when there are none.
#[tauri::command]
pub async fn take_arrived(session: State<'_, Session>) -> Result<Option<ReviewView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || match session.take_arrived() {
        files if files.is_empty() => Ok(None),
        files => review(&session, in_files(&files)?).map(Some),
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
        open.forget_found();
        Ok(())
    })
}

fn look_ahead(form: &FormWords, secret: &Passphrase, now: u64) -> PreviewView {
    match form.with(secret).draft() {
        Ok(Draft { otp: Otp::Hotp { .. }, .. }) => {
            // A code read here and used at the site would be made once more by the account.
            PreviewView::Right { code: CodeView::Counter { id: String::new(), code: None } }
        }
        Ok(draft) => PreviewView::Right { code: code_of_time(String::new(), &draft.otp, now) },
        Err(error) => PreviewView::Wrong {
            code: error.code(),
            position: error.position().and_then(|place| u32::try_from(place).ok()),
        },
    }
}

/// Reads files, each picture in a helper of its own.
fn in_files(files: &[PathBuf]) -> Result<Found, ErrorView> {
    let helper = Helper::this_program()?;
    found::in_files(files, &|picture| helper.read_picture(picture))
}

/// Adds what was found to what waits already, and shows all of it; the same account found twice waits once.
pub(super) fn review(session: &Session, found: Found) -> Result<ReviewView, ErrorView> {
    session.with(|open| {
        let first = open.traces.join(found.files);
        let mut waiting = Waiting::of(open);
        for (draft, origin) in found.drafts {
            let handle = waiting.handle(open, draft);
            open.traces.learn(handle, origin, first);
        }
        open.parts.join(found.parts);
        open.sealed.extend(found.sealed);
        let sealed = open.sealed.first().map(|file| SealedView { name: name_of(file) });
        let duplicates = Duplicates::of(&open.vault);
        let drafts = open.drafts.iter().map(|(handle, draft)| show(*handle, draft, &duplicates, open));
        Ok(ReviewView {
            drafts: drafts.collect(),
            skipped: found.skipped,
            batches: BatchView::all(&open.parts),
            sealed,
        })
    })
}

/// Shows what waits; nothing when nothing does.
pub(super) fn waiting(session: &Session) -> Result<Option<ReviewView>, ErrorView> {
    review(session, Found::default()).map(|review| (!review.drafts.is_empty()).then_some(review))
}

/// Knows the drafts that wait by their secrets: thousands may come out of one file.
#[derive(Default)]
struct Waiting {
    hash: RandomState,
    by_mark: HashMap<u64, Vec<u32>>,
}

impl Waiting {
    fn of(open: &Open) -> Self {
        let mut waiting = Self::default();
        for (handle, draft) in &open.drafts {
            waiting.alike(draft).push(*handle);
        }
        waiting
    }

    /// Lets a draft wait, and returns its handle; one that waits already keeps the handle it has.
    fn handle(&mut self, open: &mut Open, draft: Draft) -> u32 {
        let alike = self.alike(&draft);
        if let Some(handle) = alike.iter().find(|handle| open.drafts.get(handle) == Some(&draft)) {
            return *handle;
        }
        let handle = open.next_handle;
        alike.push(handle);
        open.drafts.insert(handle, draft);
        open.next_handle += 1;
        handle
    }

    fn alike(&mut self, draft: &Draft) -> &mut Vec<u32> {
        self.by_mark.entry(self.hash.hash_one(draft.otp.secret().expose())).or_default()
    }
}

fn show(handle: u32, draft: &Draft, duplicates: &Duplicates, open: &Open) -> DraftView {
    let repeated = duplicates.find(draft).and_then(|same| Some((same.by, open.vault.account(same.id).ok()?)));
    let duplicate = repeated.map(|(by, account)| DuplicateView::of(by, &account));
    DraftView::of(handle, draft, duplicate, open.traces.spot(handle))
}

fn keep(open: &mut Open, choices: &[Choice], now_ms: u64) -> Result<AcceptedView, ErrorView> {
    if choices.iter().any(|choice| !open.drafts.contains_key(&choice.handle)) {
        return Err(failed("review_gone", "this review is over"));
    }
    let onto = |choice: &Choice| choice.onto.as_deref().map(|id| find(open, id)).transpose();
    let named = choices.iter().map(onto).collect::<Result<Vec<_>, _>>()?;
    let drafts = &open.drafts;
    let accepted = open.vault.update::<_, VaultError>(now_ms, |edit| {
        // Another program may have added the same in the meantime: compare with what the file says now.
        let mut known = Duplicates::default();
        edit.accounts().iter().for_each(|account| known.learn(account));
        let mut accepted = AcceptedView { added: 0, replaced: 0, skipped: 0, account: None };
        let mut kept: Vec<AccountId> = Vec::new();
        for (choice, named) in choices.iter().zip(&named) {
            let Some(draft) = drafts.get(&choice.handle) else { continue };
            let same = named.as_ref().map(|account| account.id).or_else(|| known.find(draft).map(|same| same.id));
            match (choice.on_duplicate, same) {
                (OnDuplicate::Skip, _) => accepted.skipped += 1,
                (OnDuplicate::Replace, Some(same)) => {
                    edit.re_enrol(same, draft.otp.clone())?;
                    kept.push(same);
                    accepted.replaced += 1;
                }
                (OnDuplicate::Keep | OnDuplicate::Replace, _) => {
                    kept.push(edit.add(draft.clone())?);
                    accepted.added += 1;
                }
            }
        }
        if let [only] = kept[..] {
            begin(edit, only)?;
            accepted.account = Some(only.to_string());
        }
        Ok(accepted)
    })?;
    open.settle_found();
    open.forget_found();
    Ok(accepted)
}

/// Marks an enrolment as begun: until it is done it shows as open, wherever it is left.
fn begin(edit: &mut Editor<'_>, id: AccountId) -> Result<(), VaultError> {
    let is_done = edit.account(id)?.enrolment().is_done();
    if is_done { Ok(()) } else { edit.choose_recovery(id, Some(RecoveryChoice::Later)) }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use sterk::account::OpenEnd;

    use crate::commands::codes::tests::added;
    use crate::commands::desk::{GITHUB, GITHUB_ANEW, HARBOUR, open};
    use crate::view::KindView;

    const POST: &str = "otpauth://totp/Post:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJA&issuer=Post";

    fn choices(review: &ReviewView, on_duplicate: OnDuplicate) -> Vec<Choice> {
        review.drafts.iter().map(|draft| Choice { handle: draft.handle, on_duplicate, onto: None }).collect()
    }

    fn found(links: &[&str]) -> Found {
        found::in_text(&links.join("\n")).unwrap()
    }

    fn add(session: &Session, links: &[&str], on_duplicate: OnDuplicate) -> Result<AcceptedView, ErrorView> {
        let review = review(session, found(links))?;
        session.with(|open| keep(open, &choices(&review, on_duplicate), 2_000))
    }

    /// Reviews what was found and decides the same for all of it.
    pub fn keep_found(session: &Session, found: Found, on_duplicate: OnDuplicate) {
        let review = review(session, found).unwrap();
        session.with(|open| keep(open, &choices(&review, on_duplicate), 2_000)).unwrap();
    }

    fn names(session: &Session) -> Vec<String> {
        session.with(|open| Ok(open.vault.accounts().into_iter().map(|account| account.issuer).collect())).unwrap()
    }

    #[test]
    fn keeps_nothing_before_the_person_says_so() {
        let (_folder, session) = open();
        review(&session, found(&[GITHUB])).unwrap();
        assert!(names(&session).is_empty());
    }

    #[test]
    fn keeps_what_was_chosen_and_leaves_out_the_rest() {
        let (_folder, session) = open();
        let shown = review(&session, found(&[GITHUB, HARBOUR])).unwrap();
        let mut chosen = choices(&shown, OnDuplicate::Keep);
        chosen[0].on_duplicate = OnDuplicate::Skip;
        let accepted = session.with(|open| keep(open, &chosen, 2_000)).unwrap();
        assert_eq!((accepted.added, accepted.replaced, accepted.skipped), (1, 0, 1));
        assert_eq!(names(&session), ["Harbour"]);
    }

    #[test]
    fn names_the_account_that_is_repeated() {
        let (_folder, session) = open();
        add(&session, &[GITHUB], OnDuplicate::Keep).unwrap();
        let shown = review(&session, found(&[GITHUB, GITHUB_ANEW, HARBOUR])).unwrap();
        let repeated: Vec<_> = shown.drafts.iter().map(|draft| draft.duplicate.as_ref().map(|same| same.by)).collect();
        assert_eq!(repeated, [Some(crate::view::SameView::Secret), Some(crate::view::SameView::Name), None]);
    }

    #[test]
    fn replaces_the_old_secret_only_when_told() {
        let (_folder, session) = open();
        add(&session, &[GITHUB], OnDuplicate::Keep).unwrap();
        let accepted = add(&session, &[GITHUB_ANEW], OnDuplicate::Replace).unwrap();
        assert_eq!((accepted.added, accepted.replaced, accepted.skipped), (0, 1, 0));
        let bytes = session.with(|open| Ok(open.vault.accounts()[0].otp.secret().len())).unwrap();
        assert_eq!((names(&session).len(), bytes), (1, 20));
    }

    #[test]
    fn puts_a_new_secret_onto_the_account_that_was_named_whatever_the_site_calls_it() {
        let (_folder, session) = open();
        let known = added(&session, GITHUB);
        let shown = review(&session, found(&[HARBOUR])).unwrap();
        let named = |onto: &str| {
            let mut chosen = choices(&shown, OnDuplicate::Replace);
            chosen[0].onto = Some(onto.to_owned());
            session.with(|open| keep(open, &chosen, 2_000))
        };
        assert_eq!(named("nonsense").unwrap_err().code, "no_such_account");
        let accepted = named(&known).unwrap();
        assert_eq!((accepted.replaced, accepted.account), (1, Some(known.clone())));
        let account = session.with(|open| find(open, &known)).unwrap();
        assert_eq!((names(&session), account.otp.kind()), (vec!["GitHub".to_owned()], sterk::otp::Kind::Hotp));
        assert_eq!(account.former_secret_until, Some(2 + 30 * 24 * 3600), "the old one is kept aside");
    }

    #[test]
    fn begins_the_enrolment_of_one_and_leaves_many_quiet() {
        let (_folder, session) = open();
        let accepted = add(&session, &[GITHUB], OnDuplicate::Keep).unwrap();
        let id = accepted.account.unwrap();
        let open_end = |id: &str| session.with(|open| Ok(find(open, id)?.open_end())).unwrap();
        assert_eq!(open_end(&id), Some(OpenEnd::Unverified), "it shows until it is done");
        let several = add(&session, &[HARBOUR, POST], OnDuplicate::Keep).unwrap();
        assert_eq!((several.added, several.account), (2, None));
        let quiet = session.with(|open| Ok(open.vault.accounts().iter().filter(|a| a.open_end().is_none()).count()));
        assert_eq!(quiet.unwrap(), 2);
    }

    #[test]
    fn waits_with_one_account_found_twice_only_once() {
        let (_folder, session) = open();
        review(&session, found(&[GITHUB])).unwrap();
        let shown = review(&session, found(&[GITHUB, HARBOUR])).unwrap();
        assert_eq!(shown.drafts.iter().map(|draft| draft.handle).collect::<Vec<_>>(), [1, 2]);
    }

    /// A part of a batch with the account `name`.
    fn part(id: u8, size: u8, index: u8, name: &str) -> String {
        let mut entry = vec![0x0a, 10];
        entry.extend([[id, index], [id, index], [3, 3], [4, 4], [5, 5]].concat());
        entry.extend([0x12, name.len() as u8]);
        entry.extend(name.as_bytes());
        entry.extend([0x20, 1, 0x28, 1, 0x30, 2]);
        let mut payload = vec![0x0a, entry.len() as u8];
        payload.extend(entry);
        payload.extend([0x10, 1, 0x18, size, 0x20, index, 0x28, id]);
        let hex: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("otpauth-migration://offline?data={}", base64(&hex))
    }

    fn base64(hex: &str) -> String {
        let bits: String = hex.chars().map(|digit| format!("{:04b}", digit.to_digit(16).unwrap())).collect();
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let sextet = |bits: &[u8]| format!("{:0<6}", std::str::from_utf8(bits).unwrap());
        let letter = |bits: &[u8]| char::from(letters[usize::from_str_radix(&sextet(bits), 2).unwrap()]);
        bits.as_bytes().chunks(6).map(letter).collect()
    }

    fn progress(review: &ReviewView) -> Vec<(u32, u32, Vec<u32>)> {
        review.batches.iter().map(|batch| (batch.have, batch.of, batch.missing.clone())).collect()
    }

    #[test]
    fn collects_the_parts_of_a_batch_over_sources_in_any_order() {
        let (_folder, session) = open();
        let shown = review(&session, found(&[&part(7, 3, 2, "c")])).unwrap();
        assert_eq!(progress(&shown), [(1, 3, vec![1, 2])]);
        let shown = review(&session, found(&[&part(7, 3, 1, "b"), HARBOUR])).unwrap();
        assert_eq!(progress(&shown), [(2, 3, vec![1])]);
        let shown = review(&session, found(&[&part(7, 3, 0, "a")])).unwrap();
        assert!(progress(&shown).is_empty(), "what is complete needs no word");
        assert_eq!(shown.drafts.len(), 4);
    }

    #[test]
    fn lets_no_part_of_another_batch_complete_one() {
        let (_folder, session) = open();
        review(&session, found(&[&part(7, 2, 0, "a")])).unwrap();
        let shown = review(&session, found(&[&part(8, 2, 1, "b")])).unwrap();
        assert_eq!(progress(&shown), [(1, 2, vec![2]), (1, 2, vec![1])]);
    }

    #[test]
    fn remembers_no_part_once_a_review_is_over() {
        let (_folder, session) = open();
        let shown = review(&session, found(&[&part(7, 2, 0, "a")])).unwrap();
        session.with(|open| keep(open, &choices(&shown, OnDuplicate::Keep), 2_000)).unwrap();
        assert!(progress(&review(&session, found(&[HARBOUR])).unwrap()).is_empty());
        assert_eq!(names(&session).len(), 1, "an incomplete batch blocks nothing");
    }

    #[test]
    fn refuses_a_choice_of_a_review_that_is_over() {
        let (_folder, session) = open();
        let shown = review(&session, found(&[GITHUB])).unwrap();
        let chosen = choices(&shown, OnDuplicate::Keep);
        session.with(|open| keep(open, &chosen, 2_000)).unwrap();
        let again = session.with(|open| keep(open, &chosen, 3_000));
        assert_eq!(again.unwrap_err().code, "review_gone");
        assert_eq!(names(&session).len(), 1, "nothing is kept twice");
    }

    #[test]
    fn keeps_no_draft_over_a_lock() {
        let (folder, session) = open();
        let shown = review(&session, found(&[GITHUB])).unwrap();
        session.lock();
        assert_eq!(session.with(|_| Ok(())).unwrap_err().code, "locked");
        session.open_after(session.attempt(), crate::commands::desk::unlocked(&folder)).unwrap();
        let answer = session.with(|open| keep(open, &choices(&shown, OnDuplicate::Keep), 2_000));
        assert_eq!(answer.unwrap_err().code, "review_gone");
    }

    fn form(kind: KindView) -> FormWords {
        let [issuer, name, algorithm, digits, period, counter] = [(); 6].map(|()| String::new());
        FormWords { kind, issuer, name, algorithm, digits, period, counter }
    }

    #[test]
    fn previews_the_code_of_a_form_and_keeps_nothing() {
        let (_folder, session) = open();
        // RFC 6238, appendix B, at 59 seconds; its last six digits.
        let secret = Passphrase::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into());
        let PreviewView::Right { code: CodeView::Code { code, valid_until, .. } } =
            look_ahead(&form(KindView::Totp), &secret, 59)
        else {
            panic!("a right form has a code")
        };
        assert_eq!((code.as_str(), valid_until), ("287082", 60));
        assert!(session.with(|open| Ok(open.drafts.is_empty())).unwrap());
    }

    #[test]
    fn says_where_a_form_is_wrong_without_what_was_typed() {
        let secret = Passphrase::new("GEZD1NBV".into());
        let answer = serde_json::to_string(&look_ahead(&form(KindView::Totp), &secret, 59)).unwrap();
        assert_eq!(answer, r#"{"state":"wrong","code":"bad_secret","position":5}"#);
    }

    #[test]
    fn previews_no_code_that_a_counter_would_make_again() {
        let secret = Passphrase::new("GEZDGNBVGY3TQOJQ".into());
        let answer = look_ahead(&form(KindView::Hotp), &secret, 59);
        assert!(matches!(answer, PreviewView::Right { code: CodeView::Counter { code: None, .. } }));
        let answer = look_ahead(&form(KindView::Motp), &secret, 59);
        assert!(matches!(answer, PreviewView::Right { code: CodeView::NeedsPin { .. } }));
    }

    #[test]
    fn leads_from_a_form_to_the_review() {
        let (_folder, session) = open();
        let secret = Passphrase::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into());
        let words = FormWords { issuer: "Forge".into(), digits: "8".into(), ..form(KindView::Totp) };
        let shown = review(&session, words.with(&secret).draft().unwrap().into()).unwrap();
        assert_eq!((shown.drafts[0].issuer.as_str(), shown.drafts[0].digits), ("Forge", 8));
        assert!(!serde_json::to_string(&shown).unwrap().contains("GEZD"));
    }
}
