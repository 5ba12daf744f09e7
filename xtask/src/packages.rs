//! Which packages each system needs, and the commands that look for and install them.
//!
//! Pure: it names packages and commands and runs nothing.

use crate::system::System;

/// What the packages are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Boot a machine with cameras, and nothing else; its packages are known for Debian alone.
    Camera,
    /// Build the window and open it.
    Run,
    /// Run the tests too: a virtual screen, a keyring, a driver for the window.
    Test,
    /// Run a Wayland desktop without a monitor, and nothing else; its packages are known for Debian alone.
    Wayland,
}

/// What makes a machine with cameras on Debian; the kernel is unpacked beside the build and never installed.
const CAMERA: [&str; 7] =
    ["build-essential", "busybox-static", "cpio", "kmod", "libclang-dev", "linux-headers-amd64", "qemu-system-x86"];

/// What makes a Wayland desktop on Debian.
const WAYLAND: [&str; 11] = [
    "build-essential",
    "dbus",
    "imv",
    "libclang-dev",
    "pipewire",
    "sway",
    "wireplumber",
    "wl-clipboard",
    "xdg-desktop-portal",
    "xdg-desktop-portal-gtk",
    "xdg-desktop-portal-wlr",
];

/// Returns the packages needed, none where the system brings everything or is not known.
pub fn needed(system: &System, purpose: Purpose) -> Vec<&'static str> {
    let (run, test): (&[_], &[_]) = match system {
        System::Arch => (
            &["base-devel", "clang", "webkit2gtk-4.1"],
            &[
                "dbus",
                "gcr",
                "gnome-keyring",
                "imagemagick",
                "libsecret",
                "openbox",
                "poppler",
                "python",
                "python-argon2-cffi",
                "python-cryptography",
                "strace",
                "webkitgtk-6.0",
                "xclip",
                "xdotool",
                "xorg-server-xvfb",
            ],
        ),
        System::Debian => (
            &["build-essential", "libclang-dev", "libwebkit2gtk-4.1-dev", "pkg-config"],
            &[
                "dbus",
                "gcr",
                "gnome-keyring",
                "imagemagick",
                "libsecret-tools",
                "locales",
                "openbox",
                "poppler-utils",
                "python3",
                "python3-argon2",
                "python3-cryptography",
                "python3-venv",
                "strace",
                "webkit2gtk-driver",
                "xclip",
                "xdotool",
                "xvfb",
            ],
        ),
        System::Fedora => (
            &["clang-devel", "gcc", "gcc-c++", "pkgconf-pkg-config", "webkit2gtk4.1-devel"],
            &[
                "/usr/bin/WebKitWebDriver",
                "ImageMagick",
                "dbus-daemon",
                "gcr3",
                "glibc-locale-source",
                "gnome-keyring",
                "libsecret",
                "openbox",
                "poppler-utils",
                "python3",
                "python3-argon2-cffi",
                "python3-cryptography",
                "strace",
                "xclip",
                "xdotool",
                "xorg-x11-server-Xvfb",
            ],
        ),
        System::Windows => (&["Microsoft.EdgeWebView2Runtime"], &[]),
        System::MacOs | System::Other(_) => (&[], &[]),
    };
    match purpose {
        Purpose::Camera if *system == System::Debian => CAMERA.to_vec(),
        Purpose::Camera => Vec::new(),
        Purpose::Run => run.to_vec(),
        Purpose::Test => [run, test].concat(),
        Purpose::Wayland if *system == System::Debian => WAYLAND.to_vec(),
        Purpose::Wayland => Vec::new(),
    }
}

/// Returns the command that tells whether one package is there, by its exit status and output.
pub fn query(system: &System, package: &str) -> Option<Vec<String>> {
    let words = match system {
        System::Arch => vec!["pacman", "-T", package],
        System::Debian => vec!["dpkg-query", "--show", "--showformat=${db:Status-Status}", package],
        System::Fedora => vec!["rpm", "--query", "--whatprovides", package],
        System::Windows => vec!["winget", "list", "--exact", "--id", package],
        System::MacOs | System::Other(_) => return None,
    };
    Some(words.into_iter().map(str::to_owned).collect())
}

/// Returns the commands that install packages; they ask nothing themselves.
///
/// `with_sudo` puts `sudo` before each, on the systems that need it.
pub fn install(system: &System, packages: &[&str], with_sudo: bool) -> Vec<Vec<String>> {
    let commands: Vec<Vec<&str>> = match system {
        System::Arch => vec![vec!["pacman", "-S", "--needed", "--noconfirm"]],
        System::Debian => {
            let quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"];
            let update = [&quiet[..], &["update"]].concat();
            vec![update, [&quiet[..], &["install", "-y", "--no-install-recommends"]].concat()]
        }
        System::Fedora => vec![vec!["dnf", "install", "-y"]],
        System::Windows => vec![vec![
            "winget",
            "install",
            "--silent",
            "--accept-package-agreements",
            "--accept-source-agreements",
            "--exact",
            "--id",
        ]],
        System::MacOs | System::Other(_) => return Vec::new(),
    };
    let last = commands.len() - 1;
    let sudo: &[&str] = if with_sudo && *system != System::Windows { &["sudo"] } else { &[] };
    commands
        .iter()
        .enumerate()
        .map(|(i, words)| [sudo, words, if i == last { packages } else { &[] }].concat())
        .map(|words| words.into_iter().map(str::to_owned).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [System; 5] = [System::Arch, System::Debian, System::Fedora, System::MacOs, System::Windows];

    #[test]
    fn tests_need_all_that_running_needs() {
        for system in ALL {
            let test = needed(&system, Purpose::Test);
            assert!(needed(&system, Purpose::Run).iter().all(|p| test.contains(p)), "{system:?}");
        }
    }

    #[test]
    fn running_needs_no_test_tools() {
        let run = needed(&System::Debian, Purpose::Run);
        assert_eq!(run, ["build-essential", "libclang-dev", "libwebkit2gtk-4.1-dev", "pkg-config"]);
    }

    #[test]
    fn every_linux_gets_a_screen_a_keyring_and_a_driver() {
        for system in [System::Arch, System::Debian, System::Fedora] {
            let all = needed(&system, Purpose::Test).join(" ").to_lowercase();
            for part in ["xvfb", "openbox", "gnome-keyring", "xclip", "imagemagick", "webkit"] {
                assert!(all.contains(part), "{system:?} lacks {part}");
            }
        }
    }

    #[test]
    fn debian_updates_its_lists_then_installs() {
        let commands = install(&System::Debian, &["xvfb", "xclip"], false);
        assert_eq!(commands.len(), 2);
        assert!(commands[0].ends_with(&["update".into()]));
        assert!(commands[1].ends_with(&["xvfb".into(), "xclip".into()]));
    }

    #[test]
    fn puts_sudo_first_only_when_told() {
        assert_eq!(install(&System::Fedora, &["gcc"], true)[0], ["sudo", "dnf", "install", "-y", "gcc"]);
        assert_eq!(install(&System::Fedora, &["gcc"], false)[0][0], "dnf");
        assert_eq!(install(&System::Windows, &["x"], true)[0][0], "winget", "Windows has no sudo to rely on");
    }

    #[test]
    fn a_strange_system_gets_no_commands() {
        let strange = System::Other("plan9".into());
        assert!(needed(&strange, Purpose::Test).is_empty());
        assert!(install(&strange, &["x"], true).is_empty());
        assert_eq!(query(&strange, "x"), None);
    }
}
