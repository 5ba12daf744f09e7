//! The ladder: which engine looks at which view, and when.

use super::contain::Deadline;
use super::crew::{Crew, Job, Stop, cores};
use super::engines::{Sight, Way, by_rqrr, by_rxing, in_both_polarities, rings, spots_in};
use super::symbol::Findings;
use super::triples::{Spot, Triple, triples_of};
use super::{Budget, Frame, Reading, Symbol, bits, soft, views};

/// Side of the parts that are doubled one by one, and by how much they overlap, in pixels of the frame.
const TILE: u32 = 1280;
const OVERLAP: u32 = 256;
/// Pixels (about 1920 × 1200) up to which a frame is doubled always and in one piece; above, in parts and
/// only where something is left to explain, and without the engines that find least there.
const DOUBLED_WHOLE: usize = 2_400_000;
/// Pixels up to which a frame is no whole screen: once codes explain every finder pattern in it, no closer look is taken.
const PART: usize = 1_000_000;
/// Pixels above which the last passes, which copy the whole frame several times, are left out.
const MAX_COPIED: usize = 16_000_000;
/// Pixels up to which a picture may be nothing but a code, a pixel or two a module.
const MAX_FRAMED: usize = 60_000;
/// Triples of finder patterns that are looked at side by side; the next ones only if these leave something open.
const TRIPLES_AT_ONCE: usize = 4;
/// Triples that a live frame has time for.
const LIVE_TRIPLES: usize = 4;

type Look = fn(&Frame) -> Sight;

/// Is one step of the ladder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pass {
    when: When,
    view: View,
    look: Look,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// For every frame.
    Always,
    /// For small frames: one easy code must not hide a hard one beside it.
    Small,
    /// For small frames, and for others while a code may be left.
    SmallOrUnexplained,
    /// While a code may be left, for frames that can afford copies.
    Unexplained,
}

/// Says what may be left to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    /// Something was read, and it explains every finder pattern.
    Nothing,
    /// A finder pattern or two stand where nothing was read.
    Patterns,
    /// Nothing was read yet, or three finder patterns stand where no symbol was read.
    Code,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// The frame itself.
    Whole,
    /// The frame at twice the size, a large one in parts that are worth it.
    Doubled,
    /// The same, but of a large frame only the parts with a finder pattern that no symbol explains.
    DoubledAtSpots,
}

/// The passes in the order of what they find for their time; those of one group run side by side.
pub(crate) const LADDER: &[&[Pass]] = &[
    &[
        Pass { when: When::Always, view: View::Whole, look: by_rxing },
        Pass { when: When::Always, view: View::Whole, look: halved },
    ],
    &[
        Pass { when: When::Small, view: View::Whole, look: by_rqrr },
        Pass { when: When::SmallOrUnexplained, view: View::Doubled, look: by_rxing },
    ],
    &[
        Pass { when: When::Unexplained, view: View::DoubledAtSpots, look: sharpened },
        Pass { when: When::Unexplained, view: View::Whole, look: smoothed },
    ],
    &[
        Pass { when: When::Unexplained, view: View::Whole, look: closed },
        Pass { when: When::Unexplained, view: View::Whole, look: split_by_histogram },
    ],
    &[
        Pass { when: When::Unexplained, view: View::Whole, look: split_by_mean },
        Pass { when: When::Unexplained, view: View::Whole, look: quartered },
        Pass { when: When::Unexplained, view: View::Whole, look: framed },
    ],
    &[
        Pass { when: When::Unexplained, view: View::DoubledAtSpots, look: split_by_wide_mean },
        Pass { when: When::Unexplained, view: View::Whole, look: spotted_nearby },
        Pass { when: When::Unexplained, view: View::Whole, look: spotted_in_halves },
        Pass { when: When::Unexplained, view: View::Whole, look: rings },
    ],
];

/// What a live frame gets in turn, beside the first pass of the ladder.
const LIVE: &[&[Pass]] = &[
    &[Pass { when: When::Always, view: View::Whole, look: halved }],
    &[Pass { when: When::Always, view: View::Doubled, look: by_rxing }],
    &[Pass { when: When::Always, view: View::Whole, look: spotted_nearby }],
    &[Pass { when: When::Always, view: View::Whole, look: split_by_mean }],
    &[Pass { when: When::Always, view: View::Doubled, look: sharpened }],
    &[Pass { when: When::Always, view: View::Whole, look: spotted_in_halves }],
    &[Pass { when: When::Always, view: View::Whole, look: smoothed }],
];

