//! A screen in memory: Xvfb, a window manager, the clipboard, keys and pictures.

use crate::Outcome;
use crate::drag::Source;
use crate::process::{Process, output, poll};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A screen with nothing on it but what the test opens.
pub(crate) struct Screen {
    display: String,
    pixels: PathBuf,
    _manager: Process,
    _server: Process,
}

impl Screen {
    /// Starts one on a display number that is free, with its pixels in a file in `folder`.
    pub(crate) fn start(folder: &Path) -> Outcome<Screen> {
        let words = ["-displayfd", "1", "-screen", "0", "900x800x24", "-nolisten", "tcp", "-noreset"];
        let (server, number) =
            Process::start_announced(Command::new("Xvfb").args(words).arg("-fbdir").arg(folder).stderr(Stdio::null()))?;
        let display = format!(":{number}");
        // Without a window manager no window gets the keyboard, and dialogs cannot be answered.
        let manager = Process::start(
            Command::new("openbox").env("DISPLAY", &display).stdout(Stdio::null()).stderr(Stdio::null()),
        )?;
        Ok(Screen { display, pixels: folder.join("Xvfb_screen0"), _manager: manager, _server: server })
    }

    /// Returns the value of `DISPLAY`.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// Returns what is on the screen now: four bytes a pixel, at the end of the file (X Window Dump).
    pub(crate) fn pixels(&self) -> Outcome<Vec<u8>> {
        let mut dump = std::fs::read(&self.pixels)?;
        let head = dump.len().checked_sub(900 * 800 * 4).ok_or("the dump of the screen is too short")?;
        Ok(dump.split_off(head))
    }

    /// Returns the text on the clipboard.
    pub(crate) fn clipboard(&self) -> Outcome<String> {
        let text = output(self.command("xclip").args(["-o", "-selection", "clipboard"]))?;
        Ok(String::from_utf8(text)?)
    }

    /// Returns what the owner of the clipboard answers when it is asked for this form of it.
    pub(crate) fn clipboard_as(&self, form: &str) -> Outcome<String> {
        let text = output(self.command("xclip").args(["-o", "-selection", "clipboard", "-t", form]))?;
        Ok(String::from_utf8(text)?)
    }

    /// Minimises the program's window.
    pub(crate) fn minimise(&self) -> Outcome {
        output(self.command("xdotool").args(["windowminimize", &self.window()?])).map(drop)
    }

    /// Tells whether the program's window is minimised.
    pub(crate) fn is_minimised(&self) -> Outcome<bool> {
        let shown = output(self.command("xdotool").args(["search", "--onlyvisible", "--name", "^Sterk$"]));
        Ok(shown.is_err() && !self.hidden()?.is_empty())
    }

    /// Brings the minimised window of the program back.
    pub(crate) fn bring_back(&self) -> Outcome {
        output(self.command("xdotool").args(["windowmap", "--sync", &self.hidden()?])).map(drop)
    }

    /// Names the window also where it is not shown; GTK has others of the same name that never are.
    fn hidden(&self) -> Outcome<String> {
        let found = output(self.command("xdotool").args(["search", "--class", "--name", "^Sterk$"]))?;
        let found = String::from_utf8(found)?;
        Ok(found.lines().last().ok_or("no window")?.to_owned())
    }

