//! Ente Auth.

use chacha20::cipher::{KeyIvInit, StreamCipher};
use chacha20::{ChaCha20, R20, hchacha};
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use serde_json::{Value, json};
use sterk::import::ImportError;

use crate::seal::{argon2, base64, hex};
use crate::{WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};

const LINKS: &str = "\
otpauth://totp/Forge:ada?secret=JBSWY3DPEHPK3PXP%3D%3D&issuer=Forge&algorithm=Algorithm.sha256&digits=8&period=60\
&codeDisplay=%7B%22pinned%22%3Atrue%2C%22trashed%22%3Afalse%2C%22tags%22%3A%5B%22Work%22%2C%22Home%22%5D%2C%22note%22%3A%22a+b%20%26%22%7D\n\
\n\
\"otpauth://hotp/Post:grace #2?counter=7&secret=JBSWY3DPEHPK3PXP&issuer=Post\"\n\
otpauth://steam/Steam:alan?secret=MZXW6YTBOI4T&issuer=Steam&codeDisplay=%7B\n\
otpauth://totp/Gone:x?secret=JBSWY3DPEHPK3PXP&codeDisplay=%7B%22trashed%22%3Atrue%7D\n\
otpauth://totp/Bad:x?secret=1\n\
otpauth://totp/eve?secret=JBSWY3DPEHPK3PXP&issuer=Fooperiod=45\n";

const ACCOUNTS: [&str; 4] = [
    "totp Forge|ada JBSWY3DPEHPK3PXP SHA256 8 60s",
    "hotp Post|grace #2 JBSWY3DPEHPK3PXP SHA1 6 #7",
    "steam Steam|alan MZXW6YTBOI4Q SHA1 5 30s",
    "totp Foo|eve JBSWY3DPEHPK3PXP SHA1 6 45s",
];

/// One message of libsodium's secretstream, as its documentation and source describe it.
fn secretstream(key: &[u8], header: &[u8; 24], tag: u8, message: &[u8]) -> Vec<u8> {
    let key: [u8; 32] = key.try_into().unwrap();
    let input: [u8; 16] = header[..16].try_into().unwrap();
    let subkey = hchacha::<R20>(&key.into(), &input.into());
    let nonce: [u8; 12] = [&[1, 0, 0, 0][..], &header[16..]].concat().try_into().unwrap();
    let mut stream = vec![0; 128 + message.len()];
    ChaCha20::new(&subkey, &nonce.into()).apply_keystream(&mut stream);
    let mut block: Vec<u8> = stream[64..128].to_vec();
    block[0] ^= tag;
    let body: Vec<u8> = message.iter().zip(&stream[128..]).map(|(byte, key)| byte ^ key).collect();
    let zeros = vec![0; message.len() % 16];
    let lengths = [0u64.to_le_bytes(), (64 + message.len() as u64).to_le_bytes()].concat();
    let first: [u8; 32] = stream[..32].try_into().unwrap();
    let mac = Poly1305::new(&first.into()).compute_unpadded(&[&block[..], &body, &zeros, &lengths].concat());
    [&block[..1], &body, mac.as_slice()].concat()
}

fn sealed(cost: [u64; 2], tag: u8) -> String {
    let key = argon2(WORDS.as_bytes(), &[1; 16], [(cost[0] / 1024) as u32, cost[1] as u32, 1]);
    let body = secretstream(&key, &[2; 24], tag, LINKS.as_bytes());
    json!({"version": 1, "kdfParams": {"memLimit": cost[0], "opsLimit": cost[1], "salt": base64(&[1; 16])},
        "encryptedData": base64(&body), "encryptionNonce": base64(&[2; 24])})
    .to_string()
}

#[test]
fn reads_links_and_what_the_app_adds_to_them() {
    let import = plain(LINKS).unwrap();
    assert_eq!((import.format, import.encrypted), ("ente", false));
    assert_eq!(shown(&import), ACCOUNTS);
    assert_eq!(complaints(&import), [(5, "trashed"), (6, "bad_secret")]);
    let first = &import.drafts[0];
    assert_eq!(
        (&first.tags[..], first.note.as_str(), first.pinned),
        (&["Work".into(), "Home".into()][..], "a b &", true)
    );
}

#[test]
fn opens_the_encrypted_export_with_its_password_alone() {
    opens_with_its_passphrase_alone(sealed([8 * 1024 * 1024, 2], 0), "ente", &ACCOUNTS);
    opens_with_its_passphrase_alone(sealed([10 * 1024, 3], 3), "ente", &ACCOUNTS);
}

#[test]
fn refuses_a_message_that_is_not_the_only_one() {
    assert_eq!(with(WORDS, sealed([10 * 1024, 1], 1)).unwrap_err(), ImportError::WrongPassphrase);
}

#[test]
fn seals_in_the_tests_as_libsodium_does() {
    // Computed with libsodium 1.0.18 itself: key 00..1f, header 64..7b, tag 3, "The quick brown fox".
    let key: Vec<u8> = (0..32).collect();
    let header: [u8; 24] = std::array::from_fn(|place| place as u8 + 100);
    assert_eq!(hex(&secretstream(&key, &header, 3, b"The quick brown fox")), LIBSODIUM);
}

const LIBSODIUM: &str = "5c0872d3661f66df5fa5e922f2df8f6b6b3e30ccef366e82d1b9abd06e18418603c3f1a6";

#[test]
fn names_what_is_wrong_with_a_file() {
    let changed = |name: &str, value: Value| {
        let mut json: Value = serde_json::from_str(&sealed([10 * 1024, 1], 0)).unwrap();
        *json.pointer_mut(name).unwrap() = value;
        with(WORDS, json.to_string()).unwrap_err()
    };
    assert!(matches!(changed("/kdfParams/memLimit", json!(1u64 << 40)), ImportError::TooCostly { .. }));
    assert!(matches!(changed("/kdfParams/opsLimit", json!(1_000_000)), ImportError::TooCostly { .. }));
    assert_eq!(changed("/version", json!(2)), ImportError::UnsupportedVersion { found: 2, newest: 1 });
    assert_eq!(changed("/kdfParams/salt", json!("?")), ImportError::Damaged);
    assert_eq!(changed("/kdfParams/memLimit", json!(null)), ImportError::Damaged);
    ends_early_with_a_name(Some(WORDS), sealed([10 * 1024, 1], 0).as_bytes(), 89);
}
