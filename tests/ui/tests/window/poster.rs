//! Another window that shows a QR code, as a browser does.

use std::fs;
use std::path::Path;
use sterk::{account::uri, scan, transfer};
use sterk_ui_tests::{Desk, Outcome, Process, poll};

/// Pixels of a module.
const SCALE: usize = 4;

/// Is a picture of a code on the screen; it goes when this is dropped.
pub struct Poster(#[expect(dead_code, reason = "held as long as it is to be seen")] Process);

impl Poster {
    /// Shows the code of a link at a place of the screen, module by module as Sterk draws it.
    pub fn show(desk: &Desk, link: &str, x: u32, y: u32) -> Outcome<Poster> {
        let draft = uri::parse(link)?;
        let drawing = transfer::draw(&draft.issuer, &draft.name, &draft.otp)?;
        let side = drawing.width() as usize;
        let rows = drawing.pixels().chunks(side).flat_map(|row| {
            let row: Vec<u8> = row.iter().flat_map(|pixel| [*pixel; SCALE]).collect();
            vec![row; SCALE]
        });
        let head = format!("P5 {0} {0} 255\n", side * SCALE);
        // Beside the pictures, where no file dialog shows it.
        let file = desk.pictures().with_file_name(format!("poster-{x}-{y}.pgm"));
        fs::write(&file, [head.into_bytes(), rows.flatten().collect()].concat())?;
        let words = ["-geometry", &format!("+{x}+{y}"), &file.display().to_string()];
        Ok(Poster(desk.start(Path::new("display"), &words)?))
    }
}

/// Waits until so many codes can be read on the screen.
pub fn wait_for(desk: &Desk, codes: usize) -> Outcome {
    poll("codes on the screen", 30, || {
        let grey = desk.pixels().ok()?.chunks_exact(4).map(|pixel| pixel[1]).collect();
        let frame = scan::Frame::new(900, 800, grey).ok()?;
        (scan::read(&frame).len() == codes).then_some(())
    })
}
