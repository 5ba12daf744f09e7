//! Looking through a camera until it has read a code; its light is on no longer than somebody looks.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use sterk::capture::{Helper, Hidden, Seen, Sight};
use tauri::{
    State, WebviewWindow,
    ipc::{Channel, Response},
};

use super::{apart, enrol};
use crate::{
    error::ErrorView,
    found,
    lens::{Lens, Pane},
    state::Session,
    view::{CameraView, PictureView, ReviewView, SeenView},
};

/// How long a question for a picture waits for one.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a question waits for a camera to be there at all.
const STARTING: Duration = Duration::from_millis(50);
/// How many texts that were read are remembered, so that each is looked at once.
const MOST_KNOWN: usize = 100;
/// How often it is asked whether the window can be seen.
const GLANCE: Duration = Duration::from_millis(250);

/// Lists the cameras of this machine.
#[tauri::command]
pub async fn cameras(session: State<'_, Session>) -> Result<Vec<CameraView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        session.with(|_| Ok(()))?;
        Ok(Helper::this_program()?.cameras()?.into_iter().map(CameraView::from).collect())
    })
    .await
}

/// Looks through a camera until whole accounts are found; nothing when it is closed before that.
#[tauri::command]
pub async fn look_through(
    session: State<'_, Session>,
    window: WebviewWindow,
    camera: Option<u32>,
    channel: Channel<SeenView>,
) -> Result<Option<ReviewView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        let page = Page {
            // A window that cannot say whether it is seen is there.
            is_seen: &|| window.is_visible().unwrap_or(true) && !window.is_minimized().unwrap_or(false),
            // A page that is gone has nobody to tell.
            tell: &|seen| drop(channel.send(seen)),
            now: &Instant::now,
        };
        look(&session, &Helper::this_program()?, camera, &page)
    })
    .await
}

/// Hands over the newest picture that the page has not had; no bytes when there is none yet.
#[tauri::command]
pub async fn camera_picture(session: State<'_, Session>) -> Result<Response, ErrorView> {
    let session = session.inner().clone();
    apart(move || Ok(Response::new(picture(&session)?.map(PictureView::into_bytes).unwrap_or_default()))).await
}

/// Turns the light of the camera off, and shows what was found by then; nothing when nothing was.
#[tauri::command]
pub async fn close_camera(session: State<'_, Session>) -> Result<Option<ReviewView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || close(&session)).await
}

/// Is what looking has to do with the page.
struct Page<'a> {
    is_seen: &'a dyn Fn() -> bool,
    tell: &'a dyn Fn(SeenView),
    now: &'a dyn Fn() -> Instant,
}

