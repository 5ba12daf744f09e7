//! `sterk policy`: what the person's organisation asks, and for whoever asks it, the signing of it.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sterk::account::shown;
use sterk::policy::{Doubt, Item, PolicyError, PolicyFile, Rules, Standing, checklist, doubts};
use sterk::seal::SigningKey;
use sterk::vault::{VaultError, write_new, write_proved};
use sterk::{Account, Vault};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, ask, unlock};

/// The most bytes of a key file.
const MOST_KEY_BYTES: u64 = 4096;
const DOUBTS: [Doubt; 4] = [Doubt::KeyChanged, Doubt::Older, Doubt::OtherOrganisation, Doubt::SignatureGone];

/// What to do with the policy of an organisation.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Show the policy and how the accounts stand to it
    Show {
        /// File to show instead of the policy that is applied; needs no vault
        file: Option<PathBuf>,
    },
    /// Apply a policy to the vault
    Apply(Apply),
    /// Remove the policy and what it asks, after authentication
    Remove,
    /// Make a key to sign policies with
    Key {
        /// File to write; keep it secret
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Sign a policy, to hand it out
    Sign(Sign),
}

/// Names the policy, and what was decided about it.
#[derive(Debug, Args)]
pub struct Apply {
    /// File with the policy
    file: PathBuf,
    /// Accept what is odd about it; --yes does not
    #[arg(long, value_name = "DOUBT", value_delimiter = ',', value_parser = PossibleValuesParser::new(DOUBTS.map(Doubt::name)))]
    accept: Vec<String>,
}

/// Names the policy, the key and the signed file.
#[derive(Debug, Args)]
pub struct Sign {
    /// File with the policy
    file: PathBuf,
    /// File with the key that `sterk policy key` made
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Replace the file that is there
    #[arg(long, requires = "to")]
    overwrite: bool,
}

impl Policy {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Show { file: Some(file) } => show_file(context, &read(&file)?),
            Self::Show { file: None } => show(context),
            Self::Apply(what) => what.run(context),
            Self::Remove => remove(context),
            Self::Key { to } => make_key(context, &to),
            Self::Sign(what) => what.run(context),
        }
    }
}

/// Reads a policy and checks its signature.
pub fn read(path: &Path) -> Result<PolicyFile, Failure> {
    let bytes = ask::read(path, sterk::policy::MOST_BYTES as u64)?;
    PolicyFile::read(&bytes).map_err(|fault| crate::sources::in_file(fault.into(), path))
}

/// Returns the policy of a vault.
pub fn applied(vault: &Vault) -> Result<&PolicyFile, Failure> {
    vault.policy().ok_or_else(|| {
        let fault = if vault.is_policy_unreadable() { PolicyError::Unreadable } else { PolicyError::None };
        fault.into()
    })
}

fn show(context: &Context) -> Result<(), Failure> {
    let vault = unlock::vault(context)?;
    let policy = applied(&vault)?;
    let accounts = vault.accounts();
    let items = checklist(policy.policy(), &accounts);
    if context.global.json {
        let mut document = described(policy);
        document["applied_at"] = json!(vault.policy_since());
        document["services"] = items.iter().map(service).collect();
        return answer::json(&document);
    }
    head(policy).iter().try_for_each(|line| answer::line(line))?;
    items.iter().try_for_each(|item| print(item, &accounts))
}

fn show_file(context: &Context, policy: &PolicyFile) -> Result<(), Failure> {
    if context.global.json {
        return answer::json(&described(policy));
    }
    asked(policy).iter().try_for_each(|line| answer::line(line))
}

fn described(policy: &PolicyFile) -> Value {
    let said = policy.policy();
    let Rules { passphrase_bits, auto_lock_minutes, plaintext_export, .. } = &said.rules;
    let services = said.services.iter().map(|service| {
        json!({
            "name": service.name, "enrol_at": service.enrol_at.as_ref().map(|link| link.as_str()),
            "reset_by": service.reset_by, "recovery_codes_required": service.recovery_codes,
        })
    });
    json!({
        "organisation": said.organisation, "revision": said.revision, "issued": said.issued.to_string(),
        "signed_by": policy.signer().map(|key| key.to_string()), "sha256": policy.digest(),
        "rules": {
            "passphrase_bits": passphrase_bits, "auto_lock_minutes": auto_lock_minutes,
            "plaintext_export": plaintext_export,
        },
        "services": services.collect::<Vec<_>>(),
    })
}

