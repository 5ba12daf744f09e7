// Made from src-tauri/src/view.rs by `STERK_WRITE_TYPES=1 cargo test -p sterk-window types`.

export type AboutView = {
  /** Version of the program. */
  version: string,
  /** Licence of the program, as an SPDX expression. */
  licence: string,
  /** Folder of the vault, safe to show. */
  folder: string,
  /** Kinds of ways to unlock, each once. */
  ways: Array<WayView>,
  /** Number of accounts. */
  accounts: number,
};

export type AcceptedView = {
  /** New accounts. */
  added: number,
  /** Accounts with a new secret. */
  replaced: number,
  /** Drafts left out. */
  skipped: number,
  /** The account that was kept or has the new secret, where it is only one. */
  account: string | null,
};

export type AccountView = {
  /** Its name for ever, 32 hexadecimal digits. */
  id: string,
  /** Service, safe to show. */
  issuer: string,
  /** Name at that service, safe to show. */
  name: string,
  /** How it makes codes. */
  kind: KindView,
  /** Characters of a code. */
  digits: number,
  /** Seconds a code is valid; none for counters. */
  period: number | null,
  /** Tags, safe to show. */
  tags: Array<string>,
  /** Whether it stands at the top. */
  pinned: boolean,
  /** Name of the icon to show, if there is one. */
  icon: string | null,
  /** Where the person put it: the lower text stands higher; none as long as nobody moved it. */
  position: string | null,
  /** What is left to do of its enrolment. */
  open_end: OpenEndView | null,
};

export type BackupView = {
  /** Where it lies, safe to show. */
  file: string,
  /** Accounts in it. */
  accounts: number,
  /** Recovery codes of these accounts. */
  recovery_codes: number,
};

export type BatchView = {
  /** Parts that are there. */
  have: number,
  /** Parts of the whole set. */
  of: number,
  /** Parts that are missing, from 1. */
  missing: Array<number>,
};

export type BinnedView = {
  /** Its name for ever. */
  id: string,
  /** Service, safe to show. */
  issuer: string,
  /** Name at that service, safe to show. */
  name: string,
  /** Unix second at which it went there. */
  at: number,
};

export type CameraView = {
  /** The number by which it is chosen. */
  index: number,
  /** The system's name for it, safe to show. */
  name: string,
};

export type Change = {
  /** Service. */
  issuer: string | null,
  /** Name at that service. */
  name: string | null,
  /** All of the tags. */
  tags: Array<string> | null,
  /** Free text. */
  note: string | null,
  /** Whether it stands at the top. */
  pinned: boolean | null,
  /** Whether the site accepted a code. */
  verified: boolean | null,
  /** Counter of the next code, as text. */
  counter: string | null,
  /** Name of an icon, `none` for a letter, `auto` to follow the issuer. */
  icon: string | null,
  /** Who can reset it. */
  reset_by: string | null,
  /** What is said of recovery codes while none are kept. */
  recovery: SaidView | null,
};

export type Choice = {
  /** Name of the draft within the review. */
  handle: number,
  /** What to do, also where nothing is repeated: then `Keep` and `Replace` are the same. */
  on_duplicate: OnDuplicate,
  /** The account whose secret it takes the place of, where the person named one; else the one that it repeats. */
  onto: string | null,
};

export type CodeView = { "state": "broken",
  /** Account. */
  id: string,
  /** Stable name of the error. */
  code: string, } | { "state": "code",
  /** Account. */
  id: string,
  /** The code without grouping. */
  code: string,
  /** The code after it. */
  next: string,
  /** First Unix second of this code. */
  valid_from: number,
  /** First Unix second of the next code. */
  valid_until: number, } | { "state": "counter",
  /** Account. */
  id: string,
  /** The code asked for last, if one was in this session. */
  code: string | null, } | { "state": "needs_pin",
  /** Account. */
  id: string,
};

