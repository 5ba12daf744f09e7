import type { ConcernView, OpenEndView } from "../../ipc/types";

/** Is one thing that wants attention, and the one action that mends it. */
export interface ConcernWords {
  readonly say: string;
  readonly act: string;
}

/** Is a piece of advice, and where it comes from. */
export interface TipWords {
  readonly say: string;
  readonly source: string;
}

export type TipName = "backup_elsewhere" | "clock_by_network" | "recovery_apart";

const ends: Record<OpenEndView, string> = {
  few_recovery_codes: "Few recovery codes left",
  recovery_open: "Recovery codes open",
  unverified: "Not confirmed yet",
};

const concerns: Record<ConcernView, ConcernWords> = {
  backup_failing: { say: "No automatic backup could be written there, or the backups there are gone.", act: "Back up" },
  backup_outdated: { say: "The newest backup is older than the newest change.", act: "Back up" },
  backup_waiting: { say: "This folder has been away for a week and misses changes.", act: "Back up" },
  clock_behind: { say: "The vault was changed at a time this clock has not reached.", act: "Look at the clock" },
  counter_ahead: {
    say: "Several codes were drawn one after another. The service may be at another counter; it looks only a few codes ahead (RFC 4226).",
    act: "Check the counter",
  },
  drill_due: { say: "It is long since a backup was opened with its passphrase.", act: "Back up" },
  duplicate_accounts: { say: "These accounts make the same codes.", act: "Open" },
  few_recovery_codes: { say: "Two recovery codes or fewer are left.", act: "Add new ones" },
  no_backup: { say: "No backup is within reach.", act: "Back up" },
  not_in_backup: { say: "No backup has these accounts.", act: "Back up" },
  one_way_only: {
    say: "The vault opens in one way only. If that is lost, so are the accounts.",
    act: "Add another way",
  },
  recovery_codes_open: { say: "No recovery codes are kept.", act: "Keep them" },
  required_missing: { say: "Your organisation requires these, and they are not enrolled.", act: "Open the checklist" },
  unverified: { say: "The service has not accepted a code yet, as far as is known.", act: "Confirm" },
  weak_secret: { say: "The secret has less than 128 bits (RFC 4226 asks for them).", act: "Enrol anew" },
};

const tips: Record<TipName, TipWords> = {
  backup_elsewhere: {
    say: "Keep one copy on another device and one in another place.",
    source: "CISA, Data Backup Options: the 3-2-1 rule",
  },
  clock_by_network: {
    say: "Let the system set the clock by the network; codes by time need no more than that.",
    source: "RFC 6238, sections 5.2 and 6",
  },
  recovery_apart: {
    say: "Keep a copy of these codes apart from this computer, as you would a spare key.",
    source: "OWASP, Multifactor Authentication Cheat Sheet: Resetting MFA",
  },
};

function count(n: number, one: string, many: string): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

