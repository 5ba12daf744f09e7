import type { KindView, UnusualView } from "../ipc/types";

/** Says what happened, and then what to do. */
export interface ErrorWords {
  readonly say: string;
  readonly then: string;
}

const kinds: Record<KindView, string> = {
  hotp: "Counter based",
  motp: "Mobile-OTP",
  steam: "Steam Guard",
  totp: "Time based",
  yandex: "Yandex Key",
};

const unusual: Record<UnusualView, string> = {
  algorithm: "Few services use this hash function. It is kept as the code says.",
  digits: "Most services use six digits.",
  period: "Most services change codes every 30 seconds.",
  short_secret: "The secret is shorter than the standard asks. The service chose it.",
};

/** Says what a QR code or text is instead of an account. */
function foreign(what: string, then = "Look for the QR code or link the service shows when you turn on two-step sign-in."): ErrorWords {
  return { say: `This is ${what}, not a code for an authenticator.`, then };
}

/** Names the part of a code that no authenticator can follow. */
function wrong(part: string): ErrorWords {
  return { say: `The ${part} in this code cannot be right.`, then: "Ask the service for a new code." };
}

/** Says that one part of a Google Authenticator export does not fit. */
const badBatch: ErrorWords = {
  say: "This is no whole part of a Google Authenticator export.",
  then: "Take the picture again, sharp and whole.",
};

