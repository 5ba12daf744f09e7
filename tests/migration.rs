//! Batches of Google Authenticator, written here by a small protobuf writer.

#![expect(clippy::unwrap_used, reason = "a test stops where its helpers fail")]

use proptest::prelude::*;
use sterk::account::migration::{self, BadEntry, EntryError, MigrationError, Part, Parts};
use sterk::{Algorithm, Digits, Draft, Otp, Period, Secret};

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn number(field: u64, number: i64) -> Vec<u8> {
    [varint(field << 3), varint(number as u64)].concat()
}

fn bytes(field: u64, bytes: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(bytes.len() as u64), bytes.to_vec()].concat()
}

fn account(name: &str, issuer: &str, numbers: &[(u64, i64)]) -> Vec<u8> {
    let mut entry = [bytes(1, b"foobar"), bytes(2, name.as_bytes()), bytes(3, issuer.as_bytes())].concat();
    entry.extend(numbers.iter().flat_map(|&(field, value)| number(field, value)));
    bytes(1, &entry)
}

fn trailer(size: i64, index: i64, id: i64) -> Vec<u8> {
    [number(2, 1), number(3, size), number(4, index), number(5, id)].concat()
}

fn uri(payload: &[u8]) -> String {
    let data = data_encoding::BASE64.encode(payload).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("otpauth-migration://offline?data={data}")
}

fn read(payload: &[u8]) -> Part {
    migration::parse(&uri(payload)).unwrap()
}

fn only(payload: &[u8]) -> Result<Draft, BadEntry> {
    let mut entries = read(payload).entries;
    assert_eq!(entries.len(), 1);
    entries.remove(0)
}

fn totp(algorithm: Algorithm, digits: Digits) -> Otp {
    Otp::Totp { secret: Secret::new(b"foobar".to_vec()), algorithm, digits, period: Period::THIRTY }
}

fn part(id: i64, size: i64, index: i64, name: &str) -> Part {
    read(&[account(name, "", &[]), trailer(size, index, id)].concat())
}

#[test]
fn reads_a_batch_of_version_1() {
    let payload = [
        account("ACME:ada", "ACME", &[(4, 1), (5, 1), (6, 2)]),
        account("bob", "", &[(4, 3), (5, 2), (6, 1), (7, 41)]),
        trailer(3, 1, -1_234_567),
    ]
    .concat();
    let secret = Secret::new(b"foobar".to_vec());
    let hotp = Otp::Hotp { secret, algorithm: Algorithm::Sha512, digits: Digits::EIGHT, counter: 41 };
    let entries =
        vec![Ok(Draft::new("ACME", "ada", totp(Algorithm::Sha1, Digits::SIX))), Ok(Draft::new("", "bob", hotp))];
    assert_eq!(read(&payload), Part { id: Some(-1_234_567), size: 3, index: 1, entries });
}

#[test]
fn reads_version_2_with_an_id_of_each_entry_and_none_of_the_batch() {
    let mut entry = [bytes(1, b"foobar"), bytes(2, b"ada"), number(6, 2), bytes(8, b"uuid")].concat();
    entry.extend([bytes(99, b"unknown"), vec![0xfd, 6, 0, 0, 0, 0]].concat());
    let part = read(&[bytes(1, &entry), number(2, 2), number(3, 2), number(4, 1)].concat());
    assert_eq!((part.id, part.size, part.index), (None, 2, 1));
    assert_eq!(part.entries, [Ok(Draft::new("", "ada", totp(Algorithm::Sha1, Digits::SIX)))]);
}

#[test]
fn takes_the_usual_values_where_nothing_is_said() {
    let part = read(&bytes(1, &bytes(1, b"foobar")));
    assert_eq!((part.id, part.size, part.index), (None, 1, 0));
    assert_eq!(part.entries, [Ok(Draft::new("", "", totp(Algorithm::Sha1, Digits::SIX)))]);
}

