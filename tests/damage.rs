//! Damage of every kind to a real vault and a real backup: refused by name, or one record lost and all others of use.
#![expect(clippy::unwrap_used, reason = "a test stops where its setting fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sterk::account::Draft;
use sterk::backup::{Backup, write};
use sterk::seal::{Kdf, RecoveryKey};
use sterk::vault::{Folder, LockedVault, NewSlots, Vault, VaultError};
use sterk::{Algorithm, Digits, Otp, Passphrase, Period, Secret};

const NOW: u64 = 1_700_000_000_000;
const ACCOUNTS: usize = 20;
/// Says how much is tried: all of it takes minutes, a sample some seconds.
#[derive(Clone, Copy)]
struct Scope {
    /// How many bits of each byte of the head.
    bits: usize,
    /// How many flips fall anywhere.
    flips: u64,
    /// How many bytes lie between two lengths to which the file is cut.
    stride: usize,
}

const ALL: Scope = Scope { bits: 8, flips: 10_000, stride: 1 };
const SAMPLE: Scope = Scope { bits: 1, flips: 500, stride: 61 };

/// How damage may be called; never a wrong credential, which would send a person looking for another one.
const NAMES: [&str; 6] =
    ["not_a_vault", "too_large", "unsupported_version", "vault_damaged", "vault_tampered", "vault_truncated"];

/// Is what a file answered after damage: a code, or the accounts that are still of use.
type Answer = Result<BTreeMap<String, String>, &'static str>;

fn words() -> Passphrase {
    Passphrase::new("words of the backup".into())
}

fn made(folder: &Path) -> (Vault, RecoveryKey) {
    let slots = NewSlots { recovery_key: true, ..NewSlots::default() };
    let created = Vault::create(folder, slots, NOW).unwrap();
    let mut vault = created.vault;
    let draft = |index: usize| {
        let secret = Secret::new(format!("{index:-<20}").into_bytes());
        let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
        Draft::new("Example", format!("account {index}"), otp)
    };
    vault
        .update::<_, VaultError>(NOW, |edit| (0..ACCOUNTS).try_for_each(|index| edit.add(draft(index)).map(drop)))
        .unwrap();
    (vault, created.recovery_key.unwrap())
}

/// Returns each account's name and its code at a fixed time.
fn codes(accounts: impl IntoIterator<Item = sterk::Account>) -> BTreeMap<String, String> {
    let code = |account: &sterk::Account| account.otp.code_at(59).unwrap().text.to_string();
    accounts.into_iter().map(|account| (account.name.clone(), code(&account))).collect()
}

/// Draws numbers that look random and are the same in every run (xorshift64*, by Vigna).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % limit as u64) as usize
    }
}

/// Says what damage a file has seen, and how it ended.
#[derive(Debug, Default)]
struct Tally {
    refused: BTreeMap<&'static str, u64>,
    one_lost: u64,
    unharmed: u64,
}

impl Tally {
    /// Judges an answer: never a wrong code, never more than one account lost, never a wrong name for damage.
    fn take(&mut self, answer: Answer, whole: &BTreeMap<String, String>, what: &str) {
        match answer {
            Err(code) if NAMES.contains(&code) => *self.refused.entry(code).or_default() += 1,
            Err(other) => panic!("{what} is called {other}"),
            Ok(accounts) => {
                assert!(accounts.iter().all(|(name, code)| whole.get(name) == Some(code)), "{what}: a wrong answer");
                assert!(accounts.len() + 1 >= whole.len(), "{what}: {} of {} left", accounts.len(), whole.len());
                if accounts.len() == whole.len() { self.unharmed += 1 } else { self.one_lost += 1 }
            }
        }
    }

    fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }
}

/// Tries every bit of the head, flips anywhere, and the file cut at every length.
fn go_through(
    name: &str,
    scope: Scope,
    file: &[u8],
    whole: &BTreeMap<String, String>,
    mut open: impl FnMut(&[u8]) -> Answer,
) {
    assert_eq!(open(file).as_ref(), Ok(whole), "the file is whole to begin with");
    let count = u32::from_be_bytes(file[14..18].try_into().unwrap()) as usize;
    let header = u32::from_be_bytes(file[10..14].try_into().unwrap()) as usize;
    let head = 18 + header + 20 * count + 32 + 16;
    let mut flipped = |place: usize, bit: usize, tally: &mut Tally| {
        let mut wrong = file.to_vec();
        wrong[place] ^= 1 << bit;
        tally.take(open(&wrong), whole, &format!("{name}: bit {bit} of byte {place}"));
    };
    let mut heads = Tally::default();
    // A sample takes another bit of each byte in turn.
    (0..head).for_each(|place| (0..scope.bits).for_each(|bit| flipped(place, (place + bit) % 8, &mut heads)));
    // A record that is lost is one flip in a record; a flip of the head loses all or nothing, and is seen.
    assert_eq!(
        (heads.refusals(), heads.one_lost, heads.unharmed),
        ((head * scope.bits) as u64, 0, 0),
        "{name}: {heads:?}"
    );

    let (mut anywhere, mut dice) = (Tally::default(), Dice(0x5eed));
    (0..scope.flips).for_each(|_| flipped(dice.below(file.len()), dice.below(8), &mut anywhere));
    assert_eq!(anywhere.refusals() + anywhere.one_lost + anywhere.unharmed, scope.flips);
    assert!(anywhere.one_lost > 0, "{name}: flips fell into records: {anywhere:?}");

    let mut cut = Tally::default();
    let lengths = (0..file.len()).step_by(scope.stride);
    lengths.clone().for_each(|length| cut.take(open(&file[..length]), whole, &format!("{name}: cut to {length}")));
    assert_eq!(cut.refusals(), lengths.count() as u64, "{name}: every cut is refused: {cut:?}");
    println!("{name}, {} bytes, head {head}\n  head: {heads:?}\n  anywhere: {anywhere:?}\n  cut: {cut:?}", file.len());
}

