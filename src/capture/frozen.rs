//! Frozen screens of which a person chooses a part: the pixels stay in the helper, and go with it.

use std::process::{Child, ChildStdout};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::helper::{Ended, wait};
use super::stream::failed;
use super::{CaptureError, Region, Sight, still};
use crate::scan::{Frame, Stop};

/// How long frozen screens are kept at most: a window that was forgotten keeps no picture of the desktop.
pub(super) const LIFE: Duration = Duration::from_secs(120);

/// How long a closer look at a part may take, many times what it needs.
const PART_LIMIT: Duration = Duration::from_secs(25);

/// Is a picture of every monitor at one moment, held by a helper; dropping it ends the helper.
#[derive(Debug)]
pub struct Frozen {
    sight: Sight,
    pictures: Vec<Frame>,
    answers: Receiver<Said>,
    /// The helper reads parts from its standard input, which ends with this.
    parts: Sender<String>,
    until: Instant,
    _helper: Ended,
}

/// Is what a helper says: the pictures first, then an answer for each part.
#[derive(Debug)]
enum Said {
    Pictures(Result<(Sight, Vec<Frame>), CaptureError>),
    Part(Result<Sight, CaptureError>),
}

impl Frozen {
    /// Waits for the pictures; nothing when it is told to stop.
    pub(super) fn new(
        child: Child,
        output: ChildStdout,
        parts: Sender<String>,
        limit: Duration,
        stop: &Stop,
    ) -> Result<Option<Self>, CaptureError> {
        let helper = Ended(child);
        let (sender, answers) = channel();
        thread::spawn(move || listen(output, &sender));
        match wait(&answers, limit, stop)? {
            Some(Said::Pictures(said)) => {
                let ((sight, pictures), until) = (said?, Instant::now() + LIFE);
                Ok(Some(Self { sight, pictures, answers, parts, until, _helper: helper }))
            }
            Some(Said::Part(_)) => Err(failed("the answer makes no sense")),
            None => Ok(None),
        }
    }

    /// Returns the monitors and what was read on them.
    pub fn sight(&self) -> &Sight {
        &self.sight
    }

    /// Hands over the small pictures of the monitors, once; a code that was read is a plain patch on them.
    pub fn take_pictures(&mut self) -> Vec<Frame> {
        std::mem::take(&mut self.pictures)
    }

    /// Answers what stands in a part of one monitor; where the first look saw nothing, a closer one is taken. A code
    /// counts by its middle. Nothing when it is told to stop. After a look that was not answered there is no other: what
    /// comes late would be taken for the answer to that one.
    ///
    /// # Errors
    /// [`CaptureError::TimedOut`] when the time of the pictures is over; [`CaptureError::HelperFailed`].
    pub fn look(&mut self, region: Region, stop: &Stop) -> Result<Option<Sight>, CaptureError> {
        let asked = serde_json::to_string(&region).map_err(failed)?;
        if self.parts.send(asked).is_err() || Instant::now() >= self.until {
            return Err(CaptureError::TimedOut);
        }
        let answer = wait(&self.answers, PART_LIMIT, stop);
        if !matches!(answer, Ok(Some(_))) {
            self.until = Instant::now();
        }
        match answer? {
            Some(Said::Part(said)) => said.map(Some),
            Some(Said::Pictures(_)) => Err(failed("the answer makes no sense")),
            None => Ok(None),
        }
    }
}

/// Hands over what a helper says, up to the first error.
fn listen(mut output: ChildStdout, said: &Sender<Said>) {
    let pictures = still::read_all(&mut output);
    let mut goes_on = pictures.is_ok();
    goes_on &= said.send(Said::Pictures(pictures)).is_ok();
    while goes_on {
        let part = still::read_sight(&mut output);
        goes_on = part.is_ok();
        goes_on &= said.send(Said::Part(part)).is_ok();
    }
}
