//! The session: whether the vault is open, and what waits for a person's decision.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use sterk::{
    Draft,
    account::{AccountId, migration::Parts, search::Index},
    backup::Ledger,
    keychain::OsKeychain,
    policy::PolicyFile,
    scan::Stop,
    seal::Kdf,
    settings::{self, Found, Moment, Settings},
    vault::{Duplicates, SameBy, Vault, default_folder},
};
use tauri::ipc::Channel;

use crate::{
    clipboard::Clipboard,
    commands::{frozen::Held as Frozen, policy::is_policy, slots::Pending},
    crash::Crashes,
    early::Early,
    error::{ErrorView, failed},
    grant::Grants,
    idle::{self, Idle},
    lens::Lens,
    own::Own,
    patience::Patience,
    traces::Traces,
    view::{NoticeView, SettingsView},
};

/// How long a keyring may take that has to ask a person.
const ASKING: Duration = Duration::from_secs(60);
/// How long a keyring may take to say whether it is there.
const LOOKING: Duration = Duration::from_secs(5);

/// Says where the vault and the settings lie and whether the keyring may be used.
pub struct Place {
    folder: Option<PathBuf>,
    settings: Option<PathBuf>,
    keyring: bool,
    asking: Duration,
    unlock_time: Duration,
}

impl Place {
    /// Reads `STERK_VAULT`, `STERK_NO_KEYRING`, `STERK_KEYRING_LIMIT_MS` and `STERK_UNLOCK_MS`, as the command line does.
    pub fn from_environment() -> Self {
        Self::from(|name| env::var_os(name))
    }

    /// Names a folder for a test, without a keyring.
    #[cfg(test)]
    pub fn at(folder: &Path) -> Self {
        let settings = Some(folder.join("settings.json"));
        Self { folder: Some(folder.to_owned()), settings, keyring: false, asking: ASKING, unlock_time: Duration::ZERO }
    }

    /// Names no folder at all.
    #[cfg(test)]
    pub fn nowhere() -> Self {
        Self::from(|_| None)
    }

    fn from(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let named = given("STERK_VAULT").map(PathBuf::from);
        let milliseconds = |name: &str| given(name).and_then(|text| text.to_str()?.parse().ok());
        let limit_ms = milliseconds("STERK_KEYRING_LIMIT_MS");
        Self {
            settings: settings::default_file(named.as_deref(), &variable),
            folder: named.or_else(|| default_folder(&variable)),
            keyring: given("STERK_NO_KEYRING").is_none_or(|value| value == "0"),
            asking: limit_ms.map_or(ASKING, Duration::from_millis),
            unlock_time: milliseconds("STERK_UNLOCK_MS").map_or(Kdf::WANTED, Duration::from_millis),
        }
    }
}

/// Is what all commands share; a copy is another handle to the same.
#[derive(Clone)]
pub struct Session(Arc<Shared>);

struct Shared {
    place: Place,
    held: Mutex<Held>,
    opened: Condvar,
    idle: Mutex<Idle>,
    clipboard: Clipboard,
    patience: Mutex<Patience>,
    locked_times: AtomicU64,
    arrived: Mutex<Vec<PathBuf>>,
    policies: Mutex<Vec<PathBuf>>,
    page: Mutex<Option<Channel<NoticeView>>>,
    early: Early,
    crashes: Mutex<Crashes>,
    looking: Mutex<Stop>,
    opening: Mutex<Stop>,
}

enum Held {
    Locked,
    Unlocked(Box<Open>),
}

/// Remembers when an attempt to unlock began, so that locking in the meantime counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Attempt(u64);

