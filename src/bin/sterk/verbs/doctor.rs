//! `sterk doctor`: the state of the vault and the keyring, and the step that mends it.

use clap::Args;
use clap::builder::styling::AnsiColor;
use serde::Serialize;
use serde_json::json;
use sterk::Account;
use sterk::account::shown;
use sterk::backup::{Reach, folder_states};
use sterk::health::{self, Concern, Facts, Finding};
use sterk::keychain::Keychain;
use sterk::policy::missing;
use sterk::seal::SlotKind;
use sterk::vault::{LockedVault, Vault};

use crate::context::Context;
use crate::failure::Failure;
use crate::verbs::backup::auto;
use crate::{answer, ask, find, unlock};

/// Check the vault and the keyring, and say what mends them
#[derive(Debug, Args)]
pub struct Doctor {
    /// Step back to the vault as it was before its last write; the present file is kept aside
    #[arg(long)]
    use_previous: bool,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Good,
    Attention,
    Fault,
}

/// Is one thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    check: &'static str,
    state: State,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<String>,
    /// Ids of the accounts it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<String>,
}

impl Check {
    fn good(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Good, code: "good", message: message.into(), step: None, accounts: Vec::new() }
    }

    fn worse(check: &'static str, state: State, failure: Failure) -> Self {
        Self { check, state, code: failure.code, message: failure.message, step: failure.hint, accounts: Vec::new() }
    }
}

impl Doctor {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        if self.use_previous {
            return step_back(context);
        }
        let folder = context.folder()?;
        let mut checks = vec![keyring(context)];
        match LockedVault::find(&folder) {
            Ok(None) => checks.push(Check {
                check: "vault",
                state: State::Attention,
                code: "no_vault",
                message: format!("there is no vault in {}", answer::path(&folder)),
                step: Some("make one with `sterk init`".to_owned()),
                accounts: Vec::new(),
            }),
            Err(fault) => checks.push(Check::worse("vault", State::Fault, fault.into())),
            Ok(Some(locked)) => checks.extend(vault(context, &locked)),
        }
        tell(context, &checks)
    }
}

fn keyring(context: &Context) -> Check {
    match context.keyring().map(Keychain::status) {
        None => Check::good("keyring", "the keyring is switched off for this run"),
        Some(Ok(())) => Check::good("keyring", "the system keyring answers"),
        Some(Err(fault)) => Check::worse("keyring", State::Attention, fault.into()),
    }
}

fn vault(context: &Context, locked: &LockedVault) -> Vec<Check> {
    let mut checks = vec![Check::good("vault", format!("the file is whole ({} ways to unlock)", locked.slots().len()))];
    checks.extend(locked.slots().iter().filter_map(|slot| keyring_entry(context, locked, slot)));
    checks.push(ways(locked));
    checks.extend(access(locked));
    match unlock::open(context, locked) {
        Ok(vault) => {
            checks.push(records(&vault));
            checks.extend(health(context, &vault));
        }
        Err(failure) => checks.push(Check::worse("accounts", State::Attention, failure)),
    }
    checks
}

fn keyring_entry(context: &Context, locked: &LockedVault, slot: &sterk::seal::Slot) -> Option<Check> {
    let keyring = context.keyring().filter(|_| matches!(slot.kind, SlotKind::Keyring))?;
    let opened = keyring.read(locked.id(), slot.id).map_err(Failure::from);
    let opened = opened.and_then(|key| slot.open_with_keyring(locked.id(), &key).map_err(Failure::from));
    Some(match opened {
        Ok(_) => Check::good("keyring_entry", "the keyring holds the key of this vault"),
        Err(failure) => Check::worse("keyring_entry", State::Fault, failure),
    })
}

