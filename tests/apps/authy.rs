//! Authy.

use serde_json::{Value, json};
use sterk::import::ImportError;

use crate::seal::{base64, cbc, hex, pbkdf2};
use crate::{WORDS, complaints, opens_with_its_passphrase_alone, plain, shown, with};

const ACCOUNTS: [&str; 4] = [
    "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 6 30s",
    "totp Post|grace JBSWY3DPEHPK3PXP SHA1 7 30s",
    "totp Dash|alan KRUGKIDROVUWG2Y SHA1 8 30s",
    "totp Github|eve JBSWY3DPEHPK3PXP SHA1 6 30s",
];

fn names() -> [Value; 4] {
    [
        json!({"accountType": "authenticator", "originalIssuer": "Forge", "originalName": "Forge:ada", "name": "Forge: ada", "digits": 6}),
        json!({"accountType": "authenticator", "originalName": "Post:grace", "name": "Post:grace", "digits": 7}),
        json!({"accountType": "authenticator", "name": "Dash - alan", "digits": 8}),
        json!({"accountType": "github", "name": "eve", "digits": 6}),
    ]
}

const KEYS: [&str; 4] = ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXP", "KRUGKIDROVUWG2Y", "JBSWY3DPEHPK3PXP"];

fn with_more(mut token: Value, more: Value) -> Value {
    more.as_object().unwrap().iter().for_each(|(name, value)| token[name] = value.clone());
    token
}

fn settings(name: &str, tokens: &Value) -> String {
    let text = tokens.to_string().replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    format!(
        "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n  <int name=\"key_version\" value=\"121\" />\n  \
         <string name=\"{name}\">{text}</string>\n</map>\n"
    )
}

const TOKENS: &str = "com.authy.storage.tokens.authenticator.key";

fn sealed_tokens() -> Value {
    let sealed = |index: usize, (rounds, iv): (u32, [u8; 16])| {
        let key = pbkdf2::<sha1::Sha1>(WORDS.as_bytes(), format!("salt{index}").as_bytes(), rounds, 32);
        base64(&cbc(&key, &iv, KEYS[index].as_bytes()))
    };
    let old = |index| json!({"encryptedSecret": sealed(index, (1_000, [0; 16])), "salt": format!("salt{index}")});
    let new = json!({"encryptedSecret": sealed(2, (5_000, [9; 16])), "salt": "salt2", "key_derivation_iterations": 5_000,
        "unique_iv": hex(&[9; 16])});
    let [a, b, c, d] = names();
    json!([with_more(a, old(0)), with_more(b, old(1)), with_more(c, new), with_more(d, old(3))])
}

#[test]
fn reads_settings_with_secrets_in_clear() {
    let tokens: Vec<Value> =
        names().into_iter().zip(KEYS).map(|(token, key)| with_more(token, json!({"decryptedSecret": key}))).collect();
    let import = plain(settings(TOKENS, &json!(tokens))).unwrap();
    assert_eq!((import.format, import.encrypted), ("authy", false));
    assert_eq!(shown(&import), ACCOUNTS);
}

#[test]
fn opens_sealed_tokens_with_the_backup_password_alone() {
    opens_with_its_passphrase_alone(settings(TOKENS, &sealed_tokens()), "authy", &ACCOUNTS);
}

#[test]
fn reads_what_tools_took_out_of_the_service() {
    let spelt = |name: &str| {
        let known = [
            ("accountType", "account_type"),
            ("originalName", "original_name"),
            ("originalIssuer", "original_issuer"),
            ("encryptedSecret", "encrypted_seed"),
        ];
        known.iter().find(|(java, _)| *java == name).map_or(name.to_owned(), |(_, other)| (*other).to_owned())
    };
    let token = |token: &Value| {
        token.as_object().unwrap().iter().map(|(name, value)| (spelt(name), value.clone())).collect::<Value>()
    };
    let tokens: Vec<Value> = sealed_tokens().as_array().unwrap().iter().map(token).collect();
    let file = json!({"authenticator_tokens": tokens, "message": "success",
        "apps": [{"name": "Cloud", "secret_seed": "00ff00ff", "digits": 7}]});
    let import = with(WORDS, file.to_string()).unwrap();
    assert_eq!(shown(&import)[..4], ACCOUNTS);
    assert_eq!(shown(&import)[4], "totp |Cloud AD7QB7Y SHA1 7 10s");
    let decrypted =
        json!([{"name": "Forge:ada", "original_name": "Forge:ada", "decrypted_seed": KEYS[0], "digits": 6}]);
    assert_eq!(shown(&plain(decrypted.to_string()).unwrap()), ACCOUNTS[..1]);
}

#[test]
fn reads_tokens_of_its_own() {
    let tokens =
        json!([{"name": "Cloud", "digits": 7, "secretSeed": "00ff00ff00ff"}, {"name": "x", "secretSeed": "zz"}]);
    let import = plain(settings("com.authy.storage.tokens.authy.key", &tokens)).unwrap();
    assert_eq!(shown(&import), ["totp |Cloud AD7QB7YA74 SHA1 7 10s"]);
    assert_eq!(complaints(&import), [(2, "bad_secret")]);
}

#[test]
fn keeps_the_work_of_all_tokens_together_within_limits() {
    let token = |index: u32| {
        json!({"name": "a", "encryptedSecret": "AAAAAAAAAAAAAAAAAAAAAA==", "salt": index.to_string(),
        "key_derivation_iterations": 9_999_999})
    };
    let bomb: Vec<Value> = (0..10_000).map(token).collect();
    let one = json!([with_more(token(0), json!({"key_derivation_iterations": 10_000_001}))]);
    assert!(matches!(with(WORDS, one.to_string()).unwrap_err(), ImportError::TooCostly { .. }));
    let stop = |_: Option<u16>| std::ops::ControlFlow::Break(());
    let words = sterk::Passphrase::new(WORDS.into());
    let (file, access) = (json!(bomb).to_string(), sterk::import::Access::with(&words).watched(&stop));
    let stopped = sterk::import::read_from(&sterk::import::Source::new(file.as_bytes()), &access);
    assert_eq!(stopped.unwrap_err(), ImportError::Cancelled);
}
