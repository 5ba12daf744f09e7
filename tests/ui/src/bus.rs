//! A private D-Bus that starts nothing by itself, and a real keyring on it.

use crate::Outcome;
use crate::process::{Process, output, poll};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// No `<servicedir>`: a desktop's own services must not answer in place of the test's.
const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A session bus of the test's own.
pub(crate) struct Bus {
    address: String,
    _daemon: Process,
}

impl Bus {
    /// Starts one whose socket lies in `folder`.
    pub(crate) fn start(folder: &Path) -> Outcome<Bus> {
        let file = folder.join("bus.conf");
        fs::write(&file, CONFIGURATION.replace("FOLDER", &folder.display().to_string()))?;
        let mut command = Command::new("dbus-daemon");
        command.arg(format!("--config-file={}", file.display())).args(["--nofork", "--print-address=1"]);
        let (daemon, address) = Process::start_announced(command.stderr(Stdio::null()))?;
        Ok(Bus { address, _daemon: daemon })
    }

    /// Returns the value of `DBUS_SESSION_BUS_ADDRESS`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Starts a keyring, unlocked, with its files below the folders that `environment` names.
    pub(crate) fn start_keyring(&self, environment: &[(&str, String)]) -> Outcome<Process> {
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--unlock", "--foreground", "--components=secrets"]).env_clear();
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        // With a display it would ask for a password in a window of its own.
        command.env_remove("DISPLAY").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut daemon = Process::start(&mut command)?;
        daemon.child().stdin.take().ok_or("no standard input")?.write_all(b"a keyring of the test\n")?;
        poll("a keyring on the bus", 20, || self.has_keyring().then_some(()))?;
        Ok(daemon)
    }

    /// Tells whether a Secret Service answers.
    pub(crate) fn has_keyring(&self) -> bool {
        let mut ask = Command::new("dbus-send");
        ask.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]);
        ask.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
        let answer = output(ask.env("DBUS_SESSION_BUS_ADDRESS", &self.address)).unwrap_or_default();
        String::from_utf8_lossy(&answer).contains("boolean true")
    }
}