fn ways(locked: &LockedVault) -> Check {
    match locked.slots() {
        [only] => Check {
            check: "ways_to_unlock",
            state: State::Attention,
            code: "one_way_only",
            message: format!(
                "the vault has one way to unlock, {}; if it is lost, so are the accounts",
                only.kind.name()
            ),
            step: Some("add another: `sterk slot add recovery-key`".to_owned()),
            accounts: Vec::new(),
        },
        several => Check::good("ways_to_unlock", format!("the vault has {} ways to unlock", several.len())),
    }
}

/// Looks whether other users of the machine can reach the files.
#[cfg(unix)]
fn access(locked: &LockedVault) -> Option<Check> {
    use std::os::unix::fs::PermissionsExt;
    let path = locked.folder().vault();
    let open_to_others = std::fs::metadata(&path).is_ok_and(|facts| facts.permissions().mode() & 0o077 != 0);
    open_to_others.then(|| Check {
        check: "access",
        state: State::Attention,
        code: "open_to_others",
        message: "other users of this machine may read the vault's file (it is encrypted all the same)".to_owned(),
        step: Some(format!("chmod 600 '{}'", answer::path(&path))),
        accounts: Vec::new(),
    })
}

#[cfg(not(unix))]
fn access(_locked: &LockedVault) -> Option<Check> {
    None
}

fn records(vault: &Vault) -> Check {
    let (accounts, lost) = (vault.accounts().len(), vault.quarantine().len());
    if lost == 0 {
        return Check::good("accounts", format!("{accounts} accounts can be read"));
    }
    Check {
        check: "accounts",
        state: State::Fault,
        code: "quarantined",
        message: format!("{accounts} accounts can be read, {lost} cannot; they are kept aside"),
        step: Some("restore them from a backup".to_owned()),
        accounts: Vec::new(),
    }
}

/// Says what of the accounts and backups wants attention; the ways to unlock have a check of their own.
fn health(context: &Context, vault: &Vault) -> Vec<Check> {
    let settings = context.settings();
    let ledger = auto::ledger(context, vault.id());
    let folders = folder_states(vault, &ledger).unwrap_or_default();
    let told = auto::told(&folders).into_iter().map(|line| Check::good("backups", line)).collect::<Vec<_>>();
    let facts = Facts {
        now: context.now_ms() / 1000,
        changed_at: vault.changed_at(),
        ways_to_unlock: vault.slots().len(),
        backups: Reach::of(vault, settings.backup_folder.as_deref()).seen(),
        folders,
        drill: (ledger.since(), ledger.drilled_at()),
        drill_days: settings.drill_after.days(),
        missing: vault.policy().map(|policy| missing(policy.policy(), &vault.accounts())).unwrap_or_default(),
    };
    let accounts = vault.accounts();
    let findings = health::examine(&accounts, &facts).into_iter();
    findings
        .filter(|finding| finding.concern != Concern::OneWayOnly)
        .flat_map(|finding| checks(&finding, &accounts))
        .chain(told)
        .collect()
}

/// Makes a check of a finding, or one of each required service that is missing.
fn checks(finding: &Finding, accounts: &[Account]) -> Vec<Check> {
    let (check, what, step) = words(finding.concern);
    let attention = |message| Check {
        check,
        state: State::Attention,
        code: finding.concern.code(),
        message,
        step: Some(step.to_owned()),
        accounts: finding.accounts.iter().map(ToString::to_string).collect(),
    };
    if !finding.names.is_empty() {
        return finding.names.iter().map(|name| attention(format!("{}: {what}", shown(name)))).collect();
    }
    let named: Vec<String> =
        accounts.iter().filter(|account| finding.accounts.contains(&account.id)).take(3).map(find::label).collect();
    let more = if finding.accounts.len() > named.len() { ", …" } else { "" };
    vec![attention(match finding.accounts.len() {
        0 => what.to_owned(),
        count => format!("{}: {what} ({}{more})", answer::accounts(count), named.join(", ")),
    })]
}