/// Is an open vault and what belongs to it until it is locked.
pub struct Open {
    /// The vault.
    pub vault: Vault,
    /// What was found and awaits a decision, by the name the page knows it under.
    pub drafts: BTreeMap<u32, Draft>,
    /// The counters used in this session, so that their codes can be copied again.
    pub counters: BTreeMap<AccountId, u64>,
    /// What a search looks at, and whose place is whose; made when somebody searches, dropped when the list is read.
    pub index: Option<(Index, Vec<AccountId>)>,
    /// The screens of which the person chooses a part.
    pub frozen: Option<Frozen>,
    /// What may be revealed now.
    pub grants: Grants,
    /// The camera through which the page looks; locking turns its light off.
    pub lens: Option<Lens>,
    /// The symbols that the window shows itself.
    pub own: Own,
    /// A policy that was shown and awaits a decision.
    pub policy: Option<PolicyFile>,
    /// What waits until a new recovery key is on paper.
    pub pending: Option<Pending>,
    /// Encrypted files that wait for their passphrase, in their order.
    pub sealed: Vec<PathBuf>,
    /// Parts of batches that were found with them, over all sources.
    pub parts: Parts,
    /// Where they were found.
    pub traces: Traces,
    /// Name of the next draft; never used twice in a session.
    pub next_handle: u32,
}

impl Open {
    /// Sets aside the files whose accounts are all in the vault now, before the review is forgotten.
    pub fn settle_found(&mut self) {
        let known = Duplicates::of(&self.vault);
        let is_kept = |draft: &Draft| known.find(draft).is_some_and(|same| same.by == SameBy::Secret);
        let kept = self.drafts.iter().filter(|(_, draft)| is_kept(draft)).map(|(handle, _)| *handle);
        self.traces.settle(&kept.collect());
    }

    /// Forgets what was found, when the review is over.
    pub fn forget_found(&mut self) {
        self.drafts.clear();
        self.parts = Parts::new();
        self.sealed.clear();
        self.traces.forget_found();
    }
}

impl Session {
    /// Makes a locked session.
    pub fn new(place: Place) -> Self {
        let held = Mutex::new(Held::Locked);
        let (opened, idle, clipboard, patience, locked_times, arrived) = Default::default();
        let (policies, page, early, crashes, looking, opening) = Default::default();
        Self(Arc::new(Shared {
            place,
            held,
            opened,
            idle,
            clipboard,
            patience,
            locked_times,
            arrived,
            policies,
            page,
            early,
            crashes,
            looking,
            opening,
        }))
    }

    /// Returns the vault's folder.
    pub fn folder(&self) -> Result<&Path, ErrorView> {
        self.0.place.folder.as_deref().ok_or_else(|| failed("no_folder", "the data folder of this person is unknown"))
    }

    /// Returns the file of the settings.
    pub fn settings_file(&self) -> Result<&Path, ErrorView> {
        self.0.place.settings.as_deref().ok_or_else(|| failed("no_folder", "the folder for settings is unknown"))
    }

    /// Reads the settings for the page; the ordinary ones where that is not possible.
    pub fn settings(&self) -> SettingsView {
        let (settings, found) = self.read_settings();
        SettingsView::of(&settings, found)
    }

    fn read_settings(&self) -> (Settings, Found) {
        self.0.place.settings.as_deref().map_or((Settings::default(), Found::Nothing), settings::read)
    }

    /// Reads the settings as the core knows them.
    pub fn stored_settings(&self) -> Settings {
        self.read_settings().0
    }

    /// Returns the file that remembers how the folders for backups stand on this computer.
    pub fn ledger(&self) -> Result<PathBuf, ErrorView> {
        self.settings_file().map(Ledger::beside)
    }

    /// Returns the clipboard, which locking clears of what is ours.
    pub fn clipboard(&self) -> &Clipboard {
        &self.0.clipboard
    }

    /// Returns the system's keyring, unless it is not to be used.
    pub fn keychain(&self) -> Option<OsKeychain> {
        self.0.place.keyring.then(|| OsKeychain::new(self.asking()))
    }

    /// Returns the system's keyring for a quick look, unless it is not to be used.
    pub fn keychain_at_a_glance(&self) -> Option<OsKeychain> {
        self.0.place.keyring.then(|| OsKeychain::new(self.asking().min(LOOKING)))
    }

    /// Returns how long the keyring may take that has to ask a person.
    pub fn asking(&self) -> Duration {
        self.0.place.asking
    }

    /// Returns how long checking a new passphrase of the vault shall take.
    pub fn unlock_time(&self) -> Duration {
        self.0.place.unlock_time
    }

    /// Tells whether the vault is open.
    pub fn is_open(&self) -> bool {
        matches!(*hold(&self.0.held), Held::Unlocked(_))
    }