    /// Puts a text on the clipboard.
    pub(crate) fn set_clipboard(&self, text: &str) -> Outcome {
        let mut command = self.command("xclip");
        command.args(["-i", "-selection", "clipboard"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn()?;
        child.stdin.take().ok_or("no standard input")?.write_all(text.as_bytes())?;
        child.wait()?;
        Ok(())
    }

    /// Presses keys in the window that has the keyboard, as `xdotool key` names them.
    pub(crate) fn press(&self, keys: &str) -> Outcome {
        output(self.command("xdotool").args(["key", "--clearmodifiers", keys])).map(drop)
    }

    /// Types a text into the window that has the keyboard.
    pub(crate) fn type_text(&self, text: &str) -> Outcome {
        output(self.command("xdotool").args(["type", "--delay", "8", text])).map(drop)
    }

    /// Drags a file into the middle of the program's window, with the pointer of the screen.
    pub(crate) fn drag_in(&self, file: &Path) -> Outcome {
        let (x, y) = self.middle("^Sterk$")?;
        let source = Source::offer(&self.display, file)?;
        let (from_x, from_y) = source.middle();
        self.point(from_x, from_y)?;
        self.mouse(&["mousedown", "1"])?;
        source.until("the press of the button", Source::is_pressed)?;
        // A drag is a path, not a jump.
        for step in 1..=4 {
            self.point(from_x + (x - from_x) * step / 4, from_y + (y - from_y) * step / 4)?;
            source.follow()?;
        }
        source.until("a window that takes the file", Source::is_welcome)?;
        self.mouse(&["mouseup", "1"])?;
        source.until("the end of the drag", Source::is_done)
    }

    fn middle(&self, title: &str) -> Outcome<(i32, i32)> {
        let words = ["search", "--onlyvisible", "--name", title, "getwindowgeometry", "--shell"];
        let told = String::from_utf8(output(self.command("xdotool").args(words))?)?;
        let number = |name: &str| -> Outcome<i32> {
            let line = told.lines().find_map(|line| line.strip_prefix(name)).ok_or("no geometry")?;
            Ok(line.parse()?)
        };
        Ok((number("X=")? + number("WIDTH=")? / 2, number("Y=")? + number("HEIGHT=")? / 2))
    }

    fn point(&self, x: i32, y: i32) -> Outcome {
        self.mouse(&["mousemove", "--sync", &x.to_string(), &y.to_string()])
    }

    fn mouse(&self, words: &[&str]) -> Outcome {
        output(self.command("xdotool").args(words)).map(drop)
    }

    /// Gives the keyboard to the window with this title, once it is there.
    pub(crate) fn focus(&self, title: &str) -> Outcome {
        let find = ["search", "--onlyvisible", "--name", title, "windowactivate", "--sync"];
        poll(title, 20, || output(self.command("xdotool").args(find)).ok()).map(drop)
    }

    /// Accepts the file that the system's file dialog has chosen by itself.
    pub(crate) fn answer_file_dialog(&self) -> Outcome {
        self.accept_dialog("^Open File$")
    }

    /// Saves under the name that is proposed.
    pub(crate) fn answer_save_dialog(&self) -> Outcome {
        self.accept_dialog("^Save File$")
    }

    fn accept_dialog(&self, title: &str) -> Outcome {
        let shown = || output(self.command("xdotool").args(["search", "--onlyvisible", "--name", title])).is_ok();
        let gone = || poll("the end of the file dialog", 3, || (!shown()).then_some(()));
        self.focus(title)?;
        // A key that comes before the folder is read does nothing.
        for _ in 0..5 {
            self.press("Return")?;
            if gone().is_ok() {
                return Ok(());
            }
        }
        gone()
    }

    /// Photographs the whole screen.
    pub(crate) fn capture(&self, file: &Path) -> Outcome {
        output(self.command("import").args(["-window", "root"]).arg(file)).map(drop)
    }

    /// Photographs the program's window, in a palette: a picture stays small.
    pub(crate) fn capture_window(&self, file: &Path) -> Outcome {
        let mut command = self.command("import");
        command.args(["-window", &self.window()?, "-strip", "+dither", "-colors", "48"]);
        command.args(["-define", "png:compression-level=9", "-define", "png:exclude-chunks=date,time"]);
        output(command.arg(format!("PNG8:{}", file.display()))).map(drop)
    }

    /// Gives the program's window another size.
    pub(crate) fn resize(&self, width: u32, height: u32) -> Outcome {
        let size = [width.to_string(), height.to_string()];
        output(self.command("xdotool").args(["windowsize", &self.window()?]).args(size)).map(drop)
    }

    fn window(&self) -> Outcome<String> {
        let found = output(self.command("xdotool").args(["search", "--onlyvisible", "--name", "^Sterk$"]))?;
        let found = String::from_utf8(found)?;
        Ok(found.lines().next().ok_or("no window")?.to_owned())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.display);
        command
    }
}
