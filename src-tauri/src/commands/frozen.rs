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
    let held = session.with(|open| open.frozen.take().ok_or_else(gone))?;
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
