//! What went wrong, as the command line tells it: a stable code, a sentence, a next step, an exit status.

use sterk::account::{migration::MigrationError, shown, uri::UriError};
use sterk::capture::CaptureError;
use sterk::import::ImportError;
use sterk::keychain::KeychainError;
use sterk::otp::OtpError;
use sterk::scan::PictureError;
use sterk::seal::SealError;
use sterk::secret::SecretError;
use sterk::vault::VaultError;

/// Ends the program with an exit status and something to read.
#[derive(Debug)]
pub struct Failure {
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
    pub exit: u8,
    /// The key of a vault that was made before this failed; it would be lost otherwise.
    pub recovery_key: Option<String>,
}

impl Failure {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, exit: exit_of(code), recovery_key: None }
    }

    /// Wrong use of an option: exit status 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new("usage", message)
    }

    /// Something must be decided and there is no terminal to ask at.
    pub fn undecided(message: impl Into<String>, option: &str) -> Self {
        Self::new("needs_decision", message).hint(format!("decide it with {option}"))
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Gives another exit status than the code has by itself.
    pub fn with_exit(mut self, exit: u8) -> Self {
        self.exit = exit;
        self
    }

    pub fn report(&self, json: bool) {
        if json {
            let hint = self.hint.as_deref().unwrap_or_default();
            let error = serde_json::json!({"code": self.code, "message": self.message, "hint": hint});
            let mut document = serde_json::json!({ "error": error });
            if let Some(key) = &self.recovery_key {
                document["recovery_key"] = serde_json::json!(key);
            }
            eprintln!("{document}");
        } else {
            // A message may name a file, and a file's name may hold anything.
            eprintln!("sterk: {}", shown(&self.message));
            if let Some(hint) = &self.hint {
                eprintln!("  {}", shown(hint));
            }
        }
    }
}

fn exit_of(code: &str) -> u8 {
    match code {
        "usage" | "needs_decision" | "passphrase_missing" => 2,
        "no_such_account" | "several_match" => 3,
        "locked"
        | "wrong_passphrase"
        | "wrong_recovery_key"
        | "wrong_key"
        | "bad_recovery_key"
        | "needs_authentication" => 4,
        "forbidden_by_policy" | "passphrase_too_weak" => 5,
        _ if code.starts_with("keyring_") => 4,
        _ => 1,
    }
}

