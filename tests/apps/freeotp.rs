//! FreeOTP 1 and 2, and FreeOTP+.

use serde_json::{Value, json};
use sterk::import::ImportError;

use crate::seal::{gcm, pbkdf2};
use crate::{WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};

const ACCOUNTS: [&str; 4] = [
    "totp Forge|ada AH7QAAIC SHA256 8 60s",
    "hotp Post|grace AH7QAAIC SHA1 6 #8",
    "steam Steam|alan AH7QAAIC SHA1 5 30s",
    "totp Renamed|eve AH7QAAIC SHA1 6 30s",
];

fn token(issuer: &str, label: &str, more: Value) -> Value {
    let mut token = json!({"issuerExt": issuer, "issuerInt": issuer, "label": label, "type": "TOTP",
        "secret": [1, -1, 0, 1, 2]});
    more.as_object().unwrap().iter().for_each(|(name, value)| token[name] = value.clone());
    token
}

fn tokens() -> Vec<Value> {
    vec![
        token("Forge", "ada", json!({"algo": "SHA256", "digits": 8, "period": 60, "counter": 0})),
        token("Post", "Post:grace", json!({"type": "HOTP", "counter": 7, "digits": 6, "algo": null})),
        token("Steam", "alan", json!({"digits": 5})),
        token("Before", "before", json!({"issuerAlt": "Renamed", "labelAlt": "eve"})),
    ]
}

fn settings() -> String {
    let escaped = |text: String| text.replace('&', "&amp;").replace('"', "&quot;");
    let strings: String = tokens()
        .iter()
        .enumerate()
        .map(|(index, token)| format!("<string name=\"token:{index}\">{}</string>\n", escaped(token.to_string())))
        .collect();
    format!(
        "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n{strings}\
        <string name=\"tokenOrder\">[&quot;token:0&quot;]</string>\n</map>\n"
    )
}

fn signed(bytes: &[u8]) -> Value {
    json!(bytes.iter().map(|byte| *byte as i8).collect::<Vec<_>>())
}

fn key(sealing: &[u8], nonce: u8, name: &str, bytes: &[u8], bare: bool) -> Value {
    let octets = [&[0x04, 12][..], &[nonce; 12]].concat();
    let der = if bare { octets } else { [&[0x30, 17][..], &octets, &[0x02, 1, 16]].concat() };
    json!({"mCipher": "AES/GCM/NoPadding", "mCipherText": signed(&gcm(sealing, &[nonce; 12], name.as_bytes(), bytes)),
        "mParameters": signed(&der), "mToken": name})
}

/// Writes the map as Java does; old Androids have no `threshold`.
fn java(pairs: &[(String, String)], has_threshold: bool) -> Vec<u8> {
    let string = |text: &str| [&[0x74][..], &(text.len() as u16).to_be_bytes(), text.as_bytes()].concat();
    let mut bytes = b"\xac\xed\x00\x05sr\x00\x11java.util.HashMap\x05\x07\xda\xc1\xc3\x16\x60\xd1\x03".to_vec();
    bytes.extend([0, if has_threshold { 2 } else { 1 }]);
    bytes.extend(b"F\x00\x0aloadFactor");
    if has_threshold {
        bytes.extend(b"I\x00\x09threshold");
    }
    bytes.extend(b"xp?@\x00\x00");
    if has_threshold {
        bytes.extend([0, 0, 0, 12]);
    }
    bytes.extend([0x77, 8, 0, 0, 0, 16]);
    bytes.extend((pairs.len() as u32).to_be_bytes());
    pairs.iter().for_each(|(name, value)| bytes.extend([string(name), string(value)].concat()));
    bytes.push(0x78);
    bytes
}

