//! Looking at the screen and the clipboard, once or again and again until something is found, and through a camera.

use std::io::{IsTerminal, Write};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use sterk::account::shown;
use sterk::capture::{Area, CaptureError, Helper, Sight, Target, Watch};
use sterk::import;

use crate::context::Context;
use crate::failure::Failure;

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// How long to look through a camera where no other time is named.
const CAMERA_LIMIT: Duration = Duration::from_secs(60);

/// Where to look besides files.
#[derive(Debug, Args)]
pub struct Looking {
    /// Look at every monitor
    #[arg(long)]
    screen: bool,
    /// Look at this part of the screen alone, in units of the desktop; a code counts by its middle
    #[arg(long, value_name = "X,Y,WxH", requires = "screen", value_parser = area, allow_hyphen_values = true)]
    region: Option<Area>,
    /// Look at the picture or the links that were copied last
    #[arg(long)]
    clipboard: bool,
    /// Look through a camera until it has read a code; N says which one [default: the first]
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true)]
    camera: Option<Option<u32>>,
    /// Look again for so long while nothing is found or a part is missing [default: 60 for --camera]
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide_default_value = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(..=3600))]
    keep_looking: u64,
}

/// Names what to look at or through.
#[derive(Debug, Clone, Copy)]
pub enum View {
    /// At the screen or the clipboard.
    At(Target),
    /// Through a camera, the first one where none is named.
    Camera(Option<u32>),
}

impl View {
    /// Returns the word for it, in messages and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::At(target) => target.word(),
            Self::Camera(_) => "camera",
        }
    }
}

impl Looking {
    /// Returns what is to be looked at.
    pub fn views(&self) -> Result<Vec<View>, Failure> {
        let screen = self.screen.then_some(View::At(Target::Screen));
        let clipboard = self.clipboard.then_some(View::At(Target::Clipboard));
        let views: Vec<View> = [screen, clipboard, self.camera.map(View::Camera)].into_iter().flatten().collect();
        if views.is_empty() && self.keep_looking > 0 {
            return Err(Failure::usage("--keep-looking needs --screen, --clipboard or --camera"));
        }
        Ok(views)
    }

    /// Looks until there is `enough`, and refuses to come back with nothing.
    pub fn find(&self, context: &Context, view: View, enough: fn(&Sight) -> bool) -> Result<Sight, Failure> {
        let sight = self.see(context, view, enough)?;
        if sight.seen.is_empty() {
            return Err(Failure::new("no_qr", format!("{}: no QR code was found", view.word()))
                .hint("show the whole code with some white around it, larger if it is small; --keep-looking 10 gives time for that"));
        }
        Ok(sight)
    }

    /// Looks until there is `enough`, or until the time is over; what was seen once stays seen.
    pub fn see(&self, context: &Context, view: View, enough: fn(&Sight) -> bool) -> Result<Sight, Failure> {
        match view {
            View::At(target) => self.see_at(context, target, enough),
            View::Camera(camera) => self.see_through(context, camera, enough),
        }
    }

    fn see_at(&self, context: &Context, target: Target, enough: fn(&Sight) -> bool) -> Result<Sight, Failure> {
        let until = Instant::now() + Duration::from_secs(self.keep_looking);
        let mut countdown = Countdown::new(context, until);
        let mut all = Sight::default();
        loop {
            all.join(self.look(target, &countdown)?);
            let rest = until.saturating_duration_since(Instant::now());
            if enough(&all) || rest.is_zero() {
                break;
            }
            countdown.tell("looking for a QR code");
            thread::sleep(PAUSE.min(rest));
        }
        drop(countdown);
        if all.seen.is_empty() && !all.complete { Err(CaptureError::PictureTooLong.into()) } else { Ok(all) }
    }

    /// Looks once; while there is time left, an empty clipboard is no failure yet.
    fn look(&self, target: Target, countdown: &Countdown) -> Result<Sight, Failure> {
        let looked = match (target, self.region) {
            (Target::Screen, Some(area)) => helper()?.look_in(area, &[]),
            _ => helper()?.look(target, &[]),
        };
        match looked {
            Err(CaptureError::ClipboardEmpty) if countdown.runs() => Ok(Sight { complete: true, ..Sight::default() }),
            looked => Ok(looked?),
        }
    }

    fn see_through(
        &self,
        context: &Context,
        camera: Option<u32>,
        enough: fn(&Sight) -> bool,
    ) -> Result<Sight, Failure> {
        let limit = if self.keep_looking == 0 { CAMERA_LIMIT } else { Duration::from_secs(self.keep_looking) };
        let mut countdown = Countdown::new(context, Instant::now() + limit);
        let helper = helper()?;
        if countdown.live {
            introduce(&helper, camera)?;
        }
        let mut all = watch_until(helper.watch(camera, &[])?, &mut countdown, enough)?;
        drop(countdown);
        if all.seen.is_empty() {
            return Err(Failure::new("no_qr", format!("camera: no QR code was found in {} s", limit.as_secs()))
                .hint("hold the whole code still, near enough to fill half of the picture, without glare"));
        }
        // A picture that is gone has no corners to point at.
        all.seen.iter_mut().for_each(|seen| seen.spot = None);
        Ok(all)
    }
}

