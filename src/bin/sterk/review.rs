//! The review: what was found is compared with the vault, decided on, and kept in one write.

use serde_json::{Value, json};
use sterk::account::{Draft, shown};
use sterk::import::{Import, Skipped};
use sterk::otp::Kind;
use sterk::vault::{Duplicate, Duplicates, Editor, SameBy, Vault, VaultError};
use sterk::{Account, AccountId};

use crate::context::Context;
use crate::failure::Failure;
use crate::leftover::Found;
use crate::unlock::Opened;
use crate::verbs::backup::auto;
use crate::{answer, ask, leftover, sources, view};

/// What to do with an account that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OnDuplicate {
    /// Leave it as it is
    Skip,
    /// Give the kept account the new secret
    Replace,
    /// Keep both
    Keep,
}

/// What became of one find.
enum Outcome {
    Added(AccountId),
    Replaced(AccountId),
    Skipped(AccountId),
}

/// Counts what became of all finds, and describes each.
struct Tally {
    added: usize,
    duplicates: usize,
    /// Finds of which the vault has only a namesake.
    left_out: usize,
    rows: Vec<Value>,
}

/// Reviews, decides and keeps; then answers, and sees to the files that hold it all.
pub fn keep(
    context: &Context,
    opened: Opened,
    found: Found,
    rule: Option<OnDuplicate>,
    delete_source: bool,
) -> Result<(), Failure> {
    let Opened { mut vault, recovery_key } = opened;
    let Found { import, files } = found;
    let kept = keep_in(context, &mut vault, import, rule);
    auto::write_due(context, &vault);
    let key = recovery_key.filter(|_| context.global.json).map(|key| key.to_text().to_string());
    match kept {
        Ok((found, tally)) => {
            let is_whole = found.skipped.is_empty() && tally.left_out == 0;
            answer(context, &found, tally, |document| {
                if let Some(key) = key {
                    document["recovery_key"] = json!(key);
                }
            })?;
            if is_whole {
                return leftover::offer(context, &files, delete_source);
            }
            if delete_source {
                leftover::stays(context);
            }
            Ok(())
        }
        Err(failure) => Err(Failure { recovery_key: key, ..failure }),
    }
}

fn keep_in(
    context: &Context,
    vault: &mut Vault,
    mut found: Import,
    rule: Option<OnDuplicate>,
) -> Result<(Import, Tally), Failure> {
    tell(context, &found);
    let decided = decide(context, vault, &found, rule)?;
    let drafts = std::mem::take(&mut found.drafts);
    let (tally, refused) = vault.update(context.now_ms(), |edit| keep_all(edit, drafts, &decided))?;
    refused.iter().for_each(|skipped| context.warn(sources::skipped_line(skipped)));
    if let (true, Some(first)) = (tally.rows.is_empty(), refused.first()) {
        return Err(Failure::new(first.code, first.reason.clone()));
    }
    found.skipped.extend(refused);
    Ok((found, tally))
}

/// Compares with the vault, or with an empty one, and changes nothing.
pub fn compare(
    context: &Context,
    vault: Option<&Vault>,
    found: &Import,
    rule: Option<OnDuplicate>,
) -> Result<(), Failure> {
    tell(context, found);
    let mut known = vault.map(Duplicates::of).unwrap_or_default();
    let mut tally = Tally { added: 0, duplicates: 0, left_out: 0, rows: Vec::new() };
    for (index, draft) in found.drafts.iter().enumerate() {
        let duplicate = known.find(draft);
        let kept = duplicate.is_none_or(|same| rule_for(same, rule) == OnDuplicate::Keep);
        if kept {
            tally.added += 1
        } else {
            tally.duplicates += 1
        }
        tally.rows.push(view::draft(draft, duplicate));
        known.learn(&as_account(draft, index));
    }
    answer(context, found, tally, |document| document["dry_run"] = json!(true))
}

/// Stands in for an account that a dry run does not make.
fn as_account(draft: &Draft, index: usize) -> Account {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&(index as u64 + 1).to_be_bytes());
    draft.clone().into_account(AccountId(id))
}

/// Shows what was found, before anything is decided.
fn tell(context: &Context, found: &Import) {
    for draft in &found.drafts {
        context.say(format!("found {}", describe(draft)));
    }
    for skipped in &found.skipped {
        context.warn(sources::skipped_line(skipped));
    }
    for batch in found.parts.incomplete() {
        let parts: Vec<String> = batch.missing.iter().map(u32::to_string).collect();
        let (have, of, parts) = (batch.have, batch.of, parts.join(", "));
        context.warn(format!(
            "the batch is not complete: {have} of {of}, missing part {parts}; what is there can be kept"
        ));
    }
}

/// Describes a find in one line, with what is unusual about it.
pub fn describe(draft: &Draft) -> String {
    let otp = &draft.otp;
    let mut line = format!("{} · {}", label(draft), otp.kind().name());
    let pace = match otp.period() {
        Some(period) => format!("{} s", period.seconds()),
        None => "counter".to_owned(),
    };
    line.push_str(&format!(" · {} digits · {pace} · {}", otp.digits().count(), otp.algorithm().name()));
    let bits = otp.secret().len() * 8;
    if matches!(otp.kind(), Kind::Hotp | Kind::Totp) && bits < 128 {
        line.push_str(&format!(" · weak secret ({bits} bits; RFC 4226 asks for 128)"));
    }
    line
}

/// Names a find, safe to print.
fn label(draft: &Draft) -> String {
    let names = [&draft.issuer, &draft.name].map(|name| shown(name));
    let named: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    if named.is_empty() { "unnamed".to_owned() } else { named.join(" · ") }
}

