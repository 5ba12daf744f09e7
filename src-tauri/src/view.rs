//! What the page may see: names, codes it asked for, and counts. Never a secret, a URI or a key; the exceptions
//! are [`RecoveryKeyView`], at the making of one, and the two reveals of [`reveal`].

mod audit;
mod camera;
mod frozen;
mod guide;
mod leftover;
mod place;
mod policy;
mod reveal;
mod settings;
mod slots;

use serde::{Deserialize, Serialize};
use sterk::{
    Account, Algorithm, Digits, Draft, Otp, Passphrase, Period,
    account::{
        AccountId, Position,
        form::Form,
        icon::{Icon, icon_for},
        migration::{Parts, Progress},
        shown,
    },
    otp::Kind,
    seal::RecoveryKey,
    vault::SameBy,
};

pub use audit::HappenedView;
pub use camera::{CameraView, PictureView, SeenView};
pub use frozen::{FrozenView, MonitorView};
pub use guide::{
    BackupView, EmergencyRowView, EmergencyView, EnrolmentView, FindingView, HealthView, OpenEndView, SaidView,
    SavedView,
};
#[cfg(test)]
pub use guide::{ConcernView, NamedView};
pub use leftover::{DeletedView, LeftoverView};
#[cfg(test)]
pub use place::PlaceView;
pub use place::SpotView;
pub use policy::{DoubtView, PolicyReviewView, PolicyView};
#[cfg(test)]
pub use policy::{RulesView, ServiceView, StandingView};
pub use reveal::{
    MarkedView, Proof, ProofsView, RecoveryCodeView, RecoveryCodesView, RecoveryView, Reveal, TransferView,
    TypedCodesView, WORD,
};
#[cfg(test)]
pub use settings::WayView;
pub use settings::{AboutView, SettingsChange, SettingsView};
#[cfg(test)]
pub use slots::GradeView;
pub use slots::{RekeyView, RekeyedView, SlotKindView, SlotView, SlotsView, StrengthView};

/// Shortest secret that RFC 4226 (section 4, R6) accepts, in bits.
const SHORT_SECRET_BITS: u32 = 128;

/// Says how the vault stands.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionView {
    /// There is no vault yet.
    FirstRun {
        /// Whether a keyring answers, so that it can be offered.
        keyring: bool,
    },
    /// There is a vault, and these ways in.
    Locked {
        /// Through the system's keyring.
        keyring: bool,
        /// By a passphrase.
        passphrase: bool,
        /// By the recovery key.
        recovery_key: bool,
        /// Seconds until the next passphrase may be tried.
        wait_seconds: u32,
        /// Whether it was locked since the program began: then the keyring opens it only when asked to.
        shut: bool,
    },
    /// The vault is open.
    Unlocked,
}

/// Is a new recovery key, shown once.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RecoveryKeyView {
    /// The groups of the key, in order.
    pub groups: Vec<String>,
}

impl RecoveryKeyView {
    /// Shows a key in its groups.
    pub fn of(key: &RecoveryKey) -> Self {
        Self { groups: key.to_text().split('-').map(str::to_owned).collect() }
    }
}

/// Tells the page what happens outside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NoticeView {
    /// Files were dropped; `take_arrived` reads them.
    Arrived,
    /// What was dragged over the window left it.
    DragLeft,
    /// Something is dragged over the window.
    DragOver,
    /// The vault has locked by itself.
    Locked,
}

/// Names one kind of one-time password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum KindView {
    /// Counter based.
    Hotp,
    /// Mobile-OTP.
    Motp,
    /// Steam Guard.
    Steam,
    /// Time based.
    Totp,
    /// Yandex Key.
    Yandex,
}

impl From<Kind> for KindView {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Hotp => Self::Hotp,
            Kind::Motp => Self::Motp,
            Kind::Steam => Self::Steam,
            Kind::Totp => Self::Totp,
            Kind::Yandex => Self::Yandex,
        }
    }
}

impl From<KindView> for Kind {
    fn from(kind: KindView) -> Self {
        match kind {
            KindView::Hotp => Self::Hotp,
            KindView::Motp => Self::Motp,
            KindView::Steam => Self::Steam,
            KindView::Totp => Self::Totp,
            KindView::Yandex => Self::Yandex,
        }
    }
}

