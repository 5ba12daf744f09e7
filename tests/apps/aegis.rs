//! Aegis.

use serde_json::{Value, json};

use crate::seal::{base64, gcm, hex, scrypt};
use crate::{SECRETS, WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};
use sterk::import::ImportError;

const ACCOUNTS: [&str; 6] = [
    "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA256 8 60s",
    "hotp |grace JBSWY3DPEHPK3PXP SHA1 6 #9007199254740993",
    "steam Steam|alan MZXW6YTBOI4Q SHA1 5 30s",
    "motp Bank|eve 00ff00ff00ff00ff 1234",
    "yandex Yandex|lea GEZDGNBVGY3TQOJQGEZDGNBVGY SHA256 8 30s",
    "totp Odd|ten KRUGKIDROVUWG2Y MD5 10 86400s",
];

fn entry(kind: &str, issuer: Value, name: &str, info: Value) -> Value {
    json!({"type": kind, "uuid": name, "name": name, "issuer": issuer, "note": "", "favorite": false,
        "icon": null, "info": info, "groups": []})
}

fn db(version: u64) -> Value {
    let mut first = entry(
        "totp",
        json!("Forge"),
        "ada",
        json!({"secret": SECRETS[0], "algo": "SHA256", "digits": 8, "period": 60}),
    );
    first["note"] = json!("first line\nsecond");
    first["favorite"] = json!(true);
    if version == 3 {
        first["groups"] = json!(["id-1", "ID-2", "gone"]);
    } else {
        first["group"] = json!("Work");
    }
    let mut entries = vec![
        first,
        entry(
            "hotp",
            Value::Null,
            "grace",
            json!({"secret": "jbsw y3dp-ehpk3pxp==", "algo": "SHA1", "digits": 6, "counter": 9007199254740993u64}),
        ),
        entry(
            "steam",
            json!("Steam"),
            "alan",
            json!({"secret": SECRETS[2], "algo": "SHA1", "digits": 5, "period": 30}),
        ),
        entry(
            "motp",
            json!("Bank"),
            "eve",
            json!({"secret": "AD7QB7YA74AP6", "algo": "MD5", "digits": 6, "period": 10, "pin": "1234"}),
        ),
        entry(
            "yandex",
            json!("Yandex"),
            "lea",
            json!({"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY", "algo": "SHA256", "digits": 8, "period": 30, "pin": "123456"}),
        ),
        entry("totp", json!("Odd"), "ten", json!({"secret": SECRETS[3], "algo": "MD5", "digits": 10, "period": 86400})),
    ];
    // Other versions of the app leave these out.
    for name in ["note", "favorite", "icon"] {
        entries[2].as_object_mut().unwrap().remove(name);
    }
    json!({"version": version, "entries": entries,
        "groups": [{"uuid": "ID-1", "name": "Work"}, {"uuid": "id-2", "name": "Home"}]})
}

fn file(db: Value) -> String {
    json!({"version": 1, "header": {"slots": null, "params": null}, "db": db}).to_string()
}

fn slot(kind: u64, words: &[u8], master: &[u8], repaired: bool) -> Value {
    let key = gcm(&scrypt(words, &[7; 32], 10), &[8; 12], b"", master);
    let (key, tag) = key.split_at(32);
    json!({"type": kind, "uuid": "x", "key": hex(key), "key_params": {"nonce": hex(&[8; 12]), "tag": hex(tag)},
        "n": 1024, "r": 8, "p": 1, "salt": hex(&[7; 32]), "repaired": repaired})
}

fn sealed(slots: Vec<Value>) -> String {
    let sealed = gcm(&[42; 32], &[9; 12], b"", db(3).to_string().as_bytes());
    let (body, tag) = sealed.split_at(sealed.len() - 16);
    json!({"version": 1, "header": {"slots": slots, "params": {"nonce": hex(&[9; 12]), "tag": hex(tag)}},
        "db": base64(body)})
    .to_string()
}

#[test]
fn reads_every_kind_in_every_version() {
    for version in 1..=3 {
        let import = plain(file(db(version))).unwrap();
        assert_eq!((import.format, import.encrypted), ("aegis", false));
        assert_eq!(shown(&import), ACCOUNTS);
        let tags: &[&str] = if version == 3 { &["Work", "Home"] } else { &["Work"] };
        assert_eq!(import.drafts[0].tags, tags, "content version {version}");
        assert_eq!((import.drafts[0].note.as_str(), import.drafts[0].pinned), ("first line\nsecond", true));
    }
}

