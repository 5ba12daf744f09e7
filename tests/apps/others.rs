//! Duo and LastPass Authenticator.

use serde_json::json;

use crate::{SECRETS, complaints, plain, shown};

#[test]
fn reads_duo_and_says_what_stays_with_duo() {
    let file = json!([
        {"name": "ada", "accountType": "OtpAccount", "otpGenerator": {"otpSecret": SECRETS[0]}, "pkey": "1"},
        {"name": "grace", "accountType": "OtpAccount", "otpGenerator": {"otpSecret": SECRETS[1], "counter": 3}, "pkey": "2"},
        {"name": "Work", "accountType": "DuoAccount", "pkey": "3"},
        {"name": "bad", "accountType": "OtpAccount", "otpGenerator": {"otpSecret": "1"}},
    ]);
    let import = plain(file.to_string()).unwrap();
    assert_eq!((import.format, import.encrypted), ("duo", false));
    assert_eq!(
        shown(&import),
        ["totp |ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 6 30s", "hotp |grace JBSWY3DPEHPK3PXP SHA1 6 #3"]
    );
    assert_eq!(complaints(&import), [(3, "duo_push"), (4, "bad_secret")]);
    assert_eq!(import.skipped[0].label, "Work");
}

#[test]
fn reads_lastpass_by_the_names_that_the_person_gave() {
    let file = json!({"deviceId": "", "localDeviceId": "x", "version": 3, "accounts": [
        {"issuerName": "Forge", "originalIssuerName": "forge.example", "userName": "", "originalUserName": "ada",
            "secret": SECRETS[0], "timeStep": 60, "digits": 8, "algorithm": "SHA256", "isFavorite": true,
            "folderData": {"folderId": 1, "position": 0}},
        {"issuerName": "", "originalIssuerName": "", "userName": "grace", "secret": SECRETS[1], "timeStep": 30, "digits": 6,
            "algorithm": "SHA1", "folderData": {"folderId": 0, "position": 1}},
        {"issuerName": "Push", "userName": "x", "pushNotification": true, "secret": ""},
    ], "folders": [{"id": 0, "name": "Favorites", "isOpened": true}, {"id": 1, "name": "Work", "isOpened": true}]});
    let import = plain(file.to_string()).unwrap();
    assert_eq!((import.format, import.encrypted), ("lastpass", false));
    assert_eq!(
        shown(&import),
        ["totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA256 8 60s", "totp |grace JBSWY3DPEHPK3PXP SHA1 6 30s"]
    );
    assert_eq!((&import.drafts[0].tags[..], import.drafts[0].pinned), (&["Work".to_owned()][..], true));
    assert_eq!(complaints(&import), [(3, "missing_secret")]);
}
