//! `sterk man`.

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use crate::failure::Failure;
use crate::options::Options;

/// Print the manual page
#[derive(Debug, Args)]
pub struct Man {
    /// Write one page for each verb into this folder instead
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    pub fn run(self) -> Result<(), Failure> {
        let fail = |fault: std::io::Error| Failure::new("io_failed", format!("could not write the manual: {fault}"));
        match self.dir {
            Some(dir) => clap_mangen::generate_to(Options::command(), dir).map_err(fail),
            None => clap_mangen::Man::new(Options::command()).render(&mut std::io::stdout()).map_err(fail),
        }
    }
}