fn halved(frame: &Frame) -> Sight {
    let mut sight = Sight::default();
    sight.extend(by_rxing(&frame.halved()), Way::scaled(2.0));
    sight
}

fn sharpened(frame: &Frame) -> Sight {
    by_rxing(&views::sharpened(frame))
}

fn smoothed(frame: &Frame) -> Sight {
    by_rxing(&views::blurred(frame))
}

fn closed(frame: &Frame) -> Sight {
    by_rxing(&views::closed(frame))
}

/// Looks at a picture that is nothing but a code: enlarged, with a quiet zone of either kind around it.
fn framed(frame: &Frame) -> Sight {
    let mut sight = Sight::default();
    if frame.area() > MAX_FRAMED {
        return sight;
    }
    for ground in [255, 0] {
        let view = views::framed(frame, 4, 4, ground);
        sight.extend(by_rxing(&view), Way { scale: 0.25, left: -4.0, top: -4.0 });
    }
    sight
}

fn split_by_histogram(frame: &Frame) -> Sight {
    bits::split_by_histogram(frame).map(|mut bits| in_both_polarities(&mut bits)).unwrap_or_default()
}

fn split_by_mean(frame: &Frame) -> Sight {
    by_mean(frame, 20)
}

fn split_by_wide_mean(frame: &Frame) -> Sight {
    by_mean(frame, 30)
}

fn quartered(frame: &Frame) -> Sight {
    let mut sight = Sight::default();
    sight.extend(by_rxing(&frame.halved().halved()), Way::scaled(4.0));
    sight
}

fn spotted_in_halves(frame: &Frame) -> Sight {
    let mut sight = Sight::default();
    sight.extend(spotted_nearby(&frame.halved()), Way::scaled(2.0));
    sight
}

/// Looks for finder patterns alone, where blur needs a mean of nearer pixels.
fn spotted_nearby(frame: &Frame) -> Sight {
    let soft = views::blurred(frame);
    let mut sight = Sight::default();
    for mut bits in [5, 9].into_iter().filter_map(|reach| bits::split_by_mean(&soft, reach)) {
        sight.extend(spots_in(&mut bits), Way::scaled(1.0));
    }
    sight
}

fn by_mean(frame: &Frame, reach: u32) -> Sight {
    let soft = views::blurred(frame);
    bits::split_by_mean(&soft, reach).map(|mut bits| in_both_polarities(&mut bits)).unwrap_or_default()
}

/// Reads one triple from grey levels.
fn softly(frame: &Frame, triple: Triple) -> Sight {
    Sight { symbols: soft::read(frame, &triple).into_iter().collect(), ..Sight::default() }
}

/// Looks at the doubled part of a frame that starts at a place.
fn in_doubled_tile(frame: &Frame, (left, top): (u32, u32), look: Look) -> Sight {
    let mut sight = Sight::default();
    let tile = frame.part(left, top, TILE, TILE);
    if tile.is_lively() {
        sight.extend(look(&tile.doubled()), Way { scale: 0.5, left: left as f32, top: top as f32 });
    }
    sight
}

fn in_doubled_whole(frame: &Frame, look: Look) -> Sight {
    let mut sight = Sight::default();
    sight.extend(look(&frame.doubled()), Way::scaled(0.5));
    sight
}

fn tile_starts(side: u32) -> impl Iterator<Item = u32> {
    let last = side.saturating_sub(OVERLAP).max(1);
    (0..last).step_by((TILE - OVERLAP) as usize)
}

impl Pass {
    fn is_due(self, frame: &Frame, doubt: Doubt) -> bool {
        let is_small = frame.area() <= DOUBLED_WHOLE && (frame.area() > PART || doubt > Doubt::Nothing);
        match self.when {
            When::Always => true,
            When::Small => is_small,
            When::SmallOrUnexplained => is_small || doubt == Doubt::Code,
            When::Unexplained => frame.area() <= MAX_COPIED && doubt == Doubt::Code,
        }
    }