export type CodesView = {
  /** Unix time in milliseconds. */
  now_ms: number,
  /** One answer for each account that is still there. */
  codes: Array<CodeView>,
};

export type ConcernView = "backup_failing" | "backup_outdated" | "backup_waiting" | "clock_behind" | "counter_ahead" | "drill_due" | "duplicate_accounts" | "few_recovery_codes" | "no_backup" | "not_in_backup" | "one_way_only" | "recovery_codes_open" | "required_missing" | "unverified" | "weak_secret";

export type CopiedView = {
  /** Seconds until it is cleared. */
  clears_in: number,
};

export type DeletedView = {
  /** Files that are gone. */
  deleted: number,
  /** Files that are still there, and why. */
  stays: Array<SkippedView>,
};

export type DetailsView = {
  /** What the list shows too. */
  account: AccountView,
  /** Hash function. */
  algorithm: string,
  /** Free text, safe to show. */
  note: string,
  /** Unix second at which the site accepted a code, if it did. */
  verified_at: number | null,
  /** Counter of the next code, as text: it can be larger than the page's numbers. */
  counter: string | null,
  /** Whether the PIN is there; none for a kind that has no PIN. */
  has_pin: boolean | null,
  /** Name of the icon that was chosen, `none` for a letter, `auto` to follow the issuer. */
  icon: string,
  /** How many recovery codes there are. */
  recovery: RecoveryView,
  /** Length of the secret. */
  secret_bits: number,
  /** How far its enrolment has come. */
  enrolment: EnrolmentView,
  /** Who can reset it: a link, an address or words, safe to show; may be empty. */
  reset_by: string,
  /** Whether that is a link that can be opened. */
  reset_opens: boolean,
  /** Unix second until which the secret before the present one is kept aside. */
  former_secret_until: number | null,
  /** How many replaced recovery codes are kept aside. */
  former_recovery: number,
};

export type DoubtView = "key_changed" | "older" | "other_organisation" | "signature_gone";

export type DraftView = {
  /** Its name within this review. */
  handle: number,
  /** Service, safe to show. */
  issuer: string,
  /** Name at that service, safe to show. */
  name: string,
  /** How it would make codes. */
  kind: KindView,
  /** Hash function. */
  algorithm: string,
  /** Characters of a code. */
  digits: number,
  /** Seconds a code is valid; none for counters. */
  period: number | null,
  /** Counter of the next code, as text: it can be larger than the page's numbers. */
  counter: string | null,
  /** Length of the secret. */
  secret_bits: number,
  /** What few services do. */
  unusual: Array<UnusualView>,
  /** The account it repeats, if any. */
  duplicate: DuplicateView | null,
  /** Where its QR code stands, if it came from the screen. */
  spot: SpotView | null,
};

export type DuplicateView = {
  /** Whether it has the same secret, or the same name only. */
  by: SameView,
  /** Service, safe to show. */
  issuer: string,
  /** Name at that service, safe to show. */
  name: string,
};

export type EmergencyRowView = {
  /** Service, safe to show. */
  issuer: string,
  /** Name at that service, safe to show. */
  name: string,
  /** Recovery codes that still open it. */
  unused: number,
  /** Whether the site gives none. */
  gives_none: boolean,
  /** Who can reset it, safe to show; may be empty. */
  reset_by: string,
};

export type EmergencyView = {
  /** Every account, in the order of the list. */
  rows: Array<EmergencyRowView>,
};

export type EnrolmentView = "kept" | "none" | "open" | "unverified";

export type ErrorView = {
  /** Stable name, snake_case, as on the command line. */
  code: string,
  /** Detail for the curious, in English; the page never decides by it. */
  message: string,
};

export type FindingView = {
  /** What it is. */
  concern: ConcernView,
  /** Whether it should be seen without being asked for. */
  pressing: boolean,
  /** The accounts it is about; none for the vault as a whole. */
  accounts: Array<NamedView>,
  /** The required services that are missing, or the folders for backups, safe to show, where it is about those. */
  names: Array<string>,
};