/// The step that mends an error, where there is one.
fn hint_for(code: &str) -> Option<&'static str> {
    Some(match code {
        "needs_passphrase" => "give it with --source-passphrase-file FILE",
        "wrong_passphrase" => "nothing was changed; try again, or use --recovery-key-file FILE",
        "wrong_recovery_key" | "bad_recovery_key" => {
            "nothing was changed; compare it with the printed key, group by group"
        }
        "vault_damaged" | "vault_truncated" | "not_a_vault" => {
            "nothing was changed; `sterk doctor` says what can be opened, `sterk doctor --use-previous` steps back by one write"
        }
        "unsupported_version" => "nothing was changed; this vault needs a newer Sterk",
        "vault_busy" => "wait until the other process is done and try again",
        "vault_rekeyed" => "unlock it again",
        "keyring_no_entry" => {
            "no new key was made; unlock with --passphrase-file or --recovery-key-file, then `sterk slot add keyring`"
        }
        "keyring_no_service" => "unlock with --passphrase-file FILE or --recovery-key-file FILE",
        "keyring_locked" | "keyring_cancelled" | "keyring_timed_out" => {
            "unlock the system keyring and try again, or use --passphrase-file FILE or --recovery-key-file FILE"
        }
        "keyring_mangled" => {
            "unlock with --passphrase-file or --recovery-key-file, then `sterk slot remove` and `slot add keyring`"
        }
        "vault_gone" => {
            "nothing was changed; `sterk doctor --use-previous` opens the vault as it was before its last write"
        }
        "camera_busy" => "close the program that uses it, or choose another one with --camera=N",
        "camera_denied" => {
            if cfg!(target_os = "linux") {
                "see who may read /dev/video*: on most systems the group `video`, or whoever sits at the machine"
            } else {
                "allow it in the system's settings, under privacy and camera, and start the terminal anew"
            }
        }
        "camera_gone" => "plug it in again and run it again; nothing was kept",
        "no_camera" => "plug in or switch on a camera, or save a picture and use --image FILE",
        "capture_cancelled" => {
            "nothing was kept; run it again and allow the picture, or save a picture and use --image FILE"
        }
        "capture_timed_out" => "answer the system's question within a minute, or save a picture and use --image FILE",
        "clipboard_empty" => "copy a picture of the QR code, or the link, and run it again",
        "no_display" => "run it within a desktop session: WAYLAND_DISPLAY or DISPLAY has to name one",
        "no_portal" => "install xdg-desktop-portal and log in again, or save a picture and use --image FILE",
        "no_screenshot_service" => {
            "install the portal of this desktop (xdg-desktop-portal-gnome, -kde, -wlr, …) and xdg-desktop-portal-gtk, and log in again"
        }
        "screenshot_refused" => {
            "allow screenshots in the desktop's settings (`flatpak permission-reset screenshot` forgets an earlier no), or save a picture and use --image FILE"
        }
        "screen_permission_missing" => {
            "allow it under System Settings, Privacy & Security, Screen & System Audio Recording, and start the terminal anew"
        }
        "scan_failed" => "try again; a picture that fails again can be cut down to the part with the QR code",
        "scan_too_long" => "cut the picture down to the part with the QR code",
        "screen_unreadable" => "save a picture of the screen and use --image FILE",
        "backups_off" => "`sterk backup auto on --to FOLDER` switches them on",
        "bad_folder" => "name the folder of a stick, or one that is copied elsewhere",
        "bad_policy_signature" => "nothing was changed; ask whoever sent it for the file anew",
        "forbidden_by_policy" => "`sterk policy show` says who asks for it; choose an encrypted format",
        "nothing_to_undo" => "one restore after the other can be undone, three at most; a change of slots ends that",
        "no_such_folder" => "`sterk backup auto list` names the folders there are",
        "no_policy" => "`sterk policy apply FILE` applies the one your organisation gave you",
        "passphrase_missing" => {
            "nothing was changed; give it with --also-passphrase-file FILE, or leave its slot out with --without SLOT"
        }
        "passphrase_too_weak" => "nothing was changed; four or five random words are strong and easy to type",
        "policy_too_new" => "this file needs a newer Sterk",
        "policy_unreadable" => "it is kept as it is; a newer Sterk reads it",
        "slots_changed" => "nothing was changed; look at `sterk slot list` and do it again",
        "disk_full" => "make room and try again",
        "read_only" => "check who owns the folder and whether the disk is mounted for writing",
        _ => return None,
    })
}

fn coded(code: &'static str, fault: &dyn std::error::Error) -> Failure {
    let mut message = fault.to_string();
    let mut cause = fault.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = inner.source();
    }
    let failure = Failure::new(code, message);
    match hint_for(code) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

macro_rules! failure_from {
    ($($fault:ty),+) => {$(
        impl From<$fault> for Failure {
            fn from(fault: $fault) -> Self {
                coded(fault.code(), &fault)
            }
        }
    )+};
}

failure_from!(
    sterk::account::form::FormError,
    sterk::export::ExportError,
    sterk::policy::Forbidden,
    sterk::policy::PolicyError,
    sterk::seal::NoSigningKey,
    sterk::transfer::TransferError
);
failure_from!(
    CaptureError,
    KeychainError,
    MigrationError,
    OtpError,
    PictureError,
    SealError,
    SecretError,
    UriError,
    VaultError
);

impl From<ImportError> for Failure {
    /// Where one entry was all there is, its own code says more than "nothing to import".
    fn from(fault: ImportError) -> Self {
        match &fault {
            ImportError::NothingToImport { skipped } if skipped.len() == 1 => {
                Self::new(skipped[0].code, skipped[0].reason.clone())
            }
            ImportError::NotImportable(obstacle) => coded(fault.code(), &fault).hint(obstacle.hint()),
            // The vault has a passphrase too, and ways around it.
            ImportError::WrongPassphrase => coded(fault.code(), &fault)
                .hint("nothing was changed; it is the passphrase of the file that is asked for"),
            ImportError::UnsupportedVersion { .. } => coded(fault.code(), &fault)
                .hint("nothing was changed; export again from an older version, or in another format"),
            _ => coded(fault.code(), &fault),
        }
    }
}
