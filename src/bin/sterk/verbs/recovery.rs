//! `sterk recovery`: the codes that open an account when the app is lost.

mod sheet;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use sterk::account::recovery;
use sterk::vault::Event;
use sterk::{Account, Passphrase, Vault};

use crate::context::Context;
use crate::failure::Failure;
use crate::verbs::backup::auto;
use crate::{answer, ask, find, unlock};

/// The most bytes of a list of recovery codes.
const MOST_BYTES: u64 = 1024 * 1024;

/// What to do with recovery codes.
#[derive(Debug, Subcommand)]
pub enum Recovery {
    /// Show them
    List(Listed),
    /// Keep codes: a list as the site gave it, numbering and blanks are dropped
    Add(AddCodes),
    /// Say which account a code belongs to
    Find {
        /// File with the code [default: standard input]
        #[arg(long, value_name = "FILE", default_value = "-", hide_default_value = true)]
        code_file: PathBuf,
    },
    /// Write the codes to an encrypted file of their own, after authentication
    Export(sheet::Export),
    /// Show what an encrypted file of recovery codes holds; needs no vault
    Open(sheet::Open),
    /// Bring back the codes that were replaced last
    Restore(OneAccount),
    /// Mark a code used; without one named, take the first that is unused and show it
    Use(UseCode),
    /// Forget a code; without one named, all of them
    Forget(OneCode),
}

/// Names the account.
#[derive(Debug, Args)]
pub struct OneAccount {
    /// Id, issuer or name
    query: String,
}

/// Names the account, and which of its codes.
#[derive(Debug, Args)]
pub struct Listed {
    #[command(flatten)]
    account: OneAccount,
    /// Those that were replaced and are kept aside
    #[arg(long)]
    former: bool,
}

/// Names the account and its new codes.
#[derive(Debug, Args)]
pub struct AddCodes {
    /// Id, issuer or name
    query: String,
    /// File with the codes [default: standard input]
    #[arg(long, value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,
    /// Replace all codes that are there: the site issued new ones
    #[arg(long)]
    replace: bool,
}

/// Names the account and one code.
#[derive(Debug, Args)]
pub struct OneCode {
    /// Id, issuer or name
    query: String,
    /// The code, or its number in `recovery list`, from 1
    #[arg(value_name = "CODE", conflicts_with = "code_file")]
    code: Option<String>,
    /// File with the code; - is standard input
    #[arg(long, value_name = "FILE")]
    code_file: Option<PathBuf>,
}

/// Names a code and what happened to it.
#[derive(Debug, Args)]
pub struct UseCode {
    #[command(flatten)]
    code: OneCode,
    /// It was not used after all
    #[arg(long)]
    undo: bool,
}

impl Recovery {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(what) => list(context, &what),
            Self::Add(what) => what.run(context),
            Self::Use(what) if what.undo => what.code.give_back(context),
            Self::Use(what) => what.code.take(context),
            Self::Find { code_file } => which(context, &code_file),
            Self::Export(what) => what.run(context),
            Self::Open(what) => what.run(context),
            Self::Restore(what) => restore(context, &what.query),
            Self::Forget(what) => what.forget(context),
        }
    }
}

fn list(context: &Context, what: &Listed) -> Result<(), Failure> {
    let vault = unlock::vault(context)?;
    let account = find::one(&vault, &what.account.query)?;
    vault.note(Event::ShowedCodes(account.id), context.now_ms());
    let codes = if what.former { account.former_recovery } else { account.recovery };
    if context.global.json {
        let row = |code: &sterk::account::RecoveryCode| json!({"code": code.code.expose(), "used_at": code.used_at});
        return answer::json(&codes.iter().map(row).collect::<Vec<_>>());
    }
    if codes.is_empty() && !what.former {
        context.say("No recovery codes are kept. `sterk recovery add` keeps those the site gave.");
    }
    let rows: Vec<_> = codes
        .iter()
        .zip(1..)
        .map(|(code, number)| [format!("{number:>3}"), sterk::account::shown(code.code.expose()), used(code)])
        .collect();
    answer::columns(&rows)
}

fn used(code: &sterk::account::RecoveryCode) -> String {
    code.used_at.map_or_else(String::new, |at| format!("used {}", answer::dated(at)))
}

/// Finds the accounts that a code belongs to, however it was typed.
fn which(context: &Context, file: &std::path::Path) -> Result<(), Failure> {
    context.claim(Some(file), "--code-file")?;
    let typed = Passphrase::new(ask::words_from(file)?.expose().trim().to_owned());
    let vault = unlock::vault(context)?;
    let has = |account: &Account| account.recovery.iter().any(|kept| recovery::is_same(&kept.code, &typed));
    let found: Vec<Account> = vault.accounts().into_iter().filter(has).collect();
    if found.is_empty() {
        return Err(Failure::new("no_such_recovery_code", "no account has this recovery code"));
    }
    if context.global.json {
        return answer::json(&found.iter().map(crate::view::account).collect::<Vec<_>>());
    }
    found.iter().try_for_each(|account| answer::line(&find::label(account)))
}

fn restore(context: &Context, query: &str) -> Result<(), Failure> {
    let mut vault = unlock::vault(context)?;
    let id = find::one(&vault, query)?.id;
    vault.update(context.now_ms(), |edit| edit.restore_recovery(id))?;
    let account = vault.account(id)?;
    if context.global.json {
        return answer::json(&json!({"unused": unused(&account), "former": account.former_recovery.len()}));
    }
    context.say(format!(
        "The earlier recovery codes of {} are back: {} unused.",
        find::label(&account),
        unused(&account)
    ));
    Ok(())
}

