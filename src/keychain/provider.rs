//! The program that answers for the keyring of the system.

use serde::{Deserialize, Serialize};

use crate::account::shown;

/// Names the program behind the keyring of the system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Provider(String);

impl Provider {
    /// Takes the name of its process, as the system tells it.
    pub fn of_process(name: &str) -> Self {
        Self(name.trim().chars().take(64).collect())
    }

    /// Returns what people call it, safe to show.
    pub fn name(&self) -> String {
        match self.0.as_str() {
            // The system tells fifteen letters of a name.
            "gnome-keyring-d" | "gnome-keyring-daemon" => "GNOME Keyring".into(),
            "keepassxc" => "KeePassXC".into(),
            "ksecretd" | "kwalletd" | "kwalletd5" | "kwalletd6" => "KWallet".into(),
            "oo7-daemon" => "oo7".into(),
            other => shown(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_programs_that_people_know() {
        for (process, name) in [
            ("gnome-keyring-d\n", "GNOME Keyring"),
            ("keepassxc", "KeePassXC"),
            ("ksecretd", "KWallet"),
            ("kwalletd5", "KWallet"),
            ("another\u{202e}", "another\\u{202E}"),
        ] {
            assert_eq!(Provider::of_process(process).name(), name);
        }
    }
}