const said = {
  app_link: foreign("a link for another app"),
  bad_algorithm: wrong("hash function"),
  bad_batch: badBatch,
  bad_counter: wrong("counter"),
  bad_digits: wrong("number of digits"),
  bad_period: wrong("period"),
  bad_pin: wrong("PIN"),
  bad_recovery_key: {
    say: "There is a slip in this recovery key.",
    then: "Compare each group with your copy: eight groups of five letters and digits.",
  },
  bad_secret: { say: "The secret in this code holds a letter no secret has.", then: "Ask the service for a new code." },
  broken_record: {
    say: "This account could not be read.",
    then: "Everything else works. The unreadable part is kept as it is.",
  },
  calendar_entry: foreign("a calendar entry"),
  clipboard_empty: {
    say: "The clipboard holds no picture and no link.",
    then: "Copy a QR code or an otpauth link, then paste again.",
  },
  clipboard_unavailable: { say: "The clipboard did not answer.", then: "Try again, or type the code from the screen." },
  contact_card: foreign("a contact card"),
  counter_spent: {
    say: "The counter of this account has reached its end.",
    then: "Enrol the account anew at the service.",
  },
  damaged_migration: {
    say: "This Google Authenticator export is damaged or cut off.",
    then: "Take the picture again, sharp and whole.",
  },
  disk_full: { say: "The disk is full. Nothing was changed.", then: "Free some space, then try again." },
  duo_activation: foreign(
    "an activation of Duo Mobile",
    "It works in Duo Mobile only. Ask the service for another authenticator app.",
  ),
  email: foreign("an e-mail address or message"),
  empty_migration: {
    say: "This Google Authenticator export holds no account.",
    then: "Choose accounts on the phone before exporting.",
  },
  file_too_big: { say: "This file is larger than 64 MiB.", then: "Split it, or choose another file." },
  file_unreadable: {
    say: "This file could not be read.",
    then: "Check that it still exists and that you may open it.",
  },
  io_failed: {
    say: "The vault could not be read or written. Nothing was changed.",
    then: "Look at the details, then try again.",
  },
  keyring_cancelled: { say: "The system keyring’s question was dismissed.", then: "Try again, or use another way in." },
  keyring_failed: { say: "The system keyring refused.", then: "Try again, or use another way in." },
  keyring_locked: { say: "The system keyring stayed locked.", then: "Unlock it and try again, or use another way in." },
  keyring_mangled: {
    say: "Another program changed the key in the system keyring.",
    then: "The vault is untouched. Open it with your passphrase or recovery key.",
  },
  keyring_no_entry: {
    say: "The system keyring no longer holds this vault’s key.",
    then: "The vault is untouched. Open it with your passphrase or recovery key.",
  },
  keyring_no_service: {
    say: "No system keyring answers on this computer.",
    then: "Use your passphrase or recovery key.",
  },
  keyring_timed_out: {
    say: "The system keyring took too long to answer.",
    then: "Look for its window, then try again, or use another way in.",
  },
  label_too_long: { say: "The name in this code is longer than Sterk keeps.", then: "Ask the service for a new code." },
  location: foreign("a place on the map"),
  locked: { say: "The vault is locked.", then: "Unlock it to go on." },
  microsoft_push: foreign("Microsoft’s push enrolment", "On that page choose to use a different authenticator app."),
  migration_too_long: badBatch,
  missing_secret: {
    say: "There is no secret in this code.",
    then: "Copy the whole link, or ask the service for a new code.",
  },
  mistyped_secret: {
    say: "The secret in this code is too short or mistyped.",
    then: "Ask the service for a new code.",
  },
  needs_pin: { say: "This account needs its PIN before it makes codes.", then: "Type it in the details of the account." },
  no_folder: {
    say: "Sterk does not know where to keep the vault.",
    then: "Name a folder in STERK_VAULT, then start again.",
  },
  no_memory: {
    say: "There is not enough free memory to check the passphrase.",
    then: "Close other programs, then try again.",
  },
  no_migration_data: badBatch,
  no_qr: {
    say: "There is no QR code in this picture.",
    then: "Choose a picture that shows the whole code, sharp and upright if possible.",
  },
  no_such_account: { say: "This account is no longer there.", then: "Another program may have removed it." },
  no_such_slot: { say: "This vault does not open that way.", then: "Use another way in." },
  not_a_picture: {
    say: "This file is not a picture Sterk can read.",
    then: "Use a PNG, JPEG, WebP, GIF or BMP picture.",
  },
  not_a_vault: {
    say: "The file in the vault’s place is not a Sterk vault.",
    then: "It was left as it is. Move it away, or put your vault back.",
  },
  not_migration: badBatch,
  nothing_to_import: {
    say: "There is nothing to read here.",
    then: "Choose a picture of a QR code, or paste an otpauth link.",
  },
  passkey: foreign("a sign-in with a passkey", "It is meant for the camera of a phone."),
  passphrase_empty: { say: "The passphrase is empty.", then: "Type a passphrase." },
  payment: foreign("a request for payment"),
  phone_number: foreign("a telephone number"),
  picture_damaged: { say: "This picture is damaged or incomplete.", then: "Save or take it again." },
  picture_format_unsupported: {
    say: "Sterk does not read this kind of picture.",
    then: "Use a PNG, JPEG, WebP, GIF or BMP picture.",
  },
  picture_too_large: { say: "This picture is too large to open safely.", then: "Cut out the QR code and use that." },
  plain_text: foreign("plain text"),
  read_only: {
    say: "The vault’s folder cannot be written to. Nothing was changed.",
    then: "Allow writing to the folder, then try again.",
  },
  review_gone: { say: "This review is over.", then: "Add the picture or link again." },
  secret_too_short: {
    say: "The secret is too short for this kind of account.",
    then: "Ask the service for a new code.",
  },
  settings_not_kept: {
    say: "The settings could not be kept. They are as they were.",
    then: "Look at the details, then try again.",
  },
  steam_link: foreign("a sign-in or link of Steam", "It is meant for the Steam app."),
  text_message: foreign("a text message"),
  too_long: { say: "A name or note is longer than Sterk keeps. Nothing was changed.", then: "Shorten it, or leave it out." },
  too_many_entries: { say: "There are more than 10,000 entries.", then: "Add them in several parts." },
  too_soon: { say: "The next passphrase has to wait a moment.", then: "Try again when the seconds are over." },
  unexpected: { say: "Something unforeseen happened. Nothing was lost.", then: "Try again." },
  unknown_format: {
    say: "This file holds no account in a form Sterk reads.",
    then: "Choose a picture of a QR code, or a list of otpauth links.",
  },
  unknown_scheme: {
    say: "This link is not for an authenticator.",
    then: "A link for an account starts with otpauth://.",
  },
  unknown_type: wrong("kind of account"),
  unsupported_migration: {
    say: "This Google Authenticator export is of a newer kind.",
    then: "Update Sterk, then try again.",
  },
  unsupported_version: {
    say: "This vault was written by a newer Sterk.",
    then: "Update Sterk, then open it again. It was not touched.",
  },
  uri_too_long: { say: "This link is too long to be an account.", then: "Copy one link at a time." },
  vault_busy: { say: "Another program is writing to the vault.", then: "Wait a moment, then try again." },
  vault_damaged: {
    say: "The vault file is damaged.",
    then: "It was left as it is. The previous generation beside it may still open.",
  },
  vault_exists: { say: "There is a vault here already.", then: "Unlock it instead. It was not touched." },
  vault_gone: { say: "There is no vault here any more.", then: "Put it back from a backup, or make a new one." },
  vault_rekeyed: {
    say: "Another program gave this vault a new key.",
    then: "Nothing was written. Unlock it again to go on.",
  },
  vault_tampered: {
    say: "The vault file was changed by something else than Sterk.",
    then: "It was left as it is. The previous generation beside it may still open.",
  },
  vault_truncated: {
    say: "The end of the vault file is missing.",
    then: "It was left as it is. The previous generation beside it may still open.",
  },
  web_link: foreign("a web link"),
  wifi: foreign("the key of a Wi-Fi network"),
  wrong_passphrase: {
    say: "That passphrase does not open this vault.",
    then: "Check capital letters and the keyboard layout, then try again.",
  },
  wrong_recovery_key: {
    say: "That recovery key does not open this vault.",
    then: "Compare each group with your copy, then try again.",
  },
} satisfies Record<string, ErrorWords>;

