//! `sterk backup`: encrypted copies that are proved to open.

pub mod auto;
mod restore;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use sterk::backup::{self, Drill, Ledger, Reach, SeenBackup};
use sterk::seal::{Kdf, RecoveryKey};
use sterk::vault::{Event, LockedVault, Vault, VaultError};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask, unlock};

/// What to do with backups.
#[derive(Debug, Subcommand)]
pub enum Backup {
    /// Write backups by themselves, to as many folders as you like
    Auto {
        #[command(subcommand)]
        what: auto::Auto,
    },
    /// Write a backup, read it back and compare
    Create {
        /// File or folder to write to [default: the folder `backups` beside the vault]
        #[arg(long, value_name = "PATH")]
        to: Option<PathBuf>,
        /// File with the passphrase of the backup; - is standard input
        #[arg(long, value_name = "FILE")]
        backup_passphrase_file: Option<PathBuf>,
    },
    /// List the backups within reach: beside the vault, in the folders of automatic backups, where the last one went
    List,
    /// Bring accounts back; nothing that is here is overwritten unless you choose it
    Restore(restore::Restore),
    /// Undo the last restore
    Undo,
    /// Prove that a backup opens and makes the same codes; the vault is not touched
    Verify {
        /// The backup [default: the newest within reach]
        file: Option<PathBuf>,
        /// File with the recovery key of the backup, in place of its passphrase; - is standard input
        #[arg(long, value_name = "FILE", conflicts_with = "backup_passphrase_file")]
        backup_recovery_key_file: Option<PathBuf>,
        /// File with the passphrase of the backup; - is standard input
        #[arg(long, value_name = "FILE")]
        backup_passphrase_file: Option<PathBuf>,
    },
}

const OPTION: &str = "--backup-passphrase-file";

impl Backup {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Auto { what } => what.run(context),
            Self::Create { to, backup_passphrase_file } => create(context, to, backup_passphrase_file.as_deref()),
            Self::List => list(context),
            Self::Restore(what) => what.run(context),
            Self::Undo => restore::undo(context),
            Self::Verify { file, backup_passphrase_file: words, backup_recovery_key_file: key } => {
                verify(context, file, Given { words, key })
            }
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

/// Is what was given to open a backup with.
pub struct Given {
    pub words: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

impl Given {
    /// Opens a backup, and asks for its passphrase where nothing was given.
    pub fn open(&self, context: &Context, file: &Path) -> Result<backup::Backup, Failure> {
        context.claim(self.words.as_deref(), OPTION)?;
        context.claim(self.key.as_deref(), "--backup-recovery-key-file")?;
        let opened = match (&self.words, &self.key) {
            (_, Some(key)) => {
                let key = RecoveryKey::parse(ask::words_from(key)?.expose())?;
                backup::Backup::open_with_recovery_key(file, &key)
            }
            (Some(words), None) => backup::Backup::open(file, &ask::words_from(words)?),
            (None, None) if context.can_ask() => backup::Backup::open(file, &ask::hidden("Backup passphrase")?),
            (None, None) => {
                return Err(Failure::undecided("the backup's passphrase is needed", &format!("{OPTION} FILE")));
            }
        };
        opened.map_err(|fault| match fault {
            VaultError::Gone(path) => Failure::new("no_such_file", format!("there is no file {}", answer::path(&path))),
            other => other.into(),
        })
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let found = reach(context)?.seen();
    if context.global.json {
        let row =
            |seen: &SeenBackup| json!({"path": seen.path, "made_at": seen.made_at, "accounts": seen.accounts.len()});
        return answer::json(&found.iter().map(row).collect::<Vec<_>>());
    }
    let row = |seen: &SeenBackup| {
        [answer::dated(seen.made_at), answer::accounts(seen.accounts.len()), answer::path(&seen.path)]
    };
    answer::columns(&found.iter().map(row).collect::<Vec<_>>())
}

/// Names the places to look in; those of automatic backups are only known where the vault opens.
fn reach(context: &Context) -> Result<Reach, Failure> {
    let (locked, settings) = (unlock::locked(context)?, context.settings());
    let elsewhere = settings.backup_folder.as_deref();
    Ok(match unlock::open(context, &locked) {
        Ok(vault) => Reach::of(&vault, elsewhere),
        Err(failure) if is_shut(&failure) => Reach::of_locked(&locked, elsewhere),
        Err(failure) => return Err(failure),
    })
}

/// Finds the backup that is meant: the one that was named, else the newest within reach.
pub fn meant(context: &Context, file: Option<PathBuf>) -> Result<PathBuf, Failure> {
    if let Some(file) = file {
        return Ok(file);
    }
    let newest = reach(context)?.seen().pop().ok_or_else(|| {
        Failure::new("no_backup", "there is no backup of this vault within reach").hint("name the file")
    })?;
    context.say(format!("The newest backup is {}.", answer::path(&newest.path)));
    Ok(newest.path)
}

fn verify(context: &Context, file: Option<PathBuf>, given: Given) -> Result<(), Failure> {
    let file = meant(context, file)?;
    let backup = given.open(context, &file)?;
    let vault = vault_to_compare(context)?;
    let drill = backup.drill(vault.as_ref(), context.at());
    note_drill(context, &backup);
    if context.global.json {
        let mut document = document(&drill);
        document["path"] = json!(file);
        answer::json(&document)?;
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

/// Records when a backup of the vault that is here was last opened.
fn note_drill(context: &Context, backup: &backup::Backup) {
    let here = context.folder().ok().and_then(|folder| LockedVault::find(&folder).ok().flatten());
    if here.is_some_and(|vault| vault.id() == backup.vault())
        && let Ok(ledger) = context.ledger()
        && let Err(fault) = Ledger::note_drill(&ledger, backup.vault(), context.now_ms() / 1000)
    {
        context.detail(fault.to_string());
    }
}

fn is_shut(failure: &Failure) -> bool {
    failure.code == "locked" || failure.code.starts_with("keyring_")
}

/// Opens the vault if it can be; the drill must work on a machine whose vault does not open.
fn vault_to_compare(context: &Context) -> Result<Option<Vault>, Failure> {
    match unlock::vault_if_any(context) {
        Err(failure) if is_shut(&failure) => {
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
