//! An account on its way to another device: its link drawn as a QR code.
//!
//! The drawing is a [`Frame`] of one pixel a module, quiet zone included, so that it is wiped like any other
//! picture of a secret. Not here: the link itself ([`crate::account::uri`]) and who may see it.
//!
//! ```
//! use sterk::{account::uri, transfer};
//!
//! let draft = uri::parse("otpauth://totp/GitHub:ada?secret=JBSWY3DPEHPK3PXP")?;
//! let drawing = transfer::draw(&draft.issuer, &draft.name, &draft.otp)?;
//! assert_eq!(drawing.width(), drawing.height());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use qrcode::{Color, EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::account::uri;
use crate::otp::Otp;
use crate::scan::Frame;

/// Light modules around the code, as ISO/IEC 18004 asks.
const QUIET: u32 = 4;

/// Draws the link of an account, 0 for a dark module and 255 for a light one.
///
/// The lowest level of error correction gives the largest modules, and a screen has no stains.
///
/// # Errors
/// [`TransferError::TooLong`] when the names are so long that no QR code holds the link.
pub fn draw(issuer: &str, name: &str, otp: &Otp) -> Result<Frame, TransferError> {
    let link = uri::write(issuer, name, otp);
    let code = QrCode::with_error_correction_level(link.as_bytes(), EcLevel::L).map_err(|_| TransferError::TooLong)?;
    let width = u32::try_from(code.width()).map_err(|_| TransferError::TooLong)?;
    let mut modules: Vec<u8> = code.into_colors().into_iter().map(shade).collect();
    let side = width + 2 * QUIET;
    let frame = Frame::draw(side, side, |x, y| {
        let inside = |at: u32| at.checked_sub(QUIET).filter(|at| *at < width);
        let (Some(x), Some(y)) = (inside(x), inside(y)) else { return u8::MAX };
        modules.get((y * width + x) as usize).copied().unwrap_or(u8::MAX)
    });
    modules.zeroize();
    Ok(frame)
}

/// Returns the mark of what [`draw`] draws for an account.
///
/// Who shows the drawing hands the mark to who looks at the screen, so that a program never takes its own
/// symbol for a find: hiding a window can come too late.
pub fn mark(issuer: &str, name: &str, otp: &Otp) -> Mark {
    Mark::of(&Zeroizing::new(uri::write(issuer, name, otp)))
}

/// Is what tells whether a symbol has a certain text, without the text: its SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark([u8; 32]);

impl Mark {
    /// Returns the mark of a text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }
}

fn shade(module: Color) -> u8 {
    module.select(0, u8::MAX)
}

/// Says why an account cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransferError {
    /// The link does not fit into the largest QR code.
    #[error("the names of this account make its link too long for a QR code")]
    TooLong,
}

impl TransferError {
    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "transfer_too_long",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan;

    /// Returns the drawing as a screen shows it, each module `scale` pixels wide.
    fn enlarged(drawing: &Frame, scale: u32) -> Frame {
        Frame::draw(drawing.width() * scale, drawing.height() * scale, |x, y| {
            drawing.at(i64::from(x / scale), i64::from(y / scale))
        })
    }

    #[test]
    fn every_kind_reads_back_as_the_same_account() {
        for link in [
            "otpauth://totp/GitHub:ada?secret=JBSWY3DPEHPK3PXP&issuer=GitHub&algorithm=SHA512&digits=8&period=60",
            "otpauth://hotp/Harbour:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Harbour&counter=41",
            "otpauth://steam/Steam:ada?secret=JBSWY3DPEHPK3PXP&issuer=Steam",
            "motp://Office:ada?secret=0123456789abcdef&pin=1234",
            "otpauth://totp/%E2%98%95%20caf%C3%A9:ad%C3%A8le?secret=JBSWY3DPEHPK3PXP&issuer=%E2%98%95%20caf%C3%A9",
        ] {
            let draft = uri::parse(link).unwrap();
            let drawing = draw(&draft.issuer, &draft.name, &draft.otp).unwrap();
            let read = scan::read(&enlarged(&drawing, 4));
            assert_eq!(read.len(), 1, "{link}");
            assert_eq!(uri::parse(&read[0].text).unwrap().otp, draft.otp, "{link}");
        }
    }

    #[test]
    fn the_mark_is_that_of_what_a_reader_reads() {
        let draft = uri::parse("otpauth://totp/caf%C3%A9:ad%C3%A8le?secret=JBSWY3DPEHPK3PXP").unwrap();
        let drawing = draw(&draft.issuer, &draft.name, &draft.otp).unwrap();
        let read = scan::read(&enlarged(&drawing, 4));
        assert_eq!(mark(&draft.issuer, &draft.name, &draft.otp), Mark::of(&read[0].text));
        assert_ne!(mark(&draft.issuer, "another", &draft.otp), Mark::of(&read[0].text));
    }

    #[test]
    fn keeps_four_light_modules_around_it() {
        let draft = uri::parse("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP").unwrap();
        let drawing = draw("", "a", &draft.otp).unwrap();
        let last = drawing.width() - 1;
        for (x, y) in (0..=last).flat_map(|along| (0..4).map(move |deep| (along, deep))) {
            for (x, y) in [(x, y), (x, last - y), (y, x), (last - y, x)] {
                assert_eq!(drawing.at(x.into(), y.into()), u8::MAX);
            }
        }
        assert_eq!(drawing.at(4, 4), 0, "a corner of the code itself");
    }

    #[test]
    fn refuses_names_that_no_code_holds() {
        let draft = uri::parse("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP").unwrap();
        let long = "漢".repeat(500);
        assert_eq!(draw(&long, &long, &draft.otp).unwrap_err(), TransferError::TooLong);
    }
}
