//! How far a long derivation is, for who waits at a terminal.

use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::context::Context;

/// How long nothing is said: most derivations are done by then.
const QUIET: Duration = Duration::from_secs(1);

/// Shows one line that is written over, at a terminal; Ctrl-C ends the program, and nothing was kept by then.
pub struct Patience {
    began: Instant,
    speaks: bool,
}

impl Patience {
    pub fn new(context: &Context) -> Self {
        let speaks = !context.global.quiet && !context.global.json && std::io::stderr().is_terminal();
        Self { began: Instant::now(), speaks }
    }

    pub fn tell(&self, thousandths: Option<u16>) -> ControlFlow<()> {
        if self.speaks && self.began.elapsed() > QUIET {
            let far =
                thousandths.map_or(format!("{} s", self.began.elapsed().as_secs()), |far| format!("{} %", far / 10));
            eprint!("\rderiving the key of the file: {far} ");
            // A line that cannot be shown is no reason to stop.
            let _ = std::io::stderr().flush();
        }
        ControlFlow::Continue(())
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        if self.speaks && self.began.elapsed() > QUIET {
            eprint!("\r\x1b[K");
        }
    }
}
