//! A screen in memory: Xvfb, a window manager, the clipboard, keys and pictures.

use crate::Outcome;
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

    /// Gives the keyboard to the window with this title, once it is there.
    pub(crate) fn focus(&self, title: &str) -> Outcome {
        let find = ["search", "--onlyvisible", "--name", title, "windowactivate", "--sync"];
        poll(title, 20, || output(self.command("xdotool").args(find)).ok()).map(drop)
    }

    /// Accepts the file that the system's file dialog has chosen by itself.
    pub(crate) fn answer_file_dialog(&self) -> Outcome {
        const TITLE: &str = "^Open File$";
        let shown = || output(self.command("xdotool").args(["search", "--onlyvisible", "--name", TITLE])).is_ok();
        let gone = || poll("the end of the file dialog", 3, || (!shown()).then_some(()));
        self.focus(TITLE)?;
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

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.display);
        command
    }
}
