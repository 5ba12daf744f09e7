//! `sterk recovery`: the codes that open an account when the app is lost.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use sterk::Passphrase;
use sterk::account::recovery;

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
    /// Mark a code used
    Use(OneCode),
    /// Forget a code
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
    /// File with the code, or its number in `recovery list`; - is standard input
    #[arg(long, value_name = "FILE", required_unless_present = "number")]
    code_file: Option<PathBuf>,
    /// Number of the code in `recovery list`, from 1
    #[arg(value_name = "NUMBER", conflicts_with = "code_file")]
    number: Option<usize>,
}

impl Recovery {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(what) => list(context, &what.query),
            Self::Add(what) => what.run(context),
            Self::Use(what) => what.mark(context, true),
            Self::Forget(what) => what.mark(context, false),
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
    fn mark(self, context: &Context, used: bool) -> Result<(), Failure> {
        context.claim(self.code_file.as_deref(), "--code-file")?;
        let mut vault = unlock::vault(context)?;
        let account = find::one(&vault, &self.query)?;
        let code = self.code(&account)?;
        let now = context.now_ms();
        vault.update(now, |edit| match used {
            true => edit.use_recovery(account.id, &code, Some(now / 1000)),
            false => edit.forget_recovery(account.id, &code),
        })?;
        let left = vault.account(account.id)?.recovery.iter().filter(|code| code.used_at.is_none()).count();
        if context.global.json {
            return answer::json(&json!({"unused": left}));
        }
        context.say(format!("{left} unused recovery codes are left for {}.", find::label(&account)));
        if used && left <= 2 {
            context.say("Ask the site for new ones before the last is gone.");
        }
        Ok(())
    }

    fn code(&self, account: &sterk::Account) -> Result<Passphrase, Failure> {
        if let Some(file) = &self.code_file {
            return Ok(Passphrase::new(ask::words_from(file)?.expose().trim().to_owned()));
        }
        let at = self.number.and_then(|number| number.checked_sub(1));
        let code = at.and_then(|at| account.recovery.get(at)).map(|code| code.code.clone());
        code.ok_or_else(|| Failure::new("no_such_recovery_code", "the account has no recovery code of this number"))
    }
}