fn backup(algorithm: &str, bare: bool) -> Vec<u8> {
    let (salt, rounds) = ([0x81; 32], 1_000);
    let derived = match algorithm {
        "PBKDF2withHmacSHA512" => pbkdf2::<sha2::Sha512>(WORDS.as_bytes(), &salt, rounds, 32),
        _ => pbkdf2::<sha1::Sha1>(WORDS.as_bytes(), &salt, rounds, 32),
    };
    let master = json!({"mAlgorithm": algorithm, "mIterations": rounds, "mSalt": signed(&salt),
        "mEncryptedKey": key(&derived, 1, "AES", &[0xaa; 32], bare)});
    let mut pairs = Vec::new();
    for (index, mut token) in tokens().into_iter().enumerate() {
        let sealed = key(&[0xaa; 32], 2 + index as u8, "HmacSHA1", &[1, 255, 0, 1, 2], bare);
        token.as_object_mut().unwrap().remove("secret");
        if token["type"] == "HOTP" {
            token["counter"] = json!(8);
        }
        pairs.push((format!("id-{index}"), json!({"key": sealed.to_string()}).to_string()));
        pairs.push((format!("id-{index}-token"), token.to_string()));
    }
    pairs.push(("alone".into(), json!({"key": "{}"}).to_string()));
    pairs.push(("masterKey".into(), master.to_string()));
    java(&pairs, !bare)
}

#[test]
fn reads_version_one_and_counts_on_from_the_counter_it_keeps() {
    let import = plain(settings()).unwrap();
    assert_eq!((import.format, import.encrypted), ("freeotp", false));
    assert_eq!(shown(&import), ACCOUNTS);
}

#[test]
fn reads_the_plus_and_takes_its_word_for_steam() {
    let mut tokens = tokens();
    tokens[2]["digits"] = json!(6);
    let import = plain(json!({"tokens": tokens, "tokenOrder": ["Forge:ada"]}).to_string()).unwrap();
    assert_eq!((import.format, import.encrypted), ("freeotp-plus", false));
    assert_eq!(shown(&import), ACCOUNTS);
}

#[test]
fn opens_version_two_with_its_password_alone() {
    for (algorithm, bare) in [("PBKDF2withHmacSHA512", false), ("PBKDF2withHmacSHA1", true)] {
        opens_with_its_passphrase_alone(backup(algorithm, bare), "freeotp", &ACCOUNTS);
    }
}

#[test]
fn follows_a_string_that_java_wrote_once() {
    let mut bytes = backup("PBKDF2withHmacSHA1", false);
    assert_eq!(bytes.pop(), Some(0x78));
    // The count of pairs stands behind the capacity; one more pair repeats the first name and value.
    let count = bytes.windows(6).position(|window| window == [0x77, 8, 0, 0, 0, 16]).unwrap() + 9;
    bytes[count] += 1;
    bytes.extend([0x71, 0x00, 0x7e, 0x00, 0x02, 0x71, 0x00, 0x7e, 0x00, 0x03, 0x78]);
    let import = with(WORDS, &bytes).unwrap();
    assert_eq!(import.drafts.len(), 5);
    let gone = bytes.len() - 2;
    bytes[gone] = 0xff;
    assert_eq!(with(WORDS, &bytes).unwrap_err(), ImportError::Damaged, "a reference to nothing");
}

#[test]
fn reports_bad_entries_and_keeps_the_others() {
    let tokens = json!([
        token("a", "b", json!({"secret": [300]})),
        token("a", "b", json!({"secret": []})),
        token("a", "b", json!({"secret": null})),
        token("a", "b", json!({"algo": "MD2"})),
        token("a", "b", json!({"type": "PUSH"})),
        token("a", "b", json!({"type": "HOTP", "counter": u64::MAX})),
        token("a", "b", json!({})),
    ]);
    let import = plain(json!({"tokens": tokens, "tokenOrder": []}).to_string()).unwrap();
    let codes = ["bad_secret", "missing_secret", "missing_secret", "bad_algorithm", "unknown_type", "bad_counter"];
    assert_eq!(complaints(&import), (1..).zip(codes).collect::<Vec<_>>());
}

#[test]
fn ends_early_by_name() {
    ends_early_with_a_name(None, settings().as_bytes(), 31);
    ends_early_with_a_name(Some(WORDS), &backup("PBKDF2withHmacSHA1", true), 211);
}

#[test]
fn refuses_settings_with_entities_of_their_own() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE map [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\
        <map><string name=\"x\">{\"secret\":&b;}</string></map>";
    assert_eq!(plain(bomb).unwrap_err(), ImportError::UnknownFormat);
}
