//! Stratum, once Authenticator Pro.

use serde_json::{Value, json};
use sterk::import::ImportError;

use crate::google::database;
use crate::seal::{argon2, cbc, gcm, pbkdf2};
use crate::{SECRETS, WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};

const ACCOUNTS: [&str; 5] = [
    "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA512 8 60s",
    "hotp Post|grace JBSWY3DPEHPK3PXP SHA1 6 #7",
    "motp Office|alan free-text 1234",
    "steam Games|eve MZXW6YTBOI4Q SHA1 5 30s",
    "totp Shop| KRUGKIDROVUWG2Y SHA1 6 30s",
];

fn entry(kind: u64, names: [&str; 2], secret: &str, numbers: [u64; 4], ranking: u64) -> Value {
    let [algorithm, digits, period, counter] = numbers;
    json!({"Type": kind, "Icon": "x", "Issuer": names[0], "Username": names[1], "Secret": secret, "Algorithm": algorithm,
        "Digits": digits, "Period": period, "Counter": counter, "Ranking": ranking})
}

fn backup() -> Value {
    let mut office = entry(3, ["Office", "alan"], "free-text", [9, 6, 10, 0], 2);
    office["Pin"] = json!("1234");
    let mut shop = entry(2, ["Shop", ""], SECRETS[3], [0, 6, 30, 0], 4);
    shop["Username"] = Value::Null;
    json!({"Authenticators": [
        entry(4, ["Games", "eve"], SECRETS[2], [7, 9, 30, 0], 3),
        entry(2, ["Forge", "ada"], SECRETS[0], [2, 8, 60, 0], 0),
        entry(1, ["Post", "grace"], "JBSWY3DPEHPK3PXP====", [0, 6, 30, 7], 1), office, shop],
        "Categories": [{"Id": "c1", "Name": "Work", "Ranking": 0}],
        "AuthenticatorCategories": [{"CategoryId": "c1", "AuthenticatorSecret": SECRETS[0], "Ranking": 0}],
        "CustomIcons": []})
}

fn strong() -> Vec<u8> {
    let key = argon2(WORDS.as_bytes(), &[3; 16], [65_536, 3, 4]);
    let body = gcm(&key, &[4; 12], b"", backup().to_string().as_bytes());
    [b"AUTHENTICATORPRO", &[3; 16][..], &[4; 12], &body].concat()
}

fn legacy() -> Vec<u8> {
    let key = pbkdf2::<sha1::Sha1>(WORDS.as_bytes(), &[3; 20], 64_000, 32);
    [b"AuthenticatorPro", &[3; 20][..], &[4; 16], &cbc(&key, &[4; 16], backup().to_string().as_bytes())].concat()
}

#[test]
fn reads_every_kind_in_the_order_of_the_app() {
    let import = plain(format!("\u{feff}{}", backup())).unwrap();
    assert_eq!((import.format, import.encrypted), ("stratum", false));
    assert_eq!(shown(&import), ACCOUNTS);
    assert_eq!((&import.drafts[0].tags[..], import.positions[0]), (&["Work".to_owned()][..], 2));
}

#[test]
fn opens_either_encryption_with_its_password_alone() {
    opens_with_its_passphrase_alone(strong(), "stratum", &ACCOUNTS);
    opens_with_its_passphrase_alone(legacy(), "stratum", &ACCOUNTS);
    ends_early_with_a_name(Some(WORDS), &strong(), 500);
    ends_early_with_a_name(Some(WORDS), &legacy(), 500);
    assert_eq!(with(WORDS, b"AUTHENTICATORPRO12").unwrap_err(), ImportError::Damaged);
    assert_eq!(with(WORDS, b"AuthenticatorPro12").unwrap_err(), ImportError::Damaged);
}

#[test]
fn reads_the_database() {
    let import = plain(database(&format!(
        "CREATE TABLE authenticator (Type INTEGER, Icon TEXT, Issuer TEXT, Username TEXT, Secret TEXT PRIMARY KEY, \
         Pin TEXT, Algorithm INTEGER, Digits INTEGER, Period INTEGER, Counter INTEGER, Ranking INTEGER); \
         INSERT INTO authenticator VALUES (2, '', 'Forge', 'ada', '{}', NULL, 2, 8, 60, 0, 0)",
        SECRETS[0]
    )));
    assert_eq!(shown(&import.unwrap()), [ACCOUNTS[0]]);
}

#[test]
fn never_replaces_what_it_does_not_know() {
    let file = json!({"Authenticators": [
        entry(2, ["a", ""], SECRETS[0], [3, 6, 30, 0], 0), entry(2, ["b", ""], SECRETS[0], [0, 11, 30, 0], 1),
        entry(2, ["c", ""], SECRETS[0], [0, 6, 0, 0], 2), entry(6, ["d", ""], SECRETS[0], [0, 6, 30, 0], 3),
        entry(2, ["e", ""], "0", [0, 6, 30, 0], 4), entry(5, ["f", ""], SECRETS[1], [0, 6, 30, 0], 5),
        entry(3, ["g", ""], "two words", [0, 6, 30, 0], 6), entry(2, ["h", ""], SECRETS[1], [0, 6, 30, 0], 7)]});
    let import = plain(file.to_string()).unwrap();
    let codes = ["bad_algorithm", "bad_digits", "bad_period", "unknown_type", "bad_secret", "bad_secret", "bad_secret"];
    assert_eq!(complaints(&import), (1..).zip(codes).collect::<Vec<_>>());
}
