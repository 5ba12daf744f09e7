//! andOTP, and the legacy backup of GNOME Authenticator.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sterk::import::{Access, ImportError, Source, read_from};

use crate::seal::{gcm, pbkdf2};
use crate::{SECRETS, WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};

const ACCOUNTS: [&str; 6] = [
    "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA256 8 60s",
    "hotp Post|grace JBSWY3DPEHPK3PXP SHA1 6 #10",
    "steam Steam|alan MZXW6YTBOI4Q SHA1 5 30s",
    "motp Bank|eve 00ff00ff00ff00ff ",
    "totp Early|lea KRUGKIDROVUWG2Y SHA1 6 30s",
    "totp |no issuer JBSWY3DPEHPK3PXP SHA1 6 30s",
];

fn entry(kind: &str, secret: &str, label: &str, more: Value) -> Value {
    let mut entry = json!({"secret": secret, "label": label, "digits": 6, "type": kind, "algorithm": "SHA1",
        "thumbnail": "Default", "last_used": 0, "used_frequency": 0, "tags": []});
    more.as_object().unwrap().iter().for_each(|(name, value)| entry[name] = value.clone());
    entry
}

fn list() -> String {
    json!([
        entry(
            "TOTP",
            SECRETS[0],
            "ada",
            json!({"issuer": "Forge", "digits": 8, "period": 60, "algorithm": "SHA256", "tags": ["Work", "Home"]})
        ),
        entry("HOTP", "JBSWY3DPEHPK3PXP====", "Post:grace", json!({"issuer": "Post", "counter": 10})),
        entry("STEAM", SECRETS[2], "alan", json!({"issuer": "Steam", "digits": 5})),
        entry("MOTP", "GAYGMZRQGBTGMMBQMZTDAMDGMY======", "eve", json!({"issuer": "Bank"})),
        entry("TOTP", SECRETS[3], "Early - lea", json!({"period": 30})),
        entry("TOTP", SECRETS[1], "no issuer", json!({"period": 30})),
    ])
    .to_string()
}

fn new() -> Vec<u8> {
    let (rounds, salt, nonce) = (140_000u32, [3; 12], [4; 12]);
    let key = pbkdf2::<sha1::Sha1>(WORDS.as_bytes(), &salt, rounds, 32);
    [&rounds.to_be_bytes()[..], &salt, &nonce, &gcm(&key, &nonce, b"", list().as_bytes())].concat()
}

fn old() -> Vec<u8> {
    let nonce = [0xee; 12];
    [&nonce[..], &gcm(&Sha256::digest(WORDS.as_bytes()), &nonce, b"", list().as_bytes())].concat()
}

#[test]
fn reads_the_plain_list() {
    let import = plain(list()).unwrap();
    assert_eq!((import.format, import.encrypted), ("andotp", false));
    assert_eq!(shown(&import), ACCOUNTS);
    assert_eq!(import.drafts[0].tags, ["Work", "Home"]);
}

#[test]
fn opens_the_new_encryption_with_its_password_alone() {
    opens_with_its_passphrase_alone(new(), "andotp", &ACCOUNTS);
}

#[test]
fn opens_the_old_encryption_which_nothing_marks() {
    let import = with(WORDS, old()).unwrap();
    assert_eq!(
        (import.format, import.encrypted, shown(&import)),
        ("andotp", true, ACCOUNTS.map(String::from).to_vec())
    );
    assert_eq!(with("wrong", old()).unwrap_err(), ImportError::WrongPassphrase);
    assert_eq!(plain(old()).unwrap_err(), ImportError::UnknownFormat, "random bytes alone ask for no passphrase");
    let named = old();
    let named = Source::new(&named).named("backup.json.aes");
    assert_eq!(read_from(&named, &Access::default()).unwrap_err(), ImportError::NeedsPassphrase);
}

#[test]
fn asks_no_random_file_for_billions_of_rounds() {
    let noise: Vec<u8> = (0..4096u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect();
    let began = std::time::Instant::now();
    assert_eq!(with(WORDS, &noise).unwrap_err(), ImportError::WrongPassphrase);
    assert!(began.elapsed().as_secs() < 2);
}

#[test]
fn keeps_the_provider_of_gnome_authenticator_which_stands_among_the_tags() {
    let list = json!([
        entry("TOTP", SECRETS[0], "ada", json!({"period": 30, "tags": ["Forge"]})),
        entry("HOTP", SECRETS[1], "grace", json!({"counter": 2, "tags": ["Post"]})),
    ]);
    let import = plain(list.to_string()).unwrap();
    assert_eq!(import.format, "gnome-authenticator");
    let accounts =
        ["totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 6 30s", "hotp Post|grace JBSWY3DPEHPK3PXP SHA1 6 #2"];
    assert_eq!(shown(&import), accounts);
    assert!(import.drafts[0].tags.is_empty());
}

#[test]
fn reports_bad_entries_and_keeps_the_others() {
    let list = json!([
        entry("TOTP", "0", "a", json!({"issuer": "b"})),
        entry("TOTP", SECRETS[1], "a", json!({"issuer": "b", "algorithm": "WHIRLPOOL"})),
        entry("PUSH", SECRETS[1], "a", json!({"issuer": "b"})),
        entry("MOTP", SECRETS[1], "a", json!({"issuer": "b"})),
        entry("TOTP", SECRETS[1], "a", json!({"issuer": "b"})),
    ]);
    let import = plain(list.to_string()).unwrap();
    let codes = ["bad_secret", "bad_algorithm", "unknown_type", "bad_secret"];
    assert_eq!(complaints(&import), (1..).zip(codes).collect::<Vec<_>>());
}

#[test]
fn ends_early_by_name() {
    ends_early_with_a_name(None, list().as_bytes(), 53);
    ends_early_with_a_name(Some(WORDS), &old(), 101);
}
