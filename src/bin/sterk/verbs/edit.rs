//! `sterk edit`: names, tags, note, pin, counter, who resets, what is kept aside.

use std::path::PathBuf;

use clap::Args;
use sterk::AccountId;
use sterk::account::icon::{chosen, icons};
use sterk::account::{RecoveryChoice, in_order};
use sterk::otp::Pin;
use sterk::vault::{Editor, Vault, VaultError};

use crate::context::Context;
use crate::failure::Failure;
use crate::verbs::backup::auto;
use crate::{answer, ask, find, unlock, view};

/// Change an account
#[derive(Debug, Args)]
pub struct Edit {
    /// Id, issuer or name
    query: String,
    /// New issuer
    #[arg(long)]
    issuer: Option<String>,
    /// New name
    #[arg(long)]
    account: Option<String>,
    /// New note; empty removes it
    #[arg(long)]
    note: Option<String>,
    /// Tags it shall have, separated by commas; empty removes them all
    #[arg(long, value_name = "TAGS")]
    tags: Option<String>,
    /// Put it at the top
    #[arg(long)]
    pin: bool,
    /// Put it back among the others
    #[arg(long, conflicts_with = "pin")]
    unpin: bool,
    /// Icon in the window, by the name of the service as in `github`; none for a letter, auto to follow the issuer
    #[arg(long, value_name = "NAME", value_parser = icon)]
    icon: Option<String>,
    /// Put it above this account in the list
    #[arg(long, value_name = "QUERY", group = "place")]
    before: Option<String>,
    /// Put it first in the list, below pinned ones unless it is pinned
    #[arg(long, group = "place")]
    first: bool,
    /// Put it last in the list, or last of the pinned ones
    #[arg(long, group = "place")]
    last: bool,
    #[command(flatten)]
    keeping: Keeping,
    /// Counter of the next HOTP code
    #[arg(long)]
    counter: Option<u64>,
    /// File with the PIN of an mOTP or Yandex account; - is standard input
    #[arg(long, value_name = "FILE")]
    pin_file: Option<PathBuf>,
}

/// What belongs to the enrolment.
#[derive(Debug, Args)]
struct Keeping {
    /// Who can reset the second factor: a link (https, mailto) or words; empty removes it
    #[arg(long, value_name = "TEXT")]
    reset_by: Option<String>,
    /// Record that this site gives no recovery codes (none), that they follow later, or that it is open again
    #[arg(long, value_name = "WHAT")]
    recovery_codes: Option<Choice>,
    /// Bring back the secret from before the last enrolment, and its recovery codes
    #[arg(long)]
    restore_secret: bool,
    /// Forget the old secret and the old recovery codes now, before the 30 days are over
    #[arg(long, conflicts_with = "restore_secret")]
    forget_aside: bool,
}

impl Keeping {
    fn is_empty(&self) -> bool {
        self.reset_by.is_none() && self.recovery_codes.is_none() && !self.restore_secret && !self.forget_aside
    }

    fn apply(self, edit: &mut Editor<'_>, id: AccountId) -> Result<(), VaultError> {
        if let Some(reset_by) = self.reset_by {
            edit.set_reset_by(id, reset_by)?;
        }
        if self.restore_secret {
            edit.restore_secret(id)?;
        }
        if self.forget_aside {
            edit.forget_aside(id)?;
        }
        match self.recovery_codes {
            Some(Choice::None) => edit.choose_recovery(id, Some(RecoveryChoice::NoneGiven)),
            Some(Choice::Later) => edit.choose_recovery(id, Some(RecoveryChoice::Later)),
            Some(Choice::Open) => edit.choose_recovery(id, None),
            None => Ok(()),
        }
    }
}

/// What is said of recovery codes while none are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Choice {
    None,
    Later,
    Open,
}

/// Where in the list an account is put.
enum Spot {
    Before(AccountId),
    First,
    Last,
}

impl Edit {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        context.claim(self.pin_file.as_deref(), "--pin-file")?;
        if self.changes_nothing() {
            return Err(
                Failure::usage("nothing was named to change").hint("`sterk edit --help` lists what can be changed")
            );
        }
        let pin = self.pin_file.as_deref().map(ask::words_from).transpose()?.map(Pin::new).transpose()?;
        let mut vault = unlock::vault(context)?;
        let id = find::one(&vault, &self.query)?.id;
        let spot = self.spot(&vault)?;
        vault.update::<_, Failure>(context.now_ms(), |edit| {
            self.apply(edit, id, pin)?;
            spot.map_or(Ok(()), |spot| place(edit, id, spot))
        })?;
        auto::write_due(context, &vault);
        let changed = vault.account(id)?;
        if context.global.json {
            return answer::json(&view::account(&changed));
        }
        context.say(format!("{} is changed.", find::label(&changed)));
        Ok(())
    }

    fn changes_nothing(&self) -> bool {
        let texts = [&self.issuer, &self.account, &self.note, &self.tags];
        texts.iter().all(|text| text.is_none())
            && !self.pin
            && !self.unpin
            && self.icon.is_none()
            && self.keeping.is_empty()
            && !self.first
            && !self.last
            && self.before.is_none()
            && self.counter.is_none()
            && self.pin_file.is_none()
    }

    fn spot(&self, vault: &Vault) -> Result<Option<Spot>, Failure> {
        Ok(match &self.before {
            Some(query) => Some(Spot::Before(find::one(vault, query)?.id)),
            None if self.first => Some(Spot::First),
            None => self.last.then_some(Spot::Last),
        })
    }

    fn apply(self, edit: &mut Editor<'_>, id: AccountId, pin: Option<Pin>) -> Result<(), VaultError> {
        if let Some(issuer) = self.issuer {
            edit.set_issuer(id, issuer)?;
        }
        if let Some(name) = self.account {
            edit.set_name(id, name)?;
        }
        if let Some(note) = self.note {
            edit.set_note(id, note)?;
        }
        if let Some(tags) = self.tags {
            let tags = tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
            edit.set_tags(id, tags.map(str::to_owned).collect())?;
        }
        if self.pin || self.unpin {
            edit.set_pinned(id, self.pin)?;
        }
        if let Some(icon) = self.icon {
            edit.set_icon(id, chosen(&icon))?;
        }
        self.keeping.apply(edit, id)?;
        if let Some(counter) = self.counter {
            edit.set_counter(id, counter)?;
        }
        if let Some(pin) = pin {
            edit.set_pin(id, pin)?;
        }
        Ok(())
    }
}

/// Puts an account among those that are pinned, or not pinned, like itself.
fn place(edit: &mut Editor<'_>, id: AccountId, spot: Spot) -> Result<(), Failure> {
    let pinned = edit.account(id)?.pinned;
    let group = in_order(edit.accounts()).into_iter().filter(|account| account.pinned == pinned && account.id != id);
    let others: Vec<AccountId> = group.map(|account| account.id).collect();
    let at = match spot {
        Spot::Before(other) => others.iter().position(|known| *known == other).ok_or_else(apart)?,
        Spot::First => 0,
        Spot::Last => others.len(),
    };
    Ok(edit.place(id, &others[..at], others.get(at).copied())?)
}

fn apart() -> Failure {
    Failure::usage("an account cannot be put above itself, nor a pinned one among the others")
        .hint("--pin and --unpin move it to the other group")
}

/// Reads the name of an icon.
fn icon(typed: &str) -> Result<String, &'static str> {
    let known = ["auto", "none"].contains(&typed) || icons().any(|icon| icon.slug == typed);
    if known { Ok(typed.to_owned()) } else { Err("there is no icon of this name") }
}
