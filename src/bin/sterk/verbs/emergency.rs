//! `sterk emergency`: a sheet to print, without any secret.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use sterk::emergency;
use sterk::vault::{VaultError, write_proved};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, unlock};

/// Print a sheet without secrets: which accounts, whether recovery codes exist, who resets
#[derive(Debug, Args)]
pub struct Emergency {
    /// File to write instead of standard output; a name that ends in .html makes a page
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Make a page for a browser to print instead of plain text
    #[arg(long)]
    html: bool,
    /// Replace the file that is there
    #[arg(long, requires = "to")]
    overwrite: bool,
}

impl Emergency {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        let vault = unlock::vault(context)?;
        let (accounts, day) = (vault.accounts(), answer::dated(context.now_ms() / 1000));
        let page = self.html || self.to.as_ref().is_some_and(|to| to.extension().is_some_and(|end| end == "html"));
        let sheet = if page { emergency::html(&accounts, &day) } else { emergency::text(&accounts, &day) };
        let Some(to) = &self.to else {
            return match context.global.json {
                true => answer::json(&json!({"accounts": accounts.len(), "sheet": sheet})),
                false => answer::text(sheet.as_bytes()),
            };
        };
        write_proved(to, sheet.as_bytes(), self.overwrite, |_| Ok(())).map_err(|fault| match fault {
            VaultError::Exists => Failure::new("file_exists", format!("{} is there already", answer::path(to)))
                .hint("name a new file with --to, or replace it with --overwrite"),
            other => other.into(),
        })?;
        if context.global.json {
            return answer::json(&json!({"path": to, "accounts": accounts.len()}));
        }
        context.say(format!("{} was written: {}.", answer::path(to), answer::accounts(accounts.len())));
        Ok(())
    }
}