fn service(item: &Item<'_>) -> Value {
    json!({
        "name": item.service.name, "state": item.standing.name(), "account": item.account.map(|id| id.to_string()),
        "recovery_codes": item.recovery.name(), "recovery_codes_required": item.service.recovery_codes,
        "enrol_at": item.service.enrol_at.as_ref().map(|link| link.as_str()), "reset_by": item.service.reset_by,
    })
}

/// Says whose policy it is, who signed it, and how the vault is to be kept.
fn head(policy: &PolicyFile) -> Vec<String> {
    let said = policy.policy();
    let signed = match policy.signer() {
        Some(key) => format!("signed by the key {key}"),
        None => "not signed: anybody may have written it".to_owned(),
    };
    let whose = format!("{}, policy {} of {}", shown(&said.organisation), said.revision, said.issued);
    [vec![whose, signed], rules(&said.rules)].concat()
}

fn rules(rules: &Rules) -> Vec<String> {
    let passphrase = rules.passphrase_bits.map(|bits| format!("a new passphrase has {bits} bits or more"));
    let lock = rules.auto_lock_minutes.map(|minutes| format!("the vault locks after {minutes} minutes at the latest"));
    let export = (!rules.plaintext_export).then(|| "accounts leave the vault in encrypted files only".to_owned());
    [passphrase, lock, export].into_iter().flatten().collect()
}

/// Says all that a policy asks, links in full.
fn asked(policy: &PolicyFile) -> Vec<String> {
    let services = policy.policy().services.iter().flat_map(|service| {
        let codes = if service.recovery_codes { ", recovery codes kept" } else { "" };
        let name = format!("enrol {}{codes}", shown(&service.name));
        let link = service.enrol_at.as_ref().map(|link| format!("  at {link}"));
        let reset = (!service.reset_by.is_empty()).then(|| format!("  reset by {}", shown(&service.reset_by)));
        [Some(name), link, reset].into_iter().flatten().collect::<Vec<_>>()
    });
    head(policy).into_iter().chain(services).collect()
}

fn print(item: &Item<'_>, accounts: &[Account]) -> Result<(), Failure> {
    let account = accounts.iter().find(|account| Some(account.id) == item.account);
    let who = account.map(|account| format!(" ({})", crate::find::label(account))).unwrap_or_default();
    let mark = if item.standing == Standing::Done { "done" } else { "open" };
    answer::line(&format!("{mark}  {}{who}: {}", shown(&item.service.name), words(item.standing)))?;
    match (step(item, account), item.standing) {
        (Some(step), Standing::Missing | Standing::Unverified | Standing::RecoveryOpen) => {
            answer::line(&format!("      {step}"))
        }
        _ => Ok(()),
    }
}

/// Says how it stands with a required service.
pub fn words(standing: Standing) -> &'static str {
    match standing {
        Standing::Missing => "not enrolled",
        Standing::Unverified => "enrolled, not confirmed by the site yet",
        Standing::RecoveryOpen => "confirmed, recovery codes are open",
        Standing::Done => "nothing is left to do",
    }
}

fn step(item: &Item<'_>, account: Option<&Account>) -> Option<String> {
    let id = account.map(|account| account.id.to_string()[..8].to_owned()).unwrap_or_default();
    Some(match item.standing {
        Standing::Missing => match &item.service.enrol_at {
            Some(link) => format!("open {link}, then `sterk enrol --screen`"),
            None => "`sterk enrol --screen` while the site shows its QR code".to_owned(),
        },
        Standing::Unverified => format!("`sterk enrol {id}`"),
        Standing::RecoveryOpen => format!("`sterk recovery add {id}`, or `sterk edit {id} --recovery-codes none`"),
        Standing::Done => return None,
    })
}

impl Apply {
    fn run(self, context: &Context) -> Result<(), Failure> {
        let policy = read(&self.file)?;
        let mut vault = unlock::vault(context)?;
        asked(&policy).iter().for_each(|line| context.say(line));
        let accepted = self.accepted(context, &doubts(vault.policy(), &policy))?;
        if !ask::yes(context, "Apply this policy?", "--yes")? {
            return Err(Failure::new("cancelled", "nothing was changed"));
        }
        vault.apply_policy(&policy, &accepted, context.now_ms())?;
        warn_of_weak_words(context, &vault)?;
        if context.global.json {
            let mut document = described(&policy);
            document["services"] = checklist(policy.policy(), &vault.accounts()).iter().map(service).collect();
            return answer::json(&document);
        }
        context.say("The policy is applied. `sterk policy show` is the checklist.");
        Ok(())
    }

