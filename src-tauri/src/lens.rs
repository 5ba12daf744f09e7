//! The camera through which the page looks: its newest picture, and the switch that turns its light off.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sterk::capture::Switch;

use crate::{state::hold, view::PictureView};

/// How long a page that asks for no picture is believed to be there.
const LEASE: Duration = Duration::from_secs(3);

/// Is a camera that belongs to an open vault; dropping it turns its light off.
pub struct Lens {
    pane: Pane,
    switch: Switch,
}

impl Lens {
    /// Takes the switch of a camera that begins to look.
    pub fn new(switch: Switch) -> Self {
        Self { pane: Pane::new(), switch }
    }

    /// Returns another handle to what is seen.
    pub fn pane(&self) -> Pane {
        self.pane.clone()
    }
}

impl Drop for Lens {
    fn drop(&mut self) {
        self.pane.close();
        self.switch.off();
    }
}

/// Is where the newest picture waits for the page: a slow page misses pictures, and none queue up.
#[derive(Clone)]
pub struct Pane(Arc<Shared>);

struct Shared {
    newest: Mutex<Newest>,
    came: Condvar,
    closed: AtomicBool,
}

struct Newest {
    picture: Option<PictureView>,
    asked: Instant,
}

impl Pane {
    fn new() -> Self {
        let newest = Mutex::new(Newest { picture: None, asked: Instant::now() });
        Self(Arc::new(Shared { newest, came: Condvar::new(), closed: AtomicBool::new(false) }))
    }

    /// Shows the newest picture; one that nobody took is forgotten.
    pub fn show(&self, picture: PictureView) {
        hold(&self.0.newest).picture = Some(picture);
        self.0.came.notify_all();
    }

    /// Waits for a picture that was not taken yet; nothing when none comes in time or none comes any more.
    pub fn take(&self, patience: Duration) -> Option<PictureView> {
        let mut newest = hold(&self.0.newest);
        newest.asked = Instant::now();
        let waits = |newest: &mut Newest| newest.picture.is_none() && !self.is_closed();
        let (mut newest, _) =
            self.0.came.wait_timeout_while(newest, patience, waits).unwrap_or_else(PoisonError::into_inner);
        newest.asked = Instant::now();
        newest.picture.take()
    }

    /// Tells whether the page was silent for too long: it hangs, or it is gone.
    pub fn is_forgotten(&self, now: Instant) -> bool {
        now.saturating_duration_since(hold(&self.0.newest).asked) > LEASE
    }

    /// Tells whether the camera was switched off.
    pub fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::SeqCst)
    }

    fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
        // Under the lock, so that nobody is between looking and waiting.
        drop(hold(&self.0.newest));
        self.0.came.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sterk::capture::{Preview, Sighting};

    fn picture(red: u8) -> PictureView {
        PictureView::of(&Sighting { preview: Preview { width: 1, height: 1, rgb: vec![red, 0, 0] }, seen: Vec::new() })
    }

    #[test]
    fn a_slow_page_gets_the_newest_picture_and_no_queue() {
        let pane = Pane::new();
        (0..100).for_each(|red| pane.show(picture(red)));
        assert_eq!(pane.take(Duration::ZERO).unwrap().into_bytes()[12], 99);
        assert!(pane.take(Duration::ZERO).is_none());
    }

    #[test]
    fn who_waits_is_woken_by_a_picture_and_by_the_end() {
        let (pane, long) = (Pane::new(), Duration::from_secs(60));
        let waiting = |pane: Pane| std::thread::spawn(move || pane.take(long).is_some());
        let first = waiting(pane.clone());
        pane.show(picture(1));
        assert!(first.join().unwrap());
        let second = waiting(pane.clone());
        pane.close();
        assert!(!second.join().unwrap());
    }

    #[test]
    fn a_page_that_is_silent_is_forgotten() {
        let pane = Pane::new();
        pane.take(Duration::ZERO);
        assert!(!pane.is_forgotten(Instant::now()));
        assert!(pane.is_forgotten(Instant::now() + LEASE + Duration::from_secs(1)));
    }
}