#[test]
fn reads_issuer_and_name() {
    for (name, issuer, expected) in [
        ("ACME:ada", "ACME", ("ACME", "ada")),
        ("ACME: ada:x", "ACME", ("ACME", "ada:x")),
        ("ACME: ada:x", "", ("ACME", "ada:x")),
        ("Contoso:ada", "Microsoft", ("Microsoft", "Contoso:ada")),
        ("ada", "ACME", ("ACME", "ada")),
        ("", "ACME", ("ACME", "")),
        (":ada", "", ("", "ada")),
        ("¿äÉ? (demo)", "你好", ("你好", "¿äÉ? (demo)")),
    ] {
        let draft = only(&account(name, issuer, &[])).unwrap();
        assert_eq!((draft.issuer.as_str(), draft.name.as_str()), expected, "{issuer} / {name}");
    }
}

#[test]
fn reads_every_hash_function() {
    for (number, algorithm) in [
        (0, Algorithm::Sha1),
        (1, Algorithm::Sha1),
        (2, Algorithm::Sha256),
        (3, Algorithm::Sha512),
        (4, Algorithm::Md5),
    ] {
        assert_eq!(only(&account("a", "", &[(4, number)])).unwrap().otp.algorithm(), algorithm);
    }
}

#[test]
fn reads_base64_in_any_dress() {
    // Both letters that differ between the alphabets, and padding.
    let payload = bytes(1, &[bytes(1, b"ab\xfb\xef\xbe\xff\xff\xff\xfb"), bytes(2, b"??>>")].concat());
    let plain = data_encoding::BASE64.encode(&payload);
    assert!(plain.contains('+') && plain.contains('/') && plain.contains('='), "{plain}");
    let expected = migration::parse(&uri(&payload)).unwrap();
    for data in [
        plain.clone(),
        plain.replace('+', " "),
        plain.trim_end_matches('=').to_owned(),
        data_encoding::BASE64URL.encode(&payload),
        plain.replace('+', "%2b").replace('/', "%2f"),
    ] {
        for start in ["otpauth-migration://offline?data=", "OTPAUTH-MIGRATION://offline/?x=1&Data="] {
            assert_eq!(migration::parse(&format!(" {start}{data}\n")), Ok(expected.clone()), "{start}{data}");
        }
    }
}

#[test]
fn reports_a_bad_entry_and_keeps_the_others() {
    let payload = [
        account("a", "", &[(5, 3)]),
        account("b", "", &[(4, 5)]),
        account("c", "", &[(6, 3)]),
        account("d", "", &[(6, 1), (7, -1)]),
        account(&"e".repeat(1_001), "", &[]),
        bytes(1, &bytes(2, b"no secret")),
        bytes(1, &[8, 128]),
        bytes(1, &number(1, 7)),
        account("good", "", &[]),
    ]
    .concat();
    let reasons = [
        EntryError::BadDigits,
        EntryError::BadAlgorithm,
        EntryError::UnknownType,
        EntryError::BadCounter,
        EntryError::LabelTooLong,
        EntryError::MissingSecret,
        EntryError::Damaged,
        EntryError::Damaged,
    ];
    let part = read(&payload);
    for (index, reason) in reasons.into_iter().enumerate() {
        assert_eq!(part.entries[index], Err(BadEntry { position: index + 1, reason }));
    }
    assert_eq!(part.entries[8].as_ref().unwrap().name, "good");
}

#[test]
fn refuses_a_payload_that_was_cut_anywhere() {
    let entry = account("ada", "ACME", &[]);
    for length in 1..entry.len() {
        assert_eq!(migration::parse(&uri(&entry[..length])), Err(MigrationError::Damaged), "{length} bytes");
    }
    let whole = uri(&[entry.clone(), entry].concat());
    let cut = whole.trim_end_matches("%3D");
    assert_eq!(migration::parse(&cut[..cut.len() - 3]), Err(MigrationError::Damaged));
}

