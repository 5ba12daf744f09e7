//! What a camera sees, one sighting after the other, from a helper that looks until nobody listens.

use std::io::Read;
use std::process::{Child, ChildStdout};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::stream;
use super::{CaptureError, Seen};

/// How long the first sighting may take, and each later one. A system that asks whether a program may use the
/// camera waits for the person.
const PATIENCE: [Duration; 2] = if cfg!(target_os = "macos") {
    [Duration::from_secs(60), Duration::from_secs(5)]
} else {
    [Duration::from_secs(10), Duration::from_secs(5)]
};

/// Is one camera of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Camera {
    /// The number by which it is chosen.
    pub index: u32,
    /// The system's name for it, which may hold anything.
    pub name: String,
}

/// Is a small picture for people, to aim by: wiped when dropped, not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Preview {
    /// Width in pixels, at most 480.
    pub width: u32,
    /// Height in pixels, at most 960.
    pub height: u32,
    /// Red, green and blue of each pixel, row by row from the top left.
    pub rgb: Vec<u8>,
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.rgb.zeroize();
    }
}

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Preview({} x {})", self.width, self.height)
    }
}

/// Is what a camera sees at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The picture.
    pub preview: Preview,
    /// The QR codes that were read last; a spot is on place 0 and in pixels of the preview.
    pub seen: Vec<Seen>,
}

/// Is a camera that is looked through; dropping it ends the helper, and the camera's light goes off.
#[derive(Debug)]
pub struct Watch {
    helper: Arc<Mutex<Child>>,
    sightings: Receiver<Result<Sighting, CaptureError>>,
    patience: [Duration; 2],
    ended: Option<CaptureError>,
    /// Held as long as somebody watches: its end closes the helper's standard input.
    _asking: Sender<()>,
}

impl Watch {
    /// Listens to a helper; no sighting may take longer than `limit`.
    pub(super) fn new(child: Child, output: ChildStdout, asking: Sender<()>, limit: Duration) -> Self {
        // A helper is never ahead by more than a sighting or two: who listens slowly sees the newest all the same.
        let (sender, sightings) = sync_channel(1);
        thread::spawn(move || listen(output, &sender));
        let helper = Arc::new(Mutex::new(child));
        Self { helper, sightings, patience: PATIENCE.map(|most| most.min(limit)), ended: None, _asking: asking }
    }

    /// Returns what ends this from elsewhere, also while somebody waits for a sighting.
    pub fn switch(&self) -> Switch {
        Switch(Arc::clone(&self.helper))
    }

    /// Waits for the next sighting, about ten seconds for the first one and five for each later one.
    ///
    /// # Errors
    /// [`CaptureError`]; it ends the helper, and every later call gives the same one.
    #[expect(clippy::should_implement_trait, reason = "an iterator has an end, and this has errors")]
    pub fn next(&mut self) -> Result<Sighting, CaptureError> {
        if let Some(error) = &self.ended {
            return Err(error.clone());
        }
        let next = match self.sightings.recv_timeout(self.patience[0]) {
            Ok(next) => next,
            Err(RecvTimeoutError::Timeout) => Err(CaptureError::CameraFailed("none came in time".to_owned())),
            Err(RecvTimeoutError::Disconnected) => Err(stream::failed("the helper ended")),
        };
        self.patience[0] = self.patience[1];
        next.inspect_err(|error| self.end(error))
    }

    fn end(&mut self, error: &CaptureError) {
        self.ended = Some(error.clone());
        self.close();
    }

    #[cfg(all(test, unix))]
    pub(super) fn child_runs(&mut self) -> bool {
        matches!(hold(&self.helper).try_wait(), Ok(None))
    }

    fn close(&mut self) {
        let mut child = hold(&self.helper);
        // It may have ended by itself; waiting for it leaves no dead process behind.
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.close();
    }
}

/// Turns a camera's light off from elsewhere; the watch then says that its helper ended.
#[derive(Debug, Clone)]
pub struct Switch(Arc<Mutex<Child>>);

impl Switch {
    /// Ends the helper, and waits for nobody.
    pub fn off(&self) {
        // Who holds it ends it already.
        if let Ok(mut child) = self.0.try_lock() {
            let _ = child.kill();
        }
    }
}

fn hold(helper: &Mutex<Child>) -> MutexGuard<'_, Child> {
    helper.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands over one sighting after the other, up to the first error.
fn listen(mut output: impl Read, sightings: &SyncSender<Result<Sighting, CaptureError>>) {
    loop {
        let next = stream::read(&mut output);
        let ends = next.is_err();
        if sightings.send(next).is_err() || ends {
            return;
        }
    }
}
