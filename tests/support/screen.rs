//! A real X server of the test's own (Xvfb), with monitors, pictures and a clipboard.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use x11rb::connection::Connection;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{ConnectionExt as _, CreateGCAux, CreateWindowAux, ImageFormat, WindowClass};
use x11rb::rust_connection::RustConnection;

const PACKAGES: &str = "the tests of the screen need the Debian packages xvfb and xclip";

/// Is a monitor: name, upper left corner, size.
pub type Place<'a> = (&'a str, (i16, i16), (u16, u16));

/// Is a screen with nothing on it but what the test shows; it ends with this value.
pub struct Screen {
    server: Child,
    name: String,
    connection: RustConnection,
}

impl Screen {
    /// Starts one of this size with 24 bits a pixel.
    pub fn start(width: u16, height: u16) -> Self {
        Self::start_with(&["-screen", "0", &format!("{width}x{height}x24")])
    }

    /// Starts one with these options of Xvfb.
    pub fn start_with(options: &[&str]) -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect(PACKAGES);
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let name = format!(":{}", number.trim());
        let (connection, _) = x11rb::connect(Some(&name)).expect("the server that just started answers");
        Self { server, name, connection }
    }

    /// Returns the value of `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Divides the first screen into monitors of its height: name, left edge, width.
    pub fn divide(&self, monitors: &[(&str, i16, u16)]) {
        let height = self.connection.setup().roots[0].height_in_pixels;
        self.arrange(&monitors.iter().map(|(name, x, width)| (*name, (*x, 0), (*width, height))).collect::<Vec<_>>());
    }

    /// Arranges monitors on the first screen.
    pub fn arrange(&self, monitors: &[Place<'_>]) {
        let root = &self.connection.setup().roots[0];
        let outputs = self.connection.randr_get_screen_resources_current(root.root).unwrap().reply().unwrap().outputs;
        for (index, (name, (x, y), (width, height))) in monitors.iter().enumerate() {
            let name = self.connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
            // The first takes over the output, or the server would add a monitor for it by itself.
            let outputs = if index == 0 { outputs.clone() } else { Vec::new() };
            let monitor =
                MonitorInfo { name, x: *x, y: *y, width: *width, height: *height, outputs, ..MonitorInfo::default() };
            self.connection.randr_set_monitor(root.root, monitor).unwrap().check().unwrap();
        }
    }

    /// Shows the QR code of a text in a window, each module `module` pixels wide; returns its side.
    pub fn show(&self, text: &str, x: i16, y: i16, module: u32) -> u16 {
        self.show_on(0, text, x, y, module)
    }

    /// Shows a QR code on one of several screens of the server.
    pub fn show_on(&self, screen: usize, text: &str, x: i16, y: i16, module: u32) -> u16 {
        let code = qrcode::QrCode::new(text).unwrap();
        let image = code.render::<image::Luma<u8>>().module_dimensions(module, module).build();
        let side = u16::try_from(image.width()).unwrap();
        self.window(screen, x, y, side, image.as_raw());
        side
    }

    /// Opens a window that the server paints by itself.
    fn window(&self, screen: usize, x: i16, y: i16, side: u16, grey: &[u8]) {
        let (connection, screen) = (&self.connection, &self.connection.setup().roots[screen]);
        let (root, depth) = (screen.root, screen.root_depth);
        let [pixmap, context, window] = [(); 3].map(|()| connection.generate_id().unwrap());
        connection.create_pixmap(depth, pixmap, root, side, side).unwrap();
        connection.create_gc(context, pixmap, &CreateGCAux::new()).unwrap();
        let bytes = if depth == 16 { 2 } else { 4 };
        for (y, row) in (0..).zip(grey.chunks_exact(side.into())) {
            // Black and white are the same in every order of bytes and colours.
            let mut row: Vec<u8> = row.iter().flat_map(|grey| vec![*grey; bytes]).collect();
            row.resize(row.len().next_multiple_of(4), 0);
            connection.put_image(ImageFormat::Z_PIXMAP, pixmap, context, side, 1, 0, y, 0, depth, &row).unwrap();
        }
        let looks = CreateWindowAux::new().background_pixmap(pixmap).override_redirect(1);
        let class = WindowClass::INPUT_OUTPUT;
        connection.create_window(depth, window, root, x, y, side, side, 0, class, 0, &looks).unwrap();
        connection.map_window(window).unwrap().check().unwrap();
        // An answer comes only after everything before it was done.
        connection.get_input_focus().unwrap().reply().unwrap();
    }

    /// Returns the text on the clipboard; empty where there is none.
    pub fn clipboard(&self) -> String {
        let read = Command::new("xclip").args(["-o", "-selection", "clipboard"]).env("DISPLAY", &self.name).output();
        String::from_utf8(read.expect(PACKAGES).stdout).unwrap()
    }

    /// Puts bytes of a kind on the clipboard, as another program does.
    pub fn copy(&self, kind: &str, bytes: &[u8]) {
        let mut command = Command::new("xclip");
        command.args(["-i", "-selection", "clipboard", "-t", kind]).env("DISPLAY", &self.name);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect(PACKAGES);
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        assert!(child.wait().unwrap().success(), "xclip holds the clipboard in the background from now on");
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
