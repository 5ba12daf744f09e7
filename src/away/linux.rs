//! `logind` on the bus of the system, and the screen saver on the bus of the session.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use zbus::blocking::{Connection, MessageIterator};
use zbus::message::Type;
use zbus::zvariant::{OwnedFd, OwnedObjectPath, OwnedValue};
use zbus::{MatchRule, Message};

use crate::away::Hear;
use crate::settings::Moment;

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// How long until a bus that is gone is looked for again; each time twice as long, up to the second value.
const RETRY: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(600)];

/// Desktops have one of these; all of them speak the same words.
const SCREEN_SAVERS: [&str; 5] = [
    "org.cinnamon.ScreenSaver",
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
];

pub(super) fn watch(hear: Arc<impl Hear>) {
    let other = Arc::clone(&hear);
    again_and_again("away-system", move || Login::meet()?.listen(&*hear));
    again_and_again("away-session", move || listen_to_screen_saver(&*other));
}

/// Listens on a thread of its own; a bus that is not there, or ends, is looked for again.
fn again_and_again(name: &str, listen: impl Fn() -> zbus::Result<()> + Send + 'static) {
    // Without a thread nothing is told, as on a machine without a bus.
    let _ = thread::Builder::new().name(name.into()).spawn(move || {
        let [mut wait, longest] = RETRY;
        loop {
            // How it ended says nothing that could be mended from here.
            let _ = listen();
            thread::sleep(wait);
            wait = (wait * 2).min(longest);
        }
    });
}

/// Is the connection to `logind`, and the session that this program belongs to, if it does.
struct Login {
    bus: Connection,
    session: Option<OwnedObjectPath>,
    /// Holds sleep up until the vault is locked; `logind` bounds the time.
    delay: Option<OwnedFd>,
}

impl Login {
    fn meet() -> zbus::Result<Self> {
        let bus = Connection::system()?;
        let session = session_of_this_program(&bus);
        Ok(Self { bus, session, delay: None })
    }

    fn listen(mut self, hear: &impl Hear) -> zbus::Result<()> {
        let messages = MessageIterator::from(&self.bus);
        let told = || MatchRule::builder().msg_type(Type::Signal).sender(LOGIND);
        subscribe(&self.bus, &told()?.interface(MANAGER)?.member("PrepareForSleep")?.build())?;
        if let Some(session) = &self.session {
            subscribe(&self.bus, &told()?.interface(SESSION)?.path(session)?.build())?;
            subscribe(&self.bus, &told()?.interface(PROPERTIES)?.path(session)?.build())?;
        }
        self.delay = self.delay_sleep();
        for message in messages {
            self.take_in(&message?, hear);
        }
        Ok(())
    }

    fn take_in(&mut self, message: &Message, hear: &impl Hear) {
        let Some(told) = told_by_login(message, self.session.as_ref()) else { return };
        match told {
            Told::Away(moment) => hear(moment),
            Told::Asleep => {
                hear(Moment::Sleep);
                self.delay = None;
            }
            Told::Awake => self.delay = self.delay_sleep(),
        }
    }

    fn delay_sleep(&self) -> Option<OwnedFd> {
        let words = ("sleep", "Sterk", "The vault is locked before sleep", "delay");
        let answer = self.bus.call_method(Some(LOGIND), "/org/freedesktop/login1", Some(MANAGER), "Inhibit", &words);
        answer.ok()?.body().deserialize().ok()
    }
}

#[derive(Debug, PartialEq)]
enum Told {
    Asleep,
    Awake,
    Away(Moment),
}

fn told_by_login(message: &Message, session: Option<&OwnedObjectPath>) -> Option<Told> {
    let header = message.header();
    if header.message_type() != Type::Signal {
        return None;
    }
    let (interface, member) = (header.interface()?.as_str(), header.member()?.as_str());
    if (interface, member) == (MANAGER, "PrepareForSleep") {
        let begins = message.body().deserialize::<bool>().ok()?;
        return Some(if begins { Told::Asleep } else { Told::Awake });
    }
    if header.path()?.as_str() != session?.as_str() {
        return None;
    }
    match (interface, member) {
        (SESSION, "Lock") => Some(Told::Away(Moment::ScreenLocked)),
        (PROPERTIES, "PropertiesChanged") => told_by_properties(message).map(Told::Away),
        _ => None,
    }
}

fn told_by_properties(message: &Message) -> Option<Moment> {
    type Changed = (String, std::collections::HashMap<String, OwnedValue>, Vec<String>);
    let body = message.body();
    let (interface, changed, _): Changed = body.deserialize().ok()?;
    let is = |name: &str| changed.get(name).and_then(|value| bool::try_from(value).ok());
    if interface != SESSION {
        return None;
    }
    match (is("LockedHint"), is("Active")) {
        (Some(true), _) => Some(Moment::ScreenLocked),
        (_, Some(false)) => Some(Moment::UserSwitched),
        _ => None,
    }
}

/// Finds the session by what its programs are given, by the process, or as the one that the user sees.
///
/// A program that the desktop starts by way of systemd belongs to no session itself.
fn session_of_this_program(bus: &Connection) -> Option<OwnedObjectPath> {
    const PLACE: &str = "/org/freedesktop/login1";
    let by_id = || {
        let id = std::env::var("XDG_SESSION_ID").ok()?;
        let answer = bus.call_method(Some(LOGIND), PLACE, Some(MANAGER), "GetSession", &id).ok()?;
        answer.body().deserialize().ok()
    };
    let by_process = || {
        let id = std::process::id();
        let answer = bus.call_method(Some(LOGIND), PLACE, Some(MANAGER), "GetSessionByPID", &id).ok()?;
        answer.body().deserialize().ok()
    };
    let by_user = || {
        let (user, words) = ("/org/freedesktop/login1/user/self", ("org.freedesktop.login1.User", "Display"));
        let answer = bus.call_method(Some(LOGIND), user, Some(PROPERTIES), "Get", &words).ok()?;
        let value: OwnedValue = answer.body().deserialize().ok()?;
        <(String, OwnedObjectPath)>::try_from(value).ok().map(|(_, session)| session)
    };
    by_id().or_else(by_process).or_else(by_user)
}

fn listen_to_screen_saver(hear: &impl Hear) -> zbus::Result<()> {
    let bus = Connection::session()?;
    let messages = MessageIterator::from(&bus);
    for interface in SCREEN_SAVERS {
        let told = MatchRule::builder().msg_type(Type::Signal).interface(interface)?.member("ActiveChanged")?;
        subscribe(&bus, &told.build())?;
    }
    for message in messages {
        if is_covered(&message?) {
            hear(Moment::ScreenLocked);
        }
    }
    Ok(())
}

fn is_covered(message: &Message) -> bool {
    let header = message.header();
    let of_screen_saver = header.interface().is_some_and(|interface| SCREEN_SAVERS.contains(&interface.as_str()));
    of_screen_saver
        && header.member().is_some_and(|member| member == "ActiveChanged")
        && message.body().deserialize::<bool>().unwrap_or_default()
}

fn subscribe(bus: &Connection, rule: &MatchRule<'_>) -> zbus::Result<()> {
    const BUS: &str = "org.freedesktop.DBus";
    bus.call_method(Some(BUS), "/org/freedesktop/DBus", Some(BUS), "AddMatch", &rule.to_string()).map(drop)
}
