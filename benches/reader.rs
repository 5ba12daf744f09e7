//! The reader alone on pictures of yours, in seconds of CPU: `taskset -c 0 cargo bench -p sterk --bench reader -- PICTURE…`
//!
//! On one core the passes run one after another, and waiting for a busy machine does not count. Files are decoded before
//! the clock starts. Goals and results: `docs/performance.md`.
#![expect(clippy::unwrap_used, reason = "a bench stops where its setting fails")]

#[cfg(not(unix))]
fn main() {
    eprintln!("skipped reader: CPU time is measured on Unix alone");
}

#[cfg(unix)]
fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    if named.is_empty() {
        eprintln!("skipped reader: name pictures, as in `cargo bench -p sterk --bench reader -- FOLDER/*.png`");
        return;
    }
    let mut tables = measure::Tables::default();
    named.iter().for_each(|path| tables.read(path));
    tables.print();
}

#[cfg(unix)]
mod measure {
    use std::fs;
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};
    use sterk::scan::{Budget, Frame, Live, Stop, picture, read_early};

    /// Frames of a camera after which every live pass has had its turn.
    const TURNS: usize = 7;
    const BUDGET: Budget = Budget { per_picture: Duration::from_secs(60) };

    /// What was measured, in seconds of CPU, one value a frame.
    #[derive(Default)]
    pub struct Tables {
        whole: Vec<f64>,
        first: Vec<f64>,
        /// Live frames that the first pass alone has read: all seven readings are that pass.
        first_pass: Vec<f64>,
        live: Vec<f64>,
        /// Most memory that was in use while reading, in MiB, the picture's own included.
        peak: u64,
    }

    impl Tables {
        pub fn read(&mut self, path: &str) {
            let Ok(picture) = picture(&fs::read(path).unwrap()) else { return eprintln!("skipped {path}: no picture") };
            for frame in picture.frames() {
                self.read_whole(frame);
                self.read_live(frame);
            }
        }

        fn read_whole(&mut self, frame: &Frame) {
            forget_peak();
            let (start, mut first) = (cpu(), None);
            read_early(frame, BUDGET, &Stop::default(), |_| first = first.or_else(|| Some(cpu() - start)));
            self.whole.push(cpu() - start);
            self.first.extend(first);
            self.peak = self.peak.max(peak());
        }

        fn read_live(&mut self, frame: &Frame) {
            let mut live = Live::default();
            let mut one = || {
                let start = cpu();
                let count = live.read(frame, BUDGET).symbols.len();
                (cpu() - start, count)
            };
            let turns: Vec<(f64, usize)> = (0..TURNS).map(|_| one()).collect();
            let mean = turns.iter().map(|(seconds, _)| seconds).sum::<f64>() / TURNS as f64;
            self.live.push(mean);
            if turns.iter().all(|&(_, count)| count > 0) {
                self.first_pass.push(mean);
            }
        }

        pub fn print(mut self) {
            println!("{:34}{:>9}{:>10}{:>10}{:>10}", "CPU", "frames", "median", "95th", "longest");
            print("whole ladder", &mut self.whole);
            print("until the first code", &mut self.first);
            print("a camera frame, mean of seven", &mut self.live);
            print("the same, read at every turn", &mut self.first_pass);
            println!("peak memory of the process while reading: {} MiB", self.peak);
        }
    }

    fn print(what: &str, seconds: &mut [f64]) {
        seconds.sort_by(f64::total_cmp);
        let part = |share: f64| seconds.get((seconds.len() as f64 * share) as usize).or(seconds.last());
        let [median, most, all] = [0.5, 0.95, 1.0].map(|share| part(share).map_or(0.0, |seconds| seconds * 1e3));
        println!("{what:34}{:>9}{median:>7.1} ms{most:>7.1} ms{all:>7.1} ms", seconds.len());
    }

    fn cpu() -> f64 {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    }

    /// Starts the peak anew, where the system can.
    fn forget_peak() {
        let _ = fs::write("/proc/self/clear_refs", "5");
    }

    /// Returns the peak in MiB; 0 where the system does not say.
    fn peak() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
    }
}
