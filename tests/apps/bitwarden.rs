//! Bitwarden and Bitwarden Authenticator.

use hkdf::Hkdf;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sterk::import::{ImportError, Obstacle};

use crate::seal::{argon2, base64, cbc, hmac, pbkdf2};
use crate::{SECRETS, WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};

const ACCOUNTS: [&str; 5] = [
    "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 6 30s",
    "totp Site|grace JBSWY3DPEHPK3PXP SHA512 8 60s",
    "steam Games|alan MZXW6YTBOI4Q SHA1 5 30s",
    "totp Shop|mail@example.org KRUGKIDROVUWG2Y SHA1 6 30s",
    "hotp Post|eve JBSWY3DPEHPK3PXP SHA1 6 #3",
];

fn login(name: &str, username: Value, totp: Value) -> Value {
    json!({"type": 1, "name": name, "folderId": null, "favorite": false, "notes": null,
        "login": {"username": username, "totp": totp, "uris": [], "password": "hunter2"}})
}

fn vault() -> Value {
    let mut first = login("Forge", json!("ada"), json!("gezd gnbv gy3t qojq gezd gnbv gy3t qojq"));
    first["folderId"] = json!("f1");
    first["favorite"] = json!(true);
    first["notes"] = json!("a note");
    let mut thrown_away = login("Old", json!("x"), json!(SECRETS[1]));
    thrown_away["deletedDate"] = json!("2025-01-01T00:00:00Z");
    json!({"encrypted": false, "folders": [{"id": "f1", "name": "Work"}], "items": [
        first,
        {"type": 2, "name": "a secure note", "notes": "x", "secureNote": {"type": 0}},
        login("no second factor", json!("x"), Value::Null),
        {"type": 1, "name": "no login at all", "login": null},
        login("Item", json!("user"),
            json!("otpauth://totp/Site:grace?secret=JBSWY3DPEHPK3PXP&issuer=Site&algorithm=SHA512&digits=8&period=60")),
        login("Games", json!("alan"), json!("steam://MZXW6YTBOI4T")),
        thrown_away,
        login("Shop", json!("mail@example.org"), json!("KRUGKIDROVUWG2Y=")),
        login("Item", Value::Null, json!("otpauth://hotp/Post:eve?secret=JBSWY3DPEHPK3PXP&counter=3")),
    ]})
}

/// Seals as Bitwarden does, from the master key on.
fn sealed(kdf: Value, master: &[u8]) -> String {
    let stretch = Hkdf::<Sha256>::from_prk(master).unwrap();
    let (mut seal, mut mac) = ([0; 32], [0; 32]);
    stretch.expand(b"enc", &mut seal).unwrap();
    stretch.expand(b"mac", &mut mac).unwrap();
    let text = |iv: [u8; 16], plain: &[u8]| {
        let body = cbc(&seal, &iv, plain);
        let mac = hmac::<Sha256>(&mac, &[&iv[..], &body].concat());
        format!("2.{}|{}|{}", base64(&iv), base64(&body), base64(&mac))
    };
    let mut file = json!({"encrypted": true, "passwordProtected": true, "salt": SALT,
        "encKeyValidation_DO_NOT_EDIT": text([1; 16], b"0b0ac2ef"), "data": text([2; 16], vault().to_string().as_bytes())});
    kdf.as_object().unwrap().iter().for_each(|(name, value)| file[name] = value.clone());
    file.to_string()
}

const SALT: &str = "c2FsdCB0aGF0IGlzIHRleHQ=";

fn by_pbkdf2() -> String {
    let master = pbkdf2::<Sha256>(WORDS.as_bytes(), SALT.as_bytes(), 5_000, 32);
    sealed(json!({"kdfType": 0, "kdfIterations": 5_000, "kdfMemory": null, "kdfParallelism": null}), &master)
}

fn by_argon2() -> String {
    let master = argon2(WORDS.as_bytes(), &Sha256::digest(SALT.as_bytes()), [16 * 1024, 3, 4]);
    sealed(json!({"kdfType": 1, "kdfIterations": 3, "kdfMemory": 16, "kdfParallelism": 4}), &master)
}

#[test]
fn reads_logins_with_a_key_and_says_what_lay_in_the_trash() {
    let import = plain(vault().to_string()).unwrap();
    assert_eq!((import.format, import.encrypted, import.holds_more), ("bitwarden", false, true));
    assert_eq!(shown(&import), ACCOUNTS);
    assert_eq!(complaints(&import), [(7, "trashed")], "a login without a key is no fault");
    let first = &import.drafts[0];
    assert_eq!((&first.tags[..], first.note.as_str(), first.pinned), (&["Work".to_owned()][..], "a note", true));
    assert_eq!(import.positions, [1, 5, 6, 8, 9]);
}

#[test]
fn opens_either_derivation_with_the_password_alone() {
    opens_with_its_passphrase_alone(by_pbkdf2(), "bitwarden", &ACCOUNTS);
    opens_with_its_passphrase_alone(by_argon2(), "bitwarden", &ACCOUNTS);
}

#[test]
fn says_what_to_do_with_a_file_that_only_its_account_opens() {
    let file = json!({"encrypted": true, "folders": [], "items": [{"login": {"totp": "2.x|y|z"}}]}).to_string();
    let error = plain(&file).unwrap_err();
    assert_eq!(error, ImportError::NotImportable(Obstacle::BitwardenAccount));
    assert_eq!(error.code(), "bitwarden_account_restricted");
    assert_eq!(with(WORDS, &file).unwrap_err(), error, "a password changes nothing");
}

