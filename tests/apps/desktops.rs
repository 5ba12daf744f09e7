//! OTPClient, Authme, and pages and texts with links.

use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::consts::U16;
use aes_gcm::{AesGcm, KeyInit};
use serde_json::json;
use sterk::Passphrase;
use sterk::import::{Access, ImportError, Obstacle, Source, read_from};

use crate::seal::{argon2, base64, pbkdf2};
use crate::{SECRETS, WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};

const FORGE: &str = "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA256 8 60s";
const POST: &str = "hotp Post|grace JBSWY3DPEHPK3PXP SHA1 6 #7";
const STEAM: &str = "steam Steam|alan MZXW6YTBOI4Q SHA1 5 30s";

/// Seals a list behind the front of a database, which is bound to it.
fn database(front: &[u8], iv: &[u8; 16], key: &[u8]) -> Vec<u8> {
    let list = json!([{"type": "TOTP", "label": "ada", "issuer": "Forge", "secret": SECRETS[0], "digits": 8, "algo": "SHA256", "period": 60, "group": "Work"},
        {"type": "HOTP", "label": "grace", "issuer": "Post", "secret": SECRETS[1], "digits": 6, "algo": "SHA1", "counter": 7},
        {"type": "TOTP", "label": "alan", "issuer": "Steam", "secret": SECRETS[2], "digits": 5, "algo": "SHA1", "period": 30}]);
    let mut bytes = list.to_string().into_bytes();
    AesGcm::<aes::Aes256, U16>::new_from_slice(key).unwrap().encrypt_in_place(iv.into(), front, &mut bytes).unwrap();
    [front, &bytes].concat()
}

fn third(words: &[u8]) -> Vec<u8> {
    let numbers = [3u32, 8_192, 1].map(u32::to_be_bytes).concat();
    let front = [&b"OTPClient\0\0\0\x03"[..], &[4; 16], &[3; 32], &numbers].concat();
    database(&front, &[4; 16], &argon2(words, &[3; 32], [8_192, 3, 1]))
}

#[test]
fn opens_every_version_of_otpclient() {
    opens_with_its_passphrase_alone(third(WORDS.as_bytes()), "otpclient", &[FORGE, POST, STEAM]);
    let numbers = [3u32, 8_192, 1].map(u32::to_le_bytes).concat();
    let front = [&b"OTPClient\0\0\0\x02\0\0\0"[..], &[4; 16], &[3; 32], &numbers].concat();
    let second = database(&front, &[4; 16], &argon2(WORDS.as_bytes(), &[3; 32], [8_192, 3, 1]));
    opens_with_its_passphrase_alone(second, "otpclient", &[FORGE, POST, STEAM]);
    let key = pbkdf2::<sha2::Sha512>(WORDS.as_bytes(), &[3; 32], 100_000, 32);
    let first = database(&[&[4; 16][..], &[3; 32]].concat(), &[4; 16], &key);
    assert_eq!(plain(&first).unwrap_err(), ImportError::UnknownFormat, "without its name it is noise");
    let named = Source::new(&first).named("NewDatabase.enc");
    assert_eq!(read_from(&named, &Access::default()).unwrap_err(), ImportError::NeedsPassphrase);
    let words = Passphrase::new(WORDS.into());
    assert_eq!(shown(&read_from(&named, &Access::with(&words)).unwrap()), [FORGE, POST, STEAM]);
    ends_early_with_a_name(Some(WORDS), &third(WORDS.as_bytes()), 150);
}

#[test]
fn opens_what_an_old_otpclient_sealed_with_a_password_cut_off() {
    let cut = &WORDS.as_bytes()[..WORDS.chars().count()];
    assert_eq!(shown(&with(WORDS, third(cut)).unwrap()), [FORGE, POST, STEAM]);
}

#[test]
fn refuses_a_database_that_would_eat_the_machine() {
    let numbers = [u32::MAX, u32::MAX, 1].map(u32::to_be_bytes).concat();
    let bomb = [&b"OTPClient\0\0\0\x03"[..], &[4; 16], &[3; 32], &numbers, &[0; 64]].concat();
    assert!(matches!(with(WORDS, bomb).unwrap_err(), ImportError::TooCostly { .. }));
    let newer = [&b"OTPClient\0\0\0\x04"[..], &[0; 200]].concat();
    assert_eq!(with(WORDS, newer).unwrap_err(), ImportError::UnsupportedVersion { found: 4, newest: 3 });
}