export type FormWords = {
  /** How it makes codes. */
  kind: KindView,
  /** Service. */
  issuer: string,
  /** Name at that service. */
  name: string,
  /** Hash function; blank for the ordinary one, as below. */
  algorithm: string,
  /** Characters of a code. */
  digits: string,
  /** Seconds a code is valid. */
  period: string,
  /** Counter of the next code. */
  counter: string,
};

export type FrozenView = {
  /** The monitors. */
  monitors: Array<MonitorView>,
  /** Seconds until the pictures are gone. */
  seconds: number,
};

export type GradeView = "fair" | "strong" | "weak";

export type HappenedView = {
  /** Unix second. */
  at: number,
  /** Stable name of the event, as on the command line; a newer program may have written others. */
  event: string,
  /** The kind of the way to unlock, where it is about one: `keyring`, `passphrase` or `recovery-key`. */
  way: string | null,
  /** The account, where it is about one that is still there. */
  account: NamedView | null,
};

export type HealthView = {
  /** What wants attention; nothing where all is well. */
  findings: Array<FindingView>,
  /** Unix second of the newest backup within reach. */
  backed_up_at: number | null,
};

export type IconView = {
  /** Name of its file. */
  slug: string,
  /** Name of the service. */
  title: string,
};

export type KindView = "hotp" | "motp" | "steam" | "totp" | "yandex";

export type LeftoverView = {
  /** Its name without its folder, safe to show. */
  name: string,
  /** The service that keeps a copy of its folder elsewhere, as far as that can be seen. */
  service: string | null,
};

export type ListView = {
  /** Every account, in no order that matters. */
  accounts: Array<AccountView>,
  /** The codes of all of them, or none where the list is long. */
  codes: CodesView,
};

export type MarkedView = {
  /** Unix second at which it was marked used, if it is. */
  used_at: number | null,
  /** Seconds until it leaves the clipboard, if it was copied. */
  clears_in: number | null,
  /** How many there are now. */
  recovery: RecoveryView,
};

export type MonitorView = {
  /** The system's name for it, safe to show. */
  name: string,
  /** Width in pixels of the monitor, in which parts and outlines are told. */
  width: number,
  /** Height in pixels of the monitor. */
  height: number,
  /** Width of its small picture. */
  picture_width: number,
  /** Height of its small picture. */
  picture_height: number,
  /** Corners of each code that was read. */
  codes: Array<[[number, number], [number, number], [number, number], [number, number]]>,
};

export type NamedView = {
  /** Its name for ever. */
  id: string,
  /** Service, safe to show. */
  issuer: string,
  /** Name at that service, safe to show. */
  name: string,
};

export type NoticeView = "arrived" | "drag_left" | "drag_over" | "locked";

export type OnDuplicate = "keep" | "replace" | "skip";

export type OpenEndView = "few_recovery_codes" | "recovery_open" | "unverified";

export type OpeningView = {
  /** In thousandths; none where it cannot be known. */
  thousandths: number | null,
};

export type PlaceView = {
  /** The system's name for it, safe to show. */
  name: string,
  /** Left edge. */
  x: number,
  /** Upper edge. */
  y: number,
  /** Width. */
  width: number,
  /** Height. */
  height: number,
};

export type PolicyReviewView = {
  /** What it asks, and how the accounts stand to it. */
  policy: PolicyView,
  /** What the person has to accept, each for itself. */
  doubts: Array<DoubtView>,
  /** Whether it is the one that is applied already. */
  same: boolean,
};

export type PolicyView = {
  /** Name of the organisation, safe to show. */
  organisation: string,
  /** Its number. */
  revision: number,
  /** The day it was issued, as in 2026-11-27. */
  issued: string,
  /** Fingerprint of the key that signed it; none for one that nobody signed. */
  signed_by: string | null,
  /** How the vault is to be kept. */
  rules: RulesView,
  /** The services that must be enrolled, in the order of the policy. */
  services: Array<ServiceView>,
};

