//! The steps of an enrolment after the account is kept.

use std::path::Path;

use serde_json::{Value, json};
use sterk::account::{RecoveryChoice, RecoveryState, recovery};
use sterk::vault::Vault;
use sterk::{AccountId, Otp, Passphrase};

use super::Answers;
use crate::context::Context;
use crate::failure::Failure;
use crate::verbs::backup;
use crate::{answer, ask, view};

/// The most bytes of a list of recovery codes.
const MOST_BYTES: u64 = 1024 * 1024;

/// What to try when a site refuses a code, the likeliest first.
const REFUSED: [&str; 5] = [
    "1. The clock: compare this computer's clock with another one; codes by time are refused from half a minute on.",
    "2. The next code: wait until it changes, and type the new one at once.",
    "3. The parameters: `sterk show` has algorithm, digits and period; compare them with what the site says.",
    "4. Scan again: load the page of the site anew and `sterk enrol NAME --screen`; each loading may issue another secret.",
    "Nothing is lost: the account stays, not confirmed, and an earlier secret is back by `sterk edit --restore-secret`.",
];

/// Shows codes until the site accepted one; returns the last that was shown.
pub fn confirm(
    context: &Context,
    vault: &mut Vault,
    id: AccountId,
    answers: &Answers,
) -> Result<Option<String>, Failure> {
    if vault.account(id)?.verified_at.is_some() {
        return Ok(None);
    }
    if answers.accepted {
        return accepted(context, vault, id).map(|()| None);
    }
    let mut code = show_code(context, vault, id)?;
    if answers.refused {
        refused(context);
        return Ok(Some(code));
    }
    if !context.can_ask() {
        if context.global.json {
            answer::json(&with_code(vault, id, &code)?)?;
        }
        return Err(Failure::undecided(
            "the account is kept; did the site accept the code?",
            "--accepted or --refused",
        ));
    }
    loop {
        match ask::choice("Type it into the site. Accepted? [y]es, [n]o, [c]ode again, [l]ater")? {
            Some('y') => return accepted(context, vault, id).map(|()| Some(code)),
            Some('n') => refused(context),
            Some('l') => return Ok(Some(code)),
            _ => {}
        }
        code = show_code(context, vault, id)?;
    }
}

fn with_code(vault: &Vault, id: AccountId, code: &str) -> Result<Value, Failure> {
    let mut document = view::account(&vault.account(id)?);
    document["code"] = json!(code);
    Ok(document)
}

fn accepted(context: &Context, vault: &mut Vault, id: AccountId) -> Result<(), Failure> {
    let now = context.now_ms();
    Ok(vault.update(now, |edit| edit.set_verified(id, Some(now / 1000)))?)
}

/// Shows the code with the time left; a counter-based one is used up.
fn show_code(context: &Context, vault: &mut Vault, id: AccountId) -> Result<String, Failure> {
    let otp = vault.account(id)?.otp;
    let (code, left) = if let Otp::Hotp { .. } = otp {
        let used = vault.update(context.now_ms(), |edit| edit.advance(id))?;
        (otp.code_at_counter(used)?.text.to_string(), format!("counter {used}"))
    } else {
        let code = otp.code_at(context.at())?;
        (code.text.to_string(), format!("{} s left", code.valid_until.saturating_sub(context.at())))
    };
    if !context.global.json {
        answer::line(&format!("{}  {left}", answer::grouped(&code)))?;
    }
    Ok(code)
}

fn refused(context: &Context) {
    REFUSED.iter().for_each(|line| context.say(line));
}

/// Keeps the recovery codes, or what was decided about them.
pub fn recovery_codes(context: &Context, vault: &mut Vault, id: AccountId, answers: &Answers) -> Result<(), Failure> {
    if let Some(file) = &answers.recovery_file {
        return keep_codes(context, vault, id, &ask::read(file, MOST_BYTES)?);
    }
    let account = vault.account(id)?;
    let said = match (answers.no_recovery_codes, answers.later) {
        (true, _) => Some(RecoveryChoice::NoneGiven),
        (_, true) => Some(RecoveryChoice::Later),
        _ if account.recovery_state() != RecoveryState::Open || account.verified_at.is_none() => return Ok(()),
        _ => None,
    };
    let choice = match said {
        Some(choice) => choice,
        None if context.can_ask() => return ask_codes(context, vault, id),
        None => {
            return Err(Failure::undecided(
                "the account is kept and confirmed; what of its recovery codes?",
                "--recovery-file FILE, --no-recovery-codes or --later",
            ));
        }
    };
    Ok(vault.update(context.now_ms(), |edit| edit.choose_recovery(id, Some(choice)))?)
}

fn keep_codes(context: &Context, vault: &mut Vault, id: AccountId, bytes: &[u8]) -> Result<(), Failure> {
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::new("not_text", "the codes are not UTF-8 text"))?;
    let codes = recovery::read_list(text);
    if codes.is_empty() {
        return Err(Failure::new("no_recovery_codes", "no recovery codes were found in it"));
    }
    let kept = vault.update(context.now_ms(), |edit| edit.add_recovery(id, codes))?;
    context.say(format!("{kept} recovery codes are kept."));
    Ok(())
}

fn ask_codes(context: &Context, vault: &mut Vault, id: AccountId) -> Result<(), Failure> {
    loop {
        let question = "Recovery codes: [p]aste them, read a [f]ile, this site gives [n]one, [l]ater?";
        let done = match ask::choice(question)? {
            Some('p') => keep_codes(context, vault, id, pasted(context)?.expose().as_bytes()),
            Some('f') => {
                let name = ask::line("File:")?;
                ask::read(Path::new(name.trim()), MOST_BYTES).and_then(|bytes| keep_codes(context, vault, id, &bytes))
            }
            Some('n') => choose(context, vault, id, RecoveryChoice::NoneGiven),
            Some('l') => choose(context, vault, id, RecoveryChoice::Later),
            _ => continue,
        };
        match done {
            Err(failure) if ["no_recovery_codes", "no_such_file", "io_failed", "not_text"].contains(&failure.code) => {
                failure.report(false);
            }
            other => return other,
        }
    }
}

fn choose(context: &Context, vault: &mut Vault, id: AccountId, choice: RecoveryChoice) -> Result<(), Failure> {
    Ok(vault.update(context.now_ms(), |edit| edit.choose_recovery(id, Some(choice)))?)
}

/// Reads lines until an empty one.
fn pasted(context: &Context) -> Result<Passphrase, Failure> {
    context.say("Paste the codes, then an empty line:");
    let mut text = String::with_capacity(4096);
    loop {
        let line = ask::line("")?;
        if line.trim().is_empty() {
            return Ok(Passphrase::new(text));
        }
        text.push_str(&line);
    }
}

/// Writes a fresh backup, or says why there is none; answers its path, or null.
pub fn back_up(context: &Context, vault: &Vault, answers: &Answers) -> Result<Value, Failure> {
    let file = answers.backup_passphrase_file.as_deref();
    let wanted = file.is_some()
        || (context.can_ask() && !context.global.yes && ask::yes(context, "Write a fresh backup now?", "--yes")?);
    if !wanted {
        context.say("No fresh backup was written: `sterk backup create` does it with a passphrase of its own.");
        return Ok(Value::Null);
    }
    let (path, _) = backup::write(context, vault, answers.backup_to.clone(), file)?;
    context.say(format!("{} was written and opens.", answer::path(&path)));
    Ok(json!(path))
}