/// Is one account without its secret.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountView {
    /// Its name for ever, 32 hexadecimal digits.
    pub id: String,
    /// Service, safe to show.
    pub issuer: String,
    /// Name at that service, safe to show.
    pub name: String,
    /// How it makes codes.
    pub kind: KindView,
    /// Characters of a code.
    pub digits: u8,
    /// Seconds a code is valid; none for counters.
    pub period: Option<u32>,
    /// Tags, safe to show.
    pub tags: Vec<String>,
    /// Whether it stands at the top.
    pub pinned: bool,
    /// Name of the icon to show, if there is one.
    pub icon: Option<&'static str>,
    /// Where the person put it: the lower text stands higher; none as long as nobody moved it.
    pub position: Option<String>,
    /// What is left to do of its enrolment.
    pub open_end: Option<OpenEndView>,
}

impl AccountView {
    /// Shows a kept account.
    pub fn of(account: &Account) -> Self {
        Self {
            id: account.id.to_string(),
            issuer: shown(&account.issuer),
            name: shown(&account.name),
            kind: account.otp.kind().into(),
            digits: account.otp.digits().count(),
            period: account.otp.period().map(Period::seconds),
            tags: account.tags.iter().map(|tag| shown(tag)).collect(),
            pinned: account.pinned,
            icon: icon_for(account),
            position: account.position.as_ref().map(Position::to_string),
            open_end: account.open_end().map(Into::into),
        }
    }

    /// Shows that there is an account whose record cannot be read.
    pub fn broken(id: AccountId) -> Self {
        let (issuer, name, period, tags, icon, position, open_end) = Default::default();
        let (kind, digits, pinned) = (KindView::Totp, 6, false);
        Self { id: id.to_string(), issuer, name, kind, digits, period, tags, pinned, icon, position, open_end }
    }
}

/// Is one account more closely, still without its secret and its PIN.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DetailsView {
    /// What the list shows too.
    pub account: AccountView,
    /// Hash function.
    pub algorithm: &'static str,
    /// Free text, safe to show.
    pub note: String,
    /// Unix second at which the site accepted a code, if it did.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub verified_at: Option<u64>,
    /// Counter of the next code, as text: it can be larger than the page's numbers.
    pub counter: Option<String>,
    /// Whether the PIN is there; none for a kind that has no PIN.
    pub has_pin: Option<bool>,
    /// Name of the icon that was chosen, `none` for a letter, `auto` to follow the issuer.
    pub icon: String,
    /// How many recovery codes there are.
    pub recovery: RecoveryView,
    /// Length of the secret.
    pub secret_bits: u32,
    /// How far its enrolment has come.
    pub enrolment: EnrolmentView,
    /// Who can reset it: a link, an address or words, safe to show; may be empty.
    pub reset_by: String,
    /// Whether that is a link that can be opened.
    pub reset_opens: bool,
    /// Unix second until which the secret before the present one is kept aside.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub former_secret_until: Option<u64>,
    /// How many replaced recovery codes are kept aside.
    pub former_recovery: u32,
}

/// Is one icon of the bundle.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct IconView {
    /// Name of its file.
    pub slug: &'static str,
    /// Name of the service.
    pub title: &'static str,
}

impl From<Icon> for IconView {
    fn from(Icon { slug, title }: Icon) -> Self {
        Self { slug, title }
    }
}

/// Is what a person changed in an account; what is none stays as it is.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct Change {
    /// Service.
    pub issuer: Option<String>,
    /// Name at that service.
    pub name: Option<String>,
    /// All of the tags.
    pub tags: Option<Vec<String>>,
    /// Free text.
    pub note: Option<String>,
    /// Whether it stands at the top.
    pub pinned: Option<bool>,
    /// Whether the site accepted a code.
    pub verified: Option<bool>,
    /// Counter of the next code, as text.
    pub counter: Option<String>,
    /// Name of an icon, `none` for a letter, `auto` to follow the issuer.
    pub icon: Option<String>,
    /// Who can reset it.
    pub reset_by: Option<String>,
    /// What is said of recovery codes while none are kept.
    pub recovery: Option<SaidView>,
}

/// Is an account in the bin.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BinnedView {
    /// Its name for ever.
    pub id: String,
    /// Service, safe to show.
    pub issuer: String,
    /// Name at that service, safe to show.
    pub name: String,
    /// Unix second at which it went there.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: u64,
}

impl BinnedView {
    /// Shows an account that went to the bin.
    pub fn of(account: &Account, at: u64) -> Self {
        Self { id: account.id.to_string(), issuer: shown(&account.issuer), name: shown(&account.name), at }
    }
}

