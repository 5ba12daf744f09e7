//! The threads on which the engines run, and what is left behind when they never return.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::Frame;
use super::contain::{Deadline, contained};
use super::engines::Sight;

/// Size of a worker's stack in bytes; the engines recurse little, but nobody promised it.
const STACK: usize = 8 << 20;
/// Threads above which more gain nothing and copy much.
const MAX_WORKERS: usize = 4;
/// How often waiting looks at whether it was told to stop.
const GLANCE: Duration = Duration::from_millis(20);

/// Is one piece of work on a frame.
pub(crate) type Job = Box<dyn FnOnce(&Frame) -> Sight + Send>;

/// Ends a reading from another thread; clones end the same one.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends the reading: no pass starts after this, and what was found by then is the answer.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Tells whether the reading was ended.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Is a number of threads that work on one frame. Dropping it ends each thread after its present job, or leaves it
/// behind if that job never returns.
pub(crate) struct Crew {
    jobs: Arc<Mutex<VecDeque<(usize, Job)>>>,
    wake: Vec<Sender<()>>,
    answers: Receiver<(usize, Sight)>,
}

impl Crew {
    /// Starts as many threads as the machine runs at once; nothing where the system has none left.
    pub(crate) fn start(frame: &Frame, workers: usize) -> Option<Self> {
        let jobs: Arc<Mutex<VecDeque<(usize, Job)>>> = Arc::default();
        let (sender, answers) = channel();
        let mut wake = Vec::new();
        for _ in 0..workers.clamp(1, MAX_WORKERS) {
            let (waker, calls) = channel();
            let work = worker(frame.clone(), Arc::clone(&jobs), calls, sender.clone());
            if thread::Builder::new().name("scan".into()).stack_size(STACK).spawn(work).is_ok() {
                wake.push(waker);
            }
        }
        (!wake.is_empty()).then_some(Self { jobs, wake, answers })
    }

    /// Runs jobs side by side and hands over what each saw as it ends, with the job's number; tells whether all ended.
    pub(crate) fn run(
        &self,
        jobs: Vec<Job>,
        deadline: Deadline,
        stop: &Stop,
        mut seen: impl FnMut(usize, Sight),
    ) -> bool {
        let mut open = jobs.len();
        if open > 0 && (stop.is_stopped() || deadline.rest().per_picture.is_zero()) {
            return false;
        }
        self.queue().extend(jobs.into_iter().enumerate());
        for waker in &self.wake {
            // A thread that is gone takes no part; while one is left, the jobs get done.
            let _ = waker.send(());
        }
        while open > 0 {
            let rest = deadline.rest().per_picture;
            if rest.is_zero() || stop.is_stopped() {
                self.queue().clear();
                return false;
            }
            match self.answers.recv_timeout(rest.min(GLANCE)) {
                Ok((job, sight)) => {
                    open -= 1;
                    seen(job, sight);
                }
                Err(RecvTimeoutError::Timeout) => (),
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        true
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, VecDeque<(usize, Job)>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.queue().clear();
    }
}

/// Returns what a thread does: all jobs there are, each time it is called.
fn worker(
    frame: Frame,
    jobs: Arc<Mutex<VecDeque<(usize, Job)>>>,
    calls: Receiver<()>,
    answers: Sender<(usize, Sight)>,
) -> impl FnOnce() + Send {
    move || {
        for () in calls {
            loop {
                let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some((number, job)) = job else { break };
                let sight = contained(|| job(&frame)).unwrap_or_default();
                if answers.send((number, sight)).is_err() {
                    return;
                }
            }
        }
    }
}

/// Returns how many threads the machine runs at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Budget;

    #[test]
    fn starts_no_job_once_another_thread_says_stop() {
        let crew = Crew::start(&Frame::new(1, 1, vec![0]).unwrap(), 1).unwrap();
        let (stop, waiting) = (Stop::default(), Arc::new(()));
        let (begins, begun) = channel();
        let (release, released) = channel::<()>();
        let stopper = stop.clone();
        thread::spawn(move || begun.recv().map(|()| stopper.stop()));
        let long = move |_: &Frame| {
            let _ = (begins.send(()), released.recv());
            Sight::default()
        };
        let held = Arc::clone(&waiting);
        let next = move |_: &Frame| {
            drop(held);
            Sight::default()
        };
        let deadline = Budget { per_picture: Duration::from_secs(3600) }.deadline();
        assert!(!crew.run(vec![Box::new(long), Box::new(next)], deadline, &stop, |_, _| ()));
        assert_eq!(Arc::strong_count(&waiting), 1, "what waits for its turn is dropped, while the long one goes on");
        drop(release);
    }
}