/// Looks until there is enough; the helper is gone when this returns, and the session is free all the while.
fn look(
    session: &Session,
    helper: &Helper,
    camera: Option<u32>,
    page: &Page<'_>,
) -> Result<Option<ReviewView>, ErrorView> {
    session.with(|_| Ok(()))?;
    let mut watch = helper.watch(camera, &[])?;
    let pane = session.with(|open| Ok(open.lens.insert(Lens::new(watch.switch())).pane()))?;
    let (mut known, mut glanced) = (VecDeque::new(), (page.now)());
    loop {
        let sighting = match watch.next() {
            Ok(sighting) => sighting,
            Err(_) if pane.is_closed() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if is_over(&pane, page, &mut glanced) {
            return Ok(None);
        }
        pane.show(PictureView::of(&sighting));
        let fresh = unknown(sighting.seen, &mut known);
        if fresh.is_empty() {
            continue;
        }
        if let Some(review) = take(session, fresh, page)? {
            return Ok(Some(review));
        }
    }
}

/// Tells whether nobody looks any more.
fn is_over(pane: &Pane, page: &Page<'_>, glanced: &mut Instant) -> bool {
    let now = (page.now)();
    if pane.is_closed() || pane.is_forgotten(now) {
        return true;
    }
    if now.saturating_duration_since(*glanced) < GLANCE {
        return false;
    }
    *glanced = now;
    !(page.is_seen)()
}

/// Leaves out what was looked at already: a code stays in the picture for a while.
fn unknown(mut seen: Vec<Seen>, known: &mut VecDeque<Hidden>) -> Vec<Seen> {
    seen.retain(|seen| !known.contains(&seen.text));
    known.extend(seen.iter().map(|seen| seen.text.clone()));
    known.drain(..known.len().saturating_sub(MOST_KNOWN));
    seen
}

/// Takes in what was read; answers all that was found once no part of it is missing.
fn take(session: &Session, seen: Vec<Seen>, page: &Page<'_>) -> Result<Option<ReviewView>, ErrorView> {
    let found = found::in_sight(Sight { seen, complete: true, ..Sight::default() }).unwrap_or_default();
    if found.drafts.is_empty() && found.parts.have() == 0 {
        (page.tell)(SeenView::Foreign);
        return Ok(None);
    }
    let review = enrol::review(session, found)?;
    if review.batches.is_empty() {
        return Ok(Some(review));
    }
    (page.tell)(SeenView::Part { batches: review.batches });
    Ok(None)
}

fn close(session: &Session) -> Result<Option<ReviewView>, ErrorView> {
    session.with(|open| {
        open.lens = None;
        Ok(())
    })?;
    enrol::waiting(session)
}

/// Waits a little for a picture, without the session.
fn picture(session: &Session) -> Result<Option<PictureView>, ErrorView> {
    let Some(pane) = session.with(|open| Ok(open.lens.as_ref().map(Lens::pane)))? else {
        std::thread::sleep(STARTING);
        return Ok(None);
    };
    Ok(pane.take(PATIENCE))
}

// Two attributes: clippy lets tests unwrap below a `cfg(test)` that stands alone.
#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::commands::desk::{self, GITHUB};
    use std::{
        cell::{Cell, RefCell},
        fs,
        path::{Path, PathBuf},
        process::{Command, Stdio},
        thread,
    };
    use tempfile::TempDir;

    /// Two parts of one set.
    const PARTS: [&str; 2] = [
        "otpauth-migration://offline?data=ChUKCgcABwADAwQEBQUSAWEgASgBMAIQARgCIAAoBw",
        "otpauth-migration://offline?data=ChUKCgcBBwEDAwQEBQUSAWIgASgBMAIQARgCIAEoBw",
    ];
    const FOREIGN: &str = "https://example.org";
    /// Gives pictures for ever.
    const LASTS: &str = "while blank; do sleep 0.01; done";

    /// A helper of a few lines of shell, in a folder of its own.
    struct Fake {
        folder: TempDir,
        program: PathBuf,
    }

    impl Fake {
        fn saying(script: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let program = folder.path().join("helper");
            let shell = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/camera/helper.sh");
            std::os::unix::fs::symlink(shell, &program).unwrap();
            fs::write(folder.path().join("helper.says"), script).unwrap();
            Self { folder, program }
        }

        fn helper(&self) -> Helper {
            Helper::new(&self.program)
        }

        /// Tells whether it was started and is there still, even if only as a process that nobody waited for.
        fn runs(&self) -> bool {
            let Ok(id) = fs::read_to_string(self.folder.path().join("helper.id")) else { return false };
            let mut ask = Command::new("kill");
            ask.args(["-0", id.trim()]).stderr(Stdio::null()).status().unwrap().success()
        }
    }

    fn seen(told: &RefCell<Vec<SeenView>>) -> Vec<String> {
        told.borrow().iter().map(|seen| serde_json::to_string(seen).unwrap()).collect()
    }

    type Looked = Result<Option<ReviewView>, ErrorView>;

    /// Looks with a page that is there.
    fn look_with(session: &Session, fake: &Fake) -> (Looked, Vec<String>) {
        let told = RefCell::new(Vec::new());
        let page = Page { is_seen: &|| true, tell: &|seen| told.borrow_mut().push(seen), now: &Instant::now };
        let looked = look(session, &fake.helper(), None, &page);
        (looked, seen(&told))
    }

    /// Looks elsewhere, and waits until there is a picture.
    fn begin(session: &Session, fake: &Fake) -> thread::JoinHandle<Looked> {
        let (looking, helper) = (session.clone(), fake.helper());
        let handle = thread::spawn(move || {
            let page = Page { is_seen: &|| true, tell: &|_| (), now: &Instant::now };
            look(&looking, &helper, None, &page)
        });
        while picture(session).unwrap().is_none() {}
        handle
    }

    #[test]
    fn ends_by_itself_with_what_a_code_says() {
        let (_folder, session) = desk::open();
        let fake = Fake::saying(&format!("blank; sees '{GITHUB}'; {LASTS}"));
        let (looked, told) = look_with(&session, &fake);
        assert_eq!(looked.unwrap().unwrap().drafts[0].issuer, "GitHub");
        assert!(told.is_empty() && !fake.runs(), "{told:?}");
        assert!(picture(&session).unwrap().is_some(), "the page sees what was read");
    }

    #[test]
    fn goes_on_after_a_code_without_an_account_and_says_so_once() {
        let (_folder, session) = desk::open();
        let fake = Fake::saying(&format!("sees {FOREIGN}; blank; sees {FOREIGN}; sees '{GITHUB}'; {LASTS}"));
        let (looked, told) = look_with(&session, &fake);
        let review = looked.unwrap().unwrap();
        assert_eq!((review.drafts.len(), review.skipped.len()), (1, 0));
        assert_eq!(told, [r#"{"seen":"foreign"}"#]);
    }

    #[test]
    fn stays_open_until_a_set_is_whole() {
        let (_folder, session) = desk::open();
        let fake = Fake::saying(&format!("sees {}; sees {}; sees {}; {LASTS}", PARTS[1], PARTS[1], PARTS[0]));
        let (looked, told) = look_with(&session, &fake);
        assert_eq!(looked.unwrap().unwrap().drafts.len(), 2);
        assert_eq!(told, [r#"{"seen":"part","batches":[{"have":1,"of":2,"missing":[1]}]}"#]);
    }

    #[test]
    fn closing_it_ends_the_helper_and_answers_what_there_is() {
        for (script, drafts) in [(LASTS.to_owned(), None), (format!("sees {}; {LASTS}", PARTS[0]), Some(1))] {
            let (_folder, session) = desk::open();
            let fake = Fake::saying(&script);
            let looking = begin(&session, &fake);
            // The second picture comes after what the first one showed was taken in.
            while picture(&session).unwrap().is_none() {}
            assert_eq!(close(&session).unwrap().map(|review| review.drafts.len()), drafts);
            assert!(looking.join().unwrap().unwrap().is_none() && !fake.runs());
        }
    }

    #[test]
    fn locking_ends_the_helper_at_once_even_while_the_camera_is_silent() {
        let (_folder, session) = desk::open();
        let fake = Fake::saying("blank; exec sleep 60");
        let looking = begin(&session, &fake);
        let began = Instant::now();
        session.lock();
        assert!(looking.join().unwrap().unwrap().is_none());
        assert!(!fake.runs() && began.elapsed() < Duration::from_secs(4), "nobody waits for a picture");
        assert_eq!(picture(&session).err().map(|error| error.code), Some("locked"));
    }

    #[test]
    fn the_session_is_free_while_a_camera_is_silent() {
        let (_folder, session) = desk::open();
        let fake = Fake::saying("blank; exec sleep 60");
        let looking = begin(&session, &fake);
        let began = Instant::now();
        let waiting = thread::spawn({
            let session = session.clone();
            move || picture(&session).unwrap().is_none()
        });
        session.with(|_| Ok(())).unwrap();
        assert!(began.elapsed() < PATIENCE / 2, "{:?}", began.elapsed());
        assert!(waiting.join().unwrap(), "there was no second picture");
        close(&session).unwrap();
        assert!(looking.join().unwrap().unwrap().is_none());
    }

    #[test]
    fn a_window_that_is_hidden_ends_the_helper() {
        let (_folder, session) = desk::open();
        let fake = Fake::saying(LASTS);
        let (start, calls) = (Instant::now(), Cell::new(0));
        // Each look at the clock is a glance later, and each picture is asked for.
        let now = || {
            calls.set(calls.get() + 1);
            let _ = session.with(|open| Ok(open.lens.as_ref().map(|lens| lens.pane().take(Duration::ZERO))));
            start + GLANCE * calls.get()
        };
        let shown = Cell::new(3);
        let is_seen = || {
            shown.set(shown.get() - 1);
            shown.get() > 0
        };
        let looked = look(&session, &fake.helper(), None, &Page { is_seen: &is_seen, tell: &|_| (), now: &now });
        assert!(looked.unwrap().is_none() && !fake.runs());
        assert_eq!(shown.get(), 0);
    }

    #[test]
    fn a_page_that_asks_for_no_picture_any_more_ends_the_helper() {
        let (_folder, session) = desk::open();
        let fake = Fake::saying(LASTS);
        let later = || Instant::now() + Duration::from_secs(10);
        let page = Page { is_seen: &|| true, tell: &|_| (), now: &later };
        assert!(look(&session, &fake.helper(), None, &page).unwrap().is_none());
        assert!(!fake.runs());
    }

    #[test]
    fn another_camera_takes_the_place_of_the_first() {
        let (_folder, session) = desk::open();
        let (first, second) = (Fake::saying(LASTS), Fake::saying(LASTS));
        let looking = begin(&session, &first);
        let other = begin(&session, &second);
        assert!(looking.join().unwrap().unwrap().is_none() && !first.runs());
        assert!(second.runs());
        close(&session).unwrap();
        assert!(other.join().unwrap().unwrap().is_none());
    }

    #[test]
    fn names_what_is_wrong_with_a_camera() {
        let (_folder, session) = desk::open();
        for code in ["camera_busy", "camera_denied", "camera_gone", "no_camera"] {
            let fake = Fake::saying(&format!("blank; ends {code}; exec sleep 60"));
            let (looked, _) = look_with(&session, &fake);
            assert_eq!((looked.unwrap_err().code, fake.runs()), (code, false));
        }
        let (looked, _) = look_with(&session, &Fake::saying("exit 0"));
        assert_eq!(looked.unwrap_err().code, "capture_failed");
    }

    #[test]
    fn starts_nobody_while_locked() {
        let (_folder, session) = desk::open();
        session.lock();
        let fake = Fake::saying(LASTS);
        assert_eq!(look_with(&session, &fake).0.unwrap_err().code, "locked");
        assert!(!fake.runs());
    }
}