impl AddCodes {
    fn run(self, context: &Context) -> Result<(), Failure> {
        context.claim(Some(&self.file), "--file")?;
        let bytes = ask::read(&self.file, MOST_BYTES)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Failure::new("not_text", "the codes are not UTF-8 text"))?;
        let codes = recovery::read_list(text);
        if codes.is_empty() {
            return Err(Failure::new("no_recovery_codes", "no recovery codes were found in it"));
        }
        let mut vault = unlock::vault(context)?;
        let account = find::one(&vault, &self.query)?;
        let read = codes.len();
        let added = vault.update(context.now_ms(), |edit| {
            if self.replace { edit.replace_recovery(account.id, codes) } else { edit.add_recovery(account.id, codes) }
        })?;
        auto::write_due(context, &vault);
        if context.global.json {
            return answer::json(&json!({"read": read, "added": added}));
        }
        context.say(format!("{added} of {read} recovery codes were new and are kept for {}.", find::label(&account)));
        Ok(())
    }
}

impl OneCode {
    fn take(self, context: &Context) -> Result<(), Failure> {
        let (mut vault, account) = self.account(context)?;
        let code = match self.named(context, &account)? {
            Some(code) => code,
            None => first_unused(&account)?,
        };
        let now = context.now_ms();
        vault.update(now, |edit| edit.use_recovery(account.id, &code, Some(now / 1000)))?;
        auto::write_due(context, &vault);
        let account = vault.account(account.id)?;
        let left = unused(&account);
        if context.global.json {
            return answer::json(&json!({"code": code.expose(), "used_at": now / 1000, "unused": left}));
        }
        if self.code.is_none() && self.code_file.is_none() {
            answer::line(code.expose())?;
        }
        context.say(format!("{left} unused recovery codes are left for {}.", find::label(&account)));
        if recovery::is_few(&account.recovery) {
            context.say("Ask the site for new ones before the last is gone.");
        }
        Ok(())
    }

    /// Marks the code that was named, or the one used last, unused again.
    fn give_back(self, context: &Context) -> Result<(), Failure> {
        let (mut vault, account) = self.account(context)?;
        let code = match self.named(context, &account)? {
            Some(code) => code,
            None => last_used(&account)?,
        };
        vault.update(context.now_ms(), |edit| edit.use_recovery(account.id, &code, None))?;
        let left = unused(&vault.account(account.id)?);
        if context.global.json {
            return answer::json(&json!({"code": code.expose(), "used_at": null, "unused": left}));
        }
        context.say(format!("{left} unused recovery codes are left for {}.", find::label(&account)));
        Ok(())
    }

    fn forget(self, context: &Context) -> Result<(), Failure> {
        let (mut vault, account) = self.account(context)?;
        let codes: Vec<Passphrase> = match self.named(context, &account)? {
            Some(code) => vec![code],
            None => account.recovery.iter().map(|code| code.code.clone()).collect(),
        };
        let question = format!("Forget all {} recovery codes of {}?", codes.len(), find::label(&account));
        if codes.len() > 1 && !ask::yes(context, &question, "--yes")? {
            return Err(Failure::new("cancelled", "nothing was changed"));
        }
        vault.update(context.now_ms(), |edit| {
            codes.iter().try_for_each(|code| edit.forget_recovery(account.id, code))
        })?;
        let left = unused(&vault.account(account.id)?);
        if context.global.json {
            return answer::json(&json!({"forgotten": codes.len(), "unused": left}));
        }
        context.say(format!("{left} unused recovery codes are left for {}.", find::label(&account)));
        Ok(())
    }

    fn account(&self, context: &Context) -> Result<(Vault, Account), Failure> {
        context.claim(self.code_file.as_deref(), "--code-file")?;
        let vault = unlock::vault(context)?;
        let account = find::one(&vault, &self.query)?;
        Ok((vault, account))
    }

    /// Returns the code that was named: by its number, or by itself.
    fn named(&self, context: &Context, account: &Account) -> Result<Option<Passphrase>, Failure> {
        if let Some(file) = &self.code_file {
            return Ok(Some(Passphrase::new(ask::words_from(file)?.expose().trim().to_owned())));
        }
        let Some(typed) = &self.code else { return Ok(None) };
        let number = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(code) = number.and_then(|at| account.recovery.get(at)) {
            return Ok(Some(code.code.clone()));
        }
        context.detail("The code stood on the command line, where other users of this machine may have seen it.");
        Ok(Some(Passphrase::new(typed.clone())))
    }
}

fn first_unused(account: &Account) -> Result<Passphrase, Failure> {
    let code = account.recovery.iter().find(|code| code.used_at.is_none()).map(|code| code.code.clone());
    code.ok_or_else(|| {
        Failure::new("no_such_recovery_code", "the account has no unused recovery code")
            .hint("`sterk recovery add` keeps those the site gives")
    })
}

fn last_used(account: &Account) -> Result<Passphrase, Failure> {
    let used = account.recovery.iter().filter_map(|code| Some((code.used_at?, &code.code)));
    let last = used.max_by_key(|(at, _)| *at).map(|(_, code)| code.clone());
    last.ok_or_else(|| Failure::new("no_such_recovery_code", "the account has no used recovery code"))
}

fn unused(account: &Account) -> usize {
    account.recovery.iter().filter(|code| code.used_at.is_none()).count()
}
