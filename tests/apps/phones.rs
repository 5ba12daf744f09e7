//! Raivo, Steam, WinAuth, TOTP Authenticator and Microsoft Authenticator.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sterk::Passphrase;
use sterk::import::{Access, ImportError, Obstacle, Source, read_from};
use zeroize::Zeroizing;

use crate::authplus::archive;
use crate::google::database;
use crate::seal::{base64, cbc, pbkdf2};
use crate::{SECRETS, WORDS, complaints, ends_early_with_a_name, opens_with_its_passphrase_alone, plain, shown, with};

const FORGE: &str = "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA256 8 60s";
const POST: &str = "hotp Post|grace JBSWY3DPEHPK3PXP SHA1 6 #7";

fn raivo() -> String {
    let entry = |names: [&str; 2], secret: &str, kind: &str, numbers: [&str; 4]| {
        json!({"issuer": names[0], "account": names[1], "secret": secret, "kind": kind, "algorithm": numbers[0],
            "digits": numbers[1], "timer": numbers[2], "counter": numbers[3], "pinned": "true", "iconType": "", "iconValue": ""})
    };
    json!([
        entry(["Forge", "ada"], SECRETS[0], "TOTP", ["SHA256", "8", "60", "0"]),
        entry(["Post", "grace"], SECRETS[1], "HOTP", ["SHA1", "6", "0", "7"]),
        entry(["Bad", ""], "Secret1One", "TOTP", ["SHA1", "6", "30", "0"])
    ])
    .to_string()
}

#[test]
fn reads_raivo_bare_and_packed() {
    let import = plain(raivo()).unwrap();
    assert_eq!((import.format, shown(&import)), ("raivo", vec![FORGE.to_owned(), POST.to_owned()]));
    assert_eq!((complaints(&import), import.drafts[0].pinned), (vec![(3, "bad_secret")], true));
    let packed = archive(&[
        ("raivo-otp-export.json", raivo().as_bytes(), Some(WORDS)),
        ("raivo-otp-export.html", b"<html>", Some(WORDS)),
    ]);
    opens_with_its_passphrase_alone(&packed, "raivo", &[FORGE, POST]);
    ends_early_with_a_name(Some(WORDS), &packed, 41);
    let bomb = archive(&[("raivo-otp-export.json", &vec![b' '; 65 * 1024 * 1024], None)]);
    assert!(matches!(plain(bomb).unwrap_err(), ImportError::TooCostly { .. }));
}

const STEAM: &str = "steam Steam|alan MZXW6YTBOI4Q SHA1 5 30s";

fn mafile() -> Value {
    json!({"shared_secret": base64(b"foobar9"), "account_name": "alan", "revocation_code": "R1234", "identity_secret": "x",
        "uri": "otpauth://totp/Steam:alan?secret=ASDF&issuer=Steam", "Session": null})
}

#[test]
fn reads_the_key_of_steam_and_not_the_placeholder() {
    let secret = mafile()["shared_secret"].clone();
    assert_eq!(secret, base64(&data_encoding::BASE32_NOPAD.decode(b"MZXW6YTBOI4Q").unwrap()));
    for file in [mafile(), json!({"accounts": {"1": mafile(), "2": {"shared_secret": "", "account_name": "eve"}}})] {
        let import = plain(file.to_string()).unwrap();
        assert_eq!((import.format, import.holds_more, shown(&import)), ("steam", true, vec![STEAM.to_owned()]));
        assert_eq!(import.drafts[0].note, "Steam revocation code: R1234");
    }
}

/// Reads an encrypted file with a manifest beside it.
fn with_manifest(manifest: &Value, name: &str, words: Option<&str>) -> Result<Vec<String>, ImportError> {
    let key = pbkdf2::<sha1::Sha1>(WORDS.as_bytes(), &[3; 8], 50_000, 32);
    let sealed = base64(&cbc(&key, &[4; 16], mafile().to_string().as_bytes()));
    let manifest = manifest.to_string();
    let beside = |name: &str| (name == "manifest.json").then(|| Zeroizing::new(manifest.clone().into_bytes()));
    let source = Source::new(sealed.as_bytes()).named(name).beside(&beside);
    let words = words.map(|words| Passphrase::new(words.to_owned()));
    read_from(&source, &words.as_ref().map_or(Access::default(), Access::with)).map(|import| shown(&import))
}

