//! What differs between the keyrings of the operating systems: connecting, labels, and their errors.

#[cfg(target_os = "linux")]
pub(super) use linux::{connect, explain, modifiers, provider, status, users};
#[cfg(target_os = "macos")]
pub(super) use macos::{connect, explain, modifiers, provider, status, users};
#[cfg(windows)]
pub(super) use windows::{connect, explain, modifiers, provider, status, users};

/// Secret Service over D-Bus (GNOME Keyring, KWallet, KeePassXC).
#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;
    use std::error::Error as Cause;
    use std::sync::Arc;

    use keyring::{CredentialStore, Error};
    use secret_service::blocking::SecretService;
    use secret_service::{EncryptionType, Error as ServiceError};
    use zbus_secret_service_keyring_store::Store;

    use crate::keychain::{KeychainError, Provider};

    pub(in crate::keychain) fn connect() -> Result<Arc<CredentialStore>, Error> {
        Store::new().map(|store| store as Arc<CredentialStore>)
    }

    pub(in crate::keychain) fn modifiers(label: &str) -> HashMap<&str, &str> {
        HashMap::from([("label", label)])
    }

    /// Looks at the default collection, because a service without one answers but keeps nothing.
    pub(in crate::keychain) fn status() -> Result<(), KeychainError> {
        let named = |error| name(&error).unwrap_or_else(|| KeychainError::Other { what: error.to_string() });
        let service = SecretService::connect(EncryptionType::Plain).map_err(named)?;
        let locked = service.get_default_collection().and_then(|found| found.is_locked()).map_err(named)?;
        if locked { Err(KeychainError::Locked) } else { Ok(()) }
    }

    pub(in crate::keychain) fn explain(cause: &(dyn Cause + Send + Sync + 'static)) -> Option<KeychainError> {
        name(cause.downcast_ref()?)
    }

    /// Asks the bus alone, which starts no service for that.
    pub(in crate::keychain) fn provider() -> Option<Provider> {
        const BUS: &str = "org.freedesktop.DBus";
        let bus = zbus::blocking::Connection::session().ok()?;
        let ask = "GetConnectionUnixProcessID";
        let answer = bus.call_method(Some(BUS), "/org/freedesktop/DBus", Some(BUS), ask, &"org.freedesktop.secrets");
        let process: u32 = answer.ok()?.body().deserialize().ok()?;
        let name = std::fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
        Some(Provider::of_process(&name))
    }

    /// Returns the users of all entries of a service; their attributes can be read while they are locked.
    pub(in crate::keychain) fn users(of: &str) -> Vec<String> {
        let Ok(service) = SecretService::connect(EncryptionType::Plain) else { return Vec::new() };
        let Ok(found) = service.search_items(HashMap::from([("service", of)])) else { return Vec::new() };
        let attributes = found.unlocked.iter().chain(&found.locked).filter_map(|item| item.get_attributes().ok());
        attributes.filter_map(|mut attributes| attributes.remove("username")).collect()
    }

    fn name(error: &ServiceError) -> Option<KeychainError> {
        match error {
            ServiceError::Locked => Some(KeychainError::Locked),
            ServiceError::Prompt => Some(KeychainError::Cancelled),
            ServiceError::NoResult | ServiceError::PromptDisconnected | ServiceError::Unavailable => {
                Some(KeychainError::NoService)
            }
            ServiceError::Zbus(error) => name_bus_error(error),
            ServiceError::ZbusFdo(error) => name_bus_error(&error.clone().into()),
            _ => None,
        }
    }

    fn name_bus_error(error: &zbus::Error) -> Option<KeychainError> {
        match error {
            zbus::Error::Address(_)
            | zbus::Error::Connection(..)
            | zbus::Error::Handshake(_)
            | zbus::Error::InputOutput(_)
            | zbus::Error::InterfaceNotFound => Some(KeychainError::NoService),
            zbus::Error::MethodError(name, ..) => name_method_error(name.as_str()),
            zbus::Error::FDO(error) => name_method_error(zbus::DBusError::name(error.as_ref()).as_str()),
            _ => None,
        }
    }

    fn name_method_error(name: &str) -> Option<KeychainError> {
        if name == "org.freedesktop.Secret.Error.IsLocked" {
            return Some(KeychainError::Locked);
        }
        let cause = name.strip_prefix("org.freedesktop.DBus.Error.")?;
        let gone = ["Disconnected", "NameHasNoOwner", "NoReply", "NoServer", "ServiceUnknown"].contains(&cause);
        (gone || cause.starts_with("Spawn.")).then_some(KeychainError::NoService)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn tells_locked_dismissed_and_missing_apart() {
            assert_eq!(explain(&ServiceError::Locked), Some(KeychainError::Locked));
            assert_eq!(explain(&ServiceError::Prompt), Some(KeychainError::Cancelled));
            assert_eq!(explain(&ServiceError::NoResult), Some(KeychainError::NoService));
            assert_eq!(explain(&ServiceError::Crypto("x")), None);
            assert_eq!(explain(&std::io::Error::other("x")), None);
        }

        #[test]
        fn names_the_errors_of_the_bus() {
            for (name, expected) in [
                ("org.freedesktop.DBus.Error.ServiceUnknown", Some(KeychainError::NoService)),
                ("org.freedesktop.DBus.Error.NoReply", Some(KeychainError::NoService)),
                ("org.freedesktop.DBus.Error.Spawn.ChildExited", Some(KeychainError::NoService)),
                ("org.freedesktop.DBus.Error.AccessDenied", None),
                ("org.freedesktop.Secret.Error.IsLocked", Some(KeychainError::Locked)),
            ] {
                assert_eq!(name_method_error(name), expected, "{name}");
            }
            let gone = zbus::fdo::Error::Disconnected("x".into());
            assert_eq!(name(&ServiceError::ZbusFdo(gone)), Some(KeychainError::NoService));
        }
    }
}

