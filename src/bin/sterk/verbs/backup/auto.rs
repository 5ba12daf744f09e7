//! `sterk backup auto`: backups that are written by themselves, and how each folder stands.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::{Value, json};
use sterk::backup::{FolderState, Ledger, Round, Stand, Standing, Wanted, folder_states};
use sterk::seal::VaultId;
use sterk::vault::{Keep, Sealing, Vault};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask, unlock};

/// What to do with automatic backups.
#[derive(Debug, Subcommand)]
pub enum Auto {
    /// Switch them on, or give those to come another passphrase; asks for it once
    On {
        /// Folder that gets every backup; several may be named
        #[arg(long, value_name = "FOLDER")]
        to: Vec<PathBuf>,
        /// Make a recovery key for the backups too; it is shown once
        #[arg(long)]
        recovery_key: bool,
        /// File with the passphrase of the backups; - is standard input
        #[arg(long, value_name = "FILE")]
        backup_passphrase_file: Option<PathBuf>,
    },
    /// Write every backup to this folder too
    Add {
        /// The folder
        folder: PathBuf,
    },
    /// Write no more backups to this folder; those in it stay
    Remove {
        /// The folder
        folder: PathBuf,
    },
    /// Say how many backups a folder keeps; the newest three always stay
    Keep {
        /// How many
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(3..=1000))]
        count: Option<u32>,
        /// How many days at most
        #[arg(long, value_name = "N", conflicts_with = "for_ever")]
        days: Option<u32>,
        /// For as long as the count allows
        #[arg(long)]
        for_ever: bool,
    },
    /// Say how each folder stands
    List,
    /// Write one to every folder now
    Run,
    /// Switch them off and forget their key; the files stay
    Off,
}

impl Auto {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        let now = context.now_ms();
        match self {
            Self::On { to, recovery_key, backup_passphrase_file } => {
                on(context, &to, recovery_key, backup_passphrase_file.as_deref())
            }
            Self::Add { folder } => change(context, |vault| Ok(vault.add_backup_folder(&whole(&folder)?, now)?)),
            Self::Remove { folder } => change(context, |vault| Ok(vault.remove_backup_folder(&whole(&folder)?, now)?)),
            Self::Keep { count, days, for_ever } => change(context, |vault| {
                let before = vault.backup_plan().map(sterk::vault::BackupPlan::keep).unwrap_or_default();
                let days = if for_ever { None } else { days.or(before.days) };
                Ok(vault.keep_backups(Keep { count: count.unwrap_or(before.count), days }, now)?)
            }),
            Self::List => list(context, &unlock::vault(context)?),
            Self::Run => run(context),
            Self::Off => off(context),
        }
    }
}

/// Makes a path whole, and says so where there is no such folder: a slip would otherwise wait for ever.
fn whole(folder: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(folder)
        .map_err(|fault| Failure::usage(format!("{} is no folder: {fault}", answer::path(folder))))
}

fn on(context: &Context, to: &[PathBuf], recovery: bool, words_file: Option<&Path>) -> Result<(), Failure> {
    context.claim(words_file, super::OPTION)?;
    let mut vault = unlock::vault(context)?;
    let words = ask::new_words(context, "backup passphrase", words_file, super::OPTION)?;
    vault.rules().check_passphrase(&words).map_err(sterk::VaultError::from)?;
    let now = context.now_ms();
    let (sealing, key) = Sealing::make(vault.id(), (&words, context.kdf()?), recovery, now / 1000)?;
    for folder in to {
        vault.add_backup_folder(&whole(folder)?, now)?;
    }
    vault.set_up_backups(sealing, now)?;
    write_due(context, &vault);
    if context.global.json {
        let mut document = document(context, &vault);
        document["recovery_key"] = json!(key.map(|key| key.to_text().to_string()));
        return answer::json(&document);
    }
    if let Some(key) = key {
        context.say("Write down this recovery key of the backups and keep it apart; it is shown once:");
        answer::line(&key.to_text())?;
    }
    list(context, &vault)
}

fn change(context: &Context, change: impl FnOnce(&mut Vault) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut vault = unlock::vault(context)?;
    change(&mut vault)?;
    write_due(context, &vault);
    list(context, &vault)
}

fn off(context: &Context) -> Result<(), Failure> {
    let mut vault = unlock::vault(context)?;
    vault.backup_plan().and_then(|plan| plan.sealing()).ok_or(sterk::VaultError::BackupsOff)?;
    if !ask::yes(context, "Switch automatic backups off? The files stay.", "--yes")? {
        return Err(Failure::new("cancelled", "nothing was changed"));
    }
    vault.stop_backups(context.now_ms())?;
    list(context, &vault)
}