export type PreviewView = { "state": "right",
  /** The code of now, of an account without an id. */
  code: CodeView, } | { "state": "wrong",
  /** Stable name of the error. */
  code: string,
  /** Place of the wrong character in the secret, from 1, where one is to blame. */
  position: number | null,
};

export type Proof = "passphrase" | "recovery_key" | "word";

export type ProofsView = {
  /** A passphrase. */
  passphrase: boolean,
  /** The recovery key. */
  recovery_key: boolean,
  /** The word to type, where that has to do. */
  word: string | null,
  /** Seconds until the next passphrase may be tried. */
  wait_seconds: number,
};

export type RecoveryCodeView = {
  /** The code as the site wrote it, safe to show. */
  code: string,
  /** Unix second at which it was marked used. */
  used_at: number | null,
};

export type RecoveryCodesView = {
  /** The codes, used ones among them. */
  codes: Array<RecoveryCodeView>,
  /** Seconds until they must leave the page. */
  closes_in: number,
};

export type RecoveryKeyView = {
  /** The groups of the key, in order. */
  groups: Array<string>,
};

export type RecoveryView = {
  /** Those that still open the account. */
  unused: number,
  /** Those that were marked used. */
  used: number,
  /** Whether it is time to ask the service for new ones. */
  few: boolean,
};

export type RekeyView = {
  /** The new recovery key, where there was one. */
  recovery_key: RecoveryKeyView | null,
  /** The ways that will be gone. */
  left_out: Array<SlotView>,
};

export type RekeyedView = {
  /** The ways there are now. */
  slots: SlotsView,
  /** Files within reach that the old ways still open, safe to show. */
  copies: Array<string>,
};

export type Reveal = "backup" | "change_slots" | "recovery_codes" | "recovery_file" | "remove_policy" | "transfer";

export type ReviewView = {
  /** Accounts. */
  drafts: Array<DraftView>,
  /** What gave no account, and why. */
  skipped: Array<SkippedView>,
  /** Sets of QR codes that are not complete yet. */
  batches: Array<BatchView>,
  /** The encrypted file that waits for its passphrase, before anything is decided. */
  sealed: SealedView | null,
};

export type RulesView = {
  /** The fewest bits of a new passphrase. */
  passphrase_bits: number | null,
  /** The longest time until the vault locks by itself. */
  auto_lock_minutes: number | null,
  /** Whether accounts may leave in a file that is not encrypted. */
  plaintext_export: boolean,
};

export type SaidView = "later" | "none_given";

export type SameView = "name" | "secret";

export type SavedView = {
  /** Where it lies, safe to show. */
  file: string,
};

export type SealedView = {
  /** Name of the file, safe to show. */
  name: string,
};

export type SeenView = { "seen": "foreign" } | { "seen": "part",
  /** Every set that is not complete. */
  batches: Array<BatchView>,
};

export type ServiceView = {
  /** Its name, safe to show. */
  name: string,
  /** How far the person has come. */
  state: StandingView,
  /** The account that counts, if one is enrolled. */
  account: string | null,
  /** Where a person enrols, in full. */
  enrol_at: string | null,
  /** Who resets, safe to show. */
  reset_by: string,
  /** Whether recovery codes have to be kept. */
  recovery_codes: boolean,
};

export type SessionView = { "state": "first_run",
  /** Whether a keyring answers, so that it can be offered. */
  keyring: boolean, } | { "state": "locked",
  /** Through the system's keyring. */
  keyring: boolean,
  /** By a passphrase. */
  passphrase: boolean,
  /** By the recovery key. */
  recovery_key: boolean,
  /** Seconds until the next passphrase may be tried. */
  wait_seconds: number,
  /** Whether it was locked since the program began: then the keyring opens it only when asked to. */
  shut: boolean, } | { "state": "unlocked" };

