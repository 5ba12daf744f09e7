//! `sterk export`: accounts in files that other apps read.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use sterk::account::shown;
use sterk::export::{EXPORTERS, Exported, Exporter, Loss, Part};
use sterk::vault::{Event, Vault, VaultError, write_proved};
use sterk::{Account, Passphrase};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask, find, unlock};

/// Write accounts to a file that another app reads
#[derive(Debug, Args)]
pub struct Export {
    /// File to write; where a format makes several, a number is put before its ending
    #[arg(value_name = "FILE", required_unless_present = "formats")]
    file: Option<PathBuf>,
    /// Format to write
    #[arg(long, value_name = "FORMAT", required_unless_present = "formats")]
    to: Option<String>,
    /// Only the accounts that fit
    #[arg(long, value_name = "QUERY")]
    only: Option<String>,
    /// File with the passphrase to seal the new file with; - is standard input
    #[arg(long, value_name = "FILE")]
    target_passphrase_file: Option<PathBuf>,
    /// Yes, write secrets that anybody can read
    #[arg(long)]
    plaintext: bool,
    /// Replace the file that is there
    #[arg(long)]
    overwrite: bool,
    /// List the formats that can be written
    #[arg(long)]
    formats: bool,
}

const OPTION: &str = "--target-passphrase-file";

impl Export {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        let (Some(file), Some(to), false) = (&self.file, &self.to, self.formats) else {
            return formats(context);
        };
        let exporter = Exporter::named(to)
            .ok_or_else(|| Failure::usage("this format is not known").hint("`sterk export --formats` lists them"))?;
        context.claim(self.target_passphrase_file.as_deref(), OPTION)?;
        let vault = unlock::vault(context)?;
        self.check(context, &vault, exporter)?;
        let accounts = self.accounts(&vault)?;
        let losses = exporter.losses(&accounts);
        tell(context, &accounts, &losses);
        if !losses.is_empty() && context.can_ask() && !ask::yes(context, "Write the file without these?", "--yes")? {
            return Err(Failure::new("cancelled", "nothing was written"));
        }
        let words = self.words(context, &vault, exporter)?;
        let parts = exporter.write(&accounts, words.as_ref())?;
        let files = keep(file, &parts, self.overwrite)?;
        vault.note(Event::Exported, context.now_ms());
        report(context, exporter, &files, &accounts, &losses)
    }

    /// Checks that accounts may leave in this way: the policy first, then the word, then who is there.
    fn check(&self, context: &Context, vault: &Vault, exporter: &Exporter) -> Result<(), Failure> {
        if exporter.is_encrypted {
            return Ok(());
        }
        vault.rules().check_plaintext_export()?;
        if !self.plaintext {
            let failure = Failure::undecided("this format is not encrypted".to_owned(), "--plaintext");
            return Err(failure.hint("give --plaintext if anybody may read the file, or choose an encrypted format"));
        }
        unlock::authenticate(context, vault)
    }

    fn accounts(&self, vault: &Vault) -> Result<Vec<Account>, Failure> {
        let accounts = find::all(vault, self.only.as_deref());
        match &self.only {
            Some(query) if accounts.is_empty() => Err(find::none(&vault.accounts(), query)),
            _ => Ok(accounts),
        }
    }

    fn words(&self, context: &Context, vault: &Vault, exporter: &Exporter) -> Result<Option<Passphrase>, Failure> {
        if !exporter.is_encrypted {
            return Ok(None);
        }
        let words = ask::new_words(context, "passphrase of the file", self.target_passphrase_file.as_deref(), OPTION)?;
        vault.rules().check_passphrase(&words)?;
        Ok(Some(words))
    }
}

fn formats(context: &Context) -> Result<(), Failure> {
    if context.global.json {
        let row = |format: &Exporter| json!({"format": format.name, "description": format.about, "encrypted": format.is_encrypted});
        return answer::json(&EXPORTERS.iter().map(row).collect::<Vec<_>>());
    }
    let rows: Vec<_> = EXPORTERS.iter().map(|format| [format.name.to_owned(), format.about.to_owned()]).collect();
    answer::columns(&rows)
}

/// Tells before anything is written what the format cannot hold.
fn tell(context: &Context, accounts: &[Account], losses: &[Loss]) {
    for loss in losses {
        let name = named(accounts, loss).map(find::label).unwrap_or_default();
        match &loss.unfit {
            Some(unfit) => context.warn(format!("{name} is left out: {unfit}")),
            None => {
                let parts: Vec<&str> = loss.parts.iter().map(|part| part.name()).collect();
                context.warn(format!("{name} goes without {}", parts.join(", ")));
            }
        }
    }
}

fn named<'a>(accounts: &'a [Account], loss: &Loss) -> Option<&'a Account> {
    accounts.iter().find(|account| account.id == loss.account)
}

/// Writes the files, all of them or none where one is there already.
fn keep(file: &Path, parts: &[Exported], overwrite: bool) -> Result<Vec<PathBuf>, Failure> {
    let paths: Vec<PathBuf> = parts.iter().map(|part| numbered(file, part.part)).collect();
    let exists = |path: &Path| {
        Failure::new("file_exists", format!("{} is there already", answer::path(path)))
            .hint("name a new file, or replace it with --overwrite")
    };
    if let Some(path) = paths.iter().find(|path| !overwrite && path.symlink_metadata().is_ok()) {
        return Err(exists(path));
    }
    for (path, part) in paths.iter().zip(parts) {
        write_proved(path, &part.bytes, overwrite, |_| Ok(())).map_err(|fault| match fault {
            VaultError::Exists => exists(path),
            other => other.into(),
        })?;
    }
    Ok(paths)
}

/// Puts a number before the ending: `codes.png` becomes `codes-2.png`.
fn numbered(file: &Path, part: Option<usize>) -> PathBuf {
    let Some(part) = part else { return file.to_owned() };
    let mut name = file.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{part}"));
    if let Some(ending) = file.extension() {
        name.push(".");
        name.push(ending);
    }
    file.with_file_name(name)
}

fn report(
    context: &Context,
    exporter: &Exporter,
    files: &[PathBuf],
    accounts: &[Account],
    losses: &[Loss],
) -> Result<(), Failure> {
    let left_out = losses.iter().filter(|loss| loss.unfit.is_some()).count();
    let written = accounts.len() - left_out;
    if context.global.json {
        let rows: Vec<Value> = losses.iter().map(|loss| document(accounts, loss)).collect();
        return answer::json(&json!({"format": exporter.name, "encrypted": exporter.is_encrypted, "files": files,
            "accounts": written, "left_out": left_out, "losses": rows}));
    }
    let names: Vec<String> = files.iter().map(|file| answer::path(file)).collect();
    context.say(format!("{} written: {}.", names.join(", "), answer::accounts(written)));
    if !exporter.is_encrypted {
        context.warn("anybody who gets this file can make these codes; delete it when it has served");
    }
    Ok(())
}

fn document(accounts: &[Account], loss: &Loss) -> Value {
    let account = named(accounts, loss);
    let parts: Vec<&str> = loss.parts.iter().map(|part: &Part| part.code()).collect();
    json!({"id": loss.account.to_string(), "issuer": account.map(|account| &account.issuer),
        "account": account.map(|account| &account.name), "left_out": loss.unfit.is_some(),
        "reason": loss.unfit.map(|unfit| unfit.code()), "parts": parts,
        "message": loss.unfit.map(|unfit| shown(&unfit.to_string()))})
}