    /// Asks about each doubt that no option decided; an empty answer is no.
    fn accepted(&self, context: &Context, open: &[Doubt]) -> Result<Vec<Doubt>, Failure> {
        let named = |doubt: &Doubt| self.accept.iter().any(|name| name == doubt.name());
        let mut accepted: Vec<Doubt> = DOUBTS.into_iter().filter(named).collect();
        for doubt in open.iter().filter(|doubt| !named(doubt)) {
            let fault = Failure::from(PolicyError::Doubtful(vec![*doubt]));
            if !context.can_ask() || context.global.yes {
                return Err(fault.hint(format!("ask whoever sent it; then --accept {}", doubt.name())));
            }
            if ask::choice(&format!("Careful: {}. Accept that? [y/N]", fault.message))? != Some('y') {
                return Err(Failure::new("cancelled", "nothing was changed"));
            }
            accepted.push(*doubt);
        }
        Ok(accepted)
    }
}

/// A passphrase that was made before the policy is only known when it is typed or given.
fn warn_of_weak_words(context: &Context, vault: &Vault) -> Result<(), Failure> {
    let Some(file) = context.global.passphrase_file.as_deref().filter(|file| *file != Path::new("-")) else {
        return Ok(());
    };
    if let Err(weak) = vault.rules().check_passphrase(&ask::words_from(file)?) {
        context.warn(format!("{weak}; it still opens the vault: change it with `sterk slot change`"));
    }
    Ok(())
}

fn remove(context: &Context) -> Result<(), Failure> {
    let mut vault = unlock::vault(context)?;
    let organisation = shown(&applied(&vault)?.policy().organisation);
    unlock::authenticate(context, &vault)?;
    if !ask::yes(context, &format!("Remove the policy of {organisation}?"), "--yes")? {
        return Err(Failure::new("cancelled", "nothing was changed"));
    }
    vault.remove_policy(context.now_ms())?;
    if context.global.json {
        return answer::json(&json!({"removed": organisation}));
    }
    context.say(format!("The policy of {organisation} is removed, and with it what it asked."));
    Ok(())
}

fn make_key(context: &Context, to: &Path) -> Result<(), Failure> {
    let key = SigningKey::make()?;
    write_new(to, key.to_pem().as_bytes()).map_err(|fault| exists(fault, to, "name a new file with --to"))?;
    if context.global.json {
        return answer::json(&json!({"path": to, "key": key.public().to_string()}));
    }
    context.say(format!(
        "{} was written. Keep it secret, and a copy apart: who has it can sign as you.",
        answer::path(to)
    ));
    context.say("Tell your people this fingerprint by another way than the policy:");
    answer::line(&key.public().to_string())
}

impl Sign {
    fn run(self, context: &Context) -> Result<(), Failure> {
        let key = key_from(&self.key_file)?;
        let bytes = ask::read(&self.file, sterk::policy::MOST_BYTES as u64)?;
        let text = PolicyFile::sign(&bytes, &key).map_err(|fault| crate::sources::in_file(fault.into(), &self.file))?;
        let Some(to) = &self.to else { return answer::text(text.as_bytes()) };
        write_proved(to, text.as_bytes(), self.overwrite, |_| Ok(()))
            .map_err(|fault| exists(fault, to, "name a new file with --to, or replace it with --overwrite"))?;
        if context.global.json {
            return answer::json(&json!({"path": to, "key": key.public().to_string()}));
        }
        context.say(format!("{} was written, signed by the key {}.", answer::path(to), key.public()));
        Ok(())
    }
}

/// Reads a key; one that others can read is no secret any more.
fn key_from(path: &Path) -> Result<SigningKey, Failure> {
    let bytes = ask::read(path, MOST_KEY_BYTES)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let is_open =
            std::fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o077 != 0);
        if is_open {
            let failure = Failure::new("key_open_to_others", format!("other users may read {}", answer::path(path)));
            return Err(failure.hint(format!("chmod 600 '{}'", answer::path(path))));
        }
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::from(sterk::seal::NoSigningKey));
    Ok(SigningKey::from_pem(text?)?)
}

/// Says that a file is there already.
pub fn exists(fault: VaultError, path: &Path, hint: &str) -> Failure {
    match fault {
        VaultError::Exists => {
            Failure::new("file_exists", format!("{} is there already", answer::path(path))).hint(hint)
        }
        other => other.into(),
    }
}
