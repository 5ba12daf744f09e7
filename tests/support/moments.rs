//! A `logind` and a screen saver that a test moves, on a bus of its own.

use std::io::{PipeReader, PipeWriter};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};

use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{self, ObjectPath, OwnedObjectPath};

const PLACE: &str = "/org/freedesktop/login1";
const SESSION: &str = "/org/freedesktop/login1/session/_37";
const OTHER: &str = "/org/freedesktop/login1/session/_38";

/// Holds what those who delay sleep were given: the other end of each pipe.
type Delays = Arc<Mutex<Vec<PipeReader>>>;

struct Manager(Delays);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn get_session(&self, id: &str) -> zbus::fdo::Result<OwnedObjectPath> {
        let unknown = || zbus::fdo::Error::Failed("no such session".into());
        (id == "7").then(|| ObjectPath::from_static_str_unchecked(SESSION).into()).ok_or_else(unknown)
    }

    #[zbus(name = "GetSessionByPID")]
    fn get_session_by_pid(&self, _process: u32) -> zbus::fdo::Result<OwnedObjectPath> {
        Err(zbus::fdo::Error::Failed("the process belongs to no session".into()))
    }

    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> zbus::fdo::Result<zvariant::OwnedFd> {
        let failed = |error: std::io::Error| zbus::fdo::Error::Failed(error.to_string());
        if (what, mode) != ("sleep", "delay") {
            return Err(zbus::fdo::Error::Failed("something else is delayed".into()));
        }
        let (reader, writer): (PipeReader, PipeWriter) = std::io::pipe().map_err(failed)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        Ok(OwnedFd::from(writer).into())
    }
}

struct User;

#[zbus::interface(name = "org.freedesktop.login1.User")]
impl User {
    #[zbus(property)]
    fn display(&self) -> (String, OwnedObjectPath) {
        ("7".to_owned(), ObjectPath::from_static_str_unchecked(SESSION).into())
    }
}

/// Is both of them; they go with this value.
pub struct Moments {
    bus: Connection,
    delays: Delays,
}

impl Moments {
    /// Takes their names on the bus at `address`.
    pub fn begin(address: &str) -> zbus::Result<Self> {
        let delays = Delays::default();
        let bus = Builder::address(address)?
            .name("org.freedesktop.login1")?
            .name("org.freedesktop.ScreenSaver")?
            .serve_at(PLACE, Manager(Arc::clone(&delays)))?
            .serve_at("/org/freedesktop/login1/user/self", User)?
            .build()?;
        Ok(Self { bus, delays })
    }

    /// Announces sleep, or that the machine woke up.
    pub fn sleep(&self, begins: bool) -> zbus::Result<()> {
        self.emit(PLACE, "org.freedesktop.login1.Manager", "PrepareForSleep", &begins)
    }

    /// Asks the session, or another one, to lock its screen.
    pub fn lock_session(&self, ours: bool) -> zbus::Result<()> {
        self.emit(if ours { SESSION } else { OTHER }, "org.freedesktop.login1.Session", "Lock", &())
    }

    /// Tells that a property of our session has this value now.
    pub fn change_session(&self, property: &str, value: bool) -> zbus::Result<()> {
        let changed = std::collections::HashMap::from([(property, zvariant::Value::from(value))]);
        let body = ("org.freedesktop.login1.Session", changed, Vec::<&str>::new());
        self.emit(SESSION, "org.freedesktop.DBus.Properties", "PropertiesChanged", &body)
    }

    /// Tells that the screen saver covers the screen, or no longer does.
    pub fn cover(&self, screen_saver: &str, active: bool) -> zbus::Result<()> {
        self.emit("/ScreenSaver", screen_saver, "ActiveChanged", &active)
    }

    /// Returns how many delay sleep now, or ever did.
    pub fn delays(&self) -> usize {
        self.delays.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Waits until the one who delayed sleep first lets go.
    pub fn wait_for_leave_to_sleep(&self) -> std::io::Result<()> {
        let reader = self.delays.lock().unwrap_or_else(PoisonError::into_inner).remove(0);
        std::io::Read::read(&mut &reader, &mut [0]).map(drop)
    }

    fn emit<B: zbus::export::serde::Serialize + zvariant::DynamicType>(
        &self,
        place: &str,
        interface: &str,
        member: &str,
        body: &B,
    ) -> zbus::Result<()> {
        self.bus.emit_signal(None::<&str>, place, interface, member, body)
    }
}
