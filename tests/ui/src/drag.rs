//! Another program's window from which a file is dragged: a source of XDND, version 5.
//!
//! It follows the protocol of freedesktop.org and knows one type, `text/uri-list`. The pointer is not
//! its business: it hears of it as every window does.

use crate::Outcome;
use crate::process::poll;
use std::cell::RefCell;
use std::path::Path;
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, MotionNotifyEvent, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Timestamp, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// The width and height of the window that offers the file, in pixels.
const SIZE: u16 = 40;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        XdndActionCopy,
        XdndAware,
        XdndDrop,
        XdndEnter,
        XdndFinished,
        XdndPosition,
        XdndSelection,
        XdndStatus,
        uris: b"text/uri-list",
    }
}

/// A small window in the corner of the screen that offers one file.
pub(crate) struct Source {
    connection: RustConnection,
    atoms: Atoms,
    window: Window,
    root: Window,
    uris: String,
    drag: RefCell<Drag>,
}

/// How far the drag is.
#[derive(Default)]
struct Drag {
    pressed: bool,
    over: Option<Window>,
    welcome: bool,
    done: bool,
}

impl Source {
    /// Shows the window on a display.
    pub(crate) fn offer(display: &str, file: &Path) -> Outcome<Source> {
        let (connection, screen) = x11rb::connect(Some(display))?;
        let atoms = Atoms::new(&connection)?.reply()?;
        let (root, window) = (connection.setup().roots[screen].root, connection.generate_id()?);
        // Without the window manager: its place is known, and it takes the keyboard from nobody.
        let look = CreateWindowAux::new()
            .override_redirect(1)
            .background_pixel(0x0080_8080)
            .event_mask(EventMask::BUTTON_PRESS | EventMask::BUTTON_RELEASE | EventMask::BUTTON1_MOTION);
        let class = WindowClass::INPUT_OUTPUT;
        connection.create_window(COPY_DEPTH_FROM_PARENT, window, root, 0, 0, SIZE, SIZE, 0, class, 0, &look)?;
        connection.map_window(window)?;
        connection.sync()?;
        let uris = format!("file://{}\r\n", file.display());
        Ok(Source { connection, atoms, window, root, uris, drag: RefCell::default() })
    }

    /// Returns the place where the pointer takes the file.
    pub(crate) fn middle(&self) -> (i32, i32) {
        (i32::from(SIZE / 2), i32::from(SIZE / 2))
    }

    pub(crate) fn is_pressed(&self) -> bool {
        self.drag.borrow().pressed
    }

    pub(crate) fn is_welcome(&self) -> bool {
        self.drag.borrow().welcome
    }

    pub(crate) fn is_done(&self) -> bool {
        self.drag.borrow().done
    }

    /// Answers what comes, until something is so.
    pub(crate) fn until(&self, what: &str, is_so: impl Fn(&Source) -> bool) -> Outcome {
        poll(what, 10, || Some(self.follow()).filter(|done| done.is_err() || is_so(self)))?
    }

    /// Answers all that has come.
    pub(crate) fn follow(&self) -> Outcome {
        while let Some(event) = self.connection.poll_for_event()? {
            match event {
                Event::ButtonPress(press) => self.begin(press.time)?,
                Event::MotionNotify(motion) => self.go(&motion)?,
                Event::ButtonRelease(release) => self.let_go(release.time)?,
                Event::SelectionRequest(request) => self.hand_over(&request)?,
                Event::ClientMessage(message) => self.hear(&message),
                _ => {}
            }
        }
        Ok(self.connection.flush()?)
    }

    fn begin(&self, time: Timestamp) -> Outcome {
        self.connection.set_selection_owner(self.window, self.atoms.XdndSelection, time)?;
        self.drag.borrow_mut().pressed = true;
        Ok(())
    }

    fn go(&self, motion: &MotionNotifyEvent) -> Outcome {
        let under = self.aware_window(motion.root_x, motion.root_y)?;
        if under != self.drag.borrow().over {
            *self.drag.borrow_mut() = Drag { pressed: true, over: under, ..Drag::default() };
            self.tell(self.atoms.XdndEnter, [self.window, 5 << 24, self.atoms.uris, 0, 0])?;
        }
        let place = u32::from(motion.root_x as u16) << 16 | u32::from(motion.root_y as u16);
        self.tell(self.atoms.XdndPosition, [self.window, 0, place, motion.time, self.atoms.XdndActionCopy])
    }

    fn let_go(&self, time: Timestamp) -> Outcome {
        self.tell(self.atoms.XdndDrop, [self.window, 0, time, 0, 0])
    }

    /// Gives the file's address to the window that asks.
    fn hand_over(&self, request: &SelectionRequestEvent) -> Outcome {
        let known = request.target == self.atoms.uris;
        let property = if known { request.property } else { AtomEnum::NONE.into() };
        if known {
            let (to, kind, text) = (request.requestor, self.atoms.uris, self.uris.as_bytes());
            self.connection.change_property8(PropMode::REPLACE, to, property, kind, text)?;
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property,
        };
        self.connection.send_event(false, request.requestor, EventMask::NO_EVENT, answer)?;
        Ok(())
    }

    fn hear(&self, message: &ClientMessageEvent) {
        let mut drag = self.drag.borrow_mut();
        if message.type_ == self.atoms.XdndStatus {
            drag.welcome = message.data.as_data32()[1] & 1 == 1;
        } else if message.type_ == self.atoms.XdndFinished {
            drag.done = true;
        }
    }

    fn tell(&self, what: u32, data: [u32; 5]) -> Outcome {
        let Some(over) = self.drag.borrow().over else { return Ok(()) };
        let message = ClientMessageEvent::new(32, over, what, data);
        self.connection.send_event(false, over, EventMask::NO_EVENT, message)?;
        Ok(())
    }

    /// Goes down from the root to the window at a place that understands the protocol.
    fn aware_window(&self, x: i16, y: i16) -> Outcome<Option<Window>> {
        let mut at = self.root;
        loop {
            at = self.connection.translate_coordinates(self.root, at, x, y)?.reply()?.child;
            if at == x11rb::NONE {
                return Ok(None);
            }
            let aware = self.connection.get_property(false, at, self.atoms.XdndAware, AtomEnum::ATOM, 0, 1)?.reply()?;
            if aware.value_len == 1 {
                return Ok(Some(at));
            }
        }
    }
}