export type SettingsChange = {
  /** Seconds until a copied code leaves the clipboard. */
  clears_after: 10 | 20 | 30 | 60 | null,
  /** Whether codes stay covered until somebody asks to see one. */
  hide_codes: boolean | null,
  /** A piece of advice to put away. */
  hide_tip: "backup_elsewhere" | "clock_by_network" | "recovery_apart" | null,
  /** Language of the page. */
  language: "en" | "fr" | "nl" | "system" | null,
  /** Minutes without use until the vault locks by itself; nought is never. */
  locks_after: 0 | 1 | 5 | 10 | 15 | 30 | 60 | null,
  /** Moments at which the vault locks by itself. */
  locks_at: readonly ("minimised" | "screen_locked" | "sleep" | "user_switched")[] | null,
  /** Colours of the page. */
  theme: "dark" | "light" | "system" | null,
};

export type SettingsView = {
  /** Seconds until a copied code leaves the clipboard. */
  clears_after: 10 | 20 | 30 | 60,
  /** Whether codes stay covered until somebody asks to see one. */
  hide_codes: boolean,
  /** Pieces of advice that were put away. */
  hidden_tips: readonly ("backup_elsewhere" | "clock_by_network" | "recovery_apart")[],
  /** Language of the page. */
  language: "en" | "fr" | "nl" | "system",
  /** Minutes without use until the vault locks by itself; nought is never. */
  locks_after: 0 | 1 | 5 | 10 | 15 | 30 | 60,
  /** Moments at which the vault locks by itself. */
  locks_at: readonly ("minimised" | "screen_locked" | "sleep" | "user_switched")[],
  /** Colours of the page. */
  theme: "dark" | "light" | "system",
  /** Whether these are the ordinary ones because the file cannot be read. */
  unread: boolean,
};

export type SkippedView = {
  /** File name or place, safe to show. */
  source: string,
  /** Stable name of the error. */
  code: string,
  /** Detail for the curious. */
  message: string,
  /** Where its QR code stands, if it came from the screen. */
  spot: SpotView | null,
};

export type SlotKindView = "keyring" | "passphrase" | "recovery_key";

export type SlotView = {
  /** Its name for ever. */
  id: string,
  /** What kind it is. */
  kind: SlotKindView,
  /** What a person calls it, safe to show; empty where nobody named it. */
  name: string,
  /** Unix second at which it was made. */
  made_at: number,
  /** What a guess at the passphrase costs: MiB of memory, and how often they are gone over. */
  cost: [number, number] | null,
};

export type SlotsView = {
  /** The ways, in the order in which they were made. */
  slots: Array<SlotView>,
  /** Whether a keyring may be used on this computer. */
  keyring: boolean,
};

export type SpotView = {
  /** All monitors that were looked at. */
  places: Array<PlaceView>,
  /** Index of the one it stands on. */
  place: number,
  /** Its four corners in turn, in units of the desktop. */
  corners: [[number, number], [number, number], [number, number], [number, number]],
};

export type StandingView = "done" | "missing" | "recovery_codes_open" | "unverified";

export type StartView = {
  /** How the vault stands. */
  session: SessionView,
  /** How the page shall look and speak. */
  settings: SettingsView,
  /** The list, where the vault is open and readable. */
  list: ListView | null,
};

export type StrengthView = {
  /** The estimate. */
  grade: GradeView,
  /** Whether the person's organisation asks for more. */
  forbidden: boolean,
};

export type TransferView = {
  /** Modules on each side, the quiet zone included. */
  side: number,
  /** Grey of each module, 0 black and 255 white, row by row from the top left. */
  pixels: Array<number>,
  /** Seconds until it must leave the page. */
  closes_in: number,
};

export type TypedCodesView = {
  /** The codes in it, safe to show. */
  codes: Array<string>,
};

export type UnusualView = "algorithm" | "digits" | "period" | "short_secret";

export type WayView = "keyring" | "passphrase" | "recovery_key";
