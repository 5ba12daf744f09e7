//! Looking at the screens again and again, for a code that is animated, half loaded or yet to come.

use std::{
    thread,
    time::{Duration, Instant},
};

use sterk::{
    capture::{CaptureError, Helper, Sight, Target},
    scan::Stop,
};
use tauri::{State, WebviewWindow};

use super::{apart, enrol::review};
use crate::{aside::Aside, error::ErrorView, found, state::Session, view::ReviewView};

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// The most seconds that the page may ask for.
const LONGEST: u32 = 60;

/// Looks until there are accounts and no part of a set is missing, or the time is over; nothing when it was stopped
/// before anything was found. The window stands aside meanwhile, with the countdown on it.
#[tauri::command]
pub async fn keep_looking(
    session: State<'_, Session>,
    window: WebviewWindow,
    seconds: u32,
) -> Result<Option<ReviewView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || {
        let until = Instant::now() + Duration::from_secs(seconds.min(LONGEST).into());
        let (helper, stop) = (Helper::this_program()?, session.begin_look());
        let aside = Aside::step(&window);
        let own = || session.with(|open| Ok(open.own.marks(Instant::now())));
        let seen = look_on(&session, until, &stop, || Ok(helper.look_until(Target::Screen, &own()?, &stop)?));
        drop(aside);
        match found::in_sight(seen?) {
            Err(_) if stop.is_stopped() => Ok(None),
            found => review(&session, found?).map(Some),
        }
    })
    .await
}

/// Ends looking at once.
#[tauri::command]
pub async fn stop_looking(session: State<'_, Session>) -> Result<(), ErrorView> {
    session.stop_looking();
    Ok(())
}

/// Looks until there is enough, and returns all that was seen by then.
fn look_on(
    session: &Session,
    until: Instant,
    stop: &Stop,
    mut look: impl FnMut() -> Result<Option<Sight>, ErrorView>,
) -> Result<Sight, ErrorView> {
    let mut all = Sight::default();
    while let Some(sight) = look()? {
        all.join(sight);
        if is_enough(session, &all)? || !pause(until, stop) {
            break;
        }
    }
    if all.seen.is_empty() && !all.complete && !stop.is_stopped() {
        return Err(CaptureError::PictureTooLong.into());
    }
    Ok(all)
}

fn is_enough(session: &Session, sight: &Sight) -> Result<bool, ErrorView> {
    session.with(|open| {
        let mut parts = open.parts.clone();
        Ok(found::in_sight(sight.clone()).is_ok_and(|found| {
            parts.join(found.parts);
            !found.drafts.is_empty() && parts.incomplete().is_empty()
        }))
    })
}

/// Waits for the next look; tells whether there is one.
fn pause(until: Instant, stop: &Stop) -> bool {
    let next = Instant::now() + PAUSE;
    while Instant::now() < next && !stop.is_stopped() {
        thread::sleep(Duration::from_millis(10));
    }
    next < until && !stop.is_stopped()
}

#[cfg(test)]
mod tests {
    use sterk::capture::Seen;
    use zeroize::Zeroizing;

    use super::*;
    use crate::commands::desk::{GITHUB, open};

    const LONG: Duration = Duration::from_secs(60);

    /// Two accounts of one export of Google Authenticator, a code each.
    const PARTS: [&str; 2] = [
        "otpauth-migration://offline?data=CikKCjAxMjM0NTY3ODkSDEV4YW1wbGU6ZXJpbhoHRXhhbXBsZSABKAEwAhABGAIgACgH",
        "otpauth-migration://offline?data=CkYKFGFiY2RlZmdoaWprbG1ub3BxcnN0Eh9FeGFtcGxlOmZpbm4td2l0aC1hLWxvbmdlci1uYW1lGgdFeGFtcGxlIAEoATACEAEYAiABKAc%3D",
    ];

    fn showing(texts: &[&str]) -> Sight {
        let seen = texts.iter().map(|text| Seen { text: Zeroizing::new((*text).to_owned()).into(), spot: None });
        Sight { seen: seen.collect(), complete: true, ..Sight::default() }
    }

    /// Looks at these screens, one after the other; the last stays.
    fn look_at(session: &Session, limit: Duration, screens: &[&[&str]]) -> (usize, Sight) {
        let mut looks = 0;
        let seen = look_on(session, Instant::now() + limit, &Stop::default(), || {
            looks += 1;
            Ok(Some(showing(screens[(looks - 1).min(screens.len() - 1)])))
        });
        (looks, seen.unwrap())
    }

    #[test]
    fn looks_until_there_is_an_account() {
        let (_folder, session) = open();
        let (looks, seen) = look_at(&session, LONG, &[&[], &["https://example.org"], &[GITHUB]]);
        assert_eq!((looks, seen.seen.len()), (3, 2), "what was seen on the way stays seen");
    }

    #[test]
    fn looks_until_the_set_is_complete_that_another_source_began() {
        let (_folder, session) = open();
        review(&session, found::in_text(PARTS[0]).unwrap()).unwrap();
        let (looks, _) = look_at(&session, LONG, &[&PARTS[..1], &PARTS[1..]]);
        assert_eq!(looks, 2);
    }

    #[test]
    fn ends_with_the_time() {
        let (_folder, session) = open();
        let (looks, seen) = look_at(&session, Duration::ZERO, &[&[]]);
        assert_eq!((looks, seen.seen.len()), (1, 0));
    }

    #[test]
    fn ends_at_once_when_told_or_locked() {
        let (_folder, session) = open();
        let stop = session.begin_look();
        let began = Instant::now();
        let seen = look_on(&session, began + LONG, &stop, || {
            session.lock();
            Ok((!stop.is_stopped()).then(|| showing(&[])))
        });
        assert!(stop.is_stopped() && began.elapsed() < LONG);
        assert!(seen.unwrap().seen.is_empty());
    }

    #[test]
    fn a_new_look_ends_the_one_before() {
        let (_folder, session) = open();
        let first = session.begin_look();
        let second = session.begin_look();
        assert_eq!((first.is_stopped(), second.is_stopped()), (true, false));
        session.stop_looking();
        assert!(second.is_stopped());
    }
}
