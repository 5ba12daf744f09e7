//! Choosing a part of the screen: the pixels stay in the helper, the page sees small pictures of them for two minutes.

use std::{
    thread,
    time::{Duration, Instant},
};

use sterk::{
    capture::{Frozen, Helper, Region},
    scan::Frame,
};
use tauri::{State, WebviewWindow, ipc::Response};

use super::{apart, enrol::review};
use crate::{
    aside,
    error::{ErrorView, failed},
    found,
    state::Session,
    view::{FrozenView, MonitorView, ReviewView},
};

/// How long the pictures are kept; the helper, which has them too, ends by itself soon after.
const LIFE: Duration = Duration::from_secs(118);

/// Is what an open vault holds of frozen screens; dropping it ends the helper.
pub struct Held {
    frozen: Frozen,
    pictures: Vec<Option<Frame>>,
    since: Instant,
    /// Whether the window filled the screen before it had to show one.
    was_maximized: bool,
}

/// Takes a picture of every monitor, with the own window out of the way; nothing when that was stopped.
#[tauri::command]
pub async fn freeze_screen(
    session: State<'_, Session>,
    window: WebviewWindow,
) -> Result<Option<FrozenView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        let own = session.with(|open| Ok(open.own.marks(Instant::now())))?;
        let stop = session.begin_look();
        let frozen = aside::hidden(&window, || Helper::this_program()?.freeze(&own, &stop))?;
        let Some(frozen) = frozen else { return Ok(None) };
        let was_maximized = window.is_maximized().unwrap_or(true);
        // A picture of a whole monitor needs room; in a small window it is small and that is all.
        let _ = window.maximize();
        hold(&session, frozen, was_maximized).map(Some)
    })
    .await
}

/// Hands over the small picture of a monitor, once: a byte of grey for each pixel.
#[tauri::command]
pub async fn frozen_picture(session: State<'_, Session>, place: usize) -> Result<Response, ErrorView> {
    let picture = session.with(|open| {
        let held = open.frozen.as_mut().ok_or_else(gone)?;
        held.pictures.get_mut(place).and_then(Option::take).ok_or_else(gone)
    })?;
    Ok(Response::new(picture.pixels().to_vec()))
}

/// Looks at a part of a frozen monitor, in its pixels; nothing when that was stopped.
#[tauri::command]
pub async fn look_at_part(
    session: State<'_, Session>,
    window: WebviewWindow,
    place: usize,
    part: [u32; 4],
) -> Result<Option<ReviewView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        let [x, y, width, height] = part;
        let Some(found) = look(&session, Region { place, x, y, width, height })? else { return Ok(None) };
        let shown = review(&session, found)?;
        put_back(&session, &window)?;
        Ok(Some(shown))
    })
    .await
}

/// Lets go of the frozen screens.
#[tauri::command]
pub async fn thaw_screen(session: State<'_, Session>, window: WebviewWindow) -> Result<(), ErrorView> {
    session.stop_looking();
    put_back(&session, &window)
}

fn hold(session: &Session, mut frozen: Frozen, was_maximized: bool) -> Result<FrozenView, ErrorView> {
    let (pictures, since) = (frozen.take_pictures(), Instant::now());
    let monitors = MonitorView::all(frozen.sight(), &pictures);
    let pictures = pictures.into_iter().map(Some).collect();
    session.with(|open| {
        open.frozen = Some(Held { frozen, pictures, since, was_maximized });
        Ok(())
    })?;
    forget_in_time(session.clone(), since);
    Ok(FrozenView { monitors, seconds: LIFE.as_secs() as u32 })
}

/// Drops the pictures when their time is over, whatever the page does.
fn forget_in_time(session: Session, since: Instant) {
    thread::spawn(move || {
        thread::sleep(LIFE);
        // A vault that was locked has dropped them already.
        let _ = session.with(|open| {
            open.frozen.take_if(|held| held.since == since);
            Ok(())
        });
    });
}

/// Looks without holding the vault; locking or closing meanwhile drops the pictures.
fn look(session: &Session, region: Region) -> Result<Option<found::Found>, ErrorView> {
    let mut held = session.with(|open| open.frozen.take().ok_or_else(gone))?;
    let stop = session.begin_look();
    let looked = held.frozen.look(region, &stop);
    if stop.is_stopped() || held.since.elapsed() >= LIFE {
        return if stop.is_stopped() { Ok(None) } else { Err(gone()) };
    }
    session.with(|open| {
        open.frozen = Some(held);
        Ok(())
    })?;
    looked?.map(found::in_sight).transpose()
}

