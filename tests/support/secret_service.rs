//! A real Secret Service of the test's own: a private bus, and GNOME Keyring on it.
//!
//! The bus knows no service directories, so that nothing is started on demand, and no screen, so that
//! nobody can be asked anything. Everything lies in one folder that is removed at the end.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PACKAGES: &str = "the keyring tests need the Debian packages dbus, gnome-keyring and libsecret-tools";
const PATIENCE: Duration = Duration::from_secs(20);
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// Is a private bus, with or without a keyring on it; both end with this value.
pub struct SecretService {
    /// Holds the keyrings and all else of this session.
    pub folder: TempDir,
    address: String,
    bus: Child,
    daemon: Option<Child>,
}

impl SecretService {
    /// Starts a bus with an unlocked keyring on it, and waits until it answers.
    pub fn start() -> Self {
        let mut session = Self::start_empty();
        session.start_keyring(&["--unlock"]);
        session
    }

    /// Starts a bus without any keyring.
    pub fn start_empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the bus");
        let config = folder.path().join("bus.conf");
        std::fs::write(&config, BUS.replace("FOLDER", &folder.path().display().to_string())).expect("a file");
        let mut bus = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect(PACKAGES);
        let mut address = String::new();
        let output = bus.stdout.take().expect("the output is piped");
        BufReader::new(output).read_line(&mut address).expect("the bus prints its address");
        assert!(address.starts_with("unix:"), "the bus did not start");
        Self { folder, address: address.trim().to_owned(), bus, daemon: None }
    }

    /// Starts a keyring on this bus and waits until it answers; `--unlock` makes or opens its collection.
    pub fn start_keyring(&mut self, options: &[&str]) {
        self.start_program("gnome-keyring-daemon".as_ref(), options);
    }

    /// Starts a program that is the GNOME keyring, whatever its name, as [`SecretService::start_keyring`].
    pub fn start_program(&mut self, program: &std::ffi::OsStr, options: &[&str]) {
        let mut daemon = self.command(program);
        daemon.args(["--foreground", "--components=secrets"]).args(options);
        let mut daemon =
            daemon.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect(PACKAGES);
        daemon.stdin.take().expect("the input is piped").write_all(b"test").expect("the daemon has an input");
        self.daemon = Some(daemon);
        self.wait_for("the keyring", Self::has_keyring);
    }

    /// Returns the variables under which a program meets this bus and nothing of the real session.
    pub fn env(&self) -> Vec<(String, String)> {
        let folder = self.folder.path().display();
        let mut env = vec![("DBUS_SESSION_BUS_ADDRESS".to_owned(), self.address.clone())];
        let names = ["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"];
        env.extend(names.map(|name| (name.to_owned(), folder.to_string())));
        env
    }

    /// Returns a command that runs in this session, without a screen.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").envs(self.env());
        command
    }

    /// Locks the keyring; without a screen nothing can unlock it again.
    pub fn lock(&self) {
        let collection = "/org/freedesktop/secrets/collection/login";
        let locked = self.call(
            "org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            &[&format!("array:objpath:{collection}")],
        );
        assert!(locked.contains(collection), "the keyring did not lock: {locked}");
    }

    /// Halts the keyring without ending it, as a hang does.
    pub fn hang(&self) {
        let daemon = self.daemon.as_ref().expect("there is a keyring on this bus");
        let status = Command::new("kill").args(["-STOP", &daemon.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "the keyring cannot be halted");
    }

    /// Ends the keyring; the bus stays.
    pub fn end_keyring(&mut self) {
        self.daemon.take().as_mut().map(end).expect("there is a keyring on this bus");
        self.wait_for("the end of the keyring", |session| !session.has_keyring());
    }

    fn has_keyring(&self) -> bool {
        let method = "org.freedesktop.DBus.NameHasOwner";
        self.call("org.freedesktop.DBus", "/", method, &["string:org.freedesktop.secrets"]).contains("boolean true")
    }

    fn call(&self, service: &str, object: &str, method: &str, arguments: &[&str]) -> String {
        let mut command = self.command("dbus-send");
        command.args(["--session", "--print-reply", &format!("--dest={service}"), object, method]).args(arguments);
        let Output { stdout, stderr, .. } = command.output().expect(PACKAGES);
        format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr))
    }

    /// Asks again and again, because the daemon does not say when it is ready.
    fn wait_for(&self, what: &str, is_there: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_there(self) {
            assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what} in vain");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for SecretService {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            end(daemon);
        }
        end(&mut self.bus);
    }
}

fn end(process: &mut Child) {
    let _ = process.kill();
    let _ = process.wait();
}
