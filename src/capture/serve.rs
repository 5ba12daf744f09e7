//! The helper's side: looks once, answers once, and ends; or looks through a camera until nobody listens.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use zeroize::Zeroizing;

use super::frozen::LIFE;
use super::region::CLOSELY;
use super::sight::{self, Answer, Order};
use super::{
    Area, CaptureError, Place, Region, Seen, Shot, Sight, Spot, Target, camera, clipboard, region, screen, still,
    stream,
};
use crate::import;
use crate::scan::{self, Budget, Frame, Reading};
use crate::transfer::Mark;

/// The word under which the program starts itself; no verb, so that no shell offers it.
pub(super) const NAME: &str = "see";

/// The word after it that asks for one sighting after the other.
pub(super) const CAMERA: &str = "camera";
/// The word after it that asks which cameras there are.
pub(super) const CAMERAS: &str = "cameras";

/// The word after it that asks for pictures of which a person chooses a part.
pub(super) const FREEZE: &str = "freeze";

/// The most bytes of an order.
const MOST_ORDER: u64 = 1 << 20;

/// Answers as the helper when the arguments say so; every program that starts a [`super::Helper`] of itself
/// calls this before anything else in `main`, and ends when there is an exit code.
///
/// It comes before the program hides its memory: the desktop's portals do not speak to who hides.
pub fn serve(mut arguments: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    if arguments.next()? != NAME {
        return None;
    }
    let answered = arguments.next().is_some_and(|word| answer(&word));
    Some(if answered { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn answer(word: &OsStr) -> bool {
    let target = Target::from_word(word);
    if target.is_none() && word != CAMERA && word != CAMERAS && word != FREEZE {
        return false;
    }
    let Some(order) = order() else { return false };
    let limit = Duration::from_millis(order.limit_ms);
    end_in_time(limit);
    let Some(picture) = picture(order.picture_bytes) else { return false };
    if word == FREEZE {
        return freeze(&order, limit, &parts());
    }
    end_with_the_program();
    match target {
        Some(target) => say(&look(target, &order, limit, &picture).map(|sight| without(sight, &order.own))),
        None if word == CAMERAS => say(&camera::native::all()),
        None => watch(&order, Instant::now() + limit),
    }
}

/// Says the one answer.
fn say<T: Serialize>(answer: &Result<T, CaptureError>) -> bool {
    let bytes = sight::write(answer).or_else(|| sight::write::<()>(&Err(CaptureError::TooMuch)));
    bytes.is_some_and(|bytes| io::stdout().write_all(&bytes).is_ok() && io::stdout().flush().is_ok())
}

/// Says one sighting after the other, and why there are no more.
fn watch(order: &Order, until: Instant) -> bool {
    let mut output = io::stdout().lock();
    let ended = camera::native::open(order.camera).and_then(|mut eye| {
        camera::look(&mut eye, &order.own, |sighting| {
            Instant::now() < until && stream::write(&mut output, &Ok(sighting)).is_ok()
        })
    });
    // Who does not listen any more does not hear this either.
    stream::write(&mut output, &Err(ended.err().unwrap_or(CaptureError::TimedOut))).is_ok()
}

fn order() -> Option<Order> {
    let mut line = String::new();
    io::stdin().lock().take(MOST_ORDER).read_line(&mut line).ok()?;
    serde_json::from_str(&line).ok()
}

/// Reads the bytes that were announced, if that many come and may.
fn picture(announced: u64) -> Option<Zeroizing<Vec<u8>>> {
    let announced = usize::try_from(announced).ok().filter(|bytes| *bytes <= scan::MAX_FILE)?;
    let mut bytes = Zeroizing::new(vec![0; announced]);
    io::stdin().lock().read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// The most bytes of a line that asks for a part.
const MOST_PART: u64 = 1024;

/// What writing and hearing the answer may take of the time.
const ANSWERING: Duration = Duration::from_secs(2);

/// How much longer than its time the helper lives: who asked is the one to end it, and to say why.
const GRACE: Duration = Duration::from_secs(5);

/// Ends this process when the program that asked is gone.
fn end_with_the_program() {
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(1);
    });
}

/// Ends this process when nobody can be waiting any more.
fn end_in_time(limit: Duration) {
    thread::spawn(move || {
        thread::sleep(limit + GRACE);
        std::process::exit(1);
    });
}

fn look(target: Target, order: &Order, limit: Duration, picture: &[u8]) -> Answer {
    match target {
        Target::Clipboard => at_clipboard(&clipboard::read(&mut clipboard::open()?)?),
        Target::Picture => in_picture(picture),
        Target::Screen => {
            let until = Instant::now() + limit;
            let (shots, area) = (shots(limit)?, order.area);
            Ok(area.map_or_else(|| at_screens(&shots), |area| in_area(&shots, area, until)))
        }
    }
}

fn shots(limit: Duration) -> Result<Vec<Shot>, CaptureError> {
    // What the portal leaves of the time is for reading.
    screen::shots(|name| std::env::var_os(name), limit / 5 * 4)
}

/// Reads what stands in an area of the desktop, on each monitor that it falls on, with a share of the time for each: who
/// asks at `until` gets what was read by then.
fn in_area(shots: &[Shot], area: Area, until: Instant) -> Sight {
    let first = at_screens(shots);
    let mut sight = Sight { seen: Vec::new(), complete: true, ..first.clone() };
    let parts = area.on(&first.places);
    for (done, part) in parts.iter().enumerate() {
        let left = until.saturating_duration_since(Instant::now() + ANSWERING);
        let share = left / (parts.len() - done) as u32;
        let closely = Budget { per_picture: share.min(CLOSELY.per_picture) };
        let there = region::look(shots, &first, *part, closely);
        sight.seen.extend(there.seen);
        sight.complete &= there.complete;
    }
    sight
}

/// Takes pictures, says what is on them, and answers for each part that is asked for until nobody asks any more.
fn freeze(order: &Order, limit: Duration, parts: &Receiver<Region>) -> bool {
    let mut output = io::stdout().lock();
    let shots = match shots(limit) {
        Ok(shots) => shots,
        Err(error) => return still::write::<()>(&mut output, &Err(error)).is_ok(),
    };
    let first = at_screens(&shots);
    let pictures = shots.iter().enumerate().map(|(place, shot)| {
        let here = first.seen.iter().filter_map(|seen| seen.spot.as_ref()).filter(|spot| spot.place == place);
        still::small(shot, &here.collect::<Vec<_>>())
    });
    let pictures: Vec<Frame> = pictures.collect();
    let first = without(first, &order.own);
    let mut goes_on = still::write_all(&mut output, first.clone(), &pictures).is_ok();
    drop(pictures);
    end_in_time(LIFE);
    while let (true, Ok(part)) = (goes_on, parts.recv()) {
        let there = without(region::look(&shots, &first, part, CLOSELY), &order.own);
        goes_on = still::write(&mut output, &Ok(there)).is_ok();
    }
    goes_on
}

/// Hears which parts are asked for, and ends this process when the program that asks is gone.
fn parts() -> Receiver<Region> {
    let (sender, parts) = channel();
    thread::spawn(move || {
        let mut line = String::new();
        while io::stdin().lock().take(MOST_PART).read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
            let asked = serde_json::from_str(&line).ok().map(|part| sender.send(part));
            if !matches!(asked, Some(Ok(()))) {
                break;
            }
            line.clear();
        }
        std::process::exit(1);
    });
    parts
}

/// Decodes a picture file and reads all its stills.
fn in_picture(bytes: &[u8]) -> Answer {
    let reading = scan::picture(bytes).map_err(CaptureError::Picture)?.read(Budget::default());
    let seen = reading.symbols.into_iter().map(|symbol| Seen { text: symbol.text.into(), spot: None });
    Ok(Sight { seen: seen.collect(), complete: reading.complete, places: Vec::new() })
}

/// Reads all monitors at once, each within the time that one picture has.
fn at_screens(shots: &[Shot]) -> Sight {
    let readings: Vec<Option<Reading>> = thread::scope(|scope| {
        let running: Vec<_> = shots.iter().map(|shot| scope.spawn(|| read(&shot.frame))).collect();
        running.into_iter().map(|reading| reading.join().ok()).collect()
    });
    let complete = readings.iter().all(|reading| reading.as_ref().is_some_and(|reading| reading.complete));
    let symbols = readings.into_iter().enumerate().flat_map(|(place, reading)| {
        reading.map(|reading| reading.symbols).unwrap_or_default().into_iter().map(move |symbol| (place, symbol))
    });
    let seen = symbols
        .map(|(place, symbol)| Seen { text: symbol.text.into(), spot: Some(Spot { place, corners: symbol.corners }) });
    Sight { seen: seen.collect(), complete, places: shots.iter().map(place_of).collect() }
}

fn read(frame: &Frame) -> Reading {
    scan::read_within(frame, Budget::default())
}

fn place_of(shot: &Shot) -> Place {
    let name = shot.monitor.chars().take(100).collect();
    let (width, height) = (shot.frame.width(), shot.frame.height());
    Place { name, x: shot.x, y: shot.y, width, height, scale_percent: shot.scale_percent }
}

/// Reads the picture; the text where there is none, or no QR code in it.
fn at_clipboard(held: &clipboard::Held) -> Answer {
    let reading = held.picture.as_ref().map(read);
    let complete = reading.as_ref().is_none_or(|reading| reading.complete);
    let mut texts: Vec<Zeroizing<String>> =
        reading.map(|reading| reading.symbols.into_iter().map(|symbol| symbol.text).collect()).unwrap_or_default();
    if let (true, Some(text)) = (texts.is_empty(), &held.text) {
        let entries = import::entries(text.as_bytes()).map_err(|_| CaptureError::TooMuch)?;
        texts.extend(entries.into_iter().map(|(_, text)| text));
    }
    let seen = texts.into_iter().map(|text| Seen { text: text.into(), spot: None });
    Ok(Sight { seen: seen.collect(), complete, places: Vec::new() })
}

/// Leaves out what the program shows itself.
fn without(mut sight: Sight, own: &[Mark]) -> Sight {
    sight.seen.retain(|seen| !own.contains(&Mark::of(&seen.text)));
    sight
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const LINK: &str = "otpauth://totp/Harbour:ada?secret=JBSWY3DPEHPK3PXP";

    fn words(words: &[&str]) -> std::vec::IntoIter<OsString> {
        words.iter().map(OsString::from).collect::<Vec<_>>().into_iter()
    }

    /// Draws a code of dark modules, each 4 pixels wide.
    pub fn showing(text: &str) -> Frame {
        let code = qrcode::QrCode::new(text).unwrap();
        let image = code.render::<image::Luma<u8>>().module_dimensions(4, 4).build();
        Frame::new(image.width(), image.height(), image.into_raw()).unwrap()
    }

    fn shot(frame: Frame, x: i32) -> Shot {
        Shot { frame, monitor: "DP-1".to_owned(), x, y: 0, scale_percent: 100 }
    }

    #[test]
    fn serves_only_under_its_own_word() {
        assert!(serve(words(&[])).is_none());
        assert!(serve(words(&["scan", "see"])).is_none());
        assert_eq!(format!("{:?}", serve(words(&["see", "elsewhere"]))), format!("{:?}", Some(ExitCode::from(2))));
    }

    #[test]
    fn says_on_which_monitor_a_code_stands() {
        let blank = Frame::new(64, 64, vec![255; 64 * 64]).unwrap();
        let sight = at_screens(&[shot(blank, 0), shot(showing(LINK), 64)]);
        assert_eq!((&*sight.seen[0].text, sight.seen.len(), sight.complete), (LINK, 1, true));
        assert_eq!(sight.seen[0].spot.as_ref().unwrap().place, 1);
        assert_eq!(sight.places[1].x, 64);
    }

    #[test]
    fn looks_closer_at_an_area_only_while_somebody_waits() {
        let shots = [shot(Frame::draw(64, 64, |x, y| if (x / 8 + y / 8) % 2 == 0 { 0 } else { 255 }), 0)];
        let area = Area { x: 0, y: 0, width: 64, height: 64 };
        let complete = |seconds| in_area(&shots, area, Instant::now() + Duration::from_secs(seconds)).complete;
        assert_eq!((complete(60), complete(0)), (true, false));
    }

    #[test]
    fn reads_a_picture_file_and_names_what_is_wrong_with_it() {
        let code = qrcode::QrCode::new(LINK).unwrap();
        let mut png = std::io::Cursor::new(Vec::new());
        code.render::<image::Luma<u8>>().build().write_to(&mut png, image::ImageFormat::Png).unwrap();
        let sight = in_picture(&png.into_inner()).unwrap();
        assert_eq!((&*sight.seen[0].text, sight.seen.len(), sight.complete), (LINK, 1, true));
        assert_eq!(in_picture(b"\x89PNG\r\n\x1a\nnot really").unwrap_err().code(), "picture_damaged");
        assert_eq!(in_picture(b"hello").unwrap_err().code(), "not_a_picture");
    }

    #[test]
    fn leaves_out_its_own_symbol_and_no_other() {
        let sight = at_screens(&[shot(showing(LINK), 0), shot(showing("https://example.org"), 300)]);
        let rest = without(sight, &[Mark::of(LINK)]);
        assert_eq!(rest.seen.iter().map(|seen| &*seen.text).collect::<Vec<_>>(), ["https://example.org"]);
    }

    #[test]
    fn reads_a_copied_picture_before_the_text_beside_it() {
        let text = |text: &str| Some(Zeroizing::new(text.to_owned()));
        let both = clipboard::Held { picture: Some(showing(LINK)), text: text("https://example.org/picture.png") };
        assert_eq!(&*at_clipboard(&both).unwrap().seen[0].text, LINK);
        let blank = Frame::new(64, 64, vec![255; 64 * 64]).unwrap();
        let beside = clipboard::Held { picture: Some(blank), text: text("a\n\n b \n") };
        let seen = at_clipboard(&beside).unwrap().seen;
        assert_eq!(seen.iter().map(|seen| &*seen.text).collect::<Vec<_>>(), ["a", "b"]);
    }
}
