//! A page to print: names, QR codes and links, for a safe. Not encrypted.

use data_encoding::BASE64;
use qrcode::EcLevel;
use zeroize::Zeroizing;

use super::picture::png;
use super::{ExportError, Exported, Exporter, Unfit, list};
use crate::account::{Account, shown};
use crate::secret::Passphrase;

/// Writes a page.
pub(super) const PAGE: Exporter = Exporter {
    name: "html",
    about: "page to print with QR codes, not encrypted",
    ending: "html",
    is_encrypted: false,
    carries: &[],
    fits: |account| match list::link(account).len() {
        ..=MOST_BYTES => Ok(()),
        _ => Err(Unfit::TooLong),
    },
    write,
};

/// The most bytes of a link that a printed code of a hand's width still holds.
const MOST_BYTES: usize = 2_000;
const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Accounts with a second factor</title>\n\
    <style>body{font:11pt sans-serif;margin:1.5cm;color:#000;background:#fff}section{break-inside:avoid;display:flex;\
    gap:1cm;align-items:center;border-bottom:1px solid;padding:.4cm 0}img{width:4.5cm;height:4.5cm;\
    image-rendering:pixelated}h2{font-size:12pt;margin:0 0 .2cm}code{font-size:7pt;overflow-wrap:anywhere}</style>\n\
    <h1>Accounts with a second factor</h1>\n<p>Whoever has this page can make these codes. Keep it in a safe.</p>\n";

fn write(accounts: &[Account], _: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
    let mut page = Zeroizing::new(Vec::with_capacity(64 * 1024 + accounts.len() * 8 * 1024));
    page.extend_from_slice(HEAD.as_bytes());
    for account in accounts {
        page.extend_from_slice(section(account)?.as_bytes());
    }
    page.extend_from_slice(b"</html>\n");
    Ok(Exported::alone(page))
}

fn section(account: &Account) -> Result<Zeroizing<String>, ExportError> {
    let link = list::link(account);
    let picture = Zeroizing::new(BASE64.encode(&png(link.as_bytes(), EcLevel::M, 4)?));
    // A name may look like a link, and is none.
    let [issuer, name] = [&account.issuer, &account.name].map(|name| escaped(&shown(name)).replace("://", "&#58;//"));
    Ok(Zeroizing::new(format!(
        "<section><img alt=\"\" src=\"data:image/png;base64,{}\"><div><h2>{issuer}</h2><p>{name}</p><code>{}</code></div></section>\n",
        &*picture,
        escaped(&link)
    )))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
