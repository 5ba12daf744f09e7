//! The ladder: which engine looks at which view, when, and for how long.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::contain::{Deadline, contained};
use super::engines::{Sight, by_rqrr, by_rxing, in_both_polarities};
use super::symbol::Findings;
use super::{Budget, Frame, Reading, views};

/// Side of the parts that are doubled one by one, and by how much they overlap, in pixels of the frame.
const TILE: u32 = 1024;
const OVERLAP: u32 = 256;
/// Pixels (about 1920 × 1200) up to which a frame is doubled always and in one piece; above, in parts and
/// only where something is left to explain.
const DOUBLED_WHOLE: usize = 2_400_000;
/// Pixels above which `rqrr` and the last passes, which copy the whole frame several times, are left out.
const MAX_COPIED: usize = 16_000_000;
/// Size of the worker's stack in bytes; the engines recurse little, but nobody promised it.
const STACK: usize = 8 << 20;

type Look = fn(&Frame) -> Sight;

/// Is one step of the ladder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pass {
    when: When,
    look: Look,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// For every frame: one easy code must not hide a hard one beside it.
    Always,
    /// For frames that can afford copies.
    Affordable,
    /// For small frames, and for others while a code may be left.
    SmallOrUnexplained,
    /// While a code may be left, for frames that can afford copies.
    Unexplained,
}

/// The passes in the order of what they find for their time.
pub(crate) const LADDER: &[Pass] = &[
    Pass { when: When::Affordable, look: by_rqrr },
    Pass { when: When::Always, look: by_rxing },
    Pass { when: When::Always, look: halved },
    Pass { when: When::SmallOrUnexplained, look: doubled },
    Pass { when: When::Unexplained, look: sharpened },
    Pass { when: When::Unexplained, look: smoothed },
    Pass { when: When::Unexplained, look: closed },
    Pass { when: When::Unexplained, look: split_by_histogram },
    Pass { when: When::Unexplained, look: split_by_mean },
    Pass { when: When::Unexplained, look: quartered },
    Pass { when: When::Unexplained, look: doubled_and_split_by_mean },
];

fn halved(frame: &Frame) -> Sight {
    let mut sight = Sight::default();
    sight.extend(by_rxing(&frame.halved()), |(x, y)| (x * 2, y * 2));
    sight
}

fn doubled(frame: &Frame) -> Sight {
    by_doubled_tiles(frame, by_rxing)
}

fn sharpened(frame: &Frame) -> Sight {
    by_doubled_tiles(frame, |tile| by_rxing(&views::sharpened(tile)))
}

fn smoothed(frame: &Frame) -> Sight {
    by_rxing(&views::blurred(frame))
}

fn closed(frame: &Frame) -> Sight {
    by_rxing(&views::closed(frame))
}

fn split_by_histogram(frame: &Frame) -> Sight {
    views::split_by_histogram(frame).map(|mut bits| in_both_polarities(&mut bits)).unwrap_or_default()
}

fn split_by_mean(frame: &Frame) -> Sight {
    by_mean(frame, 20)
}

fn quartered(frame: &Frame) -> Sight {
    let mut sight = Sight::default();
    sight.extend(by_rxing(&frame.halved().halved()), |(x, y)| (x * 4, y * 4));
    sight
}

fn doubled_and_split_by_mean(frame: &Frame) -> Sight {
    by_doubled_tiles(frame, |tile| by_mean(tile, 30))
}

fn by_mean(frame: &Frame, reach: u32) -> Sight {
    let soft = views::blurred(frame);
    views::split_by_mean(&soft, reach).map(|mut bits| in_both_polarities(&mut bits)).unwrap_or_default()
}

fn by_doubled_tiles(frame: &Frame, look: Look) -> Sight {
    let mut sight = Sight::default();
    if frame.area() <= DOUBLED_WHOLE {
        sight.extend(look(&frame.doubled()), |(x, y)| (x / 2, y / 2));
        return sight;
    }
    for top in tile_starts(frame.height()) {
        for left in tile_starts(frame.width()) {
            let tile = frame.part(left, top, TILE, TILE).doubled();
            sight.extend(look(&tile), |(x, y)| (x / 2 + left as i32, y / 2 + top as i32));
        }
    }
    sight
}

fn tile_starts(side: u32) -> impl Iterator<Item = u32> {
    let last = side.saturating_sub(OVERLAP).max(1);
    (0..last).step_by((TILE - OVERLAP) as usize)
}

impl Pass {
    fn is_due(self, frame: &Frame, may_have_more: bool) -> bool {
        match self.when {
            When::Always => true,
            When::Affordable => frame.area() <= MAX_COPIED,
            When::SmallOrUnexplained => frame.area() <= DOUBLED_WHOLE || may_have_more,
            When::Unexplained => frame.area() <= MAX_COPIED && may_have_more,
        }
    }
}