/// Reads `X,Y,WxH`.
fn area(text: &str) -> Result<Area, &'static str> {
    let wrong = "a part is X,Y,WxH in whole numbers, as in 100,50,640x480";
    let [x, y, size] = text.split(',').collect::<Vec<_>>().try_into().map_err(|_| wrong)?;
    let (width, height) = size.split_once('x').ok_or(wrong)?;
    let side = |text: &str| text.parse().ok().filter(|side| *side > 0).ok_or(wrong);
    let edge = |text: &str| text.parse().map_err(|_| wrong);
    Ok(Area { x: edge(x)?, y: edge(y)?, width: side(width)?, height: side(height)? })
}

/// Says which camera looks, and how to stop it.
fn introduce(helper: &Helper, camera: Option<u32>) -> Result<(), Failure> {
    let cameras = helper.cameras()?;
    let meant = match camera {
        Some(index) => cameras.iter().find(|known| known.index == index),
        None => cameras.first(),
    };
    let meant = meant.ok_or(CaptureError::NoCamera)?;
    eprintln!("camera {} ({}) is looking; Ctrl+C stops it", meant.index, shown(&meant.name));
    for other in cameras.iter().filter(|other| camera.is_none() && other.index != meant.index) {
        eprintln!("  --camera={} is {}", other.index, shown(&other.name));
    }
    Ok(())
}

/// Looks until there is `enough` or the time is over; the camera goes dark when this returns.
fn watch_until(mut watch: Watch, countdown: &mut Countdown, enough: fn(&Sight) -> bool) -> Result<Sight, Failure> {
    let mut all = Sight { complete: true, ..Sight::default() };
    let mut line = "hold a QR code before the camera".to_owned();
    while countdown.runs() {
        let seen = watch.next()?.seen;
        if seen.iter().any(|new| all.seen.iter().all(|old| old.text != new.text)) {
            all.join(Sight { seen, complete: true, ..Sight::default() });
            if enough(&all) {
                break;
            }
            line = open_end(&all);
        }
        countdown.tell(&line);
    }
    Ok(all)
}

/// Says what was read and why it is not enough.
fn open_end(sight: &Sight) -> String {
    let missing = import::read_texts(sight.seen.iter().map(|seen| &*seen.text)).map(|found| found.missing_parts);
    match missing {
        Ok(missing) if !missing.is_empty() => {
            let parts: Vec<String> = missing.iter().map(u32::to_string).collect();
            format!("{} read; of this export part {} is missing", sight.seen.len(), parts.join(", "))
        }
        _ => "that code holds no account; hold another one before the camera".to_owned(),
    }
}

/// Makes the helper, with the time that the environment leaves it.
pub fn helper() -> Result<Helper, Failure> {
    let helper = Helper::this_program()?;
    let named = std::env::var("STERK_CAPTURE_LIMIT_MS").ok().and_then(|text| text.parse().ok());
    Ok(match named {
        Some(limit_ms) => helper.within(Duration::from_millis(limit_ms)),
        None => helper,
    })
}

/// Tells whether there are accounts, and no part of a set is missing.
pub fn holds_accounts(sight: &Sight) -> bool {
    import::read_texts(sight.seen.iter().map(|seen| &*seen.text)).is_ok_and(|found| found.missing_parts.is_empty())
}

/// Tells whether there is anything, and no part of a set is missing.
pub fn holds_anything(sight: &Sight) -> bool {
    !sight.seen.is_empty()
        && import::read_texts(sight.seen.iter().map(|seen| &*seen.text))
            .map_or(true, |found| found.missing_parts.is_empty())
}

/// Is the line that says how long is still looked, on a terminal.
struct Countdown {
    until: Instant,
    live: bool,
    told: String,
}

impl Countdown {
    fn new(context: &Context, until: Instant) -> Self {
        let live = std::io::stderr().is_terminal() && !context.global.quiet && !context.global.json;
        Self { until, live, told: String::new() }
    }

    fn runs(&self) -> bool {
        Instant::now() < self.until
    }

    /// Says it where it is not said yet.
    fn tell(&mut self, what: &str) {
        let rest = self.until.saturating_duration_since(Instant::now());
        let line = format!("\r\x1b[K{what}, {} s left", rest.as_secs() + 1);
        if self.live && self.told != line {
            self.put(&line);
            self.told = line;
        }
    }

    fn put(&self, text: &str) {
        eprint!("{text}");
        // A terminal that went away shows nothing, and that is all.
        let _ = std::io::stderr().flush();
    }
}

impl Drop for Countdown {
    fn drop(&mut self) {
        if !self.told.is_empty() {
            self.put("\r\x1b[K");
        }
    }
}
