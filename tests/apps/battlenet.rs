//! Battle.net.

use crate::seal::hex;
use crate::{plain, shown};
use sterk::import::ImportError;

/// The fixed mask of the app, from the description of the format.
const MASK: &str = "398e27fc50276a656065b0e525f4c06c04c61075286b8e7aeda59da9813b5dd6c80d2fb38068773fa59ba47c17ca6c6479015c1d5b8b8f6b9a";

fn masked(text: &str) -> String {
    let mask = data_encoding::HEXLOWER.decode(MASK.as_bytes()).unwrap();
    hex(&text.bytes().zip(mask).map(|(byte, mask)| byte ^ mask).collect::<Vec<_>>())
}

fn settings(secret: &str, how: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n\
         <string name=\"com.blizzard.messenger.AUTHENTICATOR_CREDENTIALS_ENCRYPTION_TYPE\">{how}</string>\n\
         <string name=\"com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET\">{secret}</string>\n\
         <string name=\"com.blizzard.messenger.AUTHENTICATOR_SERIAL\">{}</string>\n</map>\n",
        masked("EU-1111-2222-3333")
    )
}

#[test]
fn takes_the_mask_off_and_makes_codes_of_eight_digits() {
    let secret = masked(&hex(b"12345678901234567890"));
    let import = plain(settings(&secret, "MASK")).unwrap();
    assert_eq!(import.format, "battle-net");
    assert_eq!(shown(&import), ["totp Battle.net|EU-1111-2222-3333 GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 8 30s"]);
    let note = &import.drafts[0].note;
    let code = note.strip_prefix("Serial EU-1111-2222-3333, restore code ").unwrap();
    assert!(code.len() == 10 && !code.contains(['I', 'L', 'O', 'S']), "{code}");
}

#[test]
fn says_what_cannot_be_read() {
    let code = |settings: String| match plain(settings).unwrap_err() {
        ImportError::NothingToImport { skipped } => skipped[0].code,
        other => panic!("{other}"),
    };
    assert_eq!(code(settings(&masked(&hex(b"12345678901234567890")), "KEYSTORE")), "android_keystore");
    assert_eq!(code(settings("zz", "MASK")), "bad_secret");
    assert_eq!(code(settings(&"00".repeat(60), "MASK")), "bad_secret");
}
