//! Files of other apps: one canonical list of accounts in every format and variant, and files that mean harm.
//!
//! Every file is made here after the description of its format; none comes from anybody's device, and every secret is
//! invented.

#![expect(clippy::unwrap_used, reason = "a test stops where its file cannot be made")]

mod aegis;
mod andotp;
mod authplus;
mod authy;
mod battlenet;
mod bitwarden;
mod desktops;
mod ente;
mod freeotp;
mod google;
mod hostile;
mod keepass;
mod managers;
mod others;
mod otpauth;
mod phones;
mod proton;
mod seal;
mod stratum;
mod twofas;

use std::fmt::Write;

use sterk::Passphrase;
use sterk::import::{Access, Import, ImportError, Source, read_from};
use sterk::otp::Otp;

/// The secrets of the list, in base32; the last two have lengths that no standard allows.
pub const SECRETS: [&str; 4] =
    ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXP", "MZXW6YTBOI4T", "KRUGKIDROVUWG2Y"];

/// A passphrase with letters of more than one byte.
pub const WORDS: &str = "pässphräse & words 😀";

/// Writes what matters of each account: kind, issuer, name, secret, function, digits, period or counter.
pub fn shown(import: &Import) -> Vec<String> {
    import
        .drafts
        .iter()
        .map(|draft| {
            let mut line = format!("{} {}|{} ", draft.otp.kind().name(), draft.issuer, draft.name);
            match &draft.otp {
                Otp::Motp { secret, pin } => {
                    let pin = pin.as_ref().map_or("", |pin| pin.expose());
                    write!(line, "{} {pin}", String::from_utf8_lossy(secret.expose())).unwrap();
                }
                otp => {
                    line.push_str(&otp.secret().to_base32());
                    write!(line, " {} {} ", otp.algorithm().name(), otp.digits().count()).unwrap();
                    match otp {
                        Otp::Hotp { counter, .. } => write!(line, "#{counter}").unwrap(),
                        other => write!(line, "{}s", other.period().unwrap().seconds()).unwrap(),
                    }
                }
            }
            line
        })
        .collect()
}

/// Returns position and code of what was left out.
pub fn complaints(import: &Import) -> Vec<(usize, &str)> {
    import.skipped.iter().map(|skipped| (skipped.position, skipped.code)).collect()
}

/// Reads a file without a passphrase.
pub fn plain(bytes: impl AsRef<[u8]>) -> Result<Import, ImportError> {
    read_from(&Source::new(bytes.as_ref()), &Access::default())
}

/// Reads a file with a passphrase.
pub fn with(words: &str, bytes: impl AsRef<[u8]>) -> Result<Import, ImportError> {
    let words = Passphrase::new(words.to_owned());
    read_from(&Source::new(bytes.as_ref()), &Access::with(&words))
}

/// Checks what every encrypted file does: it asks, it refuses, it opens, and it says when it was changed.
pub fn opens_with_its_passphrase_alone(file: impl AsRef<[u8]>, format: &str, accounts: &[&str]) {
    let file = file.as_ref();
    assert_eq!(plain(file).unwrap_err(), ImportError::NeedsPassphrase, "{format} asks for its passphrase");
    for wrong in ["", "wrong", "pässphräse & words 😀 "] {
        assert_eq!(with(wrong, file).unwrap_err(), ImportError::WrongPassphrase, "{format} refuses {wrong:?}");
    }
    let import = with(WORDS, file).unwrap();
    assert_eq!((import.format, import.encrypted), (format, true));
    assert_eq!(shown(&import), accounts);
}

/// Checks that every place where a file can be cut gives an error that has a name, or a part of the accounts.
pub fn ends_early_with_a_name(words: Option<&str>, file: &[u8], step: usize) {
    for length in (0..file.len()).step_by(step.max(1)) {
        let cut = &file[..length];
        let result = words.map_or_else(|| plain(cut), |words| with(words, cut));
        if let Err(error) = result {
            assert!(!error.code().is_empty() && !error.to_string().contains("JBSW"), "cut at {length}");
        }
    }
}