#[test]
fn opens_an_encrypted_file_of_steam_with_its_manifest() {
    let row = |file: &str, salt: u8| json!({"encryption_iv": base64(&[4; 16]), "encryption_salt": base64(&[salt; 8]), "filename": file});
    let manifest = json!({"encrypted": true, "entries": [row("2.maFile", 9), row("1.maFile", 3)]});
    for name in ["1.maFile", "renamed.maFile"] {
        assert_eq!(with_manifest(&manifest, name, Some(WORDS)), Ok(vec![STEAM.to_owned()]), "{name}");
    }
    assert_eq!(with_manifest(&manifest, "1.maFile", None), Err(ImportError::NeedsPassphrase));
    assert_eq!(with_manifest(&manifest, "1.maFile", Some("wrong")), Err(ImportError::WrongPassphrase));
    let missing = ImportError::NotImportable(Obstacle::SteamManifest);
    assert_eq!(with_manifest(&json!({}), "1.maFile", Some(WORDS)), Err(missing));
}

#[test]
fn reads_the_archive_of_winauth() {
    let list = format!(
        "otpauth://totp/Forge:ada?secret={}&digits=8&algorithm=HMACSHA256&period=60\r\n\
        otpauth://hotp/Post:grace?secret={}&counter=7\r\n",
        SECRETS[0], SECRETS[1]
    );
    let packed = archive(&[("winauth-2026.txt", list.as_bytes(), Some(WORDS))]);
    opens_with_its_passphrase_alone(&packed, "winauth", &[FORGE, POST]);
    assert!(!plain(archive(&[("a.txt", list.as_bytes(), None)])).unwrap().encrypted);
    let other = archive(&[("a.txt", b"hello", None)]);
    assert_eq!(plain(other).unwrap_err(), ImportError::UnknownFormat);
    let own = plain("<?xml version=\"1.0\"?><WinAuth version=\"3.6\"></WinAuth>").unwrap_err();
    assert_eq!(own, ImportError::NotImportable(Obstacle::WinAuthConfiguration));
}

fn totp_authenticator() -> String {
    json!([{"issuer": "Forge", "name": "ada", "key": SECRETS[0], "base": 32, "digits": "8", "period": "60", "algorithm": "SHA256"},
        {"issuer": "Unknown", "name": "hex", "key": "666f6f6261723939", "base": 16, "digits": "7", "period": "20"},
        {"issuer": "Post", "name": "bad", "key": "A", "base": 33, "digits": "6", "period": "30"}])
    .to_string()
}

const TOTP: [&str; 2] = [FORGE, "totp Unknown|hex MZXW6YTBOI4TS SHA1 7 20s"];

#[test]
fn opens_totp_authenticator_with_its_password_or_with_everybodys() {
    let sealed = |words: &str| {
        base64(&cbc(&Sha256::digest(words), &[0; 16], json!({totp_authenticator(): ""}).to_string().as_bytes()))
    };
    opens_with_its_passphrase_alone(sealed(WORDS), "totp-authenticator", &TOTP);
    let import = plain(sealed("TotpAuthenticator")).unwrap();
    assert_eq!((shown(&import), complaints(&import)), (TOTP.map(String::from).to_vec(), vec![(3, "bad_secret")]));
    assert_eq!(shown(&with("any", sealed("TotpAuthenticator")).unwrap()), TOTP, "a passphrase that is not needed");
    let escaped = totp_authenticator().replace('"', "&quot;");
    let settings =
        format!("<?xml version='1.0'?><map><string name=\"STATIC_TOTP_CODES_LIST\">{escaped}</string></map>");
    assert_eq!(shown(&plain(settings).unwrap()), TOTP);
    ends_early_with_a_name(Some(WORDS), sealed(WORDS).as_bytes(), 13);
}

#[test]
fn reads_microsoft_accounts_that_are_not_push() {
    let row = |names: [&str; 2], key: &str, kind: u8, sealed: &str| {
        format!(
            "INSERT INTO accounts (name, username, oath_secret_key, account_type, encrypted_oath_secret_key) \
            VALUES ('{}', '{}', '{key}', {kind}, '{sealed}');",
            names[0], names[1]
        )
    };
    let key = base64(&data_encoding::BASE32_NOPAD.decode(SECRETS[0].as_bytes()).unwrap());
    let rows = [
        row(["Post", "grace"], &SECRETS[1].to_lowercase(), 0, ""),
        row(["Microsoft", "ada"], &key, 1, ""),
        row(["Work", "eve"], "", 2, ""),
        row(["New", "alan"], "", 0, "AAEC"),
    ];
    let file = database(&format!(
        "CREATE TABLE accounts (_id INTEGER PRIMARY KEY, name TEXT, username TEXT, oath_secret_key TEXT, \
        account_type INTEGER, encrypted_oath_secret_key TEXT); {}",
        rows.concat()
    ));
    let import = plain(file).unwrap();
    assert_eq!(import.format, "microsoft-authenticator");
    assert_eq!(
        shown(&import),
        [
            "totp Post|grace JBSWY3DPEHPK3PXP SHA1 6 30s",
            "totp Microsoft|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 8 30s"
        ]
    );
    assert_eq!(complaints(&import), [(3, "microsoft_push"), (4, "android_keystore")]);
}