fn put_back(session: &Session, window: &WebviewWindow) -> Result<(), ErrorView> {
    let held = session.with(|open| Ok(open.frozen.take()))?;
    if held.is_some_and(|held| !held.was_maximized) {
        // A window of another size is no reason to drop what was found.
        let _ = window.unmaximize();
    }
    Ok(())
}

fn gone() -> ErrorView {
    failed("frozen_gone", "the picture of the screen is no longer kept")
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::{fs, path::Path, process::Command};

    use sterk::scan::Stop;
    use tempfile::TempDir;

    use super::*;
    use crate::commands::desk::{GITHUB, open};

    const PART: Region = Region { place: 0, x: 0, y: 0, width: 2, height: 1 };

    /// Is a helper of a few lines of shell that holds one picture of two pixels; it says who it is in `id`.
    struct Screens {
        folder: TempDir,
        helper: Helper,
    }

    impl Screens {
        /// Makes one that answers for each part with these codes.
        fn showing(text: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let place = r#""places":[{"name":"a","x":0,"y":0,"width":2,"height":1,"scale_percent":100}]"#;
            let seen =
                r#"{"text":"TEXT","spot":{"place":0,"corners":[[0,0],[1,0],[1,1],[0,1]]}}"#.replace("TEXT", text);
            let seen = if text.is_empty() { String::new() } else { seen };
            let head = format!(r#"{{"Ok":{{"sight":{{{place},"seen":[],"complete":true}},"sizes":[[2,1]]}}}}"#);
            let part = format!(r#"{{"Ok":{{{place},"seen":[{seen}],"complete":true}}}}"#);
            let (id, program) = (folder.path().join("id"), folder.path().join("helper"));
            let script = format!(
                "#!/bin/sh\nread -r order; echo $$ > {}\n{}\nprintf '\\7\\11'\nwhile read -r part; do\n{}\ndone\n",
                id.display(),
                document(&head),
                document(&part)
            );
            // Written by another process: a file that this one has open for writing while it starts others is busy.
            let draft = folder.path().join("draft");
            fs::write(&draft, script).unwrap();
            assert!(Command::new("install").args(["-m", "700"]).args([&draft, &program]).status().unwrap().success());
            Self { helper: Helper::new(program), folder }
        }

        fn freeze(&self, session: &Session) -> FrozenView {
            let frozen = self.helper.freeze(&[], &Stop::default()).unwrap().unwrap();
            hold(session, frozen, true).unwrap()
        }

        fn runs(&self) -> bool {
            let id = fs::read_to_string(self.folder.path().join("id")).unwrap();
            Path::new(&format!("/proc/{}", id.trim())).exists()
        }
    }

    /// Says one document with its length before it, in shell.
    fn document(json: &str) -> String {
        let length = (json.len() as u32).to_le_bytes().map(|byte| format!("\\{byte:o}")).concat();
        format!("printf '{length}%s' '{json}'")
    }

    #[test]
    fn finds_what_stands_in_a_part_and_keeps_the_screens_until_they_are_let_go() {
        let (_folder, session) = open();
        let screens = Screens::showing(GITHUB);
        let view = screens.freeze(&session);
        assert_eq!((view.monitors.len(), view.monitors[0].picture_width), (1, 2));
        for _ in 0..2 {
            let found = look(&session, PART).unwrap().unwrap();
            assert_eq!(found.drafts[0].0.issuer, "GitHub");
        }
        drop(session.with(|open| Ok(open.frozen.take())).unwrap());
        assert!(!screens.runs(), "the pixels go with the helper");
        assert_eq!(look(&session, PART).err().unwrap().code, "frozen_gone");
    }

    #[test]
    fn a_part_without_a_code_says_so_and_can_be_chosen_anew() {
        let (_folder, session) = open();
        let screens = Screens::showing("");
        screens.freeze(&session);
        for _ in 0..2 {
            assert_eq!(look(&session, PART).err().unwrap().code, "no_qr");
        }
    }

    #[test]
    fn locking_drops_the_screens_at_once() {
        let (_folder, session) = open();
        let screens = Screens::showing("");
        screens.freeze(&session);
        assert!(screens.runs());
        session.lock();
        assert!(!screens.runs());
        assert_eq!(look(&session, PART).err().unwrap().code, "locked");
    }

    #[test]
    fn new_screens_take_the_place_of_the_old() {
        let (_folder, session) = open();
        let (old, new) = (Screens::showing(""), Screens::showing(""));
        old.freeze(&session);
        new.freeze(&session);
        assert!(!old.runs() && new.runs());
    }
}