#[test]
fn names_what_is_wrong_with_a_file() {
    let changed = |file: String, name: &str, value: Value| {
        let mut json: Value = serde_json::from_str(&file).unwrap();
        json[name] = value;
        with(WORDS, json.to_string()).unwrap_err()
    };
    assert!(matches!(changed(by_pbkdf2(), "kdfIterations", json!(4_000_000_000u64)), ImportError::TooCostly { .. }));
    assert!(matches!(changed(by_argon2(), "kdfMemory", json!(2_000_000)), ImportError::TooCostly { .. }));
    assert!(matches!(changed(by_argon2(), "kdfMemory", json!(u64::MAX)), ImportError::TooCostly { .. }));
    assert_eq!(changed(by_pbkdf2(), "kdfType", json!(7)), ImportError::UnsupportedVersion { found: 7, newest: 1 });
    assert_eq!(changed(by_pbkdf2(), "data", json!("2.AA==|AA==|AA==")), ImportError::Damaged);
    assert_eq!(changed(by_pbkdf2(), "data", json!("7.AA==")), ImportError::Damaged);
    ends_early_with_a_name(Some(WORDS), by_pbkdf2().as_bytes(), 501);
}

#[test]
fn reads_the_table_by_the_names_of_its_columns() {
    for header in [
        "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp",
        "folder,favorite,type,name,notes,fields,login_uri,login_username,login_password,login_totp",
    ] {
        let reprompt = if header.contains("reprompt") { "0," } else { "" };
        let file = format!(
            "\u{feff}{header}\r\nWork,1,login,Forge,\"two\nlines, \"\"quoted\"\"\",,{reprompt}https://x,ada,hunter2,{}\r\n\r\n\
             ,,login,none,,,{reprompt},x,y,\r\n,,login,Games,,,{reprompt},alan,y,steam://MZXW6YTBOI4T\r\n,,login,Bad,,,{reprompt},x,y,1\r\n",
            SECRETS[0]
        );
        let import = plain(&file).unwrap();
        assert_eq!((import.format, import.holds_more), ("bitwarden", true));
        assert_eq!(shown(&import), [ACCOUNTS[0], "steam Games|alan MZXW6YTBOI4Q SHA1 5 30s"]);
        assert_eq!((import.drafts[0].note.as_str(), import.drafts[0].pinned), ("two\nlines, \"quoted\"", true));
        assert_eq!(complaints(&import), [(7, "bad_secret")]);
        assert_eq!(import.drafts[0].tags, ["Work"]);
    }
}

#[test]
fn reads_the_authenticator_and_its_old_keys() {
    let item = |name: &str, login: Value| json!({"type": 1, "name": name, "folderId": null, "favorite": false, "login": login});
    let file = json!({"encrypted": false, "items": [
        item("Forge", json!({"totp": "otpauth://totp/A%26amp%3BB%3Aada%26amp%3B?secret=JBSWY3DPEHPK3PXP&issuer=A%26B"})),
        item("Games", json!({"totp": "steam://MZXW6YTBOI4T"})),
        item("Old", json!({"totp": SECRETS[3], "issuer": "Old", "period": 60, "digits": 8, "username": "eve"})),
    ]});
    let import = plain(file.to_string()).unwrap();
    assert_eq!(import.format, "bitwarden-authenticator");
    let accounts = [
        "totp A&B|ada& JBSWY3DPEHPK3PXP SHA1 6 30s",
        "steam Games| MZXW6YTBOI4Q SHA1 5 30s",
        "totp Old|eve KRUGKIDROVUWG2Y SHA1 8 60s",
    ];
    assert_eq!(shown(&import), accounts);
}

#[test]
fn reads_rows_that_are_longer_than_their_header_and_quote_nothing() {
    let file = "folder,favorite,type,name,login_uri,login_totp\n\
        ,1,1,Forge,,otpauth://totp/Forge%3Aada?secret=JBSWY3DPEHPK3PXP&digits=8&period=15&issuer=Forge,Forge,15,8\n\
        \n\
        ,,1,Acme, Inc.,,otpauth://totp/Acme, Inc.%3Agrace, x?secret=JBSWY3DPEHPK3PXP&issuer=Acme, Inc.,Acme,30,6\n\
        ,,1,Games,,steam://MZXW6YTBOI4T,Games,30,6\n\
        ,,1,Bare,,KRUGKIDROVUWG2Y,Bare,60,7\n\
        ,,1,Bad,,otpauth://totp/x?secret=0,Bad,30,6\n";
    let import = plain(file).unwrap();
    assert_eq!(import.format, "bitwarden-authenticator");
    let accounts = [
        "totp Forge|ada JBSWY3DPEHPK3PXP SHA1 8 15s",
        "totp Acme, Inc.|grace, x JBSWY3DPEHPK3PXP SHA1 6 30s",
        "steam Games| MZXW6YTBOI4Q SHA1 5 30s",
        "totp Bare| KRUGKIDROVUWG2Y SHA1 7 60s",
    ];
    assert_eq!(shown(&import), accounts);
    assert_eq!((complaints(&import), import.drafts[0].pinned), (vec![(7, "bad_secret")], true));
}
