//! `sterk import`: files of other apps.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use sterk::import::FORMATS;

use crate::context::Context;
use crate::failure::Failure;
use crate::review::OnDuplicate;
use crate::{answer, review, sources, unlock};

/// Bring in accounts from files of other apps
#[derive(Debug, Args)]
pub struct Import {
    /// Text files of links, or pictures of QR codes; parts of one batch may lie in several files
    #[arg(value_name = "FILE", required_unless_present = "formats")]
    files: Vec<PathBuf>,
    /// Insist on a format instead of detecting it
    #[arg(long, value_name = "APP")]
    from: Option<String>,
    /// File with the passphrase of the file to import; - is standard input
    #[arg(long, value_name = "FILE")]
    source_passphrase_file: Option<PathBuf>,
    /// Show the difference to the vault and change nothing
    #[arg(long)]
    dry_run: bool,
    /// What to do with an account that is there already
    #[arg(long, value_name = "WHAT")]
    on_duplicate: Option<OnDuplicate>,
    /// Delete the files afterwards, if all that they hold was kept
    #[arg(long, conflicts_with = "dry_run")]
    delete_source: bool,
    /// List the formats that can be read
    #[arg(long)]
    formats: bool,
}

impl Import {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        if self.formats {
            return formats(context);
        }
        context.claim(self.source_passphrase_file.as_deref(), "--source-passphrase-file")?;
        for file in &self.files {
            context.claim(Some(file), "FILE")?;
        }
        self.knows_format()?;
        let found = sources::files(&self.files)?;
        self.insist(found.import.format)?;
        if self.dry_run {
            let vault = unlock::vault_if_any(context)?;
            return review::compare(context, vault.as_ref(), &found.import, self.on_duplicate);
        }
        let opened = unlock::vault_or_new(context)?;
        review::keep(context, opened, found, self.on_duplicate, self.delete_source)
    }

    fn knows_format(&self) -> Result<(), Failure> {
        match &self.from {
            Some(from) if !FORMATS.iter().any(|format| format.name == from) => {
                Err(Failure::usage("this format is not known").hint("`sterk import --formats` lists them"))
            }
            _ => Ok(()),
        }
    }

    fn insist(&self, found: &str) -> Result<(), Failure> {
        match &self.from {
            Some(from) if from != found => Err(Failure::new("other_format", format!("this is {found}, not {from}"))),
            _ => Ok(()),
        }
    }
}

fn formats(context: &Context) -> Result<(), Failure> {
    if context.global.json {
        let rows: Vec<_> =
            FORMATS.iter().map(|format| json!({"format": format.name, "description": format.about})).collect();
        return answer::json(&rows);
    }
    let rows: Vec<_> = FORMATS.iter().map(|format| [format.name.to_owned(), format.about.to_owned()]).collect();
    answer::columns(&rows)
}
