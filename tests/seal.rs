//! The sealed file as a whole: round trips, every kind of damage, and a second reader in another language.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

#[path = "support/reader.rs"]
mod reader;

use std::fs;

use proptest::prelude::*;
use sterk::Passphrase;
use sterk::seal::{
    Header, Kdf, Opened, Purpose, RecordId, RecoveryKey, SealError, Sealed, Slot, SlotId, SlotKey, VaultId, VaultKey,
    salt_of, seal,
};
use zeroize::Zeroizing;

const VAULT: VaultId = VaultId([7; 16]);
const WORDS: &str = "  zwölf Boxkämpfer 🥊 ";

struct Sample {
    key: VaultKey,
    header: Header,
    slot_key: SlotKey,
    recovery_key: RecoveryKey,
}

fn sample() -> Sample {
    let key = VaultKey::make().unwrap();
    let (keyring, slot_key) = Slot::with_keyring(&key, VAULT, "keyring", 1).unwrap();
    let (paper, recovery_key) = Slot::with_recovery_key(&key, VAULT, "paper", 2).unwrap();
    let slots = vec![keyring, paper];
    Sample {
        key,
        header: Header { purpose: Purpose::Vault, vault_id: VAULT, made_at: 3, slots },
        slot_key,
        recovery_key,
    }
}

fn record(number: u8, text: &[u8]) -> (RecordId, Zeroizing<Vec<u8>>) {
    ([number; 16], Zeroizing::new(text.to_vec()))
}

fn records() -> Vec<(RecordId, Zeroizing<Vec<u8>>)> {
    vec![record(1, b"{\"name\":\"\xc3\xa9\"}"), record(2, b""), record(3, b"\xff\x00"), record(4, &[b'x'; 400])]
}

fn ids(opened: &Opened) -> Vec<RecordId> {
    opened.records.iter().map(|(id, _)| *id).collect()
}

fn find(file: &[u8], part: &[u8]) -> usize {
    file.windows(part.len()).position(|window| window == part).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn opens_what_it_sealed(texts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..20)) {
        let Sample { key, header, slot_key, recovery_key } = sample();
        let records: Vec<_> = (0..).zip(&texts).map(|(number, text)| record(number, text)).collect();
        let sealed = Sealed::parse(seal(&header, &key, &records).unwrap()).unwrap();
        prop_assert_eq!(sealed.header(), &header);
        prop_assert_eq!(sealed.record_count(), records.len());
        let slots = &sealed.header().slots;
        for key in [slots[0].open_with_keyring(VAULT, &slot_key), slots[1].open_with_recovery_key(VAULT, &recovery_key)] {
            let opened = sealed.open(&key.unwrap()).unwrap();
            prop_assert!(opened.records == records && opened.damaged.is_empty());
        }
    }

    #[test]
    fn never_panics_on_foreign_bytes(tail in prop::collection::vec(any::<u8>(), 0..300), ours in any::<bool>()) {
        let head: &[u8] = if ours { b"\x89STERK\r\n\x00\x01\x00\x00" } else { b"" };
        prop_assert!(Sealed::parse([head, &tail].concat()).is_err());
    }
}

#[test]
fn refuses_every_flipped_bit_or_loses_that_record_alone() {
    let Sample { key, header, .. } = sample();
    let (file, records) = (seal(&header, &key, &records()).unwrap(), records());
    let contents = file.len() - records.iter().map(|(_, text)| text.len() + 16).sum::<usize>();
    let owners: Vec<RecordId> = records.iter().flat_map(|(id, text)| vec![*id; text.len() + 16]).collect();
    for place in 0..file.len() {
        for bit in 0..8 {
            let mut wrong = file.clone();
            wrong[place] ^= 1 << bit;
            match Sealed::parse(wrong).and_then(|sealed| sealed.open(&key)) {
                Err(error) => {
                    assert!(place < contents, "byte {place} of a record costs the file: {error}");
                    assert!(!matches!(error, SealError::WrongKey), "damage at {place} is called a wrong key");
                }
                Ok(opened) => {
                    assert!(place >= contents, "bit {bit} of byte {place} is not checked");
                    assert_eq!(opened.damaged, [owners[place - contents]]);
                    assert_eq!(opened.records.len(), 3);
                }
            }
        }
    }
}