/** What leads through an enrolment and its bad days, in English; the other languages follow its shape. */
export const guide = {
  aside: {
    until: (day: string, codes: number) =>
      codes > 0
        ? `The old secret and ${count(codes, "recovery code", "recovery codes")} are kept aside until ${day}.`
        : `The old secret is kept aside until ${day}.`,
    back: "Bring it back",
    forget: "Forget it now",
    sure: "Forget it for good?",
    restored: "The old secret is back.",
    forgotten: "The old secret is forgotten.",
  },
  assistant: {
    step: (n: number, of: number) => `Step ${n} of ${of}`,
    code: "Type this code where the service asks for it",
    codeHint: "You can close this at any time. The account is kept, and shows as unfinished until it is done.",
    copy: (code: string) => `Code ${code}. Copy`,
    make: "Make a code",
    makeHint: "Each code counts once. Make one when the service asks for it.",
    pinFirst: "Type in its PIN",
    accepted: "The service accepted it",
    refused: "It refused",
    refusedTitle: "The service refused the code",
    clock: "Is the clock right?",
    clockText: "Codes are made from the time. Compare with a phone: minutes and seconds must agree within half a minute. The time zone does not matter.",
    clockBehind: "The vault was changed at a time this clock has not reached: it is probably slow.",
    fresh: "Try a fresh code",
    freshText: "Wait until the code changes, then type the new one at once.",
    freshCounter: "Make the next code and type it. Several may be needed until the service and the account count alike.",
    facts: "Compare the settings",
    factsText: "This is what was read. What the service says of digits, seconds or a hash function must be the same.",
    rescan: "Scan again",
    rescanText: "Load the page of the service anew: it may show another secret each time. Scan what it shows now; the old secret stays aside for 30 days.",
    still: "Still refused",
    scanAgain: "Scan again",
    recovery: "Keep the recovery codes",
    recoveryHint: "Paste what the service shows, or drop its file here. They open the account when this computer is gone.",
    none: "This service gives none",
    later: "Later",
    backup: "Make a fresh backup",
    backupHint: "The account is in no backup yet.",
    notNow: "Not now",
    done: "That is done",
    verified: "The service accepted a code.",
    unverified: "The service has not accepted a code yet.",
    kept: (n: number) => `${count(n, "recovery code is", "recovery codes are")} kept.`,
    givesNone: "The service gives no recovery codes.",
    open: "Recovery codes are open.",
    backedUp: "A fresh backup has it.",
    notBackedUp: "No backup has it yet. Health reminds you.",
    finish: "Done",
    goOn: "Go on with the enrolment",
    ends,
    unfinished: (n: number) => `Unfinished enrolments (${n})`,
  },
  backup: {
    title: "Back up",
    lead: "An encrypted copy of everything, with a passphrase of its own. It is opened again before it counts.",
    passphrase: "Passphrase of the file",
    hint: "The one thing that opens it. Keep it apart from the file.",
    again: "The same again",
    proof: "Once more, because this leaves the vault.",
    choose: "Choose a place…",
    saving: "Writing it, and opening it again…",
    saved: (accounts: number, codes: number) =>
      `Written and opened again: ${count(accounts, "account", "accounts")}, ${count(codes, "recovery code", "recovery codes")}.`,
    codesTitle: "Save recovery codes",
    codesOpen: "Save recovery codes…",
    codesLead: "All recovery codes in an encrypted file of their own, to keep apart. No secret that makes codes is in it; “sterk recovery open” shows it on any computer.",
  },
  emergency: {
    title: "Emergency sheet",
    lead: "No secret stands on it. It names your accounts all the same, so keep it where only you look.",
    advice: "An account that no longer opens: use a recovery code first, then check the clock, then ask who resets it.",
    account: "Account",
    codes: "Recovery codes",
    resets: "Reset by",
    unused: (n: number) => `${n} unused`,
    givesNone: "the service gives none",
    noneKept: "none kept",
    unknown: "not known",
    madeOn: (day: string) => `Accounts with a second factor, ${day}`,
    print: "Print",
    save: "Save as a file…",
    saved: (file: string) => `Saved: ${file}`,
  },
  guided: {
    onto: (who: string) => `For ${who}, which you keep already.`,
    replaceHint: "The old secret and its recovery codes stay aside for 30 days and can be brought back in the details.",
    pickFile: "Choose its file…",
    resetBy: "Who can reset it",
    resetHint: "A link (https) or a person, for the day nothing else works.",
  },
  health: {
    title: "Health",
    pressing: (n: number) => `Menu, ${count(n, "thing wants", "things want")} attention`,
    well: "All is well.",
    backedUp: (day: string) => `Newest backup: ${day}.`,
    more: (n: number) => `Show ${n.toLocaleString("en")} more`,
    actOn: (act: string, who: string) => `${act}: ${who}`,
    count: (n: number) => count(n, "account", "accounts"),
    concerns,
  },
  lost: {
    open: "This account no longer works",
    openHint: "What to try, in order",
    title: "Getting back in",
    codes: "Use a recovery code",
    codesLeft: (n: number) => `${count(n, "unused code is", "unused codes are")} kept. Each opens the account once.`,
    codesNone: "None are kept for this account.",
    show: "Show the codes",
    clock: "Check the clock",
    again: "Enrol anew",
    againText: "Once the service lets you set it up again, scan its new code onto this account. The old secret stays aside for 30 days.",
    scan: "Scan a new code",
    reset: "Ask who resets it",
    resetNone: "Nobody is noted. Ask the owner of the organisation or the help of the service, and note it here for the next time.",
    openLink: "Open the link",
    note: "Note who resets it",
    sheet: "Emergency sheet",
  },
  tips: { ...tips, source: (source: string) => `Source: ${source}`, hide: "Put this advice away" },
};

/** The shape of every catalogue of the guide. */
export type GuideWords = typeof guide;
