//! `sterk tour`: the whole job once, on a real vault in a folder that is removed again.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use sterk::account::recovery;
use sterk::seal::Kdf;
use sterk::vault::{LockedVault, NewSlots, Vault};
use sterk::{AccountId, Passphrase, backup};

use crate::context::Context;
use crate::failure::Failure;
use crate::{answer, review, sources};

/// An enrolment picture as a site would show it; its secret is invented.
const SAMPLE: &[u8] = include_bytes!("../sample.png");

/// See the whole job done once, in a vault of its own
#[derive(Debug, Args)]
pub struct Tour {}

/// Prints the steps, or collects them for `--json`.
struct Guide<'a> {
    context: &'a Context,
    steps: Vec<String>,
}

impl Guide<'_> {
    fn step(&mut self, line: impl Into<String>) -> Result<(), Failure> {
        let line = line.into();
        self.steps.push(line.clone());
        if self.context.global.json { Ok(()) } else { answer::line(&format!("{}. {line}", self.steps.len())) }
    }
}

impl Tour {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        let fail =
            |fault: std::io::Error| Failure::new("io_failed", format!("could not make a folder for the tour: {fault}"));
        let folder = tempfile::Builder::new().prefix("sterk-tour-").tempdir().map_err(fail)?;
        let mut guide = Guide { context, steps: Vec::new() };
        let words = Passphrase::new("a passphrase for this tour alone".into());
        let (mut vault, id) = enrol(&mut guide, &folder.path().join("vault"), &words)?;
        roll(&mut guide, &vault, id)?;
        keep_recovery_codes(&mut guide, &mut vault, id)?;
        back_up(&mut guide, &vault, folder.path())?;
        lock_and_unlock(&mut guide, vault, &words)?;
        folder.close().map_err(fail)?;
        guide.step("Everything this tour made is removed again. `sterk init` makes a vault that stays.")?;
        if context.global.json { answer::json(&json!({ "steps": guide.steps })) } else { Ok(()) }
    }
}

fn enrol(guide: &mut Guide<'_>, folder: &Path, words: &Passphrase) -> Result<(Vault, AccountId), Failure> {
    let slots = NewSlots { passphrase: Some((words, Kdf::STANDARD)), recovery_key: true, ..NewSlots::default() };
    let mut vault = Vault::create(folder, slots, guide.context.now_ms())?.vault;
    guide.step(format!("A vault was made in {}, locked by a passphrase and a recovery key.", folder.display()))?;
    let texts = sources::codes(SAMPLE.to_vec().into())?;
    let found = sterk::import::read_texts(texts.iter().map(|text| text.as_str()))?;
    let draft =
        found.drafts.into_iter().next().ok_or_else(|| Failure::new("no_qr", "the sample picture did not read"))?;
    guide.step(format!("The QR code of a sample picture was read: {}.", review::describe(&draft)))?;
    let id = vault.update(guide.context.now_ms(), |edit| edit.add(draft))?;
    guide.step("The account was kept, encrypted.")?;
    Ok((vault, id))
}

/// Shows the code through one change.
fn roll(guide: &mut Guide<'_>, vault: &Vault, id: AccountId) -> Result<(), Failure> {
    let otp = vault.account(id)?.otp;
    let clock = || guide.context.now_ms() / 1000;
    let first = otp.code_at(clock())?;
    let left = first.valid_until.saturating_sub(clock());
    let line = format!("The code is {} for another {left} s; then it changes.", answer::grouped(&first.text));
    let live = std::io::stdout().is_terminal() && !guide.context.global.json;
    guide.step(line)?;
    while guide.context.now_ms() / 1000 < first.valid_until {
        if live {
            print!(
                "\r   {} · {:>2} s ",
                answer::grouped(&first.text),
                first.valid_until.saturating_sub(guide.context.now_ms() / 1000)
            );
            // A terminal that cannot be written to shows up with the next step.
            let _ = std::io::stdout().flush();
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    if live {
        print!("\r\u{1b}[K");
    }
    let second = otp.code_at(guide.context.now_ms() / 1000)?;
    guide.step(format!("Now it is {}.", answer::grouped(&second.text)))
}

fn keep_recovery_codes(guide: &mut Guide<'_>, vault: &mut Vault, id: AccountId) -> Result<(), Failure> {
    let codes = recovery::read_list("Recovery codes:\n 1. k7wd-93tp\n 2. m2xv-60qs\n 3. t5hn-18yc\n");
    let used = codes.first().cloned();
    let now = guide.context.now_ms();
    let kept = vault.update(now, |edit| edit.add_recovery(id, codes))?;
    if let Some(code) = used {
        vault.update(now, |edit| edit.use_recovery(id, &code, Some(now / 1000)))?;
    }
    guide.step(format!("{kept} recovery codes were kept with it, one of them marked as used."))
}

fn back_up(guide: &mut Guide<'_>, vault: &Vault, folder: &Path) -> Result<(), Failure> {
    let to = folder.join("sample-backup.sterk");
    let words = Passphrase::new("another passphrase, for backups".into());
    let now = guide.context.now_ms() / 1000;
    backup::write(vault, &to, &words, Kdf::STANDARD, now)?;
    guide.step(format!("An encrypted backup was written to {}.", to.display()))?;
    let drill = backup::Backup::open(&to, &words)?.drill(Some(vault), now);
    let same =
        drill.compared.as_ref().is_some_and(|compared| compared.codes_match() && compared.same == drill.accounts);
    if !same || drill.accounts != 1 || drill.recovery_codes != 3 {
        return Err(Failure::new("codes_differ", "the backup does not hold what the vault holds"));
    }
    guide.step(format!(
        "The backup was opened again and compared: {} account, {} recovery codes, the same code.",
        drill.accounts, drill.recovery_codes
    ))
}

fn lock_and_unlock(guide: &mut Guide<'_>, vault: Vault, words: &Passphrase) -> Result<(), Failure> {
    let folder = vault.folder().path().to_owned();
    drop(vault);
    let locked = LockedVault::find(&folder)?.ok_or_else(|| Failure::new("no_vault", "the vault is gone"))?;
    let count = locked.unlock_with_passphrase(words, guide.context.now_ms())?.accounts().len();
    guide.step(format!("The vault was locked and unlocked with its passphrase: {count} account is there."))
}