/** Every error code that has a sentence of its own; one without gets a general sentence. */
const errors: Readonly<Record<keyof typeof said, ErrorWords>> = said;

/** Writes a number as its readers group it. */
function number(n: number): string {
  return n.toLocaleString("en");
}

/** Counts with the right form of a noun. */
function count(n: number, one: string, many: string): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** Every word a person reads, in English; the shape all languages follow. */
export const en = {
  tag: "en",
  own: "English",
  name: "Sterk",
  kinds,
  unusual,
  errors,
  unknownError: (code: string) => ({ say: `Something unforeseen happened (${code}).`, then: "Nothing was lost. Try again." }),
  close: "Close",
  back: "Back",
  cancel: "Cancel",
  tryAgain: "Try again",
  more: "Details",
  menu: "Menu",

  starting: "Opening…",
  firstRun: {
    title: "Keep your codes safe on this computer",
    lead: "Choose how your vault opens. You can change this later.",
    keyring: "With this computer",
    keyringHint: "Opens when you are signed in. The key lies in the system keyring.",
    passphrase: "With a passphrase",
    passphraseHint: "You type it each time the vault is locked.",
    noKeyring: "No system keyring answers on this computer, so a passphrase protects your vault.",
    newPassphrase: "Passphrase",
    repeatPassphrase: "Passphrase again",
    passphraseAdvice: "Four or more words that do not belong together are easy to keep and hard to guess.",
    differ: "The two passphrases differ.",
    alsoKey: "You also get a recovery key, for the day the other way fails.",
    make: "Make the vault",
    making: "Making the vault…",
  },
  recoveryKey: {
    title: "Your recovery key",
    lead: "Write it down or print it, and keep it away from this computer. It is shown only now.",
    label: "Recovery key",
    proof: "Show that you have it",
    group: (n: number) => `Group ${n}`,
    wrong: "That does not match. Compare with your copy.",
    kept: "I have kept it",
    print: "Print",
    next: "Next",
    again: "Show it again",
  },
  unlock: {
    title: "Your vault is locked",
    passphrase: "Passphrase",
    recoveryKey: "Recovery key",
    recoveryKeyHint: "All groups, with or without dashes.",
    open: "Unlock",
    opening: "Unlocking…",
    keyring: "Unlock with this computer",
    waiting: "Waiting for the system keyring…",
    wait: (seconds: number) => `Next try in ${count(seconds, "second", "seconds")}`,
    usePassphrase: "Use the passphrase",
    useRecoveryKey: "Use the recovery key",
    useKeyring: "Use this computer",
  },
  codes: {
    title: "Codes",
    search: "Search",
    clearSearch: "Clear the search",
    add: "Add an account",
    lock: "Lock",
    empty: "Nothing here yet.",
    emptyHint: "Take the QR code a service shows you, and add it here.",
    noMatch: (query: string) => `Nothing matches “${query}”.`,
    noMatchHint: "Try fewer letters, or another name.",
    unnamed: "No name",
    row: (who: string, code: string) => `${who}, code ${code}. Copy`,
    rowHidden: (who: string) => `${who}, no code shown`,
    rowCovered: (who: string) => `${who}, code hidden. Copy`,
    reveal: (who: string) => `Show the code of ${who}`,
    cover: (who: string) => `Hide the code of ${who}`,
    next: (code: string) => `Next ${code}`,
    left: (seconds: number) => `${count(seconds, "second", "seconds")} left`,
    copied: "Copied",
    copiedSay: (who: string, seconds: number) => `Code of ${who} copied. It leaves the clipboard in ${seconds} seconds.`,
    nextCode: "Next code",
    nextCodeSure: "Use up a code?",
    nextCodeOf: (who: string) => `Next code of ${who}`,
    moreOf: (who: string) => `Details of ${who}`,
    counterHint: "On request",
    needsPin: "Needs its PIN",
    broken: "Could not be read",
    count: (n: number) => count(n, "account", "accounts"),
  },
  enrol: {
    title: "Add accounts",
    files: "Picture files",
    filesHint: "Screenshots or photos of QR codes",
    paste: "Paste",
    pasteHint: "A copied picture or link",
    type: "Type it in",
    typeHint: "When the service shows the secret in letters",
    link: "Link",
    linkHint: "Starts with otpauth://",
    read: "Look at it",
    drop: "You can also drop pictures anywhere in this window.",
    dropHere: "Drop to add",
    reading: "Reading…",
    review: "Keep this account?",
    reviewMany: (n: number) => `${number(n)} accounts found`,
    none: "No account found",
    account: "Account",
    issuer: "Service",
    kind: "Kind",
    algorithm: "Hash function",
    digits: "Digits",
    period: "Changes every",
    periodValue: (seconds: number) => count(seconds, "second", "seconds"),
    counter: "Counter",
    secret: "Secret",
    secretValue: (bits: number) => `${bits} bits, hidden`,
    without: "not given",
    duplicateSecret: (who: string) => `You already keep this very account: ${who}.`,
    duplicateName: (who: string) => `You already keep an account of this name, with another secret: ${who}.`,
    whatToDo: "What to do",
    skip: "Leave it out",
    keep: "Keep both",
    replace: "Replace the old secret",
    take: (who: string) => `Keep ${who}`,
    more: (who: string) => `Details of ${who}`,
    notRead: "Not read",
    missing: (parts: string) => `This is a set of several QR codes. Still missing: part ${parts}. Add it too, or keep what is here.`,
    accept: "Keep",
    acceptMany: (n: number) => `Keep ${count(n, "account", "accounts")}`,
    accepting: "Saving…",
    kept: (n: number) => (n === 1 ? "Account kept." : `${number(n)} accounts kept.`),
    keptNone: "Nothing was changed.",
    discard: "Discard",
  },
  details: {
    title: "Account",
    save: "Save",
    saved: "Saved.",
    tags: "Tags",
    tagsHint: "Between commas. Searching finds them too.",
    note: "Note",
    pinned: "At the top of the list",
    verified: "The service accepted a code",
    verifiedHint: "Tick this once you have signed in with a code.",
    verifiedOn: (day: string) => `Since ${day}`,
    digits: (n: number) => count(n, "digit", "digits"),
    counterHint: "Of the next code. Change it only when the service refuses your codes.",
    badCounter: "A counter is a whole number.",
    pin: "PIN",
    badPin: "A PIN has 1 to 64 characters, without space around it.",
    pinKept: "A PIN is kept. Type another one to replace it.",
    pinMissing: "Codes are made once it is here.",
    remove: "Move to the bin",
    removed: (who: string) => `${who} moved to the bin.`,
    undo: "Undo",
    bin: "Bin",
    openBin: (n: number) => `Bin (${number(n)})`,
    binHint: "What lies here makes no codes, and nothing is lost.",
    binnedOn: (day: string) => `Since ${day}`,
    restore: "Put back",
    restoreOf: (who: string) => `Put ${who} back`,
    restored: (who: string) => `${who} is back in the list.`,
  },
  form: {
    title: "Type it in",
    issuerHint: "The name of the site or app.",
    secretHint: "Letters and the digits 2 to 7, as the service shows them. Spaces do not matter.",
    showSecret: "Show the secret",
    badSecret: (place: number) => `Character ${place} is in no secret: those have letters and the digits 2 to 7.`,
    shortSecret: "The secret is too short for this kind of account.",
    advanced: "More settings",
    badDigits: "A code has 1 to 10 digits.",
    period: "Seconds a code is valid",
    badPeriod: "A code is valid for 1 to 3600 seconds.",
    codeNow: "Code now",
    counterLater: "Makes a code when you ask.",
    pinLater: "Asks for its PIN once it is kept.",
  },
  settings: {
    title: "Settings",
    language: "Language",
    theme: "Appearance",
    system: "As the system",
    light: "Light",
    dark: "Dark",
    clears: "Copied codes leave the clipboard after",
    clearsValue: (seconds: number) => count(seconds, "second", "seconds"),
    hideCodes: "Hide codes until I ask for one",
    hideCodesHint: "Space or the eye shows one for ten seconds. Copying works without.",
    unread: "The settings file could not be read, so these are the usual ones. It is kept aside when you change something.",
  },
  about: {
    title: "About Sterk",
    accounts: "Holds",
    opens: "Opens with",
    folder: "The vault lies in",
    copyFolder: "Copy the path",
    licence: "Licence",
    builtFrom: "What it is built from",
    builtFromHint: "By licence. Where a line names several, one of them may be chosen.",
    ways: {
      keyring: "the system keyring",
      passphrase: "a passphrase",
      recovery_key: "the recovery key",
    },
  },
  keys: {
    title: "Keyboard",
    ctrl: "Ctrl",
    enter: "Enter",
    esc: "Esc",
    space: "Space",
    delete: "Delete",
    home: "Home",
    end: "End",
    search: "Search; typing letters does too",
    move: "Move through the list",
    ends: "First and last account",
    copy: "Copy the code",
    reveal: "Show a hidden code",
    leave: "Clear the search, close a sheet",
    details: "Details of the account",
    remove: "Move to the bin",
    undo: "Undo that",
    add: "Add an account",
    paste: "Add a copied picture or link",
    settings: "Settings",
    lock: "Lock",
    help: "This list",
  },
};

/** The shape of every catalogue: a missing entry is a type error. */
export type Words = typeof en;