/// Is the code of one account, or why there is none.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CodeView {
    /// No code can be made.
    Broken {
        /// Account.
        id: String,
        /// Stable name of the error.
        code: &'static str,
    },
    /// A code that time makes.
    Code {
        /// Account.
        id: String,
        /// The code without grouping.
        code: String,
        /// The code after it.
        next: String,
        /// First Unix second of this code.
        #[cfg_attr(test, ts(type = "number"))]
        valid_from: u64,
        /// First Unix second of the next code.
        #[cfg_attr(test, ts(type = "number"))]
        valid_until: u64,
    },
    /// A code that a counter makes.
    Counter {
        /// Account.
        id: String,
        /// The code asked for last, if one was in this session.
        code: Option<String>,
    },
    /// The account needs its PIN first.
    NeedsPin {
        /// Account.
        id: String,
    },
}

/// Is the codes asked for, and when they were made.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CodesView {
    /// Unix time in milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub now_ms: u64,
    /// One answer for each account that is still there.
    pub codes: Vec<CodeView>,
}

/// Is all the accounts, and codes where they are few.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ListView {
    /// Every account, in no order that matters.
    pub accounts: Vec<AccountView>,
    /// The codes of all of them, or none where the list is long.
    pub codes: CodesView,
}

/// Is what the page shows first.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StartView {
    /// How the vault stands.
    pub session: SessionView,
    /// How the page shall look and speak.
    pub settings: SettingsView,
    /// The list, where the vault is open and readable.
    pub list: Option<ListView>,
}

/// Says that a code lies in the clipboard.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CopiedView {
    /// Seconds until it is cleared.
    pub clears_in: u32,
}

/// Is one account that was found and not yet kept.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DraftView {
    /// Its name within this review.
    pub handle: u32,
    /// Service, safe to show.
    pub issuer: String,
    /// Name at that service, safe to show.
    pub name: String,
    /// How it would make codes.
    pub kind: KindView,
    /// Hash function.
    pub algorithm: &'static str,
    /// Characters of a code.
    pub digits: u8,
    /// Seconds a code is valid; none for counters.
    pub period: Option<u32>,
    /// Counter of the next code, as text: it can be larger than the page's numbers.
    pub counter: Option<String>,
    /// Length of the secret.
    pub secret_bits: u32,
    /// What few services do.
    pub unusual: Vec<UnusualView>,
    /// The account it repeats, if any.
    pub duplicate: Option<DuplicateView>,
    /// Where its QR code stands, if it came from the screen.
    pub spot: Option<SpotView>,
}

impl DraftView {
    /// Shows a draft under a handle; `duplicate` is the account that it repeats, `spot` where it was seen.
    pub fn of(handle: u32, draft: &Draft, duplicate: Option<DuplicateView>, spot: Option<SpotView>) -> Self {
        let otp = &draft.otp;
        Self {
            handle,
            issuer: shown(&draft.issuer),
            name: shown(&draft.name),
            kind: otp.kind().into(),
            algorithm: otp.algorithm().name(),
            digits: otp.digits().count(),
            period: otp.period().map(Period::seconds),
            counter: if let Otp::Hotp { counter, .. } = otp { Some(counter.to_string()) } else { None },
            secret_bits: secret_bits(otp),
            unusual: unusual(otp),
            duplicate,
            spot,
        }
    }
}

pub(crate) fn secret_bits(otp: &Otp) -> u32 {
    u32::try_from(otp.secret().len()).unwrap_or(u32::MAX).saturating_mul(8)
}

/// Names what few services do; kinds with fixed values have nothing unusual.
fn unusual(otp: &Otp) -> Vec<UnusualView> {
    if !matches!(otp, Otp::Hotp { .. } | Otp::Totp { .. }) {
        return Vec::new();
    }
    let mut unusual = Vec::new();
    if otp.algorithm() != Algorithm::Sha1 {
        unusual.push(UnusualView::Algorithm);
    }
    if otp.digits() != Digits::SIX {
        unusual.push(UnusualView::Digits);
    }
    if otp.period().is_some_and(|period| period != Period::THIRTY) {
        unusual.push(UnusualView::Period);
    }
    if secret_bits(otp) < SHORT_SECRET_BITS {
        unusual.push(UnusualView::ShortSecret);
    }
    unusual
}

/// Names a value that few services use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum UnusualView {
    /// Another hash function than SHA-1.
    Algorithm,
    /// Another length than six.
    Digits,
    /// Another period than 30 seconds.
    Period,
    /// A secret under the 128 bits of RFC 4226.
    ShortSecret,
}