#[test]
fn names_damage_in_each_part() {
    let Sample { key, header, .. } = sample();
    let file = seal(&header, &key, &records()).unwrap();
    let with = |place: usize, value: u8| {
        let mut wrong = file.clone();
        wrong[place] = value;
        Sealed::parse(wrong).and_then(|sealed| sealed.open(&key)).unwrap_err()
    };
    assert_eq!(with(0, b'S'), SealError::NotSealed);
    assert_eq!(with(9, 2), SealError::UnsupportedVersion { found: 2, newest: 1 });
    assert_eq!(with(8, 1), SealError::UnsupportedVersion { found: 257, newest: 1 });
    assert_eq!(with(10, 1), SealError::TooLarge, "a header of 16 MiB");
    assert_eq!(with(14, 1), SealError::TooLarge, "16 million records");
    assert_eq!(with(find(&file, b"keyring"), b'K'), SealError::Damaged);
    let contents = file.len() - records().iter().map(|(_, text)| text.len() + 16).sum::<usize>();
    assert_eq!(with(contents - 1, !file[contents - 1]), SealError::Tampered, "the seal of the header");
}

#[test]
fn refuses_every_shortened_file_as_shortened() {
    let Sample { key, header, .. } = sample();
    let file = seal(&header, &key, &records()).unwrap();
    assert_eq!(Sealed::parse(vec![]).unwrap_err(), SealError::NotSealed);
    for length in 1..file.len() {
        assert_eq!(Sealed::parse(file[..length].to_vec()).unwrap_err(), SealError::Truncated, "{length} bytes");
    }
    let longer = [file.as_slice(), b"\0"].concat();
    assert_eq!(Sealed::parse(longer).unwrap_err(), SealError::Damaged);
}

#[test]
fn finds_a_head_that_was_changed_together_with_its_checksum() {
    use sha2::{Digest, Sha256};
    let Sample { key, header, .. } = sample();
    for records in [records(), vec![]] {
        let mut file = seal(&header, &key, &records).unwrap();
        let name = find(&file, b"\"paper\"");
        file[name + 1] = b'P';
        let end = file.len() - records.iter().map(|(_, text)| text.len() + 16).sum::<usize>() - 16;
        let checksum = Sha256::digest(&file[..end - 32]);
        file[end - 32..end].copy_from_slice(&checksum);
        let sealed = Sealed::parse(file).expect("whoever can write the file can write its checksum");
        assert_eq!(sealed.open(&key).unwrap_err(), SealError::Tampered);
    }
}

#[test]
fn finds_records_that_changed_places() {
    let Sample { key, header, .. } = sample();
    let records = [record(1, b"aaaa"), record(2, b"bbbb"), record(3, b"cccc")];
    let mut file = seal(&header, &key, &records).unwrap();
    let start = file.len() - 40;
    file[start..].rotate_left(20);
    let opened = Sealed::parse(file).unwrap().open(&key).unwrap();
    assert_eq!(ids(&opened), [[1; 16]]);
    assert_eq!(opened.damaged, [[2; 16], [3; 16]]);
}

#[test]
fn finds_a_record_of_an_earlier_write() {
    let Sample { key, header, .. } = sample();
    let older = seal(&header, &key, &[record(1, b"old!")]).unwrap();
    let mut newer = seal(&header, &key, &[record(1, b"new!")]).unwrap();
    let start = newer.len() - 20;
    newer[start..].copy_from_slice(&older[start..]);
    assert_eq!(Sealed::parse(newer).unwrap().open(&key).unwrap().damaged, [[1; 16]]);
}

#[test]
fn refuses_the_key_of_another_vault() {
    let Sample { key, header, .. } = sample();
    let sealed = Sealed::parse(seal(&header, &key, &records()).unwrap()).unwrap();
    assert_eq!(sealed.open(&VaultKey::make().unwrap()).unwrap_err(), SealError::WrongKey);
}

#[test]
fn seals_differently_each_time() {
    let Sample { key, header, .. } = sample();
    let [first, second] = [(); 2].map(|()| seal(&header, &key, &records()).unwrap());
    let (start, end) = (first.len() - 416, first.len());
    assert_ne!(first[start..end], second[start..end], "the same record under the same key and nonce");
    assert_ne!(salt_of(&first), salt_of(&second));
    assert_eq!(salt_of(&first), Sealed::parse(first).map(|sealed| sealed.salt()));
}

