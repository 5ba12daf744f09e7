//! What can never be imported, and what to do instead.

use std::fmt;

use super::{Holds, Source, what_is};

/// How a database of KeePass 1 begins.
const KEEPASS_1: &[u8] = b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5";

/// Names a reason why a file or an entry of another app cannot be brought in, whatever program reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Obstacle {
    /// A secret under a key that never leaves the phone.
    AndroidKeystore,
    /// An export of Authme whose key stays in the app.
    AuthmeKey,
    /// A serial or restore code of Battle.net, whose key stays with Blizzard.
    BattleNetSerial,
    /// A Bitwarden export that only the account it came from can open.
    BitwardenAccount,
    /// A file of Dashlane that only Dashlane can open.
    DashlaneSealed,
    /// An export of Dashlane that leaves the keys out.
    DashlaneWithoutKeys,
    /// An account of Duo's own push sign-in.
    DuoPush,
    /// A database of KeePass 1.
    KeePass1,
    /// A KeePass database under a cipher or a key derivation of a plug-in.
    KeePassCipher,
    /// An account of Microsoft's own push sign-in.
    MicrosoftPush,
    /// An export of NordPass, which leaves the keys out.
    NordPass,
    /// A file that was encrypted with PGP.
    Pgp,
    /// An encrypted file of Steam without the manifest beside it that opens it.
    SteamManifest,
    /// A backup or a vault of Sterk itself, which is brought back as a whole.
    SterkBackup,
    /// A credential of Symantec VIP, whose key stays with the service.
    SymantecVip,
    /// The configuration of WinAuth, which the Windows account seals.
    WinAuthConfiguration,
}

impl Obstacle {
    /// Finds the obstacle of a file that no importer can ever read.
    pub(super) fn of(source: &Source<'_>) -> Option<Self> {
        let ending = source.name().to_ascii_lowercase();
        let is_named = |endings: &[&str]| endings.iter().any(|end| ending.ends_with(end));
        if source.begins(b"-----BEGIN PGP MESSAGE") || (is_named(&[".gpg", ".pgp"]) && source.is_noise()) {
            return Some(Self::Pgp);
        }
        if source.begins(KEEPASS_1) {
            return Some(Self::KeePass1);
        }
        if is_named(&[".dash"]) {
            return Some(Self::DashlaneSealed);
        }
        Self::of_text(source.front())
    }

    /// Finds the obstacle that the first words of a text name.
    fn of_text(front: &str) -> Option<Self> {
        if front.starts_with('<') && front.contains("<WinAuth") {
            return Some(Self::WinAuthConfiguration);
        }
        let line = front.lines().next()?.trim();
        match what_is(line) {
            Holds::MicrosoftPush => Some(Self::MicrosoftPush),
            Holds::DuoActivation => Some(Self::DuoPush),
            _ if is_battle_net(line) => Some(Self::BattleNetSerial),
            _ if is_symantec(line) => Some(Self::SymantecVip),
            _ => None,
        }
    }