    /// Returns the unlock that began with the program.
    pub fn early(&self) -> &Early {
        &self.0.early
    }

    /// Begins an attempt to unlock.
    pub fn attempt(&self) -> Attempt {
        Attempt(self.0.locked_times.load(Ordering::SeqCst))
    }

    /// Takes in the vault that an attempt unlocked; one that is open already stays.
    ///
    /// # Errors
    /// `locked` when the person locked the vault after the attempt began: a keyring may answer late.
    pub fn open_after(&self, attempt: Attempt, vault: Vault) -> Result<(), ErrorView> {
        let mut held = hold(&self.0.held);
        if attempt != self.attempt() {
            return Err(failed("locked", "the vault was locked in the meantime"));
        }
        if let Held::Locked = *held {
            let (drafts, counters, index, frozen, grants, lens, own, parts, pending, policy, sealed, traces) =
                Default::default();
            let open = Open {
                vault,
                drafts,
                counters,
                index,
                frozen,
                grants,
                lens,
                own,
                parts,
                pending,
                policy,
                sealed,
                traces,
                next_handle: 1,
            };
            *held = Held::Unlocked(Box::new(open));
            self.note_use(idle::clock());
            self.0.opened.notify_all();
        }
        Ok(())
    }

    /// Waits until the vault is open.
    pub fn wait_until_open(&self) {
        let held = hold(&self.0.held);
        let is_locked = |held: &mut Held| matches!(held, Held::Locked);
        drop(self.0.opened.wait_while(held, is_locked).unwrap_or_else(PoisonError::into_inner));
    }

    /// Notes that somebody uses the window, by the clock of [`idle::clock`].
    pub fn note_use(&self, now: Duration) {
        hold(&self.0.idle).note(now);
    }

    /// Locks the vault when nobody used the window for the time that was chosen, or that the policy allows.
    ///
    /// Returns how long that is still; none where it is never.
    pub fn lock_if_unused(&self, now: Duration) -> Option<Duration> {
        let chosen = self.read_settings().0.locks_after.time();
        let limit = self.with(|open| Ok(open.vault.rules().auto_lock(chosen))).ok()??;
        let left = hold(&self.0.idle).left(limit, now);
        if left.is_zero() {
            self.shut();
        }
        Some(left)
    }

    /// Locks the vault when that was chosen for this moment.
    pub fn lock_at(&self, moment: Moment) {
        if self.is_open() && self.read_settings().0.locks_at.contains(moment) {
            self.shut();
        }
    }

    /// Locks the vault and tells the page, which did not ask for it.
    fn shut(&self) {
        self.lock();
        self.tell(NoticeView::Locked);
    }

    /// Tries a passphrase, one at a time and not before its time; a wrong one makes the next wait.
    ///
    /// # Errors
    /// `too_soon` when it was not tried; else what the attempt answers.
    pub fn try_passphrase<T>(
        &self,
        clock: impl Fn() -> Instant,
        attempt: impl FnOnce() -> Result<T, ErrorView>,
    ) -> Result<T, ErrorView> {
        let mut patience = hold(&self.0.patience);
        if !patience.left(clock()).is_zero() {
            return Err(failed("too_soon", "the next passphrase has to wait"));
        }
        let answer = attempt();
        match &answer {
            Ok(_) => patience.forget(),
            Err(error) if error.code == "wrong_passphrase" => patience.refuse(clock()),
            Err(_) => {}
        }
        answer
    }

