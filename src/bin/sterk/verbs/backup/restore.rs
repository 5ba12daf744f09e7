//! `sterk backup restore`: what differs, what is brought back, and the way back.

use std::path::PathBuf;

use clap::Args;
use clap::builder::styling::Style;
use serde_json::{Value, json};
use sterk::account::shown;
use sterk::backup::Backup;
use sterk::vault::{Class, Created, Difference, Event, LockedVault, Row, Vault};

use super::{Given, auto, meant};
use crate::context::Context;
use crate::failure::Failure;
use crate::unlock::SlotName;
use crate::{answer, ask, find, unlock};

/// Bring accounts back; nothing that is here is overwritten unless you choose it
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup [default: the newest within reach]
    file: Option<PathBuf>,
    /// Say what differs, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Which accounts to bring back [default: new]
    #[arg(long, value_delimiter = ',', value_name = "CLASS")]
    take: Vec<Take>,
    /// Bring this account back, whatever its class; several may be named
    #[arg(long, value_name = "QUERY")]
    account: Vec<String>,
    /// Where there is no vault yet: ways to unlock the new one
    #[arg(long, value_delimiter = ',', value_name = "SLOTS")]
    slot: Option<Vec<SlotName>>,
    /// Where there is no vault yet: file with the passphrase it shall get; - is standard input
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
    /// File with the passphrase of the backup; - is standard input
    #[arg(long, value_name = "FILE")]
    backup_passphrase_file: Option<PathBuf>,
    /// File with the recovery key of the backup, in place of its passphrase; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "backup_passphrase_file")]
    backup_recovery_key_file: Option<PathBuf>,
}

/// Names a class of accounts to bring back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Take {
    /// All that differs
    All,
    /// Here with another content, newer on one side
    Changed,
    /// Changed on both sides, or of the same name with another secret
    Conflict,
    /// Deleted here
    DeletedHere,
    /// Not here
    New,
}

impl Take {
    fn fits(self, class: Class) -> bool {
        match self {
            Self::All => class != Class::Same,
            Self::Changed => class == Class::Changed,
            Self::Conflict => class == Class::Conflict,
            Self::DeletedHere => class == Class::DeletedHere,
            Self::New => class == Class::New,
        }
    }
}

impl Restore {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        context.claim(self.new_passphrase_file.as_deref(), "--new-passphrase-file")?;
        let given = Given { words: self.backup_passphrase_file.clone(), key: self.backup_recovery_key_file.clone() };
        match LockedVault::find(&context.folder()?)? {
            Some(locked) => {
                let vault = unlock::unlock(context, &locked)?;
                let backup = given.open(context, &meant(context, self.file.clone())?)?;
                self.bring_back(context, vault, &backup)
            }
            None => {
                let file = self.file.clone().ok_or_else(|| {
                    Failure::new("no_vault", "there is no vault here, so the backup has to be named")
                        .hint("`sterk backup restore FILE` makes the vault of it")
                })?;
                let backup = given.open(context, &file)?;
                self.make_vault(context, &backup)
            }
        }
    }

    fn bring_back(&self, context: &Context, mut vault: Vault, backup: &Backup) -> Result<(), Failure> {
        let difference = Difference::of(&vault, backup.records());
        let chosen = self.chosen(&difference)?;
        tell(context, &difference, &chosen)?;
        if self.dry_run || chosen.is_empty() {
            return self.answer(context, (backup, &difference, &chosen), 0);
        }
        let question = format!("Bring back {}?", answer::accounts(chosen.len()));
        if !ask::yes(context, &question, "--yes, or look first with --dry-run")? {
            return Err(Failure::new("cancelled", "nothing was changed"));
        }
        let restored = vault.restore(&chosen, context.now_ms())?;
        vault.note(Event::Restored, context.now_ms());
        auto::write_due(context, &vault);
        self.answer(context, (backup, &difference, &chosen), restored)
    }

    fn chosen(&self, difference: &Difference) -> Result<Vec<Row>, Failure> {
        let classes = match (self.take.as_slice(), self.account.is_empty()) {
            ([], true) => &[Take::New][..],
            (given, _) => given,
        };
        let rows = || difference.rows.iter().filter(|row| row.class != Class::Same);
        let mut named = Vec::new();
        for query in &self.account {
            named.push(find::single(rows().map(|row| row.account.clone()).collect(), query)?.id);
        }
        let is_chosen = |row: &&Row| named.contains(&row.account.id) || classes.iter().any(|take| take.fits(row.class));
        Ok(rows().filter(is_chosen).cloned().collect())
    }

    fn answer(
        &self,
        context: &Context,
        (backup, difference, chosen): (&Backup, &Difference, &[Row]),
        restored: usize,
    ) -> Result<(), Failure> {
        if context.global.json {
            let rows: Vec<Value> = difference.rows.iter().map(|row| document(row, chosen)).collect();
            let only_here = difference.only_here.iter().map(|account| account.id.to_string()).collect::<Vec<_>>();
            return answer::json(&json!({
                "made_at": backup.made_at(), "unreadable": backup.unreadable(), "rows": rows,
                "only_here": only_here, "restored": restored, "dry_run": self.dry_run,
            }));
        }
        context.say(match (self.dry_run, restored) {
            (true, _) => format!("{} would be brought back; nothing was changed.", answer::accounts(chosen.len())),
            (false, 0) => "Nothing was brought back.".to_owned(),
            (false, count) => format!("{} brought back; `sterk backup undo` undoes it.", answer::accounts(count)),
        });
        Ok(())
    }

    /// Makes the vault of the backup: what it had, under a key and slots of its own.
    fn make_vault(&self, context: &Context, backup: &Backup) -> Result<(), Failure> {
        let accounts = backup.drill(None, context.at()).accounts;
        if self.dry_run {
            context.say(format!("There is no vault here; {} would make one.", answer::accounts(accounts)));
            return match context.global.json {
                true => answer::json(&json!({"made_at": backup.made_at(), "accounts": accounts, "dry_run": true})),
                false => Ok(()),
            };
        }
        let (slots, words) = (self.slot.as_deref(), self.new_passphrase_file.as_deref());
        let Created { vault, recovery_key } = unlock::create_by(context, slots, words, None, |folder, slots, now| {
            Vault::create_from(folder, slots, backup, now)
        })?;
        if context.global.json {
            return answer::json(&json!({
                "vault_id": vault.id().to_string(), "accounts": vault.accounts().len(), "restored": accounts,
                "slots": vault.slots().iter().map(|slot| slot.kind.name()).collect::<Vec<_>>(),
                "unreadable": backup.unreadable(),
                "recovery_key": recovery_key.map(|key| key.to_text().to_string()),
            }));
        }
        context.say(format!(
            "The vault is back in {}: {}.",
            answer::path(vault.folder().path()),
            answer::accounts(vault.accounts().len())
        ));
        recovery_key.map_or(Ok(()), |key| unlock::tell_key(context, &key))
    }
}

