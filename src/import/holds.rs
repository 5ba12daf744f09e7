//! What a text out of a QR code is meant for.

use crate::account::migration;

/// Names what a text holds: something for us, or which foreign thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Holds {
    /// An account: `otpauth://`, `motp://` or `steam://SECRET`. It may still be wrong.
    Account,
    /// A link for some other app.
    AppLink,
    /// A calendar entry.
    Calendar,
    /// A contact card.
    Contact,
    /// An activation of Duo Mobile.
    DuoActivation,
    /// An e-mail address or message.
    Email,
    /// A place on the map.
    Location,
    /// An enrolment of Microsoft's push sign-in.
    MicrosoftPush,
    /// A part of a batch of Google Authenticator. It may still be damaged.
    Migration,
    /// A sign-in with a passkey of the phone.
    Passkey,
    /// A request for payment.
    Payment,
    /// A telephone number.
    Phone,
    /// Words without any mark.
    PlainText,
    /// A sign-in to Steam, or another link of Steam's.
    SteamLink,
    /// A text message.
    TextMessage,
    /// A web page.
    WebLink,
    /// The key of a wireless network.
    Wifi,
}

/// Beginnings in lower case; the first that fits decides.
const BEGINNINGS: [(&str, Holds); 47] = [
    ("otpauth-migration:", Holds::Migration),
    ("otpauth:", Holds::Account),
    ("apple-otpauth:", Holds::Account),
    ("motp:", Holds::Account),
    ("phonefactor:", Holds::MicrosoftPush),
    ("msauth:", Holds::MicrosoftPush),
    ("duo:", Holds::DuoActivation),
    ("steam:", Holds::SteamLink),
    ("https://s.team/", Holds::SteamLink),
    ("http://s.team/", Holds::SteamLink),
    ("fido:", Holds::Passkey),
    ("https://", Holds::WebLink),
    ("http://", Holds::WebLink),
    ("www.", Holds::WebLink),
    ("url:", Holds::WebLink),
    ("urlto:", Holds::WebLink),
    ("mebkm:", Holds::WebLink),
    ("wifi:", Holds::Wifi),
    ("dpp:", Holds::Wifi),
    ("begin:vcard", Holds::Contact),
    ("mecard:", Holds::Contact),
    ("bizcard:", Holds::Contact),
    ("begin:vcalendar", Holds::Calendar),
    ("begin:vevent", Holds::Calendar),
    ("mailto:", Holds::Email),
    ("matmsg:", Holds::Email),
    ("smtp:", Holds::Email),
    ("tel:", Holds::Phone),
    ("telprompt:", Holds::Phone),
    ("facetime:", Holds::Phone),
    ("sms:", Holds::TextMessage),
    ("smsto:", Holds::TextMessage),
    ("mms:", Holds::TextMessage),
    ("mmsto:", Holds::TextMessage),
    ("geo:", Holds::Location),
    ("bitcoin:", Holds::Payment),
    ("lightning:", Holds::Payment),
    ("ethereum:", Holds::Payment),
    ("litecoin:", Holds::Payment),
    ("monero:", Holds::Payment),
    ("upi:", Holds::Payment),
    ("payto:", Holds::Payment),
    ("bcd\n", Holds::Payment),
    ("bcd\r", Holds::Payment),
    ("spc\n", Holds::Payment),
    ("spc\r", Holds::Payment),
    ("spd*", Holds::Payment),
];

/// Says what `text` is meant for, by its first characters.
pub fn what_is(text: &str) -> Holds {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    if migration::detect(text) {
        return Holds::Migration;
    }
    let found = BEGINNINGS.iter().find(|(beginning, _)| begins(text, beginning)).map(|(_, holds)| *holds);
    match found {
        Some(Holds::SteamLink) if is_steam_secret(text) => Holds::Account,
        Some(Holds::WebLink) if is_duo_page(text) => Holds::DuoActivation,
        Some(holds) => holds,
        None if is_duo_code(text) => Holds::DuoActivation,
        None if is_app_link(text) => Holds::AppLink,
        None => Holds::PlainText,
    }
}

fn begins(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|front| front.eq_ignore_ascii_case(beginning))
}

/// Tells `steam://SECRET` from links such as `steam://run/440`, which go on behind a slash.
fn is_steam_secret(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://").filter(|(scheme, _)| scheme.eq_ignore_ascii_case("steam")) else {
        return false;
    };
    let secret = rest.strip_suffix('/').unwrap_or(rest);
    !secret.is_empty() && !secret.contains('/')
}

fn is_duo_page(text: &str) -> bool {
    let host = text.split('/').nth(2).unwrap_or_default().to_ascii_lowercase();
    host == "duosecurity.com" || host.ends_with(".duosecurity.com")
}

/// Tells Duo's activation code, `CODE-HOST` with the host in base64.
fn is_duo_code(text: &str) -> bool {
    let Some((code, host)) = text.rsplit_once('-') else { return false };
    let host = data_encoding::BASE64_NOPAD.decode(host.trim_end_matches('=').as_bytes()).unwrap_or_default();
    !code.is_empty() && host.ends_with(b".duosecurity.com")
}

fn is_app_link(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
    scheme.starts_with(|letter: char| letter.is_ascii_alphabetic()) && scheme.chars().all(plain) && !rest.is_empty()
}

impl Holds {
    /// Tells whether it is for us.
    pub fn is_ours(self) -> bool {
        matches!(self, Self::Account | Self::Migration)
    }

    /// Returns a word that programs can rely on.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// Returns what it is in a person's words, with its article.
    pub fn name(self) -> &'static str {
        self.words().1
    }

    /// Returns a sentence for the person who scanned it, and the way out where there is one.
    pub fn sentence(self) -> String {
        let hint = match self {
            Self::Account | Self::Migration => return format!("this is {}", self.name()),
            Self::DuoActivation => "; it works in Duo Mobile only",
            Self::MicrosoftPush => "; on that page choose to use a different authenticator app",
            Self::Passkey => "; it is meant for the camera of a phone",
            Self::SteamLink => "; it is meant for the Steam app",
            _ => "",
        };
        format!("this is {}, not an authenticator code{hint}", self.name())
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Account => ("account", "an authenticator account"),
            Self::AppLink => ("app_link", "a link for another app"),
            Self::Calendar => ("calendar_entry", "a calendar entry"),
            Self::Contact => ("contact_card", "a contact card"),
            Self::DuoActivation => ("duo_activation", "an activation of Duo Mobile"),
            Self::Email => ("email", "an e-mail address or message"),
            Self::Location => ("location", "a place on the map"),
            Self::MicrosoftPush => ("microsoft_push", "Microsoft's push enrolment"),
            Self::Migration => ("migration", "a part of a Google Authenticator export"),
            Self::Passkey => ("passkey", "a sign-in with a passkey"),
            Self::Payment => ("payment", "a request for payment"),
            Self::Phone => ("phone_number", "a telephone number"),
            Self::PlainText => ("plain_text", "plain text"),
            Self::SteamLink => ("steam_link", "a sign-in or link of Steam"),
            Self::TextMessage => ("text_message", "a text message"),
            Self::WebLink => ("web_link", "a web link"),
            Self::Wifi => ("wifi", "the key of a Wi-Fi network"),
        }
    }
}