/// Runs the passes that are due, in order, until the budget is spent.
pub(crate) fn read_by(passes: &[Pass], frame: &Frame, budget: Budget) -> Reading {
    let deadline = budget.deadline();
    let mut findings = Findings::default();
    let mut patterns = Vec::new();
    let mut worker = Worker::start(frame);
    let mut complete = true;
    for pass in passes {
        if !pass.is_due(frame, may_have_more(&findings, &patterns)) {
            continue;
        }
        match worker.as_mut().and_then(|worker| worker.run(pass.look, deadline)) {
            Some(sight) => {
                patterns.extend(sight.patterns);
                sight.symbols.into_iter().for_each(|symbol| findings.add(symbol));
            }
            None => {
                complete = false;
                break;
            }
        }
    }
    Reading { symbols: findings.into_symbols(), complete }
}

/// Tells whether nothing was read yet, or three finder patterns stand where no symbol was read.
fn may_have_more(findings: &Findings, patterns: &[(i32, i32)]) -> bool {
    findings.is_empty() || unexplained(findings, patterns) >= 3
}

/// Counts the distinct finder patterns outside all found symbols; several passes see the same one.
fn unexplained(findings: &Findings, patterns: &[(i32, i32)]) -> usize {
    let mut distinct: Vec<(i32, i32)> = Vec::new();
    for &(x, y) in patterns.iter().filter(|&&point| !findings.covers(point)) {
        if !distinct.iter().any(|&(other_x, other_y)| (x - other_x).abs().max((y - other_y).abs()) < 7) {
            distinct.push((x, y));
        }
        if distinct.len() >= 3 {
            break;
        }
    }
    distinct.len()
}

/// Is the thread on which the engines run. Dropping it ends the thread after its present pass, or
/// leaves it behind if that pass never returns.
struct Worker {
    looks: Sender<Look>,
    sights: Receiver<Sight>,
}

impl Worker {
    /// Starts the thread; nothing where the system has no thread left.
    fn start(frame: &Frame) -> Option<Self> {
        let (looks, orders) = channel::<Look>();
        let (answers, sights) = channel();
        let frame = frame.clone();
        let work = move || {
            for look in orders {
                let sight = contained(|| look(&frame)).unwrap_or_default();
                if answers.send(sight).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("scan".into()).stack_size(STACK).spawn(work).ok()?;
        Some(Self { looks, sights })
    }

    /// Runs one pass; nothing when the deadline passed first.
    fn run(&mut self, look: Look, deadline: Deadline) -> Option<Sight> {
        let rest = deadline.rest().per_picture;
        if rest.is_zero() {
            return None;
        }
        self.looks.send(look).ok()?;
        self.sights.recv_timeout(rest).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use zeroize::Zeroizing;

    use super::*;
    use crate::scan::Symbol;

    const FINDS: Pass = Pass { when: When::Always, look: finds };
    const PANICS: Pass = Pass { when: When::Always, look: |_| panic!("foreign decoder") };
    const NEVER_RETURNS: Pass = Pass { when: When::Always, look: never_returns };

    fn finds(_: &Frame) -> Sight {
        let corners = [(0, 0), (9, 0), (9, 9), (0, 9)];
        Sight { symbols: vec![Symbol { text: Zeroizing::new("found".into()), corners }], patterns: Vec::new() }
    }

    fn never_returns(_: &Frame) -> Sight {
        loop {
            thread::park();
        }
    }

    fn frame() -> Frame {
        Frame::new(10, 10, vec![255; 100]).unwrap()
    }

    #[test]
    fn goes_on_after_a_pass_that_panics() {
        let reading = read_by(&[PANICS, FINDS], &frame(), Budget::default());
        assert_eq!((reading.symbols.len(), reading.complete), (1, true));
    }

    #[test]
    fn leaves_a_pass_that_never_returns_and_keeps_what_was_found() {
        let budget = Budget { per_picture: Duration::from_millis(200) };
        let reading = read_by(&[FINDS, NEVER_RETURNS, FINDS], &frame(), budget);
        assert_eq!((reading.symbols.len(), reading.complete), (1, false));
    }

    #[test]
    fn starts_no_pass_without_time() {
        let reading = read_by(&[FINDS], &frame(), Budget { per_picture: Duration::ZERO });
        assert_eq!((reading.symbols.len(), reading.complete), (0, false));
    }

    #[test]
    fn ends_the_costly_passes_once_all_patterns_are_explained() {
        let mut findings = Findings::default();
        let corners = [(0, 0), (99, 0), (99, 99), (0, 99)];
        findings.add(Symbol { text: Zeroizing::new("a".into()), corners });
        assert!(!may_have_more(&findings, &[(10, 10), (90, 10), (10, 90)]));
        assert!(may_have_more(&findings, &[(210, 10), (290, 10), (210, 90)]));
        assert!(
            !may_have_more(&findings, &[(210, 10), (212, 11), (211, 9), (290, 10)]),
            "one pattern seen thrice is one"
        );
    }

    #[test]
    fn covers_every_pixel_with_tiles() {
        for side in [1, 255, 256, 1024, 1025, 1792, 1793, 5120] {
            let mut reached = 0;
            for start in tile_starts(side) {
                assert!(start == 0 || start + OVERLAP <= reached, "side {side}: tiles overlap");
                reached = start + TILE;
            }
            assert!(reached >= side, "side {side}: the far edge is covered");
        }
    }
}
