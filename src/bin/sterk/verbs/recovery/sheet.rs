//! `sterk recovery export` and `open`: recovery codes in an encrypted file of their own.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use sterk::account::{RecoveryCode, shown};
use sterk::backup::{self, RecoverySheet, SheetAccount};
use sterk::seal::Kdf;
use sterk::vault::{Event, VaultError};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask, find, unlock};

const OPTION: &str = "--backup-passphrase-file";

/// Names the accounts and the file.
#[derive(Debug, Args)]
pub struct Export {
    /// Id, issuer or name [default: every account with recovery codes]
    query: Option<String>,
    /// File to write
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Replace the file that is there
    #[arg(long)]
    overwrite: bool,
    /// File with the passphrase of the new file; - is standard input
    #[arg(long, value_name = "FILE")]
    backup_passphrase_file: Option<PathBuf>,
}

/// Names the file.
#[derive(Debug, Args)]
pub struct Open {
    /// File that `recovery export` made
    file: PathBuf,
    /// File with its passphrase; - is standard input
    #[arg(long, value_name = "FILE")]
    backup_passphrase_file: Option<PathBuf>,
}

impl Export {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        context.claim(self.backup_passphrase_file.as_deref(), OPTION)?;
        let vault = unlock::vault(context)?;
        let mut accounts = find::all(&vault, self.query.as_deref());
        if let (Some(query), true) = (&self.query, accounts.is_empty()) {
            return Err(find::none(&vault.accounts(), query));
        }
        accounts.retain(|account| !account.recovery.is_empty());
        if accounts.is_empty() {
            return Err(Failure::new("no_recovery_codes", "no recovery codes are kept")
                .hint("`sterk recovery add` keeps those the site gave"));
        }
        let overwrite = self.may_overwrite(context)?;
        unlock::authenticate(context, &vault)?;
        let file = self.backup_passphrase_file.as_deref();
        let words = ask::new_words(context, "passphrase for the recovery codes", file, OPTION)?;
        let now = context.now_ms() / 1000;
        let written =
            backup::write_recovery(vault.id(), &accounts, (&self.to, overwrite), (&words, Kdf::STANDARD), now);
        let sheet = written
            .map_err(|fault| if matches!(fault, VaultError::Exists) { exists(&self.to) } else { fault.into() })?;
        vault.note(Event::RecoveryFile, context.now_ms());
        if context.global.json {
            let count = sheet.accounts.iter().map(|account| account.codes.len()).sum::<usize>();
            return answer::json(&json!({"path": self.to, "accounts": sheet.accounts.len(), "recovery_codes": count}));
        }
        context.say(format!(
            "{} was written and opens: the recovery codes of {}. Keep it apart from the vault.",
            answer::path(&self.to),
            answer::accounts(sheet.accounts.len())
        ));
        Ok(())
    }

    /// Asks before a file is replaced; `--overwrite` decides it, `--yes` does not.
    fn may_overwrite(&self, context: &Context) -> Result<bool, Failure> {
        if self.overwrite || std::fs::symlink_metadata(&self.to).is_err() {
            return Ok(self.overwrite);
        }
        if !context.can_ask() || context.global.yes {
            return Err(exists(&self.to));
        }
        let question = format!("{} is there already. Replace it? [y/N]", answer::path(&self.to));
        if ask::choice(&question)? == Some('y') {
            Ok(true)
        } else {
            Err(Failure::new("cancelled", "nothing was written"))
        }
    }
}

fn exists(path: &Path) -> Failure {
    Failure::new("file_exists", format!("{} is there already", answer::path(path)))
        .hint("name a new file with --to, or replace it with --overwrite")
}

impl Open {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        context.claim(self.backup_passphrase_file.as_deref(), OPTION)?;
        let words = match &self.backup_passphrase_file {
            Some(file) => ask::words_from(file)?,
            None if context.can_ask() => ask::hidden("Passphrase of the recovery codes")?,
            None => return Err(Failure::undecided("the passphrase of the file is needed", &format!("{OPTION} FILE"))),
        };
        let sheet = backup::open_recovery(&self.file, &words).map_err(|fault| match fault {
            VaultError::Gone(path) => Failure::new("no_such_file", format!("there is no file {}", answer::path(&path))),
            other => other.into(),
        })?;
        if context.global.json {
            answer::json(&document(&sheet))?
        } else {
            print(&sheet)?
        }
        match sheet.unreadable {
            0 => Ok(()),
            _ => Err(Failure::new("backup_damaged", "the codes of some accounts cannot be read")),
        }
    }
}

fn document(sheet: &RecoverySheet) -> Value {
    let code = |code: &RecoveryCode| json!({"code": code.code.expose(), "used_at": code.used_at});
    let row = |account: &SheetAccount| {
        json!({
            "id": account.id.to_string(), "issuer": account.issuer, "account": account.name,
            "codes": account.codes.iter().map(code).collect::<Vec<_>>(), "reset_by": account.reset_by,
        })
    };
    let rows: Vec<Value> = sheet.accounts.iter().map(row).collect();
    json!({"made_at": sheet.made_at, "accounts": rows, "unreadable": sheet.unreadable})
}

fn print(sheet: &RecoverySheet) -> Result<(), Failure> {
    for account in &sheet.accounts {
        let names = [shown(&account.issuer), shown(&account.name)];
        let named: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        answer::line(&if named.is_empty() { "unnamed".to_owned() } else { named.join(":") })?;
        for code in &account.codes {
            answer::line(format!("  {}  {}", shown(code.code.expose()), super::used(code)).trim_end())?;
        }
        if !account.reset_by.is_empty() {
            answer::line(&format!("  reset by {}", shown(&account.reset_by)))?;
        }
    }
    Ok(())
}