#[test]
fn reads_the_blocks_of_authme() {
    let codes = format!(
        "Name:   ada\nSecret: {}\nIssuer: Forge\nType:   OTP_TOTP\n\nName:   \nSecret: {}\nIssuer: a: b\nType:   OTP_TOTP\n\n\
        Name:   x\nSecret: 1\nIssuer: y\nType:   OTP_TOTP",
        SECRETS[0], SECRETS[1]
    );
    let file =
        json!({"role": "codes", "encrypted": false, "codes": base64(codes.as_bytes()), "date": "1", "version": 3});
    let import = plain(file.to_string()).unwrap();
    assert_eq!((import.format, complaints(&import)), ("authme", vec![(3, "bad_secret")]));
    assert_eq!(
        shown(&import),
        ["totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 6 30s", "totp a: b| JBSWY3DPEHPK3PXP SHA1 6 30s"]
    );
    let sealed = json!({"role": "codes", "encrypted": true, "codes": "x"}).to_string();
    assert_eq!(plain(sealed).unwrap_err(), ImportError::NotImportable(Obstacle::AuthmeKey));
}

fn link() -> String {
    format!("otpauth://totp/Forge:ada?secret={}&algorithm=SHA256&digits=8&period=60", SECRETS[0])
}

#[test]
fn reads_pages_by_their_links() {
    let escaped = link().replace('&', "&amp;");
    let page = format!(
        "<!DOCTYPE html>\n<html><body><table><tr><td><a href=\"{escaped}\">Forge</a></td><td><code>{escaped}</code></td></tr>\
        <tr><td>otpauth://hotp/Post:grace?secret={}&amp;counter=7</td></tr></table></html>",
        SECRETS[1]
    );
    let import = plain(page).unwrap();
    assert_eq!((import.format, shown(&import)), ("html", vec![FORGE.to_owned(), POST.to_owned()]));
    assert_eq!(plain("<!doctype html><html><p>hello</p></html>").unwrap_err(), ImportError::UnknownFormat);
}

#[test]
fn reads_pages_by_the_pictures_in_them() {
    let picture = |text: &str| {
        let code = qrcode::QrCode::new(text).unwrap().render::<image::Luma<u8>>().module_dimensions(4, 4).build();
        let mut bytes = std::io::Cursor::new(Vec::new());
        code.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        format!("<img src=\"data:image/png;base64,{}\">", base64(&bytes.into_inner()))
    };
    let page = format!(
        "<html><body>{}<p>x</p>{}<img src=\"data:image/png;base64,AAAA\"></body></html>",
        picture(&link()),
        picture("WIFI:S:x;;")
    );
    let import = plain(page).unwrap();
    assert_eq!(
        (import.format, shown(&import), complaints(&import)),
        ("html", vec![FORGE.to_owned()], vec![(2, "wifi")])
    );
}

#[test]
fn finds_links_in_any_text_and_keys_in_any_json() {
    let import = plain(format!("my codes:\n1. {} (work)\n", link())).unwrap();
    assert_eq!((import.format, shown(&import), import.positions.clone()), ("text", vec![FORGE.to_owned()], vec![2]));
    let file = json!({"data": {"list": [{"appName": "Forge", "email": "ada", "secretKey": SECRETS[0], "algorithm": "SHA-256", "digits": "8", "period": 60},
        {"service": "Post", "account": "grace", "otp_type": "hotp", "secret": SECRETS[1], "counter": 7},
        {"issuer": "Bad", "secret": SECRETS[1], "algorithm": "SHA3", "type": "totp"}, {"token": format!("steam://{}", SECRETS[2])}]}});
    let import = plain(file.to_string()).unwrap();
    assert_eq!((import.format, complaints(&import)), ("json", vec![(3, "bad_algorithm")]));
    assert_eq!(shown(&import), [FORGE, POST, "steam | MZXW6YTBOI4Q SHA1 5 30s"]);
}

#[test]
fn a_passphrase_for_nothing_changes_nothing() {
    let words = Passphrase::new(WORDS.into());
    let import = read_from(&Source::new(link().as_bytes()), &Access::with(&words)).unwrap();
    assert_eq!((import.format, import.encrypted), ("otpauth-uri", false));
}