    /// Returns a word that programs can rely on.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// Returns the next step, as a sentence.
    pub fn hint(self) -> &'static str {
        self.words().2
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::AndroidKeystore => (
                "android_keystore",
                "its secret is encrypted with a key that never leaves the phone",
                "turn the second factor off and on again at the site, and enrol it here",
            ),
            Self::AuthmeKey => (
                "authme_key",
                "the file is encrypted with a key that stays in Authme",
                "export again with Authme 4 or newer, which does not encrypt, or export the links",
            ),
            Self::BattleNetSerial => (
                "battle_net_serial",
                "a serial and a restore code name a key that stays with Blizzard",
                "export the authenticator from WinAuth or from the app of a rooted phone, or enrol again",
            ),
            Self::BitwardenAccount => (
                "bitwarden_account_restricted",
                "only the Bitwarden account that made this file can open it",
                "export again and choose \"password protected\", or a file that is not encrypted",
            ),
            Self::DashlaneSealed => ("dashlane_sealed", "only Dashlane can open this file", "export again as CSV"),
            Self::DashlaneWithoutKeys => (
                "dashlane_without_keys",
                "this export of Dashlane holds no authenticator keys",
                "export again as CSV with a newer Dashlane, or as a credential exchange",
            ),
            Self::DuoPush => (
                "duo_push",
                "it is a sign-in of Duo's own, whose key stays with Duo",
                "add this device at the site that uses Duo",
            ),
            Self::KeePass1 => (
                "keepass_1",
                "it is a database of KeePass 1",
                "open it in KeePassXC or KeePass 2, save it as KDBX, and import that",
            ),
            Self::KeePassCipher => (
                "keepass_cipher",
                "the database is encrypted in a way that needs a plug-in of KeePass",
                "choose AES or ChaCha20 in its security settings, save it, and import it again",
            ),
            Self::MicrosoftPush => (
                "microsoft_push",
                "it is a sign-in by push, whose key stays with Microsoft",
                "on Microsoft's security page add a different authenticator app, and scan its code here",
            ),
            Self::NordPass => (
                "nordpass_without_keys",
                "NordPass exports no authenticator keys",
                "enrol these accounts again at their sites",
            ),
            Self::Pgp => (
                "pgp_encrypted",
                "the file is encrypted with PGP",
                "decrypt it first (gpg --decrypt FILE) and import the result",
            ),
            Self::SteamManifest => (
                "steam_manifest_missing",
                "an encrypted file of Steam opens only with the manifest.json of its folder",
                "put manifest.json beside the file and import it again",
            ),
            Self::SterkBackup => (
                "sterk_backup",
                "it is a backup or a vault of Sterk, and no export",
                "bring a backup back with `sterk backup restore FILE`",
            ),
            Self::SymantecVip => (
                "symantec_vip",
                "a credential of Symantec VIP names a key that stays with the service",
                "ask the site for another second factor",
            ),
            Self::WinAuthConfiguration => (
                "winauth_configuration",
                "winauth.xml is sealed for one Windows account",
                "export a text file or a ZIP from WinAuth",
            ),
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().1)
    }
}

/// Tells the serial of an authenticator: `US-1234-1234-1234`, with or without its dashes.
fn is_battle_net(line: &str) -> bool {
    let plain: Vec<u8> = line.bytes().filter(|letter| *letter != b'-').collect();
    let Some((region, digits)) = plain.split_at_checked(2) else { return false };
    let is_region = matches!(region, b"US" | b"EU" | b"CN" | b"KR");
    is_region && digits.len() == 12 && digits.iter().all(u8::is_ascii_digit)
}

/// Tells a credential: four letters and eight digits, the first of them for its maker.
fn is_symantec(line: &str) -> bool {
    let Some((maker, digits)) = line.as_bytes().split_at_checked(4) else { return false };
    let is_maker = matches!(maker, b"VSST" | b"VSMT" | b"VSMB" | b"VSHM" | b"SYMC" | b"SYDC" | b"AVT1");
    is_maker && digits.len() == 8 && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_what_stays_with_a_service() {
        for (text, obstacle) in [
            ("-----BEGIN PGP MESSAGE-----\n", Some(Obstacle::Pgp)),
            ("phonefactor://activate_account?code=1", Some(Obstacle::MicrosoftPush)),
            ("duo://abc-YXBp\n", Some(Obstacle::DuoPush)),
            ("US-1234-1234-1234\n0123456789", Some(Obstacle::BattleNetSerial)),
            ("EU123412341234", Some(Obstacle::BattleNetSerial)),
            ("VSST12345678", Some(Obstacle::SymantecVip)),
            ("\u{feff}<?xml version=\"1.0\"?>\n<WinAuth version=\"3.6\">", Some(Obstacle::WinAuthConfiguration)),
            ("US-1234-1234", None),
            ("VSST1234567", None),
            ("words", None),
            ("", None),
        ] {
            assert_eq!(Obstacle::of(&Source::new(text.as_bytes())), obstacle, "{text}");
        }
        assert_eq!(Obstacle::of(&Source::new(KEEPASS_1)), Some(Obstacle::KeePass1));
        assert_eq!(Obstacle::of(&Source::new(b"\xff").named("a.dash")), Some(Obstacle::DashlaneSealed));
        assert_eq!(Obstacle::of(&Source::new(b"\xff\x01").named("a.json.gpg")), Some(Obstacle::Pgp));
    }
}