#[test]
fn refuses_what_is_no_batch() {
    let entry = account("a", "", &[]);
    for (text, error) in [
        ("otpauth://totp/a?secret=MZXW6".into(), MigrationError::NotMigration),
        ("otpauth-migration:/".into(), MigrationError::NotMigration),
        ("otpauth-migration://offline".into(), MigrationError::NoData),
        ("otpauth-migration://offline?dat=AA".into(), MigrationError::NoData),
        ("otpauth-migration://offline?data=".into(), MigrationError::NoData),
        ("otpauth-migration://offline?data=!!!!".into(), MigrationError::Damaged),
        ("otpauth-migration://offline?data=%zz".into(), MigrationError::Damaged),
        ("otpauth-migration://offline?data=AAAAA".into(), MigrationError::Damaged),
        (uri(&trailer(1, 0, 1)), MigrationError::NoEntries),
        (uri(&[entry.clone(), trailer(2, 2, 1)].concat()), MigrationError::BadBatch),
        (uri(&[entry.clone(), trailer(-1, 0, 1)].concat()), MigrationError::BadBatch),
        (uri(&[entry.clone(), trailer(1, -1, 1)].concat()), MigrationError::BadBatch),
        (uri(&[entry.clone(), trailer(1_001, 0, 1)].concat()), MigrationError::BadBatch),
        (uri(&[entry, number(2, 3)].concat()), MigrationError::UnsupportedVersion { found: 3, newest: 2 }),
        (format!("otpauth-migration://offline?data={}", "A".repeat(migration::MAX_LENGTH)), MigrationError::TooLong),
    ] {
        assert_eq!(migration::parse(&text), Err(error), "{}", &text[..text.len().min(80)]);
    }
}

#[test]
fn collects_parts_in_any_order_and_names_the_missing() {
    let mut parts = Parts::new();
    assert!(parts.add(part(7, 3, 2, "third")));
    assert_eq!((parts.have(), parts.of(), parts.missing()), (1, 3, vec![1, 2]));
    assert!(!parts.add(part(7, 3, 2, "third")), "a repeat");
    assert!(parts.add(part(7, 3, 0, "first")));
    assert_eq!(parts.missing(), [2]);
    assert!(parts.add(part(7, 3, 1, "second")));
    assert_eq!((parts.have(), parts.of(), parts.missing()), (3, 3, vec![]));
    let names: Vec<_> = parts.into_entries().map(|entry| entry.unwrap().name).collect();
    assert_eq!(names, ["first", "second", "third"]);
}

#[test]
fn keeps_batches_apart() {
    let mut parts = Parts::new();
    assert!(parts.add(part(7, 2, 0, "a")));
    assert!(parts.add(part(8, 2, 1, "b")));
    assert_eq!((parts.have(), parts.of(), parts.missing()), (2, 4, vec![2, 1]));
}

#[test]
fn throws_nothing_away_when_batches_have_no_id() {
    let mut parts = Parts::new();
    for name in ["a", "b", "a"] {
        parts.add(part(0, 1, 0, name));
    }
    assert!(parts.missing().is_empty());
    assert_eq!(parts.into_entries().count(), 2, "two exports of one part each, one of them seen twice");
    let mut parts = Parts::new();
    assert!(parts.add(part(0, 2, 1, "b")) && parts.add(part(0, 2, 0, "a")));
    assert_eq!((parts.have(), parts.missing()), (2, vec![]), "two parts of one batch");
}

#[test]
fn prints_no_secret() {
    let part = read(&account("ada", "ACME", &[]));
    let mut parts = Parts::new();
    parts.add(part.clone());
    let printed = format!("{part:?} {parts:?}");
    assert!(printed.contains("ada") && !printed.contains("foobar") && !printed.contains("102, 111"), "{printed}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn survives_any_payload(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = migration::parse(&uri(&payload));
        let _ = migration::parse(&uri(&bytes(1, &payload)));
    }
}
