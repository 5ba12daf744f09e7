//! Unlocking: with what was given, else the keyring, else a question.

use sterk::policy::PolicyFile;
use sterk::seal::{RecoveryKey, SealError, SlotKind};
use sterk::vault::{Created, LockedVault, NewSlots, Vault, VaultError};

use crate::answer;
use crate::ask;
use crate::context::Context;
use crate::failure::Failure;

/// How often a passphrase is asked for before the program gives up.
const PASSPHRASE_TRIES: u32 = 3;

/// Unlocks the vault.
pub fn vault(context: &Context) -> Result<Vault, Failure> {
    unlock(context, &locked(context)?)
}

/// Is a vault to add to, and what must be told of it if it was made for that.
pub struct Opened {
    pub vault: Vault,
    /// The recovery key of a vault that was made just now.
    pub recovery_key: Option<RecoveryKey>,
}

/// Unlocks the vault, or makes one where there is none.
pub fn vault_or_new(context: &Context) -> Result<Opened, Failure> {
    if let Some(locked) = LockedVault::find(&context.folder()?)? {
        return Ok(Opened { vault: unlock(context, &locked)?, recovery_key: None });
    }
    let Created { vault, recovery_key } = create(context, None, None, None)?;
    context.say(format!("A new vault was made in {}.", answer::path(vault.folder().path())));
    if let Some(key) = recovery_key.as_ref().filter(|_| !context.global.json) {
        tell_key(context, key)?;
    }
    Ok(Opened { vault, recovery_key })
}

/// Unlocks the vault where there is one and it can be done without a question.
pub fn vault_if_any(context: &Context) -> Result<Option<Vault>, Failure> {
    LockedVault::find(&context.folder()?)?.map(|locked| unlock(context, &locked)).transpose()
}

/// Finds the vault, which stays locked.
pub fn locked(context: &Context) -> Result<LockedVault, Failure> {
    let folder = context.folder()?;
    LockedVault::find(&folder)?.ok_or_else(|| {
        Failure::new("no_vault", format!("there is no vault in {}", folder.display()))
            .hint("make one with `sterk init`")
    })
}

/// Unlocks a vault that was found, and tells of accounts that cannot be read.
pub fn unlock(context: &Context, locked: &LockedVault) -> Result<Vault, Failure> {
    let vault = open(context, locked)?;
    for lost in vault.quarantine() {
        context.warn(format!(
            "one account cannot be read ({}); it is kept aside and blocks no other",
            data_encoding::HEXLOWER.encode(&lost.id)
        ));
    }
    Ok(vault)
}

pub fn open(context: &Context, locked: &LockedVault) -> Result<Vault, Failure> {
    let now = context.now_ms();
    context.detail(format!("The vault lies in {}.", answer::path(locked.folder().path())));
    if let Some(file) = &context.global.recovery_key_file {
        context.detail("Unlocking with the recovery key that was given.");
        let key = RecoveryKey::parse(ask::words_from(file)?.expose())?;
        return locked.unlock_with_recovery_key(&key, now).map_err(|fault| no_slot(fault, "recovery key"));
    }
    if let Some(file) = &context.global.passphrase_file {
        context.detail("Unlocking with the passphrase that was given.");
        let words = ask::words_from(file)?;
        return locked.unlock_with_passphrase(&words, now).map_err(|fault| no_slot(fault, "passphrase"));
    }
    context.detail("Asking the system keyring for the key.");
    let from_keyring = context.keyring().map(|keyring| locked.unlock_with_keyring(keyring, now));
    let fault = match from_keyring {
        Some(Ok(vault)) => return Ok(vault),
        Some(Err(fault)) => Some(fault),
        None => None,
    };
    let has_passphrase = locked.slots().iter().any(|slot| matches!(slot.kind, SlotKind::Passphrase(_)));
    match fault {
        Some(fault) if !matches!(fault, VaultError::NoSuchSlot | VaultError::Keychain(_)) => Err(fault.into()),
        fault if has_passphrase && context.can_ask() => {
            if let Some(fault @ VaultError::Keychain(_)) = fault {
                context.say(format!("The keyring did not answer: {fault}."));
            }
            ask_and_unlock(context, locked)
        }
        Some(fault @ VaultError::Keychain(_)) => Err(fault.into()),
        _ => Err(Failure::new("locked", "the vault is locked")
            .hint("unlock it with --passphrase-file FILE or --recovery-key-file FILE")),
    }
}