/// Returns the name of the check, what is the matter, and the step that mends it.
fn words(concern: Concern) -> (&'static str, &'static str, &'static str) {
    match concern {
        Concern::BackupFailing => (
            "backups",
            "the last automatic backup failed, or the backups that were there are gone",
            "`sterk backup auto list` says why; then `sterk backup auto run`",
        ),
        Concern::BackupOutdated => {
            ("backups", "the vault was changed after the newest backup", "`sterk backup create`")
        }
        Concern::BackupWaiting => (
            "backups",
            "it has been away for a week and misses changes",
            "plug it in and `sterk backup auto run`, or `sterk backup auto remove` it",
        ),
        Concern::ClockBehind => (
            "clock",
            "the vault was changed at a time that this clock has not reached; codes by time will be refused",
            "set the clock of this computer by the network",
        ),
        Concern::CounterAhead => (
            "counters",
            "several codes were drawn in a row: the site may be at another counter (it looks a few codes ahead)",
            "log in and `sterk confirm`, or `sterk edit … --counter N` with the site's counter, or enrol anew",
        ),
        Concern::DrillDue => (
            "backups",
            "it is long since a backup was opened with its passphrase",
            "`sterk backup verify` tries the newest one",
        ),
        Concern::Duplicates => ("duplicates", "make the same codes", "`sterk remove` the ones too many"),
        Concern::FewRecoveryCodes => (
            "recovery_codes",
            "two recovery codes or fewer are left",
            "ask the site for new ones, then `sterk recovery add … --replace`",
        ),
        Concern::NoBackup => (
            "backups",
            "no backup was found beside the vault or where the last one was written",
            "`sterk backup create`",
        ),
        Concern::NotInBackup => ("backups", "not in any backup within reach", "`sterk backup create`"),
        Concern::OneWayOnly => ("ways_to_unlock", "the vault has one way to unlock", "`sterk slot add recovery-key`"),
        Concern::RecoveryOpen => (
            "recovery_codes",
            "no recovery codes are kept",
            "`sterk recovery add`, or `sterk edit … --recovery-codes none` where the site gives none",
        ),
        Concern::RequiredMissing => (
            "policy",
            "your organisation requires it, and no account is enrolled",
            "`sterk policy show` says where; then `sterk enrol`",
        ),
        Concern::Unverified => (
            "enrolment",
            "the site has not accepted a code yet, as far as is known",
            "log in once with a code, then `sterk confirm`",
        ),
        Concern::WeakSecret => (
            "secrets",
            "the secret has less than 128 bits (RFC 4226 asks for them)",
            "enrol anew at the site, if it issues longer ones now",
        ),
    }
}

fn tell(context: &Context, checks: &[Check]) -> Result<(), Failure> {
    if context.global.json {
        answer::json(&json!({ "checks": checks }))?;
    } else {
        for check in checks {
            let (mark, colour) = match check.state {
                State::Good => ("good     ", AnsiColor::Green),
                State::Attention => ("attention", AnsiColor::Yellow),
                State::Fault => ("FAULT    ", AnsiColor::Red),
            };
            answer::line(&format!("{}  {}", answer::paint(mark, context.style(colour)), check.message))?;
            if let Some(step) = &check.step {
                answer::line(&format!("           {step}"))?;
            }
        }
    }
    match checks.iter().find(|check| check.state == State::Fault) {
        Some(fault) => Err(Failure::new(fault.code, "something needs to be mended").with_exit(1)),
        None => Ok(()),
    }
}

fn step_back(context: &Context) -> Result<(), Failure> {
    let folder = context.folder()?;
    if !ask::yes(context, "Step back to the vault as it was before its last write?", "--yes")? {
        return Err(Failure::new("cancelled", "nothing was changed"));
    }
    let aside = LockedVault::step_back(&folder)?;
    if context.global.json {
        return answer::json(&json!({ "kept_aside": aside }));
    }
    context.say("The vault is as it was before its last write.");
    if let Some(aside) = aside {
        context.say(format!("The file that was there is kept as {}.", answer::path(&aside)));
    }
    Ok(())
}