#[test]
fn a_damaged_vault_is_refused_by_name_or_loses_one_account() {
    damage_a_vault(SAMPLE);
}

#[test]
fn a_damaged_backup_is_refused_by_name_or_loses_one_account() {
    damage_a_backup(SAMPLE);
}

#[test]
#[ignore = "takes minutes; the numbers are in docs/reliability.md"]
fn every_flip_of_the_head_ten_thousand_anywhere_and_every_cut() {
    damage_a_vault(ALL);
    damage_a_backup(ALL);
}

fn damage_a_vault(scope: Scope) {
    let folder = tempfile::tempdir().unwrap();
    let (vault, key) = made(folder.path());
    let whole = codes(vault.accounts());
    let (file, previous) = (Folder::new(folder.path()).vault(), Folder::new(folder.path()).previous());
    // Without the generation before, nothing can be taken from there.
    fs::remove_file(&previous).unwrap();
    let bytes = fs::read(&file).unwrap();
    go_through("vault", scope, &bytes, &whole, |bytes| {
        fs::write(&file, bytes).unwrap();
        let opened = LockedVault::find(folder.path()).and_then(|locked| {
            // A file that is gone is no answer here: it is there.
            locked.ok_or(VaultError::NoSuchSlot)?.unlock_with_recovery_key(&key, NOW)
        });
        // What happened is noted beside the vault, and would be folded in some day: the file is to stay as it is.
        let _ = fs::remove_file(folder.path().join("vault.events"));
        opened.map(|vault| codes(vault.accounts())).map_err(|fault| fault.code())
    });
}

#[test]
fn an_account_that_damage_took_comes_back_from_the_generation_before() {
    let folder = tempfile::tempdir().unwrap();
    let (mut vault, key) = made(folder.path());
    let id = vault.accounts()[0].id;
    vault.update::<_, VaultError>(NOW, |edit| edit.set_note(id, "later".into())).unwrap();
    let whole = codes(vault.accounts());
    let file = Folder::new(folder.path()).vault();
    let bytes = fs::read(&file).unwrap();
    let (mut dice, records) = (Dice(0xdead), bytes.len() - 400);
    for _ in 0..200 {
        let mut wrong = bytes.clone();
        // The last bytes are in records for certain.
        wrong[records + dice.below(400)] ^= 1 << dice.below(8);
        fs::write(&file, wrong).unwrap();
        let vault = LockedVault::find(folder.path()).unwrap().unwrap().unlock_with_recovery_key(&key, NOW).unwrap();
        assert_eq!(codes(vault.accounts()), whole, "the lost one was offered from the generation before");
        let _ = fs::remove_file(folder.path().join("vault.events"));
    }
}

fn damage_a_backup(scope: Scope) {
    let folder = tempfile::tempdir().unwrap();
    let (vault, _) = made(&folder.path().join("vault"));
    let whole = codes(vault.accounts());
    let file = folder.path().join("backup.sterk");
    write(&vault, &file, &words(), Kdf::FLOOR, NOW / 1000).unwrap();
    // Deriving the key anew for each of the flips would take hours: the sealed form is opened with it at once.
    let bytes = fs::read(&file).unwrap();
    let sealed = sterk::seal::Sealed::parse(bytes.clone()).unwrap();
    let header = sealed.header().clone();
    let key = header.slots[0].open_with_passphrase(header.vault_id, &words()).unwrap();
    go_through("backup", scope, &bytes, &whole, |bytes| {
        let opened = sterk::seal::Sealed::parse(bytes.to_vec()).and_then(|sealed| sealed.open(&key));
        let records = opened.map_err(sterk::SealError::code)?.records;
        let parse = |bytes: &[u8]| serde_json::from_slice::<sterk::vault::Record>(bytes).ok()?.live_account();
        Ok(codes(records.iter().filter_map(|(_, bytes)| parse(bytes))))
    });
    let opened = Backup::open(&file, &words()).unwrap();
    assert_eq!(codes(opened.records().iter().filter_map(sterk::vault::Record::live_account)), whole);
}