/// Asks for the passphrase, up to three times.
fn ask_and_unlock(context: &Context, locked: &LockedVault) -> Result<Vault, Failure> {
    let mut question = "Passphrase";
    for _ in 1..PASSPHRASE_TRIES {
        match locked.unlock_with_passphrase(&ask::hidden(question)?, context.now_ms()) {
            Err(VaultError::Seal(SealError::WrongPassphrase)) => question = "Wrong passphrase, try again",
            other => return Ok(other?),
        }
    }
    Ok(locked.unlock_with_passphrase(&ask::hidden(question)?, context.now_ms())?)
}

fn no_slot(fault: VaultError, what: &str) -> Failure {
    match fault {
        VaultError::NoSuchSlot => Failure::new("locked", format!("this vault has no {what} to unlock with"))
            .hint("`sterk slot list` shows the ways there are"),
        other => other.into(),
    }
}

/// Which slots a new vault shall have, as named in `--slot`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SlotName {
    Keyring,
    Passphrase,
    RecoveryKey,
}

/// Makes a vault with the slots named, or with the safe choice: a keyring where one answers, else a
/// passphrase, and a recovery key beside it.
pub fn create(
    context: &Context,
    wanted: Option<&[SlotName]>,
    new_words_file: Option<&std::path::Path>,
    policy: Option<&PolicyFile>,
) -> Result<Created, Failure> {
    create_by(context, wanted, new_words_file, policy, Vault::create)
}

/// Makes one in the way that `make` knows.
pub fn create_by(
    context: &Context,
    wanted: Option<&[SlotName]>,
    new_words_file: Option<&std::path::Path>,
    policy: Option<&PolicyFile>,
    make: impl FnOnce(&std::path::Path, NewSlots<'_>, u64) -> Result<Created, VaultError>,
) -> Result<Created, Failure> {
    let folder = context.folder()?;
    if LockedVault::find(&folder)?.is_some() {
        return Err(VaultError::Exists.into());
    }
    let answering = context.keyring().filter(|keyring| wanted.is_some() || keyring.status().is_ok());
    let given = context.global.passphrase_file.as_deref().or(new_words_file);
    let default = [
        if answering.is_some() && given.is_none() { SlotName::Keyring } else { SlotName::Passphrase },
        SlotName::RecoveryKey,
    ];
    let wanted = wanted.unwrap_or(&default);
    let keyring = wanted.contains(&SlotName::Keyring).then(|| answering.ok_or_else(no_keyring)).transpose()?;
    let words = wanted
        .contains(&SlotName::Passphrase)
        .then(|| ask::new_words(context, "passphrase", given, "--passphrase-file"))
        .transpose()?;
    let passphrase = words.as_ref().map(|words| Ok::<_, Failure>((words, context.kdf()?))).transpose()?;
    let slots = NewSlots { keyring, passphrase, recovery_key: wanted.contains(&SlotName::RecoveryKey), policy };
    Ok(make(&folder, slots, context.now_ms())?)
}

fn no_keyring() -> Failure {
    Failure::new("keyring_no_service", "a keyring slot is wanted, and the keyring is switched off")
        .hint("leave out --no-keyring and STERK_NO_KEYRING, or choose other slots with --slot")
}

/// Shows a new recovery key, this once: the key is data; with `--json` it stands in the answer instead.
pub fn tell_key(context: &Context, key: &RecoveryKey) -> Result<(), Failure> {
    context.say("Write down this recovery key and keep it apart; it is shown once:");
    answer::line(&key.to_text())
}

/// Asks again who is there, before something secret is shown.
///
/// A passphrase or recovery key given by an option counts. At a terminal the passphrase is asked for; a vault
/// that only the keyring opens asks for a word to be typed. `--yes` counts for nothing.
pub fn authenticate(context: &Context, vault: &Vault) -> Result<(), Failure> {
    if context.global.passphrase_file.is_some() || context.global.recovery_key_file.is_some() {
        return Ok(());
    }
    let refused = || {
        Failure::new("needs_authentication", "this shows a secret and asks for authentication again")
            .hint("give --passphrase-file FILE or --recovery-key-file FILE, or run it at a terminal")
    };
    if !context.can_ask() {
        return Err(refused());
    }
    if vault.slots().iter().any(|slot| matches!(slot.kind, SlotKind::Passphrase(_))) {
        return Ok(vault.check_passphrase(&ask::hidden("Passphrase, once more")?)?);
    }
    let typed = ask::hidden("Type the word SHOW to see the secret")?;
    if typed.expose() == "SHOW" { Ok(()) } else { Err(refused()) }
}