/// The login keychain.
#[cfg(target_os = "macos")]
mod macos {
    use std::collections::HashMap;
    use std::error::Error as Cause;
    use std::sync::Arc;

    use apple_native_keyring_store::keychain::Store;
    use keyring::{CredentialStore, Error};

    use crate::keychain::{KeychainError, Provider};

    pub(in crate::keychain) fn connect() -> Result<Arc<CredentialStore>, Error> {
        Store::new().map(|store| store as Arc<CredentialStore>)
    }

    /// Keychain Access shows the service as the name of an entry; there is no label to set.
    pub(in crate::keychain) fn modifiers(_label: &str) -> HashMap<&str, &str> {
        HashMap::new()
    }

    pub(in crate::keychain) fn status() -> Result<(), KeychainError> {
        connect().map(drop).map_err(|error| KeychainError::Other { what: error.to_string() })
    }

    /// Names the codes of Apple's `SecBase.h` that a person can do something about.
    pub(in crate::keychain) fn explain(cause: &(dyn Cause + Send + Sync + 'static)) -> Option<KeychainError> {
        match cause.downcast_ref::<security_framework::base::Error>()?.code() {
            -128 => Some(KeychainError::Cancelled),
            -25293 | -25308 => Some(KeychainError::Locked),
            -25291 | -25294 | -25295 | -25307 => Some(KeychainError::NoService),
            _ => None,
        }
    }

    /// There is one keyring, which never changes.
    pub(in crate::keychain) fn provider() -> Option<Provider> {
        None
    }

    /// Not asked for here.
    pub(in crate::keychain) fn users(_of: &str) -> Vec<String> {
        Vec::new()
    }
}

/// Credential Manager.
#[cfg(windows)]
mod windows {
    use std::collections::HashMap;
    use std::error::Error as Cause;
    use std::sync::Arc;

    use keyring::{CredentialStore, Error};
    use windows_native_keyring_store::Store;

    use crate::keychain::{KeychainError, Provider};

    pub(in crate::keychain) fn connect() -> Result<Arc<CredentialStore>, Error> {
        Store::new().map(|store| store as Arc<CredentialStore>)
    }

    /// Keeps the entry on this machine: the default would let it roam with the account.
    pub(in crate::keychain) fn modifiers(_label: &str) -> HashMap<&str, &str> {
        HashMap::from([("persistence", "local")])
    }

    pub(in crate::keychain) fn status() -> Result<(), KeychainError> {
        connect().map(drop).map_err(|error| KeychainError::Other { what: error.to_string() })
    }

    pub(in crate::keychain) fn explain(_cause: &(dyn Cause + Send + Sync + 'static)) -> Option<KeychainError> {
        None
    }

    /// There is one keyring, which never changes.
    pub(in crate::keychain) fn provider() -> Option<Provider> {
        None
    }

    /// Not asked for here.
    pub(in crate::keychain) fn users(_of: &str) -> Vec<String> {
        Vec::new()
    }
}
