//! A paper backup: the sealed form in QR codes on a page to print. It opens with its passphrase alone.
//!
//! To restore, the codes are photographed or scanned in any order and imported like any other pictures. Each code says
//! which part it is of which export.

use data_encoding::{BASE32_NOPAD, BASE64, HEXUPPER};
use qrcode::EcLevel;
use zeroize::Zeroizing;

use super::crypt::random;
use super::picture::png;
use super::{ExportError, Exported, Exporter, Part, sterk};
use crate::account::Account;
use crate::secret::Passphrase;

/// Writes a page.
pub(super) const PAGE: Exporter = Exporter {
    name: "paper",
    about: "paper backup, encrypted: a page of QR codes to print, scan and restore",
    ending: "html",
    is_encrypted: true,
    carries: &[Part::Note, Part::Pinned, Part::Tags],
    fits: |_| Ok(()),
    write,
};

/// How every code begins; letters that QR codes hold best.
pub(crate) const MARK: &str = "STERK-PAPER:1:";
/// Bytes of one code: small enough for a printer and a telephone.
const BYTES: usize = 480;
const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Sterk paper backup</title>\n\
    <style>body{font:11pt sans-serif;margin:1.5cm;color:#000;background:#fff}figure{display:inline-block;margin:.3cm;\
    break-inside:avoid;text-align:center}img{width:7.5cm;height:7.5cm;image-rendering:pixelated}</style>\n\
    <h1>Sterk paper backup</h1>\n<p>These codes hold accounts, encrypted. They open with the passphrase that was chosen \
    for this page; write it down elsewhere. To restore, photograph or scan every code and run \
    <kbd>sterk import PICTURES</kbd>, or import the pictures in the window.</p>\n";

fn write(accounts: &[Account], words: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
    let sealed = sterk::sealed(accounts, words)?;
    let id = HEXUPPER.encode(&random::<4>()?);
    let total = sealed.len().div_ceil(BYTES);
    let mut page = Zeroizing::new(HEAD.as_bytes().to_vec());
    for (number, bytes) in (1..).zip(sealed.chunks(BYTES)) {
        let text = format!("{MARK}{id}:{number}/{total}:{}", BASE32_NOPAD.encode(bytes));
        let picture = BASE64.encode(&png(text.as_bytes(), EcLevel::M, 4)?);
        let figure = format!(
            "<figure><img alt=\"\" src=\"data:image/png;base64,{picture}\"><figcaption>{id}, {number} of {total}</figcaption></figure>\n"
        );
        page.extend_from_slice(figure.as_bytes());
    }
    page.extend_from_slice(b"</html>\n");
    Ok(Exported::alone(page))
}
