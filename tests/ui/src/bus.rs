//! A private D-Bus that starts nothing that no test asked for, and a real keyring on it.

use crate::Outcome;
use crate::process::{Process, output, poll};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A `<servicedir>` of its own: a desktop's services must not answer in place of the test's.
const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <auth>EXTERNAL</auth>
  <servicedir>FOLDER/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// What opens the keyring of every desk.
pub(crate) const KEYRING_PASSWORD: &str = "a keyring of the test";

/// Where GNOME's program lies that asks for the keyring's password: Debian and Fedora, Arch.
const ASKS: [&str; 2] = ["/usr/libexec/gcr-prompter", "/usr/lib/gcr-prompter"];

/// A session bus of the test's own.
pub(crate) struct Bus {
    address: String,
    services: PathBuf,
    _daemon: Process,
}

impl Bus {
    /// Starts one whose socket lies in `folder`.
    pub(crate) fn start(folder: &Path) -> Outcome<Bus> {
        let (file, services) = (folder.join("bus.conf"), folder.join("services"));
        fs::create_dir(&services)?;
        fs::write(&file, CONFIGURATION.replace("FOLDER", &folder.display().to_string()))?;
        let mut command = Command::new("dbus-daemon");
        command.arg(format!("--config-file={}", file.display())).args(["--nofork", "--print-address=1"]);
        let (daemon, address) = Process::start_announced(command.stderr(Stdio::null()))?;
        Ok(Bus { address, services, _daemon: daemon })
    }

    /// Returns the value of `DBUS_SESSION_BUS_ADDRESS`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Starts a keyring, unlocked, with its files below the folders that `environment` names.
    pub(crate) fn start_keyring(&self, environment: &[(&str, String)]) -> Outcome<Process> {
        let mut command = keyring(environment);
        // With a display it would ask for a password in a window of its own.
        let mut daemon = Process::start(command.arg("--unlock").env_remove("DISPLAY"))?;
        daemon.child().stdin.take().ok_or("no standard input")?.write_all(KEYRING_PASSWORD.as_bytes())?;
        poll("a keyring on the bus", 20, || self.has_keyring().then_some(()))?;
        Ok(daemon)
    }

    /// Starts the keyring as it is after a login that did not open it: it asks, in a window of another program.
    pub(crate) fn start_locked_keyring(&self, environment: &[(&str, String)]) -> Outcome<Process> {
        let asks = ASKS.iter().find(|place| Path::new(place).exists()).ok_or("the package gcr is missing")?;
        let service = format!("[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec={asks}\n");
        fs::write(self.services.join("asks.service"), service)?;
        // The bus tells its own address; addresses have a comma, which dbus-send takes for the next variable.
        let others = environment.iter().filter(|(_, value)| !value.contains(','));
        let variables: Vec<_> = others.map(|(name, value)| format!("{name},{value}")).collect();
        self.ask("UpdateActivationEnvironment", &format!("dict:string:string:{}", variables.join(",")))?;
        self.ask("ReloadConfig", "")?;
        let daemon = Process::start(&mut keyring(environment))?;
        poll("a keyring on the bus", 20, || self.has_keyring().then_some(()))?;
        Ok(daemon)
    }

    /// Tells whether a Secret Service answers.
    pub(crate) fn has_keyring(&self) -> bool {
        self.ask("NameHasOwner", "string:org.freedesktop.secrets").is_ok_and(|answer| answer.contains("boolean true"))
    }

    /// Asks the bus itself.
    fn ask(&self, method: &str, argument: &str) -> Outcome<String> {
        let mut ask = Command::new("dbus-send");
        ask.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]);
        ask.arg(format!("org.freedesktop.DBus.{method}")).args(Some(argument).filter(|argument| !argument.is_empty()));
        let answer = output(ask.env("DBUS_SESSION_BUS_ADDRESS", &self.address))?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

fn keyring(environment: &[(&str, String)]) -> Command {
    let mut command = Command::new("gnome-keyring-daemon");
    command.args(["--foreground", "--components=secrets"]).env_clear();
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
