//! One account on its way to another device: a QR code in pixels, after authentication.

use std::time::{Duration, Instant};

use sterk::{transfer, vault::Event};
use tauri::State;

use super::{apart, codes::find};
use crate::{
    error::ErrorView,
    state::{Open, Session, now_ms},
    view::{Reveal, TransferView},
};

/// Draws an account as a QR code, once, when `authenticate` has permitted it.
#[tauri::command]
pub async fn transfer(session: State<'_, Session>, id: String) -> Result<TransferView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| draw(open, &id, Instant::now()))).await
}

pub(super) fn draw(open: &mut Open, id: &str, now: Instant) -> Result<TransferView, ErrorView> {
    let account = find(open, id)?;
    let closes_in = open.grants.show(account.id, Reveal::Transfer, Vec::new(), now)?;
    open.grants.end();
    open.vault.note(Event::Transferred(account.id), now_ms());
    let drawing = transfer::draw(&account.issuer, &account.name, &account.otp)?;
    let mark = transfer::mark(&account.issuer, &account.name, &account.otp);
    open.own.show(mark, now, Duration::from_secs(closes_in.into()));
    Ok(TransferView::of(&drawing, closes_in))
}

#[cfg(test)]
mod tests {
    use sterk::{account::uri, scan};

    use super::*;
    use crate::{
        commands::{
            codes::tests::added,
            desk::{self, GITHUB, HARBOUR},
            proof::prove,
        },
        grant::LASTS,
        view::Proof,
    };

    fn drawn(session: &Session, id: &str, now: Instant) -> Result<TransferView, &'static str> {
        session.with(|open| draw(open, id, now)).map_err(|error| error.code)
    }

    fn permit(session: &Session, id: &str, reveal: Reveal, now: Instant) {
        prove(session, id, reveal, (Proof::Passphrase, &desk::words()), || now).unwrap();
    }

    #[test]
    fn draws_nothing_without_the_permission_for_just_this() {
        let (folder, session) = desk::open();
        let (id, other, now) = (added(&session, GITHUB), added(&session, HARBOUR), Instant::now());
        let refused = Some("needs_authentication");
        assert_eq!(drawn(&session, &id, now).err(), refused, "none");
        permit(&session, &other, Reveal::Transfer, now);
        assert_eq!(drawn(&session, &id, now).err(), refused, "of another account");
        permit(&session, &id, Reveal::RecoveryCodes, now);
        assert_eq!(drawn(&session, &id, now).err(), refused, "for something else");
        permit(&session, &id, Reveal::Transfer, now);
        assert_eq!(drawn(&session, &id, now + LASTS).err(), refused, "over");
        permit(&session, &id, Reveal::Transfer, now);
        session.lock();
        assert_eq!(drawn(&session, &id, now).err(), Some("locked"));
        session.open_after(session.attempt(), desk::unlocked(&folder)).unwrap();
        assert_eq!(drawn(&session, &id, now).err(), refused, "dropped by locking");
    }

    #[test]
    fn draws_once_and_as_the_same_account() {
        let (_folder, session) = desk::open();
        let (id, now) = (added(&session, GITHUB), Instant::now());
        permit(&session, &id, Reveal::Transfer, now);
        let view = drawn(&session, &id, now).unwrap_or_else(|code| panic!("{code}"));
        assert_eq!(view.closes_in, 60);
        let side = view.side * 4;
        let at = |x: u32, y: u32| view.pixels[(y / 4 * view.side + x / 4) as usize];
        let pixels = (0..side * side).map(|place| at(place % side, place / side)).collect();
        let read = scan::read(&scan::Frame::new(side, side, pixels).unwrap());
        assert_eq!(uri::parse(&read[0].text).unwrap(), uri::parse(GITHUB).unwrap());
        let own = session.with(|open| Ok(open.own.marks(now))).unwrap();
        assert_eq!(own, [transfer::Mark::of(&read[0].text)], "a look at the screen leaves it out");
        assert_eq!(drawn(&session, &id, now).err(), Some("needs_authentication"));
    }

    #[test]
    fn the_page_gets_no_letter_of_the_link() {
        let (_folder, session) = desk::open();
        let (id, now) = (added(&session, GITHUB), Instant::now());
        permit(&session, &id, Reveal::Transfer, now);
        let answer = serde_json::to_value(drawn(&session, &id, now).unwrap_or_else(|code| panic!("{code}"))).unwrap();
        let fields: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["closes_in", "pixels", "side"]);
        let pixels = answer["pixels"].as_array().unwrap();
        assert!(pixels.iter().all(|pixel| *pixel == 0 || *pixel == 255), "black or white and nothing else");
    }
}
