//! `sterk import`: files of other apps.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use sterk::import::{IMPORTERS, Importer};

use crate::context::Context;
use crate::failure::Failure;
use crate::review::OnDuplicate;
use crate::{answer, review, sources, unlock};

/// Bring in accounts from files of other apps
#[derive(Debug, Args)]
pub struct Import {
    /// Files of other apps, lists of links, pictures of QR codes, or folders of them
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
        let found = sources::files(context, &self.files, self.app()?, self.source_passphrase_file.as_deref())?;
        if self.dry_run {
            let vault = unlock::vault_if_any(context)?;
            return review::compare(context, vault.as_ref(), &found.import, self.on_duplicate);
        }
        let opened = unlock::vault_or_new(context)?;
        review::keep(context, opened, found, self.on_duplicate, self.delete_source)
    }

    fn app(&self) -> Result<Option<&'static Importer>, Failure> {
        let unknown = || Failure::usage("this format is not known").hint("`sterk import --formats` lists them");
        self.from.as_deref().map(|from| Importer::named(from).ok_or_else(unknown)).transpose()
    }
}

fn formats(context: &Context) -> Result<(), Failure> {
    if context.global.json {
        let rows: Vec<_> =
            IMPORTERS.iter().map(|format| json!({"format": format.name, "description": format.about})).collect();
        return answer::json(&rows);
    }
    let rows: Vec<_> = IMPORTERS.iter().map(|format| [format.name.to_owned(), format.about.to_owned()]).collect();
    answer::columns(&rows)
}