/// Decides for every find that repeats a kept account; asks where nothing decides it.
fn decide(context: &Context, vault: &Vault, found: &Import, rule: Option<OnDuplicate>) -> Result<Rule, Failure> {
    let known = Duplicates::of(vault);
    let repeats = found.drafts.iter().filter_map(|draft| Some((draft, known.find(draft)?)));
    for (draft, same) in repeats {
        let by =
            if same.by == SameBy::Secret { "with the same secret" } else { "of the same name with another secret" };
        context.say(format!("{} is there already {by}", label(draft)));
        if rule.is_none() && !context.global.yes {
            return ask_rule(context);
        }
    }
    if !found.drafts.is_empty() && context.can_ask() && !context.global.yes && !ask::yes(context, "Keep?", "--yes")? {
        return Err(Failure::new("cancelled", "nothing was kept"));
    }
    Ok(Rule(rule))
}

/// Holds what was decided once for all duplicates, if anything was.
struct Rule(Option<OnDuplicate>);

fn ask_rule(context: &Context) -> Result<Rule, Failure> {
    if !context.can_ask() {
        return Err(Failure::undecided("an account is there already", "--on-duplicate skip|replace|keep")
            .hint("decide it with --on-duplicate skip|replace|keep, or --yes to skip what has the same secret"));
    }
    match ask::choice("[s]kip it, [r]eplace the old secret, [k]eep both?")? {
        Some('s') => Ok(Rule(Some(OnDuplicate::Skip))),
        Some('r') => Ok(Rule(Some(OnDuplicate::Replace))),
        Some('k') => Ok(Rule(Some(OnDuplicate::Keep))),
        _ => Err(Failure::new("cancelled", "nothing was kept")),
    }
}

/// What an option says; else `--yes`: skip the same secret, keep the same name, never replace.
fn rule_for(same: Duplicate, rule: Option<OnDuplicate>) -> OnDuplicate {
    rule.unwrap_or(match same.by {
        SameBy::Name => OnDuplicate::Keep,
        SameBy::Secret => OnDuplicate::Skip,
    })
}

/// Keeps what can be kept; what the vault refuses for its size is left out and reported, and sinks no other.
fn keep_all(edit: &mut Editor<'_>, drafts: Vec<Draft>, rule: &Rule) -> Result<(Tally, Vec<Skipped>), Failure> {
    let mut refused = Vec::new();
    let mut known = Duplicates::default();
    edit.accounts().iter().for_each(|account| known.learn(account));
    let mut tally = Tally { added: 0, duplicates: 0, left_out: 0, rows: Vec::new() };
    for (draft, position) in drafts.into_iter().zip(1..) {
        let duplicate = known.find(&draft);
        let mut row = view::draft(&draft, duplicate);
        let named = label(&draft);
        let outcome = match keep_one(edit, draft, duplicate, rule) {
            Err(fault @ VaultError::TooLong { .. }) => {
                let label = named;
                let (within, reason, code) = (String::new(), fault.to_string(), fault.code());
                refused.push(Skipped { position, within, label, reason, code });
                continue;
            }
            other => other?,
        };
        let (id, what) = match outcome {
            Outcome::Added(id) => (id, "added"),
            Outcome::Replaced(id) => (id, "replaced"),
            Outcome::Skipped(id) => (id, "duplicate"),
        };
        if what == "added" {
            tally.added += 1
        } else {
            tally.duplicates += 1
        }
        let is_namesake = what == "duplicate" && duplicate.is_some_and(|same| same.by == SameBy::Name);
        tally.left_out += usize::from(is_namesake);
        row["id"] = json!(id.to_string());
        row["outcome"] = json!(what);
        tally.rows.push(row);
        known.learn(&edit.account(id)?);
    }
    Ok((tally, refused))
}

fn keep_one(edit: &mut Editor<'_>, draft: Draft, same: Option<Duplicate>, rule: &Rule) -> Result<Outcome, VaultError> {
    let Some(same) = same else { return Ok(Outcome::Added(edit.add(draft)?)) };
    match rule_for(same, rule.0) {
        OnDuplicate::Skip => Ok(Outcome::Skipped(same.id)),
        OnDuplicate::Keep => Ok(Outcome::Added(edit.add(draft)?)),
        OnDuplicate::Replace => {
            edit.re_enrol(same.id, draft.otp)?;
            Ok(Outcome::Replaced(same.id))
        }
    }
}

fn skipped_row(skipped: &Skipped) -> Value {
    let Skipped { position, within, label, reason, code } = skipped;
    json!({"position": position, "file": within, "label": label, "reason": reason, "code": code})
}

fn answer(context: &Context, found: &Import, tally: Tally, more: impl FnOnce(&mut Value)) -> Result<(), Failure> {
    if context.global.json {
        let skipped: Vec<Value> = found.skipped.iter().map(skipped_row).collect();
        let mut document = json!({
            "format": found.format, "encrypted": found.encrypted,
            "read": tally.added + tally.duplicates + skipped.len(),
            "added": tally.added, "duplicates": tally.duplicates, "skipped": skipped,
            "accounts": tally.rows, "missing_parts": found.missing_parts, "dry_run": false,
        });
        more(&mut document);
        return answer::json(&document);
    }
    let mut line = format!("{} new", tally.added);
    for (count, what) in [(tally.duplicates, "there already"), (found.skipped.len(), "left out")] {
        if count > 0 {
            line.push_str(&format!(", {count} {what}"));
        }
    }
    context.say(line);
    Ok(())
}
