//! The real portal on a real Wayland desktop: sway without a monitor, with everything that belongs to it.
//!
//! It needs a good deal of packages; `cargo xtask test --wayland` brings them and runs this.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops where its setting fails")]

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

const PACKAGES: &str = "this test needs sway, imv, wl-clipboard, dbus, pipewire, wireplumber and xdg-desktop-portal with its \
                        parts for wlr and gtk";
const PATIENCE: Duration = Duration::from_secs(30);
const LINK: &str = "otpauth://totp/Way:land?secret=JBSWY3DPEHPK3PXP";
/// Where the portal's part for wlroots always writes its picture.
const LEFT_BEHIND: &str = "/tmp/out.png";
/// Nobody: sway refuses to run as root.
const NOBODY: u32 = 65_534;
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=FOLDER/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"#;

/// A desktop in a folder of its own; all of it ends with this value.
struct Desktop {
    folder: TempDir,
    running: Vec<(&'static str, Child)>,
}

impl Desktop {
    fn start() -> Self {
        let mut desktop = Self { folder: tempfile::tempdir().unwrap(), running: Vec::new() };
        fs::copy(env!("CARGO_BIN_EXE_sterk"), desktop.path("sterk")).unwrap();
        fs::write(desktop.path("bus.conf"), BUS.replace("FOLDER", desktop.folder.path().to_str().unwrap())).unwrap();
        fs::write(desktop.path("sway.conf"), "output HEADLESS-1 resolution 1280x720\nxwayland disable\n").unwrap();
        let config = desktop.path("xdg-desktop-portal-wlr");
        fs::create_dir(&config).unwrap();
        fs::write(config.join("config"), "[screencast]\noutput_name=HEADLESS-1\nchooser_type=none\n").unwrap();
        if is_root() {
            std::os::unix::fs::chown(desktop.folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let config = format!("--config-file={}", desktop.path("bus.conf").display());
        desktop.run("dbus-daemon", &[&config, "--nofork", "--nopidfile"]);
        desktop.wait_for("the bus", |desktop| desktop.path("bus").exists());
        let config = desktop.path("sway.conf").display().to_string();
        desktop.run("sway", &["-c", &config]);
        desktop.wait_for("sway", |desktop| desktop.path("wayland-1").exists());
        desktop
    }

    /// Starts the portal with all its parts.
    fn with_portal(mut self) -> Self {
        self.run("pipewire", &[]);
        self.wait_for("pipewire", |desktop| desktop.path("pipewire-0").exists());
        self.run("wireplumber", &[]);
        self.run("/usr/libexec/xdg-desktop-portal-wlr", &[]);
        self.run("/usr/libexec/xdg-desktop-portal-gtk", &[]);
        for part in ["wlr", "gtk"] {
            self.wait_for(part, |desktop| desktop.has(&format!("org.freedesktop.impl.portal.desktop.{part}")));
        }
        self.with_bare_portal(&[])
    }

    /// Starts the portal alone.
    fn with_bare_portal(mut self, variables: &[(&str, &str)]) -> Self {
        let mut portal = self.command("/usr/libexec/xdg-desktop-portal");
        self.keep("portal", portal.envs(variables.iter().copied()));
        self.wait_for("the portal", |desktop| desktop.has("org.freedesktop.portal.Desktop"));
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, program: &str) -> Command {
        let folder = self.folder.path();
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin").current_dir(folder);
        for name in ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env(name, folder);
        }
        let bus = format!("unix:path={}", self.path("bus").display());
        command.env("DBUS_SESSION_BUS_ADDRESS", bus).env("WAYLAND_DISPLAY", "wayland-1");
        command.envs([("XDG_CURRENT_DESKTOP", "sway"), ("XDG_SESSION_TYPE", "wayland"), ("GDK_BACKEND", "wayland")]);
        command.envs([("WLR_BACKENDS", "headless"), ("WLR_RENDERER", "pixman"), ("WLR_LIBINPUT_NO_DEVICES", "1")]);
        command.env("LIBSEAT_BACKEND", "noop");
        if is_root() {
            command.gid(NOBODY).uid(NOBODY);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&mut self, program: &'static str, words: &[&str]) {
        let mut command = self.command(program);
        if program == "sway" {
            // Only programs inside it are told where it is.
            command.env_remove("WAYLAND_DISPLAY");
        }
        self.keep(program, command.args(words));
    }

    fn keep(&mut self, name: &'static str, command: &mut Command) {
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect(PACKAGES);
        self.running.push((name, child));
    }

    fn has(&self, name: &str) -> bool {
        let words = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"];
        let mut ask = self.command("dbus-send");
        ask.args(words).args(["org.freedesktop.DBus.NameHasOwner", &format!("string:{name}")]);
        String::from_utf8_lossy(&ask.output().expect(PACKAGES).stdout).contains("boolean true")
    }

    fn wait_for(&self, what: &str, is_there: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_there(self) {
            assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what} in vain");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Shows the QR code of a link.
    fn show(&mut self, link: &str) {
        let code = qrcode::QrCode::new(link).unwrap();
        let picture = self.path("code.png");
        code.render::<image::Luma<u8>>().module_dimensions(8, 8).build().save(&picture).unwrap();
        self.run("imv-wayland", &[picture.to_str().unwrap()]);
    }

    /// Halts a part of the desktop without ending it, as a question does that nobody answers.
    fn halt(&self, program: &str) {
        let (_, child) = self.running.iter().find(|(name, _)| *name == program).unwrap();
        assert!(Command::new("kill").args(["-STOP", &child.id().to_string()]).status().unwrap().success());
    }

    /// Puts a file's bytes on the clipboard, as another program does.
    fn copy(&mut self, kind: &str, bytes: &[u8]) {
        fs::write(self.path("copied"), bytes).unwrap();
        let mut copy = self.command("wl-copy");
        copy.args(["--foreground", "--type", kind]).stdin(fs::File::open(self.path("copied")).unwrap());
        self.keep("wl-copy", &mut copy);
    }

    fn scan(&self, words: &[&str], variables: &[(&str, &str)]) -> Value {
        self.look("--screen", words, variables)
    }

    fn look(&self, at: &str, words: &[&str], variables: &[(&str, &str)]) -> Value {
        let mut command = self.command(self.path("sterk").to_str().unwrap());
        command.args(["--json", "scan", at, "--reveal"]).args(words).envs(variables.iter().copied());
        let output = command.output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {output:?}"))
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for (_, child) in self.running.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").unwrap().uid() == 0
}

#[test]
fn finds_a_code_through_the_portal_and_leaves_no_picture() {
    let mut desktop = Desktop::start().with_portal();
    assert_eq!(desktop.scan(&[], &[]), json!([]), "nothing is shown yet");
    desktop.show(LINK);
    let rows = desktop.scan(&["--keep-looking", "30"], &[]);
    assert_eq!((&rows[0]["text"], &rows[0]["source"]), (&json!(LINK), &json!("screen:desktop")), "{rows}");
    assert!(!Path::new(LEFT_BEHIND).exists(), "the portal's picture holds a secret");
}

#[test]
fn reads_what_was_copied() {
    let mut desktop = Desktop::start();
    desktop.copy("text/plain;charset=utf-8", LINK.as_bytes());
    let rows = desktop.look("--clipboard", &["--keep-looking", "30"], &[]);
    assert_eq!((&rows[0]["text"], &rows[0]["source"]), (&json!(LINK), &json!("clipboard")), "{rows}");
}

#[test]
fn names_what_is_missing_or_silent() {
    let code = |rows: Value| rows[0]["error"]["code"].as_str().unwrap_or_default().to_owned();
    assert_eq!(code(Desktop::start().scan(&[], &[])), "no_portal");
    // Without any part that is made for a desktop, the portal offers no screenshots at all.
    let partless = Desktop::start().with_bare_portal(&[("XDG_DESKTOP_PORTAL_DIR", "/nonexistent")]);
    assert_eq!(code(partless.scan(&[], &[])), "no_screenshot_service");
    // With parts that are installed and do not start, it offers them and fails.
    assert_eq!(code(Desktop::start().with_bare_portal(&[]).scan(&[], &[])), "screenshot_refused");
    let silent = Desktop::start().with_portal();
    silent.halt("/usr/libexec/xdg-desktop-portal-wlr");
    assert_eq!(code(silent.scan(&[], &[("STERK_CAPTURE_LIMIT_MS", "2000")])), "capture_timed_out");
}