/// Names the account that a draft repeats.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DuplicateView {
    /// Whether it has the same secret, or the same name only.
    pub by: SameView,
    /// Service, safe to show.
    pub issuer: String,
    /// Name at that service, safe to show.
    pub name: String,
}

impl DuplicateView {
    /// Shows what a draft shares with a kept account.
    pub fn of(by: SameBy, account: &Account) -> Self {
        let by = match by {
            SameBy::Name => SameView::Name,
            SameBy::Secret => SameView::Secret,
        };
        Self { by, issuer: shown(&account.issuer), name: shown(&account.name) }
    }
}

/// Says in what two accounts are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SameView {
    /// The same names, another secret.
    Name,
    /// The same secret.
    Secret,
}

/// Is a form as the person filled it in; the secret comes beside it, so that nothing here needs wiping.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FormWords {
    /// How it makes codes.
    pub kind: KindView,
    /// Service.
    pub issuer: String,
    /// Name at that service.
    pub name: String,
    /// Hash function; blank for the ordinary one, as below.
    pub algorithm: String,
    /// Characters of a code.
    pub digits: String,
    /// Seconds a code is valid.
    pub period: String,
    /// Counter of the next code.
    pub counter: String,
}

impl FormWords {
    /// Puts the secret to the rest of the form.
    pub fn with<'a>(&'a self, secret: &'a Passphrase) -> Form<'a> {
        let Self { kind, issuer, name, algorithm, digits, period, counter } = self;
        Form { kind: (*kind).into(), secret, issuer, name, algorithm, digits, period, counter }
    }
}

/// Is the code a form would make, or what is wrong with it.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PreviewView {
    /// The form is right.
    Right {
        /// The code of now, of an account without an id.
        code: CodeView,
    },
    /// A field is wrong.
    Wrong {
        /// Stable name of the error.
        code: &'static str,
        /// Place of the wrong character in the secret, from 1, where one is to blame.
        position: Option<u32>,
    },
}

/// Is everything found in what was picked, pasted or dropped.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReviewView {
    /// Accounts.
    pub drafts: Vec<DraftView>,
    /// What gave no account, and why.
    pub skipped: Vec<SkippedView>,
    /// Sets of QR codes that are not complete yet.
    pub batches: Vec<BatchView>,
    /// The encrypted file that waits for its passphrase, before anything is decided.
    pub sealed: Option<SealedView>,
}

/// Is an encrypted file of another app.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SealedView {
    /// Name of the file, safe to show.
    pub name: String,
}

/// Tells how far the key of a file is.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OpeningView {
    /// In thousandths; none where it cannot be known.
    pub thousandths: Option<u16>,
}

/// Is a set of QR codes of which parts are missing.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BatchView {
    /// Parts that are there.
    pub have: u32,
    /// Parts of the whole set.
    pub of: u32,
    /// Parts that are missing, from 1.
    pub missing: Vec<u32>,
}

impl BatchView {
    /// Shows every set that is not complete.
    pub fn all(parts: &Parts) -> Vec<Self> {
        let view = |Progress { have, of, missing }| Self { have, of, missing };
        parts.incomplete().into_iter().map(view).collect()
    }
}

/// Is one thing that gave no account.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SkippedView {
    /// File name or place, safe to show.
    pub source: String,
    /// Stable name of the error.
    pub code: &'static str,
    /// Detail for the curious.
    pub message: String,
    /// Where its QR code stands, if it came from the screen.
    pub spot: Option<SpotView>,
}

/// Is what a person decided about one draft.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Choice {
    /// Name of the draft within the review.
    pub handle: u32,
    /// What to do, also where nothing is repeated: then `Keep` and `Replace` are the same.
    pub on_duplicate: OnDuplicate,
    /// The account whose secret it takes the place of, where the person named one; else the one that it repeats.
    pub onto: Option<String>,
}

/// Says what becomes of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum OnDuplicate {
    /// Kept, beside what is there.
    Keep,
    /// Its secret takes the place of the old one.
    Replace,
    /// Left out.
    Skip,
}

/// Counts what became of a review.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AcceptedView {
    /// New accounts.
    pub added: u32,
    /// Accounts with a new secret.
    pub replaced: u32,
    /// Drafts left out.
    pub skipped: u32,
    /// The account that was kept or has the new secret, where it is only one.
    pub account: Option<String>,
}
