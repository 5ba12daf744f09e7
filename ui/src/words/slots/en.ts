import type { SlotKindView } from "../../ipc/types";

const kinds: Record<SlotKindView, string> = {
  keyring: "This computer",
  passphrase: "Passphrase",
  recovery_key: "Recovery key",
};

const about: Record<SlotKindView, string> = {
  keyring: "The key lies in the system keyring: the vault opens when you are signed in on this computer.",
  passphrase: "You type it when the vault is locked. It works on every computer.",
  recovery_key: "A key on paper, for the day the other ways fail. It is shown once, and opens the vault when you have typed it back.",
};

/** Every word about the ways to unlock, in English. */
export const slots = {
  slots: {
    leads: "More settings",
    title: "Ways to unlock",
    lead: "Each of these opens the vault by itself.",
    kinds,
    about,
    madeOn: (day: string) => `since ${day}`,
    cost: (mebibytes: number, passes: number) => `each guess goes over ${mebibytes.toLocaleString("en")} MiB of memory ${passes} times`,
    actOn: (act: string, who: string) => `${act}: ${who}`,
    rename: "Rename",
    change: "Change",
    remove: "Remove",
    last: "This is the only way. Add another before you can remove it.",
    add: "Add a way",
    adding: { keyring: "Open with this computer", passphrase: "Add a passphrase", recovery_key: "Add a recovery key" },
    doing: { change: "Change the passphrase", rekey: "New vault key", remove: "Remove this way", rename: "Rename" },
    goOn: { add: "Go on", change: "Change it", rekey: "Make a new vault key", remove: "Remove it", rename: "Rename it" },
    name: "Name",
    nameHint: "To tell it apart, as in “in the safe”. Whoever has the file can read it. May stay empty.",
    changeHint: "The new passphrase opens the vault from now on. Older copies and backups keep the old one.",
    removeHint: "It no longer opens the vault. Backups and copies made before still open with it: if it got out, make a new vault key instead.",
    renameHint: "The name stands readable in the file.",
    grades: {
      weak: "Easy to guess for somebody with the file.",
      fair: "Hard to guess.",
      strong: "Very hard to guess.",
    },
    forbidden: "Your organisation asks for a stronger one.",
    working: "Working…",
    done: {
      add: "Added. It opens the vault from now on.",
      change: "The passphrase is changed.",
      rekey: "The vault has a new key.",
      remove: "Removed.",
      rename: "Renamed.",
    },
    paperLead: "Write it down or print it, and keep it away from this computer. It is shown only now, and opens the vault once you have typed it back.",
    paperRekey: "Write it down or print it: it takes the place of the old one. Nothing is changed before you have typed it back.",
    gotOut: "Something got out?",
    gotOutHint: "Somebody saw a passphrase, found the paper or copied the keyring: a new vault key shuts them out of everything written from now on.",
    rekey: "Make a new vault key",
    rekeyLead: "Type the passphrases that stay. Change one that got out first, or leave it out here.",
    rekeySteps: [
      "The entry in this computer’s keyring is made anew. Other computers have to add theirs again.",
      "A recovery key is replaced by a new one.",
      "Files from before stay open to what opened them. Those within reach are named at the end.",
    ],
    leaveOut: "Leave it out",
    rekeyed: "The vault has a new key",
    rekeyedLead: "What opened it before opens nothing that is written from now on.",
    copies: "These files from before are still open to it. Delete them, and copies you keep elsewhere:",
    noCopies: "No older copy was found within reach. Those on other disks, and earlier versions in a cloud folder, are still open to it: delete them, and back up anew.",
  },
  audit: {
    title: "What happened",
    lead: "Unlocks, wrong tries, what was shown or taken out, and changed ways to unlock. It is kept in the vault: the newest thousand.",
    none: "Nothing yet.",
    more: (n: number) => `Show ${n} more`,
    events: {
      backup: "Backup written",
      export: "Accounts exported",
      failed_unlock: "Wrong try to unlock",
      recovery_file: "Recovery codes written to a file",
      rekey: "New vault key",
      restore: "Backup brought back",
      reveal_recovery_codes: "Recovery codes shown",
      reveal_secret: "Secret shown",
      slot_added: "Way to unlock added",
      slot_changed: "Passphrase changed",
      slot_removed: "Way to unlock removed",
      slot_renamed: "Way to unlock renamed",
      transfer: "Shown for another device",
      unlock: "Unlocked",
    },
  },
  moving: {
    title: "Moving to a new computer",
    steps: [
      { title: "Back up here", text: "Write a backup to a stick or a folder that reaches the new computer. It has a passphrase of its own." },
      { title: "Restore there", text: "Install Sterk on the new computer and bring the backup back: choose the file, type its passphrase. Compare a code or two with this computer." },
      { title: "Let the new computer open it", text: "On the new computer, under “Ways to unlock”, add “This computer”. The keyring of the old one opens nothing there. Print a new recovery key." },
      { title: "Empty the old computer", text: "When all works: here under “Ways to unlock” remove “This computer”, so that the keyring entry goes, then delete the vault’s folder (About Sterk names it) and the backups beside it." },
    ],
    honest: "Deleting leaves traces: a solid-state drive keeps freed blocks as long as it likes, and so do snapshots and clouds. What stays is encrypted. Before you give the computer away, erase the whole drive by its own means, or destroy it. If it may have fallen into wrong hands, make a new vault key on the new computer, and let the services issue new secrets.",
  },
  paper: {
    title: "Recovery key of Sterk",
    madeOn: (day: string) => `Made on ${day}`,
    opens: "Whoever has this paper can open the vault. Keep it where you keep a passport, and not with the computer.",
    letters: "Digits and capital letters only: there is no O, I, L or U in it. The last character of each group checks that group, so that a slip is found before the key is tried.",
    use: "To use it: start Sterk, choose “Use the recovery key”, and type all eight groups.",
  },
};

export type SlotWords = typeof slots;
