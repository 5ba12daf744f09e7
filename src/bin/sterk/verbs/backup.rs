//! `sterk backup`: encrypted copies that are proved to open.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use sterk::backup::{self, Drill};
use sterk::seal::Kdf;
use sterk::vault::{Event, Vault, VaultError};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask, unlock};

/// What to do with backups.
#[derive(Debug, Subcommand)]
pub enum Backup {
    /// Write a backup, read it back and compare
    Create {
        /// File or folder to write to [default: the folder `backups` beside the vault]
        #[arg(long, value_name = "PATH")]
        to: Option<PathBuf>,
        /// File with the passphrase of the backup; - is standard input
        #[arg(long, value_name = "FILE")]
        backup_passphrase_file: Option<PathBuf>,
    },
    /// Prove that a backup opens and makes the same codes; the vault is not touched
    Verify {
        /// The backup
        file: PathBuf,
        /// File with the passphrase of the backup; - is standard input
        #[arg(long, value_name = "FILE")]
        backup_passphrase_file: Option<PathBuf>,
    },
}

const OPTION: &str = "--backup-passphrase-file";

impl Backup {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Create { to, backup_passphrase_file } => create(context, to, backup_passphrase_file.as_deref()),
            Self::Verify { file, backup_passphrase_file } => verify(context, &file, backup_passphrase_file.as_deref()),
        }
    }
}

fn create(context: &Context, to: Option<PathBuf>, words_file: Option<&Path>) -> Result<(), Failure> {
    context.claim(words_file, OPTION)?;
    let vault = unlock::vault(context)?;
    let (to, drill) = write(context, &vault, to, words_file)?;
    if context.global.json {
        let mut document = document(&drill);
        document["path"] = json!(to);
        return answer::json(&document);
    }
    context.say(format!("{} was written and opens: {}.", answer::path(&to), counts(&drill)));
    Ok(())
}

/// Writes a backup of an open vault; returns where, and what the drill found.
pub fn write(
    context: &Context,
    vault: &Vault,
    to: Option<PathBuf>,
    words_file: Option<&Path>,
) -> Result<(PathBuf, Drill), Failure> {
    let now = context.now_ms() / 1000;
    let to = target(to, vault.folder().path(), now)?;
    let words = ask::new_words(context, "backup passphrase", words_file, OPTION)?;
    let drill = backup::write(vault, &to, &words, Kdf::STANDARD, now).map_err(|fault| match fault {
        VaultError::Exists => Failure::new("file_exists", format!("{} is there already", answer::path(&to)))
            .hint("a backup never replaces another; name a new file or a folder with --to"),
        other => other.into(),
    })?;
    vault.note(Event::BackedUp, context.now_ms());
    context.note(|settings| settings.wrote_backup(&to, vault.folder().path()));
    Ok((to, drill))
}

/// Names the file: as given, or a dated name inside a folder.
fn target(to: Option<PathBuf>, vault: &Path, now: u64) -> Result<PathBuf, Failure> {
    let folder = match to {
        Some(file) if !file.is_dir() => return Ok(file),
        Some(folder) => folder,
        None => {
            let folder = sterk::vault::Folder::new(vault.join("backups"));
            folder.make()?;
            folder.path().to_owned()
        }
    };
    Ok(folder.join(format!("sterk-{}.sterk", answer::stamped(now))))
}

fn verify(context: &Context, file: &Path, words_file: Option<&Path>) -> Result<(), Failure> {
    context.claim(words_file, OPTION)?;
    let words = match words_file {
        Some(file) => ask::words_from(file)?,
        None if context.can_ask() => ask::hidden("Backup passphrase")?,
        None => return Err(Failure::undecided("the backup's passphrase is needed", &format!("{OPTION} FILE"))),
    };
    let backup = backup::Backup::open(file, &words).map_err(|fault| match fault {
        VaultError::Gone(path) => Failure::new("no_such_file", format!("there is no file {}", answer::path(&path))),
        other => other.into(),
    })?;
    let vault = vault_to_compare(context)?;
    let drill = backup.drill(vault.as_ref(), context.at());
    if context.global.json {
        answer::json(&document(&drill))?;
    } else {
        context.say(format!("The backup opens: {}.", counts(&drill)));
        tell_difference(context, &drill);
    }
    match &drill.compared {
        Some(compared) if !compared.codes_match() => {
            Err(Failure::new("codes_differ", "some accounts make other codes in the backup than in the vault")
                .hint("their secret was replaced since; write a new backup"))
        }
        _ if drill.unreadable > 0 => Err(Failure::new("backup_damaged", "some accounts of the backup cannot be read")),
        _ => Ok(()),
    }
}

/// Opens the vault if it can be; the drill must work on a machine whose vault does not open.
fn vault_to_compare(context: &Context) -> Result<Option<Vault>, Failure> {
    match unlock::vault_if_any(context) {
        Err(failure) if failure.code == "locked" || failure.code.starts_with("keyring_") => {
            context.warn(format!("the backup is not compared with the vault: {}", failure.message));
            Ok(None)
        }
        opened => opened,
    }
}

fn tell_difference(context: &Context, drill: &Drill) {
    let Some(compared) = &drill.compared else {
        return context.say("There is no open vault here to compare with.");
    };
    context.say(format!("{} with the same codes as in the vault.", answer::accounts(compared.same)));
    for (accounts, what) in [
        (&compared.changed, "makes other codes in the vault"),
        (&compared.not_in_backup, "is not in the backup"),
        (&compared.only_in_backup, "is not in the vault any more"),
    ] {
        for account in accounts {
            context.say(format!("{} {what}", crate::find::label(account)));
        }
    }
}

fn counts(drill: &Drill) -> String {
    format!("{}, {} recovery codes", answer::accounts(drill.accounts), drill.recovery_codes)
}

fn document(drill: &Drill) -> serde_json::Value {
    let compared = drill.compared.as_ref();
    json!({
        "accounts": drill.accounts, "recovery_codes": drill.recovery_codes, "made_at": drill.made_at,
        "codes_match": compared.map(backup::Compared::codes_match), "unreadable": drill.unreadable,
        "not_in_backup": compared.map(|compared| compared.not_in_backup.len()),
        "only_in_backup": compared.map(|compared| compared.only_in_backup.len()),
    })
}
