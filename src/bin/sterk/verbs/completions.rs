//! `sterk completions`.

use clap::{Args, CommandFactory};

use crate::failure::Failure;
use crate::options::Options;

/// Print the completion script of a shell
#[derive(Debug, Args)]
pub struct Completions {
    shell: clap_complete::Shell,
}

impl Completions {
    pub fn run(self) -> Result<(), Failure> {
        clap_complete::generate(self.shell, &mut Options::command(), "sterk", &mut std::io::stdout());
        Ok(())
    }
}
