//! The moments at which a person leaves, told by a `logind` and a screen saver on a private bus.
//!
//! A process has one environment, so the watching is done by this very program, run as a child on the bus it is to
//! meet; each moment it hears is one line of its output.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

#[path = "support/moments.rs"]
mod moments;
#[expect(dead_code, reason = "no keyring is asked here")]
#[path = "support/secret_service.rs"]
mod secret_service;

use std::env;
use std::io::{BufRead, BufReader, Lines, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use moments::Moments;
use secret_service::SecretService;

/// Is the child that hears, and what it says.
struct Listener {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Listener {
    fn start(mut command: Command) -> Self {
        command.args(["--ignored", "--exact", "--nocapture", "hears_moments"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn hears(&mut self) -> String {
        let mut heard = self.lines.by_ref().map_while(Result::ok);
        heard.find_map(|line| line.strip_prefix("heard: ").map(str::to_owned)).expect("the child tells a moment")
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
#[ignore = "is the child that the other tests run on a bus of their own"]
fn hears_moments() {
    sterk::away::watch(|moment| {
        println!("heard: {moment:?}");
        // The parent says when hearing is over.
        if env::var_os("STERK_TEST_SLOW").is_some() {
            std::io::stdin().read_exact(&mut [0]).expect("the parent says a byte");
        }
    });
    std::thread::sleep(Duration::from_secs(120));
}

fn desk() -> (SecretService, Moments) {
    let bus = SecretService::start_empty();
    let moments = Moments::begin(&address(&bus)).unwrap();
    (bus, moments)
}

fn address(bus: &SecretService) -> String {
    let named = |(name, address)| (name == "DBUS_SESSION_BUS_ADDRESS").then_some(address);
    bus.env().into_iter().find_map(named).unwrap()
}

fn command(bus: &SecretService) -> Command {
    let mut command = bus.command(env::current_exe().unwrap());
    command.env("DBUS_SYSTEM_BUS_ADDRESS", address(bus)).env_remove("XDG_SESSION_ID");
    command
}

/// Asks until the listener has taken its delay: from then on it hears everything of `logind`.
fn wait_for_delay(moments: &Moments) {
    let start = Instant::now();
    while moments.delays() == 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "nobody delays sleep");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn hears_sleep_and_holds_it_up_until_the_vault_can_be_locked() {
    let (bus, moments) = desk();
    let mut listener = Listener::start({
        let mut command = command(&bus);
        command.env("STERK_TEST_SLOW", "1");
        command
    });
    wait_for_delay(&moments);
    moments.sleep(true).unwrap();
    assert_eq!(listener.hears(), "Sleep");
    let slept = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| moments.wait_for_leave_to_sleep());
        std::thread::sleep(Duration::from_millis(100));
        let held = !waiting.is_finished();
        std::io::Write::write_all(&mut listener.child.stdin.take().unwrap(), b"x").unwrap();
        waiting.join().unwrap().unwrap();
        held
    });
    assert!(slept, "the machine must not sleep before the moment was heard out");
    assert_eq!(moments.delays(), 0);
    moments.sleep(false).unwrap();
    wait_for_delay(&moments);
}

#[test]
fn hears_the_screen_lock_and_another_user_of_its_own_session_alone() {
    for id in [None, Some("7")] {
        let (bus, moments) = desk();
        let mut command = command(&bus);
        if let Some(id) = id {
            command.env("XDG_SESSION_ID", id);
        }
        let mut listener = Listener::start(command);
        wait_for_delay(&moments);
        moments.lock_session(false).unwrap();
        moments.change_session("LockedHint", false).unwrap();
        moments.change_session("Active", true).unwrap();
        moments.change_session("Active", false).unwrap();
        assert_eq!(listener.hears(), "UserSwitched", "what came before is no moment");
        moments.lock_session(true).unwrap();
        assert_eq!(listener.hears(), "ScreenLocked");
        moments.change_session("LockedHint", true).unwrap();
        assert_eq!(listener.hears(), "ScreenLocked");
    }
}

#[test]
fn hears_the_screen_saver_of_every_desktop() {
    let (bus, moments) = desk();
    for desktop in ["cinnamon", "freedesktop", "gnome", "mate", "xfce"] {
        let screen_saver = format!("org.{desktop}.ScreenSaver");
        let mut listener = Listener::start(command(&bus));
        // Nothing says when it listens, so it is told again and again.
        let heard = std::thread::scope(|scope| {
            let heard = scope.spawn(|| listener.hears());
            while !heard.is_finished() {
                moments.cover(&screen_saver, true).unwrap();
                std::thread::sleep(Duration::from_millis(50));
            }
            heard.join().unwrap()
        });
        assert_eq!(heard, "ScreenLocked", "{desktop}");
    }
}

#[test]
fn is_silent_on_a_machine_without_a_bus() {
    let mut child = Command::new(env::current_exe().unwrap());
    child.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent").env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/none");
    let mut listener = Listener::start(child);
    std::thread::sleep(Duration::from_millis(300));
    assert!(listener.child.try_wait().unwrap().is_none(), "it goes on without");
}
