//! 2FAS.

use serde_json::{Value, json};

use crate::seal::{base64, gcm, pbkdf2};
use crate::{SECRETS, WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};
use sterk::import::ImportError;

const ACCOUNTS: [&str; 5] = [
    "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA384 8 60s",
    "hotp Post|grace JBSWY3DPEHPK3PXP SHA1 6 #7",
    "steam Games|alan MZXW6YTBOI4Q SHA1 5 30s",
    "totp Renamed|eve KRUGKIDROVUWG2Y SHA1 6 30s",
    "totp Bare| JBSWY3DPEHPK3PXP SHA1 6 30s",
];

fn services() -> Value {
    json!([
        {"name": "Forge", "secret": SECRETS[0], "groupId": "ABC", "order": {"position": 0},
            "otp": {"account": "ada", "label": "Forge:ada", "issuer": "Forge", "digits": 8, "period": 60,
                "algorithm": "SHA384", "tokenType": "TOTP", "source": "Link", "link": "otpauth://totp/x?secret=[hidden]"}},
        {"name": "Post", "secret": "jbswy3dpehpk3pxp", "groupId": null,
            "otp": {"account": "grace", "digits": 6, "algorithm": "SHA1", "counter": 7, "tokenType": "HOTP"}},
        {"name": "Games", "secret": SECRETS[2], "otp": {"account": "alan", "digits": 5, "period": 30, "tokenType": "STEAM"}},
        {"name": "Renamed", "secret": SECRETS[3], "otp": {"label": "Before: eve", "issuer": "Before"}},
        {"name": "Bare", "secret": SECRETS[1], "otp": {}, "type": "Unknown"},
    ])
}

fn file(schema: u64, services: Value, sealed: Option<String>) -> String {
    json!({"services": services, "groups": [{"id": "abc", "name": "Work", "isExpanded": true}], "schemaVersion": schema,
        "appOrigin": "ios", "appVersionCode": 50000, "servicesEncrypted": sealed})
    .to_string()
}

fn sealed() -> String {
    let salt = [5; 256];
    let key = pbkdf2::<sha2::Sha256>(WORDS.as_bytes(), &salt, 10_000, 32);
    let body = gcm(&key, &[6; 12], b"", services().to_string().as_bytes());
    file(4, json!([]), Some([base64(&body), base64(&salt), base64(&[6; 12])].join(":")))
}

#[test]
fn reads_every_kind_in_every_schema() {
    for schema in 1..=5 {
        let import = plain(file(schema, services(), None)).unwrap();
        assert_eq!((import.format, import.encrypted), ("2fas", false));
        assert_eq!(shown(&import), ACCOUNTS);
        assert_eq!(import.drafts[0].tags, ["Work"], "identifiers differ in case between the systems");
    }
}

#[test]
fn opens_the_encrypted_backup_with_its_password_alone() {
    opens_with_its_passphrase_alone(sealed(), "2fas", &ACCOUNTS);
    assert_eq!(with(WORDS, sealed()).unwrap().drafts[0].tags, ["Work"], "groups stay in clear");
}

#[test]
fn never_replaces_what_it_does_not_know() {
    let service = |otp: Value| json!({"name": "a", "secret": SECRETS[1], "otp": otp});
    let services = json!([
        service(json!({"algorithm": "SHA3-256"})), service(json!({"digits": 11})), service(json!({"period": 90000})),
        service(json!({"tokenType": "PUSH"})), {"name": "a", "secret": "0189"}, service(json!({"algorithm": "SHA224"})),
    ]);
    let import = plain(file(4, services, None)).unwrap();
    let codes = ["bad_algorithm", "bad_digits", "bad_period", "unknown_type", "bad_secret"];
    assert_eq!(complaints(&import), (1..).zip(codes).collect::<Vec<_>>());
    assert_eq!(shown(&import), ["totp a| JBSWY3DPEHPK3PXP SHA224 6 30s"]);
}

#[test]
fn names_what_is_wrong_with_a_file() {
    for sealed in ["AA:AA", "AA==:AA==:AA==:AA==", "?:?:?"] {
        assert_eq!(with(WORDS, file(4, json!([]), Some(sealed.into()))).unwrap_err(), ImportError::Damaged);
    }
    ends_early_with_a_name(Some(WORDS), sealed().as_bytes(), 211);
}