/// Writes one to every folder, and fails where one of them failed.
fn run(context: &Context) -> Result<(), Failure> {
    let vault = unlock::vault(context)?;
    let Some(round) = Round::of(&vault)? else {
        return Err(match vault.backup_plan().and_then(|plan| plan.sealing()) {
            None => Failure::from(sterk::VaultError::BackupsOff),
            Some(_) => Failure::new("no_such_folder", "automatic backups go to no folder yet")
                .hint("`sterk backup auto add FOLDER`"),
        });
    };
    let stands = round.run(&context.ledger()?, Wanted::All, context.now_ms() / 1000)?;
    list(context, &vault)?;
    match stands.iter().find(|(_, standing)| is_bad(standing)) {
        None => Ok(()),
        Some((folder, standing)) => Err(failure(folder, standing)),
    }
}

fn is_bad(standing: &Standing) -> bool {
    matches!(standing.stand, Stand::Failed | Stand::Emptied)
}

fn failure(folder: &Path, standing: &Standing) -> Failure {
    let why = standing.failed.as_ref().map_or("", |failed| &failed.code);
    Failure::new("backup_failing", format!("no backup was written to {}: {why}", answer::path(folder)))
        .hint("`sterk backup auto list` says how each folder stands")
}

/// Writes what is due after a change; a backup that fails is told of, and is no reason for the change to fail.
pub fn write_due(context: &Context, vault: &Vault) {
    let written = due(context, vault);
    let bad = match written {
        Ok(stands) => stands.iter().find(|(_, standing)| is_bad(standing)).map(|(folder, one)| failure(folder, one)),
        Err(failure) => Some(failure),
    };
    if let Some(failure) = bad {
        context.warn(failure.message);
    }
}

fn due(context: &Context, vault: &Vault) -> Result<Vec<(PathBuf, Standing)>, Failure> {
    let Some(round) = Round::of(vault)? else { return Ok(Vec::new()) };
    let ledger = context.ledger()?;
    if !round.is_due(&Ledger::read(&ledger, vault.id())) {
        return Ok(Vec::new());
    }
    Ok(round.run(&ledger, Wanted::Due, context.now_ms() / 1000)?)
}

/// Reads how the folders stand on this computer.
pub fn ledger(context: &Context, vault: VaultId) -> Ledger {
    context.ledger().map(|file| Ledger::read(&file, vault)).unwrap_or_default()
}

fn list(context: &Context, vault: &Vault) -> Result<(), Failure> {
    if context.global.json {
        return answer::json(&document(context, vault));
    }
    let plan = vault.backup_plan();
    if plan.is_none_or(|plan| plan.sealing().is_none()) {
        context.say("Automatic backups are off; `sterk backup auto on --to FOLDER` switches them on.");
        return Ok(());
    }
    let states = folder_states(vault, &ledger(context, vault.id()))?;
    if states.is_empty() {
        context.say("Automatic backups go to no folder yet; `sterk backup auto add FOLDER` names one.");
    }
    told(&states).iter().try_for_each(|line| answer::line(line))
}

/// Says in one line each how folders stand.
pub fn told(states: &[FolderState]) -> Vec<String> {
    let line = |state: &FolderState| {
        let changed = if state.behind { "; changed since" } else { "" };
        format!("backups to {}: {}{changed}", answer::path(&state.folder), words(&state.standing))
    };
    states.iter().map(line).collect()
}

fn words(standing: &Standing) -> String {
    let last = match &standing.done {
        Some(done) => format!("the last one on {}, {}", answer::dated(done.at), answer::accounts(done.accounts)),
        None => "none yet".to_owned(),
    };
    let why = standing.failed.as_ref().map_or("", |failed| &failed.code);
    match standing.stand {
        Stand::New | Stand::Done => last,
        Stand::Emptied => format!("EMPTIED, what was there is gone; {last}"),
        Stand::Failed => format!("FAILED ({why}); {last}"),
        Stand::Waiting => format!("waits until the folder is there; {last}"),
    }
}

fn document(context: &Context, vault: &Vault) -> Value {
    let plan = vault.backup_plan();
    let keep = plan.map(sterk::vault::BackupPlan::keep).unwrap_or_default();
    let known = ledger(context, vault.id());
    let states = folder_states(vault, &known).unwrap_or_default();
    json!({
        "on": plan.is_some_and(|plan| plan.sealing().is_some()),
        "keep": {"count": keep.count, "days": keep.days},
        "drilled_at": known.drilled_at(),
        "folders": states.iter().map(row).collect::<Vec<_>>(),
    })
}

fn row(state: &FolderState) -> Value {
    let Standing { stand, since, done, failed } = &state.standing;
    json!({
        "folder": state.folder, "state": stand.name(), "since": since, "changed_since": state.behind,
        "done": done.as_ref().map(|done| json!({
            "at": done.at, "file": done.file, "accounts": done.accounts, "recovery_codes": done.recovery_codes,
        })),
        "failed": failed.as_ref().map(|failed| json!({"at": failed.at, "code": failed.code})),
    })
}
