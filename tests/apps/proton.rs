//! Proton Authenticator and Proton Pass.

use serde_json::{Value, json};
use sterk::import::{ImportError, Obstacle};

use crate::authplus::archive;
use crate::seal::{argon2, base64, gcm};
use crate::{SECRETS, WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};

const ACCOUNTS: [&str; 4] = [
    "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA256 8 60s",
    "totp Post|:grace JBSWY3DPEHPK3PXP SHA1 6 30s",
    "steam Steam|alan MZXW6YTBOI4Q SHA1 5 30s",
    "totp Shop|a:b KRUGKIDROVUWG2Y SHA1 6 30s",
];

fn export() -> Value {
    let entry = |uri: String, kind: &str, name: Value, note: Value| json!({"id": "1", "content": {"uri": uri, "entry_type": kind, "name": name}, "note": note});
    let totp = |label: &str, rest: &str| format!("otpauth://totp/{label}?secret={rest}");
    json!({"version": 1, "entries": [
        entry(totp("ada", &format!("{}&issuer=Forge&algorithm=SHA256&digits=8&period=60", SECRETS[0])), "Totp", json!("ada"), json!("n")),
        entry(totp("%3Agrace", &format!("{}&issuer=Post", SECRETS[1])), "Totp", json!(":grace"), Value::Null),
        entry(format!("steam://{}", SECRETS[2]), "Steam", json!("alan"), Value::Null),
        entry(totp("a%3Ab", &format!("{}&issuer=Shop", SECRETS[3])), "Totp", json!("a:b"), Value::Null)]})
}

fn sealed() -> String {
    let key = argon2(WORDS.as_bytes(), &[3; 16], [19_456, 2, 1]);
    let body = gcm(&key, &[4; 12], b"proton.authenticator.export.v1", export().to_string().as_bytes());
    json!({"version": 1, "salt": base64(&[3; 16]), "content": base64(&[&[4; 12][..], &body].concat())}).to_string()
}

#[test]
fn reads_the_names_that_stand_beside_the_links() {
    let import = plain(export().to_string()).unwrap();
    assert_eq!((import.format, import.encrypted), ("proton-authenticator", false));
    assert_eq!(shown(&import), ACCOUNTS);
    assert_eq!((import.drafts[0].note.as_str(), import.drafts[3].note.as_str()), ("n", ""));
}

#[test]
fn opens_the_encrypted_export_with_its_password_alone() {
    opens_with_its_passphrase_alone(sealed(), "proton-authenticator", &ACCOUNTS);
    ends_early_with_a_name(Some(WORDS), sealed().as_bytes(), 97);
    let damaged = json!({"version": 1, "salt": "AAAAAAAAAAAAAAAAAAAAAA==", "content": "?"}).to_string();
    assert_eq!(with(WORDS, damaged).unwrap_err(), ImportError::Damaged);
    let newer = json!({"version": 2, "entries": []}).to_string();
    assert_eq!(plain(newer).unwrap_err(), ImportError::UnsupportedVersion { found: 2, newest: 1 });
}

fn pass() -> String {
    let item = |state: u64, name: &str, totp: String, fields: Value| {
        json!({"state": state, "pinned": true, "data": {"metadata": {"name": name, "note": ""}, "type": "login",
            "extraFields": fields, "content": {"itemUsername": "", "itemEmail": "ada@example.org", "totpUri": totp}}})
    };
    let field = |totp: String| json!({"fieldName": "second", "type": "totp", "data": {"totpUri": totp}});
    json!({"version": "1", "vaults": {"v": {"name": "Work", "items": [
        item(1, "Forge", SECRETS[0].into(), json!([])),
        item(1, "Blank", "otpauth://totp/Blank?secret=&issuer=Blank".into(), json!([])),
        item(2, "Thrown away", SECRETS[1].into(), json!([])),
        item(1, "Two", format!("otpauth://totp/Post:grace?secret={}", SECRETS[1]),
            json!([field(format!("steam://{}", SECRETS[2])), field("otpauth://totp/broken".into())]))]}}})
    .to_string()
}

const PASS: [&str; 3] = [
    "totp Forge|ada@example.org GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 6 30s",
    "totp Post|grace JBSWY3DPEHPK3PXP SHA1 6 30s",
    "steam Two|ada@example.org MZXW6YTBOI4Q SHA1 5 30s",
];

#[test]
fn reads_every_key_of_a_pass_item() {
    let packed = archive(&[("Proton Pass/data.json", pass().as_bytes(), None)]);
    for import in [plain(pass()).unwrap(), plain(packed).unwrap()] {
        assert_eq!((import.format, import.holds_more), ("proton-pass", true));
        assert_eq!(shown(&import), PASS);
        let codes: Vec<_> = complaints(&import).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, ["trashed", "missing_secret"]);
        assert_eq!((&import.drafts[0].tags[..], import.drafts[0].pinned), (&["Work".to_owned()][..], true));
    }
}

#[test]
fn reads_the_pass_table_and_sends_pgp_back() {
    let table = format!(
        "type,name,url,email,username,password,note,totp,createTime,modifyTime,vault\n\
        login,Forge,,ada@example.org,,pw,\"two\nlines\",{},1,1,Work\nlogin,None,,,,pw,,,1,1,Work\n",
        SECRETS[0]
    );
    let import = plain(table).unwrap();
    assert_eq!(
        (import.format, shown(&import), import.positions.clone()),
        ("proton-pass", vec![PASS[0].into()], vec![2])
    );
    let packed = archive(&[("Proton Pass/data.pgp", b"\x85", None)]);
    assert_eq!(plain(packed).unwrap_err(), ImportError::NotImportable(Obstacle::Pgp));
}
