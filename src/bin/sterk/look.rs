//! Looking at the screen and the clipboard: once, or again and again until something is found.

use std::io::{IsTerminal, Write};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use sterk::capture::{CaptureError, Helper, Sight, Target};
use sterk::import;

use crate::context::Context;
use crate::failure::Failure;

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Where to look besides files.
#[derive(Debug, Args)]
pub struct Looking {
    /// Look at every monitor
    #[arg(long)]
    screen: bool,
    /// Look at the picture or the links that were copied last
    #[arg(long)]
    clipboard: bool,
    /// Look again for so long while nothing is found or a part is missing
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide_default_value = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(..=3600))]
    keep_looking: u64,
}

impl Looking {
    /// Returns what is to be looked at.
    pub fn targets(&self) -> Result<Vec<Target>, Failure> {
        let wanted = [(self.screen, Target::Screen), (self.clipboard, Target::Clipboard)];
        let targets: Vec<Target> = wanted.into_iter().filter(|(wanted, _)| *wanted).map(|(_, target)| target).collect();
        if targets.is_empty() && self.keep_looking > 0 {
            return Err(Failure::usage("--keep-looking needs --screen or --clipboard"));
        }
        Ok(targets)
    }

    /// Looks until there is `enough`, and refuses to come back with nothing.
    pub fn find(&self, context: &Context, target: Target, enough: fn(&Sight) -> bool) -> Result<Sight, Failure> {
        let sight = self.see(context, target, enough)?;
        if sight.seen.is_empty() {
            return Err(Failure::new("no_qr", format!("{}: no QR code was found", target.word()))
                .hint("show the whole code with some white around it, larger if it is small; --keep-looking 10 gives time for that"));
        }
        Ok(sight)
    }

    /// Looks until there is `enough`, or until the time is over; what was seen once stays seen.
    pub fn see(&self, context: &Context, target: Target, enough: fn(&Sight) -> bool) -> Result<Sight, Failure> {
        let until = Instant::now() + Duration::from_secs(self.keep_looking);
        let mut countdown = Countdown::new(context, until);
        let mut all = Sight::default();
        loop {
            add(&mut all, look(target, &countdown)?);
            let rest = until.saturating_duration_since(Instant::now());
            if enough(&all) || rest.is_zero() {
                break;
            }
            countdown.tell();
            thread::sleep(PAUSE.min(rest));
        }
        drop(countdown);
        if all.seen.is_empty() && !all.complete { Err(CaptureError::PictureTooLong.into()) } else { Ok(all) }
    }
}

/// Looks once; while there is time left, an empty clipboard is no failure yet.
fn look(target: Target, countdown: &Countdown) -> Result<Sight, Failure> {
    match helper()?.look(target, &[]) {
        Err(CaptureError::ClipboardEmpty) if countdown.runs() => Ok(Sight { complete: true, ..Sight::default() }),
        looked => Ok(looked?),
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

/// Adds a later look: what is still there stands where it stands now, what is gone stays seen.
fn add(all: &mut Sight, later: Sight) {
    let Sight { places, seen, complete } = later;
    all.seen.retain(|old| !seen.iter().any(|new| new.text == old.text));
    all.seen.extend(seen);
    (all.places, all.complete) = (places, complete);
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
    told: bool,
}

impl Countdown {
    fn new(context: &Context, until: Instant) -> Self {
        let live = std::io::stderr().is_terminal() && !context.global.quiet && !context.global.json;
        Self { until, live, told: false }
    }

    fn runs(&self) -> bool {
        Instant::now() < self.until
    }

    fn tell(&mut self) {
        if self.live {
            let rest = self.until.saturating_duration_since(Instant::now());
            self.put(&format!("\r\x1b[Klooking for a QR code, {} s left", rest.as_secs() + 1));
            self.told = true;
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
        if self.told {
            self.put("\r\x1b[K");
        }
    }
}