    /// Lists its work on a frame in which these patterns are not explained.
    fn jobs(self, frame: &Frame, spots: &[Spot]) -> Vec<Job> {
        let look = self.look;
        if self.view == View::Whole {
            return vec![Box::new(look)];
        }
        if frame.area() <= DOUBLED_WHOLE {
            return vec![Box::new(move |frame| in_doubled_whole(frame, look))];
        }
        let tiles = tile_starts(frame.height()).flat_map(|top| tile_starts(frame.width()).map(move |left| (left, top)));
        let holds_spot = |&(left, top): &(u32, u32)| {
            let inside = |at: i32, start: u32| (0..TILE as i32).contains(&(at - start as i32));
            spots.iter().any(|spot| inside(spot.pixel().0, left) && inside(spot.pixel().1, top))
        };
        let worth = tiles.filter(|tile| self.view == View::Doubled || holds_spot(tile));
        worth.map(|tile| Box::new(move |frame: &Frame| in_doubled_tile(frame, tile, look)) as Job).collect()
    }
}

/// Is a reading under way.
struct Run<'a> {
    frame: &'a Frame,
    crew: Option<Crew>,
    deadline: Deadline,
    stop: &'a Stop,
    findings: Findings,
    patterns: Vec<Spot>,
    /// What was handed over early.
    told: Findings,
    tell: &'a mut dyn FnMut(&Symbol),
}

impl Run<'_> {
    /// Runs jobs and keeps what they saw in their order, whichever ended first; tells whether all ended.
    fn all(&mut self, jobs: Vec<Job>) -> bool {
        let Some(crew) = &self.crew else { return false };
        let mut sights: Vec<Sight> = jobs.iter().map(|_| Sight::default()).collect();
        let (told, tell) = (&mut self.told, &mut self.tell);
        let complete = crew.run(jobs, self.deadline, self.stop, |job, sight| {
            sight.symbols.iter().filter(|symbol| told.add((*symbol).clone())).for_each(&mut **tell);
            sights[job] = sight;
        });
        for sight in sights {
            self.patterns.extend(sight.patterns);
            for symbol in sight.symbols {
                self.findings.add(symbol);
            }
        }
        complete
    }

    fn group(&mut self, passes: &[Pass]) -> bool {
        let doubt = doubt(&self.findings, &self.patterns);
        let spots = self.unexplained();
        let due = passes.iter().filter(|pass| pass.is_due(self.frame, doubt));
        let jobs = due.flat_map(|pass| pass.jobs(self.frame, &spots)).collect();
        self.all(jobs)
    }

    fn unexplained(&self) -> Vec<Spot> {
        self.patterns.iter().filter(|spot| !self.findings.covers(spot.pixel())).copied().collect()
    }

    /// Reads from grey levels what stands at finder patterns that no symbol explains.
    fn softly(&mut self, most: usize) -> bool {
        if doubt(&self.findings, &self.patterns) < Doubt::Code {
            return true;
        }
        let triples = triples_of(&self.unexplained());
        triples[..most.min(triples.len())].chunks(TRIPLES_AT_ONCE).all(|some| {
            let open = some.iter().copied().filter(|triple| !self.findings.covers(triple.centre()));
            let jobs = open.map(|triple| Box::new(move |frame: &Frame| softly(frame, triple)) as Job).collect();
            self.all(jobs)
        })
    }
}

/// Runs the passes that are due, in order, until the budget is spent.
pub(crate) fn read_by(
    ladder: &[&[Pass]],
    frame: &Frame,
    budget: Budget,
    stop: &Stop,
    tell: &mut dyn FnMut(&Symbol),
) -> Reading {
    let mut run = Run {
        frame,
        crew: Crew::start(frame, cores()),
        deadline: budget.deadline(),
        stop,
        findings: Findings::default(),
        patterns: Vec::new(),
        told: Findings::default(),
        tell,
    };
    let complete = ladder.iter().all(|passes| run.group(passes)) && run.softly(usize::MAX);
    Reading { symbols: run.findings.into_symbols(), complete }
}

/// Runs what one of many frames has time for, on one thread.
pub(crate) fn read_live(turn: usize, frame: &Frame, budget: Budget) -> Reading {
    let mut run = Run {
        frame,
        crew: Crew::start(frame, 1),
        deadline: budget.deadline(),
        stop: &Stop::default(),
        findings: Findings::default(),
        patterns: Vec::new(),
        told: Findings::default(),
        tell: &mut |_| (),
    };
    let first = [LADDER[0][0]];
    let complete = run.group(&first)
        && (!run.findings.is_empty() || (run.group(LIVE[turn % LIVE.len()]) && run.softly(LIVE_TRIPLES)));
    Reading { symbols: run.findings.into_symbols(), complete }
}

/// Says what may be left to find beside what was read.
fn doubt(findings: &Findings, patterns: &[Spot]) -> Doubt {
    match unexplained(findings, patterns) {
        3.. => Doubt::Code,
        _ if findings.is_empty() => Doubt::Code,
        0 => Doubt::Nothing,
        _ => Doubt::Patterns,
    }
}