#[test]
fn opens_the_encrypted_vault_with_its_password_alone() {
    let words = WORDS.as_bytes();
    let file = sealed(vec![slot(2, b"finger", &[1; 32], true), slot(1, words, &[42; 32], true)]);
    opens_with_its_passphrase_alone(file, "aegis", &ACCOUNTS);
}

#[test]
fn tries_every_password_slot() {
    let other = slot(1, b"another", &[42; 32], true);
    let file = sealed(vec![other, slot(1, WORDS.as_bytes(), &[42; 32], true)]);
    assert_eq!(shown(&with(WORDS, &file).unwrap()), ACCOUNTS);
    assert_eq!(shown(&with("another", &file).unwrap()), ACCOUNTS);
}

#[test]
fn opens_slots_that_an_old_version_made_from_its_whole_buffer() {
    let words = "w".repeat(70);
    let mut padded = words.clone().into_bytes();
    padded.resize(77, 0);
    let file = |repaired| sealed(vec![slot(1, &padded, &[42; 32], repaired)]);
    assert_eq!(shown(&with(&words, file(false)).unwrap()), ACCOUNTS);
    assert_eq!(with(&words, file(true)).unwrap_err(), ImportError::WrongPassphrase, "it says it is repaired");
}

#[test]
fn reports_bad_entries_and_keeps_the_others() {
    let info = |secret: &str, more: Value| {
        let mut info = json!({"secret": secret, "algo": "SHA1", "digits": 6, "period": 30});
        more.as_object().unwrap().iter().for_each(|(name, value)| info[name] = value.clone());
        info
    };
    let good = SECRETS[1];
    let entries = json!([
        entry("totp", json!("a"), "1", info("1AAA", json!({}))),
        entry("totp", json!("a"), "2", info("", json!({}))),
        entry("totp", json!("a"), "3", info(good, json!({"algo": "SHA3"}))),
        entry("totp", json!("a"), "4", info(good, json!({"digits": 0}))),
        entry("totp", json!("a"), "5", info(good, json!({"period": 0}))),
        entry("smoke", json!("a"), "6", info(good, json!({}))),
        entry("hotp", json!("a"), "7", info(good, json!({"counter": -1}))),
        entry("yandex", json!("a"), "8", info(good, json!({}))),
        entry("motp", json!("a"), "9", info(good, json!({"pin": "a\u{7}"}))),
        entry("totp", json!("a".repeat(1001)), "10", info(good, json!({}))),
        entry("totp", json!("a"), "11", info(good, json!({}))),
    ]);
    let import = plain(file(json!({"version": 3, "entries": entries, "groups": []}))).unwrap();
    assert_eq!(shown(&import), ["totp a|11 JBSWY3DPEHPK3PXP SHA1 6 30s"]);
    let codes = [
        "bad_secret",
        "missing_secret",
        "bad_algorithm",
        "bad_digits",
        "bad_period",
        "unknown_type",
        "bad_counter",
        "bad_secret",
        "bad_pin",
        "label_too_long",
    ];
    assert_eq!(complaints(&import), (1..).zip(codes).collect::<Vec<_>>());
    assert_eq!((import.positions[0], import.skipped[0].label.as_str()), (11, "a: 1"));
}

#[test]
fn names_what_is_wrong_with_a_file() {
    let file = sealed(vec![slot(1, WORDS.as_bytes(), &[42; 32], true)]);
    let changed = |name: &str, value: Value| {
        let mut json: Value = serde_json::from_str(&file).unwrap();
        *json.pointer_mut(name).unwrap() = value;
        with(WORDS, json.to_string()).unwrap_err()
    };
    assert_eq!(changed("/version", json!(2)), ImportError::UnsupportedVersion { found: 2, newest: 1 });
    assert_eq!(changed("/db", json!("AAAA")), ImportError::Damaged);
    assert_eq!(changed("/db", json!(7)), ImportError::Damaged);
    assert_eq!(changed("/header/slots", json!([])), ImportError::Damaged);
    assert_eq!(changed("/header/slots/0/salt", json!("zz")), ImportError::Damaged);
    assert!(matches!(changed("/header/slots/0/n", json!(1u64 << 40)), ImportError::TooCostly { .. }));
    assert!(matches!(changed("/header/slots/0/r", json!(1u64 << 30)), ImportError::TooCostly { .. }));
    ends_early_with_a_name(Some(WORDS), file.as_bytes(), 97);
}
