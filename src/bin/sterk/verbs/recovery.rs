//! `sterk recovery`: the codes that open an account when the app is lost.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use sterk::account::recovery;
use sterk::{Account, Passphrase, Vault};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask, find, unlock};

/// The most bytes of a list of recovery codes.
const MOST_BYTES: u64 = 1024 * 1024;

/// What to do with recovery codes.
#[derive(Debug, Subcommand)]
pub enum Recovery {
    /// Show them
    List(OneAccount),
    /// Keep codes: a list as the site gave it, numbering and blanks are dropped
    Add(AddCodes),
    /// Mark a code used; without one named, take the first that is unused and show it
    Use(OneCode),
    /// Forget a code; without one named, all of them
    Forget(OneCode),
}

/// Names the account.
#[derive(Debug, Args)]
pub struct OneAccount {
    /// Id, issuer or name
    query: String,
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

impl Recovery {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(what) => list(context, &what.query),
            Self::Add(what) => what.run(context),
            Self::Use(what) => what.take(context),
            Self::Forget(what) => what.forget(context),
        }
    }
}

fn list(context: &Context, query: &str) -> Result<(), Failure> {
    let vault = unlock::vault(context)?;
    let codes = find::one(&vault, query)?.recovery;
    if context.global.json {
        let row = |code: &sterk::account::RecoveryCode| json!({"code": code.code.expose(), "used_at": code.used_at});
        return answer::json(&codes.iter().map(row).collect::<Vec<_>>());
    }
    if codes.is_empty() {
        context.say("No recovery codes are kept. `sterk recovery add` keeps those the site gave.");
    }
    let rows: Vec<_> = codes
        .iter()
        .zip(1..)
        .map(|(code, number)| {
            let used = if code.used_at.is_some() { "used" } else { "" };
            [format!("{number:>3}"), sterk::account::shown(code.code.expose()), used.to_owned()]
        })
        .collect();
    answer::columns(&rows)
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

fn unused(account: &Account) -> usize {
    account.recovery.iter().filter(|code| code.used_at.is_none()).count()
}