/// Counts the distinct finder patterns outside all found symbols; several passes see the same one.
fn unexplained(findings: &Findings, patterns: &[Spot]) -> usize {
    let mut distinct: Vec<(i32, i32)> = Vec::new();
    for (x, y) in patterns.iter().map(Spot::pixel).filter(|&point| !findings.covers(point)) {
        if !distinct.iter().any(|&(other_x, other_y)| (x - other_x).abs().max((y - other_y).abs()) < 7) {
            distinct.push((x, y));
        }
        if distinct.len() >= 3 {
            break;
        }
    }
    distinct.len()
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use zeroize::Zeroizing;

    use super::*;
    use crate::scan::Symbol;

    const FINDS: Pass = Pass { when: When::Always, view: View::Whole, look: finds };
    const PANICS: Pass = Pass { when: When::Always, view: View::Whole, look: |_| panic!("foreign decoder") };
    const NEVER_RETURNS: Pass = Pass { when: When::Always, view: View::Whole, look: never_returns };

    fn finds(_: &Frame) -> Sight {
        let corners = [(0, 0), (9, 0), (9, 9), (0, 9)];
        Sight { symbols: vec![Symbol { text: Zeroizing::new("found".into()), corners }], ..Sight::default() }
    }

    fn never_returns(_: &Frame) -> Sight {
        loop {
            thread::park();
        }
    }

    fn spot((x, y): (i16, i16)) -> Spot {
        Spot { centre: (f32::from(x), f32::from(y)), size: 14.0, light_on_dark: false, is_whole: true }
    }

    fn read(ladder: &[&[Pass]], budget: Budget) -> Reading {
        read_by(ladder, &frame(), budget, &Stop::default(), &mut |_| ())
    }

    fn frame() -> Frame {
        Frame::new(10, 10, vec![255; 100]).unwrap()
    }

    #[test]
    fn goes_on_after_a_pass_that_panics() {
        let reading = read(&[&[PANICS], &[FINDS]], Budget::default());
        assert_eq!((reading.symbols.len(), reading.complete), (1, true));
    }

    #[test]
    fn leaves_a_pass_that_never_returns_and_keeps_what_was_found() {
        let budget = Budget { per_picture: Duration::from_millis(200) };
        let reading = read(&[&[FINDS], &[NEVER_RETURNS], &[FINDS]], budget);
        assert_eq!((reading.symbols.len(), reading.complete), (1, false));
    }

    #[test]
    fn hands_over_what_was_found_before_the_last_pass_ends() {
        let budget = Budget { per_picture: Duration::from_secs(60) };
        let (stop, mut told) = (Stop::default(), Vec::new());
        let reading = read_by(&[&[FINDS, NEVER_RETURNS]], &frame(), budget, &stop, &mut |symbol| {
            told.push(symbol.text.to_string());
            stop.stop();
        });
        assert_eq!((told, reading.complete), (vec!["found".into()], false), "and stops when it is told to");
    }

    #[test]
    fn hands_over_each_symbol_once() {
        let mut told = 0;
        read_by(&[&[FINDS, FINDS], &[FINDS]], &frame(), Budget::default(), &Stop::default(), &mut |_| told += 1);
        assert_eq!(told, 1);
    }

    #[test]
    fn starts_no_pass_without_time() {
        let reading = read(&[&[FINDS]], Budget { per_picture: Duration::ZERO });
        assert_eq!((reading.symbols.len(), reading.complete), (0, false));
    }

    #[test]
    fn ends_the_costly_passes_once_all_patterns_are_explained() {
        let mut findings = Findings::default();
        let corners = [(0, 0), (99, 0), (99, 99), (0, 99)];
        findings.add(Symbol { text: Zeroizing::new("a".into()), corners });
        assert_eq!(doubt(&Findings::default(), &[]), Doubt::Code, "nothing was read yet");
        assert_eq!(doubt(&findings, &[(10, 10), (90, 10), (10, 90)].map(spot)), Doubt::Nothing);
        assert_eq!(doubt(&findings, &[(210, 10), (290, 10), (210, 90)].map(spot)), Doubt::Code);
        let seen_thrice = [(210, 10), (212, 11), (211, 9), (290, 10)].map(spot);
        assert_eq!(doubt(&findings, &seen_thrice), Doubt::Patterns, "one pattern seen thrice is one");
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