/// Undoes the last restore.
pub fn undo(context: &Context) -> Result<(), Failure> {
    let mut vault = unlock::vault(context)?;
    let (at, touched) = vault.undoable().ok_or(sterk::VaultError::NothingToUndo)?;
    let question = format!("Undo the restore of {}, which touched {}?", answer::dated(at), answer::accounts(touched));
    if !ask::yes(context, &question, "--yes")? {
        return Err(Failure::new("cancelled", "nothing was changed"));
    }
    let undone = vault.undo_restore(context.now_ms())?;
    auto::write_due(context, &vault);
    if context.global.json {
        return answer::json(&json!({"undone": undone}));
    }
    context.say(format!("{} as before the restore; what it had brought is in the bin.", answer::accounts(undone)));
    Ok(())
}

/// Prints what differs, a line each; what is the same is counted.
fn tell(context: &Context, difference: &Difference, chosen: &[Row]) -> Result<(), Failure> {
    if context.global.json {
        return Ok(());
    }
    let rows: Vec<[String; 4]> = difference
        .rows
        .iter()
        .filter(|row| row.class != Class::Same)
        .map(|row| {
            let mark = if is_chosen(row, chosen) { "bring back" } else { "leave" };
            [mark.to_owned(), row.class.name().replace('_', " "), find::label(&row.account), parts(row)]
        })
        .collect();
    answer::painted_columns(&rows, |_| Style::new())?;
    let same = difference.rows.len() - rows.len();
    context.say(format!(
        "{} are the same; {} only here.",
        answer::accounts(same),
        answer::accounts(difference.only_here.len())
    ));
    Ok(())
}

fn is_chosen(row: &Row, chosen: &[Row]) -> bool {
    chosen.iter().any(|one| one.account.id == row.account.id)
}

fn parts(row: &Row) -> String {
    let part = |one: &sterk::vault::Differing| {
        format!(
            "{} ({})",
            one.part.name().replace('_', " "),
            if one.newer_there { "newer in the backup" } else { "newer here" }
        )
    };
    row.parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

fn document(row: &Row, chosen: &[Row]) -> Value {
    let part = |one: &sterk::vault::Differing| json!({"field": one.part.name(), "newer": if one.newer_there { "backup" } else { "here" }});
    json!({
        "id": row.account.id.to_string(), "issuer": shown(&row.account.issuer), "account": shown(&row.account.name),
        "class": row.class.name(), "fields": row.parts.iter().map(part).collect::<Vec<_>>(),
        "taken": is_chosen(row, chosen),
    })
}