    /// Returns the whole seconds until the next passphrase may be tried; none while one is being tried.
    pub fn wait_seconds(&self, now: Instant) -> u32 {
        let Ok(patience) = self.0.patience.try_lock() else { return 0 };
        u32::try_from(patience.left(now).as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
    }

    /// Drops the vault and everything that belongs to it, also what was copied from it.
    pub fn lock(&self) {
        let mut held = hold(&self.0.held);
        self.0.locked_times.fetch_add(1, Ordering::SeqCst);
        *held = Held::Locked;
        drop(held);
        self.stop_looking();
        self.stop_opening();
        self.0.clipboard.take_back(None);
    }

    /// Begins to look at the screens, and ends the look before; locking ends this one.
    pub fn begin_look(&self) -> Stop {
        let mut looking = hold(&self.0.looking);
        looking.stop();
        *looking = Stop::default();
        looking.clone()
    }

    /// Ends the look at the screens, if one goes on.
    pub fn stop_looking(&self) {
        hold(&self.0.looking).stop();
    }

    /// Begins to open a file of another app, and ends the opening before; locking ends this one.
    pub fn begin_opening(&self) -> Stop {
        let mut opening = hold(&self.0.opening);
        opening.stop();
        *opening = Stop::default();
        opening.clone()
    }

    /// Ends the derivation for a file of another app, if one goes on.
    pub fn stop_opening(&self) {
        hold(&self.0.opening).stop();
    }

    /// Tells whether the vault was locked since the program began, by a person or after a crash.
    pub fn was_locked(&self) -> bool {
        self.0.locked_times.load(Ordering::SeqCst) > 0
    }

    /// Counts a crash of the page, and returns how long the page should stay away.
    pub fn crashed(&self, now: Instant) -> Duration {
        hold(&self.0.crashes).count(now)
    }

    /// Lends the open vault; a vault that was given a new key elsewhere is locked at once.
    pub fn with<T>(&self, work: impl FnOnce(&mut Open) -> Result<T, ErrorView>) -> Result<T, ErrorView> {
        let mut held = hold(&self.0.held);
        let Held::Unlocked(open) = &mut *held else { return Err(failed("locked", "the vault is locked")) };
        let done = work(open);
        drop(held);
        if done.as_ref().is_err_and(|error| error.code == "vault_rekeyed") {
            self.lock();
        }
        done
    }

    /// Remembers files that were dropped or named at the start, until the page takes them; policies by themselves.
    pub fn arrive(&self, files: Vec<PathBuf>) {
        let (policies, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| is_policy(file));
        hold(&self.0.policies).extend(policies);
        hold(&self.0.arrived).extend(others);
    }

    /// Hands over the policy that arrived last; there is one at a time.
    pub fn take_policy(&self) -> Option<PathBuf> {
        std::mem::take(&mut *hold(&self.0.policies)).pop()
    }

    /// Hands over the files that arrived.
    pub fn take_arrived(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *hold(&self.0.arrived))
    }

    /// Remembers where the page listens; a page that was loaded anew listens anew.
    pub fn listen(&self, page: Channel<NoticeView>) {
        *hold(&self.0.page) = Some(page);
    }

    /// Tells the page something, if it listens.
    pub fn tell(&self, notice: NoticeView) {
        if let Some(page) = &*hold(&self.0.page) {
            // A page that is gone has nobody to tell.
            let _ = page.send(notice);
        }
    }
}

/// Returns the Unix time in milliseconds.
pub fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

