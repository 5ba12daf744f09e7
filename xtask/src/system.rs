//! Which system this is, as far as installing packages goes.

/// A family of systems that share a package manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum System {
    /// Arch Linux and what is made from it.
    Arch,
    /// Debian, Ubuntu and what is made from them.
    Debian,
    /// Fedora and what is made from it.
    Fedora,
    /// macOS.
    MacOs,
    /// A system whose packages are not known here, by its name.
    Other(String),
    /// Windows.
    Windows,
}

impl System {
    /// Returns the system this program runs on.
    pub fn here() -> System {
        match std::env::consts::OS {
            "macos" => System::MacOs,
            "windows" => System::Windows,
            "linux" => System::of_os_release(&std::fs::read_to_string("/etc/os-release").unwrap_or_default()),
            other => System::Other(other.to_owned()),
        }
    }

    /// Returns the system that a text in the format of os-release(5) describes.
    pub fn of_os_release(text: &str) -> System {
        let id = value(text, "ID").unwrap_or("linux");
        let like = value(text, "ID_LIKE").unwrap_or_default();
        std::iter::once(id)
            .chain(like.split_whitespace())
            .find_map(System::of_id)
            .unwrap_or_else(|| System::Other(id.to_owned()))
    }

    fn of_id(id: &str) -> Option<System> {
        match id {
            "arch" => Some(System::Arch),
            "debian" | "ubuntu" => Some(System::Debian),
            "fedora" => Some(System::Fedora),
            _ => None,
        }
    }
}

fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines()
        .find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='))
        .map(|value| value.trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(text: &str) -> System {
        System::of_os_release(text)
    }

    #[test]
    fn knows_debian_by_its_id() {
        assert_eq!(system("PRETTY_NAME=\"Debian GNU/Linux 12\"\nVERSION_ID=\"12\"\nID=debian\n"), System::Debian);
    }

    #[test]
    fn knows_ubuntu_and_its_children() {
        assert_eq!(system("ID=ubuntu\nID_LIKE=debian\n"), System::Debian);
        assert_eq!(system("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), System::Debian);
    }

    #[test]
    fn knows_fedora_and_arch_by_likeness() {
        assert_eq!(system("ID=fedora\n"), System::Fedora);
        assert_eq!(system("ID=nobara\nID_LIKE=\"rhel centos fedora\"\n"), System::Fedora);
        assert_eq!(system("ID=manjaro\nID_LIKE='arch'\n"), System::Arch);
    }

    #[test]
    fn does_not_take_version_id_for_the_id() {
        assert_eq!(system("VERSION_ID=debian\nBUILD_ID=arch\nID=void\n"), System::Other("void".into()));
    }

    #[test]
    fn names_what_it_does_not_know() {
        assert_eq!(system("ID=nixos\n"), System::Other("nixos".into()));
        assert_eq!(system(""), System::Other("linux".into()));
    }
}