#[test]
fn refuses_to_seal_what_could_not_be_opened_again() {
    let Sample { key, header, .. } = sample();
    let twice = [record(1, b"a"), record(1, b"b")];
    assert_eq!(seal(&header, &key, &twice).unwrap_err(), SealError::RepeatedId);
    let large = [([1; 16], Zeroizing::new(vec![0; 256 << 20]))];
    assert_eq!(seal(&header, &key, &large).unwrap_err(), SealError::TooLarge);
    // Zeros need no wiping, and wiping 256 MiB takes seconds without optimisation.
    std::mem::forget(large);
    let many: Vec<_> = (0..=100_000u128).map(|n| (n.to_be_bytes(), Zeroizing::new(vec![]))).collect();
    assert_eq!(seal(&header, &key, &many).unwrap_err(), SealError::TooLarge);
    assert_eq!(seal(&Header { slots: vec![], ..header }, &key, &[]).unwrap_err(), SealError::NoSlot);
    assert_eq!(Sealed::parse(vec![0x89; (256 << 20) + 1]).unwrap_err(), SealError::TooLarge);
}

#[test]
fn opens_the_largest_number_of_records() {
    let Sample { key, header, .. } = sample();
    let many: Vec<_> = (0..100_000u128).map(|n| (n.to_be_bytes(), Zeroizing::new(vec![]))).collect();
    let opened = Sealed::parse(seal(&header, &key, &many).unwrap()).unwrap().open(&key).unwrap();
    assert_eq!((opened.records.len(), opened.damaged.len()), (100_000, 0));
}

#[test]
fn prints_no_content() {
    let Sample { key, header, .. } = sample();
    let sealed = Sealed::parse(seal(&header, &key, &[record(1, b"abc")]).unwrap()).unwrap();
    let shown = format!("{sealed:?} {:?} {key:?}", sealed.open(&key).unwrap());
    assert_eq!(
        shown,
        format!("Sealed({} bytes, 1 records) Opened(1 records, 0 damaged) VaultKey(hidden)", size(&header))
    );
}

fn size(header: &Header) -> usize {
    let key = VaultKey::make().unwrap();
    seal(header, &key, &[record(1, b"abc")]).unwrap().len()
}

#[test]
fn gives_every_error_a_code_of_its_own_world() {
    assert_eq!(SealError::NotSealed.code(), "not_a_vault");
    assert_eq!(SealError::Damaged.code(), "vault_damaged");
    assert_eq!(SealError::WrongPassphrase.code(), "wrong_passphrase");
    assert_eq!(SealError::UnsupportedVersion { found: 2, newest: 1 }.code(), "unsupported_version");
}

#[test]
fn an_independent_reader_opens_it_by_every_slot() {
    let Sample { key, mut header, slot_key, recovery_key } = sample();
    let words = Passphrase::new(WORDS.into());
    let kdf = Kdf::new(Kdf::FLOOR.memory_kib() + 1, 3, 2).unwrap();
    header
        .slots
        .push(Slot::with_passphrase(&key, VAULT, "other", &Passphrase::new("x".into()), Kdf::FLOOR, 4).unwrap());
    header.slots.push(Slot::with_passphrase(&key, VAULT, "typed", &words, kdf, 5).unwrap());
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("vault"), seal(&header, &key, &records()).unwrap()).unwrap();
    let expected =
        format!("\"{{\\\"name\\\":\\\"\\u00e9\\\"}}\"\n\"\"\n{{\"hex\": \"ff00\"}}\n\"{}\"\n", "x".repeat(400));
    for (option, text) in [
        ("--passphrase-file", WORDS.to_owned()),
        ("--passphrase-file", format!("{WORDS}\n")),
        ("--recovery-key-file", recovery_key.to_text().to_string()),
        ("--recovery-key-file", recovery_key.to_text().to_lowercase().replace('-', " ").replace('0', "o")),
        ("--slot-key-file", slot_key.to_text().to_string()),
    ] {
        let output = reader::open(&folder.path().join("vault"), option, &text);
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{}", String::from_utf8_lossy(&output.stderr));
    }
    let output = reader::open(&folder.path().join("vault"), "--passphrase-file", "wrong");
    assert!(!output.status.success(), "a wrong passphrase must not open it");
}

#[test]
fn slots_open_under_their_own_vault_only() {
    let Sample { header, slot_key, recovery_key, .. } = sample();
    let other = VaultId([8; 16]);
    assert_eq!(header.slots[0].open_with_keyring(other, &slot_key), Err(SealError::WrongKey));
    assert_eq!(header.slots[1].open_with_recovery_key(other, &recovery_key), Err(SealError::WrongRecoveryKey));
    let mut moved = header.slots[0].clone();
    moved.id = SlotId([9; 16]);
    assert_eq!(moved.open_with_keyring(VAULT, &slot_key), Err(SealError::WrongKey));
}