/// Takes a lock; a thread that panicked while it held one left whole values behind.
pub fn hold<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use sterk::settings::LocksAfter;

    use super::*;
    use crate::commands::desk;

    fn place(named: &[(&str, &str)]) -> Place {
        Place::from(|name| named.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn uses_the_folder_the_person_names() {
        let named = place(&[("STERK_VAULT", "/somewhere/vault"), ("HOME", "/home/ada")]);
        assert_eq!(named.folder.as_deref(), Some(Path::new("/somewhere/vault")));
    }

    #[test]
    fn has_no_folder_where_nothing_is_named() {
        let session = Session::new(place(&[("STERK_VAULT", "")]));
        assert_eq!(session.folder().unwrap_err().code, "no_folder");
    }

    #[test]
    fn leaves_the_keyring_alone_when_told() {
        assert!(place(&[]).keyring);
        assert!(place(&[("STERK_NO_KEYRING", "0")]).keyring);
        assert!(place(&[("STERK_NO_KEYRING", "")]).keyring);
        assert!(!place(&[("STERK_NO_KEYRING", "1")]).keyring);
        assert!(Session::new(place(&[("STERK_NO_KEYRING", "1")])).keychain().is_none());
    }

    #[test]
    fn gives_the_keyring_a_minute_unless_told_otherwise() {
        assert_eq!(place(&[]).asking, Duration::from_secs(60));
        assert_eq!(place(&[("STERK_KEYRING_LIMIT_MS", "300")]).asking, Duration::from_millis(300));
        assert_eq!(place(&[("STERK_KEYRING_LIMIT_MS", "soon")]).asking, Duration::from_secs(60));
    }

    #[test]
    fn lets_a_new_passphrase_take_a_second_unless_told_otherwise() {
        assert_eq!(place(&[]).unlock_time, Duration::from_secs(1));
        assert_eq!(place(&[("STERK_UNLOCK_MS", "0")]).unlock_time, Duration::ZERO);
    }

    #[test]
    fn lends_nothing_while_locked() {
        let answer = Session::new(place(&[])).with(|_| Ok(()));
        assert_eq!(answer.unwrap_err().code, "locked");
    }

    #[test]
    fn hands_over_arrived_files_once() {
        let session = Session::new(place(&[]));
        session.arrive(vec!["a.png".into()]);
        session.arrive(vec!["b.png".into()]);
        assert_eq!(session.take_arrived(), [PathBuf::from("a.png"), PathBuf::from("b.png")]);
        assert!(session.take_arrived().is_empty());
    }
    const MINUTE: Duration = Duration::from_secs(60);

    fn choose(session: &Session, choose: impl FnOnce(&mut Settings)) {
        settings::change(session.settings_file().unwrap(), choose).unwrap();
    }

    #[test]
    fn locks_after_the_time_without_use_that_was_chosen() {
        let (_folder, session) = desk::open();
        choose(&session, |settings| settings.locks_after = LocksAfter::try_from(5).unwrap());
        let now = idle::clock() + 10 * MINUTE;
        session.note_use(now);
        assert_eq!(session.lock_if_unused(now + 4 * MINUTE), Some(MINUTE));
        session.note_use(now + 4 * MINUTE);
        assert_eq!(session.lock_if_unused(now + 6 * MINUTE), Some(3 * MINUTE));
        assert!(session.is_open());
        assert_eq!(session.lock_if_unused(now + 9 * MINUTE), Some(Duration::ZERO));
        assert!(!session.is_open());
        assert_eq!(session.lock_if_unused(now + 9 * MINUTE), None, "what is locked has no time left");
    }

    #[test]
    fn never_locks_by_time_where_that_was_chosen_unless_the_policy_sets_a_limit() {
        let (_folder, session) = desk::open();
        choose(&session, |settings| settings.locks_after = LocksAfter::try_from(0).unwrap());
        let later = idle::clock() + 9_000 * MINUTE;
        assert_eq!(session.lock_if_unused(later), None);
        let policy = r#"{"sterk_policy":1,"organisation":"Harbour","revision":1,"issued":"2026-11-27",
            "rules":{"auto_lock_minutes":15},"services":[{"name":"GitHub"}]}"#;
        let policy = PolicyFile::read(policy.as_bytes()).unwrap();
        session.with(|open| Ok(open.vault.apply_policy(&policy, &[], 2_000)?)).unwrap();
        session.note_use(later);
        assert_eq!(session.lock_if_unused(later + 14 * MINUTE), Some(MINUTE), "never is later than the policy allows");
        session.lock_if_unused(later + 15 * MINUTE);
        assert!(!session.is_open());
    }

    #[test]
    fn locks_at_the_moments_that_were_chosen_and_no_others() {
        for (moment, locks) in [
            (Moment::Minimised, false),
            (Moment::ScreenLocked, true),
            (Moment::Sleep, true),
            (Moment::UserSwitched, true),
        ] {
            let (_folder, session) = desk::open();
            session.lock_at(moment);
            assert_eq!(!session.is_open(), locks, "{moment:?} by default");
            let (_folder, session) = desk::open();
            choose(&session, |settings| settings.locks_at = [Moment::Minimised].into_iter().collect());
            session.lock_at(moment);
            assert_eq!(!session.is_open(), moment == Moment::Minimised, "{moment:?} where only minimising was chosen");
        }
    }

    #[test]
    fn what_waits_for_an_open_vault_is_woken_by_it() {
        let (folder, session) = desk::open();
        session.lock();
        let waits = session.clone();
        let waiting = std::thread::spawn(move || waits.wait_until_open());
        session.open_after(session.attempt(), desk::unlocked(&folder)).unwrap();
        waiting.join().unwrap();
    }
}
