// The same door with nothing behind it: for component tests and for looking at the page in a browser.
import { Fault, type Ipc } from "./index";
import type {
  AccountView,
  BinnedView,
  CameraView,
  Change,
  CodeView,
  DetailsView,
  DraftView,
  EmergencyView,
  FindingView,
  HappenedView,
  HealthView,
  IconView,
  LeftoverView,
  ListView,
  MonitorView,
  NoticeView,
  PolicyReviewView,
  PolicyView,
  PreviewView,
  Proof,
  RecoveryCodeView,
  RecoveryView,
  Reveal,
  ReviewView,
  SaidView,
  SeenView,
  ServiceView,
  SessionView,
  SettingsChange,
  SettingsView,
  SlotKindView,
  SlotsView,
  SlotView,
} from "./types";

/** What the fake starts with; everything has an ordinary default. */
export interface FakeStart {
  readonly session?: SessionView;
  readonly accounts?: readonly AccountView[];
  readonly passphrase?: string;
  readonly review?: ReviewView;
  readonly settings?: Partial<SettingsView>;
  readonly now?: () => number;
  /** The word that proves enough; with it the fake is a vault without a passphrase. */
  readonly word?: string;
  readonly recovery?: Readonly<Record<string, readonly RecoveryCodeView[]>>;
  readonly policy?: PolicyView;
  readonly findings?: readonly FindingView[];
}

export const recoveryGroups: readonly string[] = ["7K2MX", "Q9XD4", "4TRBA", "W8NHE", "3CFV0", "Z6JPT", "5YGAR", "M2EK9"];

/** Makes an account to look at. */
export function account(id: string, over: Partial<AccountView> = {}): AccountView {
  return { id, issuer: "", name: "", kind: "totp", digits: 6, period: 30, tags: [], pinned: false, icon: null, position: null, open_end: null, ...over };
}

/** Makes a draft to look at. */
export function draft(handle: number, over: Partial<DraftView> = {}): DraftView {
  return {
    handle,
    issuer: "Forge",
    name: "ada@example.org",
    kind: "totp",
    algorithm: "SHA1",
    digits: 6,
    period: 30,
    counter: null,
    secret_bits: 160,
    unusual: [],
    duplicate: null,
    spot: null,
    ...over,
  };
}

/** Makes a required service to look at. */
export function service(name: string, over: Partial<ServiceView> = {}): ServiceView {
  return { name, state: "missing", account: null, enrol_at: null, reset_by: "", recovery_codes: false, ...over };
}

/** Makes a way to unlock to look at. */
export function slot(id: string, kind: SlotKindView, over: Partial<SlotView> = {}): SlotView {
  return { id, kind, name: "", made_at: 1_757_000_000, cost: null, ...over };
}

/** Makes a policy to look at. */
export function policy(over: Partial<PolicyView> = {}): PolicyView {
  return {
    organisation: "Example Harbour",
    revision: 3,
    issued: "2026-11-27",
    signed_by: "eedb-2b12-38fd-4c62-e75c-ba0b-071a-3d1d",
    rules: { passphrase_bits: 40, auto_lock_minutes: 15, plaintext_export: false },
    services: [
      service("GitHub", { enrol_at: "https://github.com/settings/security", reset_by: "it@harbour.example", recovery_codes: true }),
      service("Forge", { state: "unverified", account: "a2" }),
    ],
    ...over,
  };
}

const household: readonly AccountView[] = [
  account("a1", { issuer: "Codeberg", name: "ada@example.org", icon: "codeberg", pinned: true }),
  account("a2", { issuer: "Forge", name: "ada" }),
  account("a3", { issuer: "Bank of the North", name: "ada.lovelace@a-rather-long-provider-name.example", digits: 8 }),
  account("a4", { issuer: "Steam", icon: "steam", name: "analytical", kind: "steam", digits: 5 }),
  account("a5", { issuer: "Library", name: "reader 0042", kind: "hotp", period: null }),
  account("a6", { issuer: "Twilight", name: "ada@example.org", digits: 7, period: 60 }),
  account("a7", { issuer: "", name: "router at home" }),
  account("a8", { issuer: "Office", name: "a.lovelace", kind: "motp", period: 10 }),
];

const paper: readonly RecoveryCodeView[] = [
  { code: "4fk2-9qtm", used_at: 1_757_000_000 },
  { code: "x7rd-p3ws", used_at: null },
  { code: "m0va-6hzn", used_at: null },
  { code: "c8ye-t5bj", used_at: null },
];

/** A look through a camera that goes on until a test ends it. */
export interface FakeLook {
  readonly camera: number;
  readonly heard: (seen: SeenView) => void;
  readonly end: (review: ReviewView | null) => void;
  readonly fail: (code: string) => void;
}

/** Draws what a fake camera sees: a grey ramp and a square of squares for a code. */
export function drawnPicture(width = 480, height = 270): ArrayBuffer {
  const [left, top, side] = [width / 3, height / 6, (height * 2) / 3];
  const isInside = (x: number, y: number): boolean => x >= left && x < left + side && y >= top && y < top + side;
  const grey = (x: number, y: number): number => (isInside(x, y) ? (((x >> 3) ^ (y >> 3)) % 2 ? 235 : 25) : 80 + (x * 100) / width);
  const head = Uint32Array.of(width, height, 1, left, top, left + side, top, left + side, top + side, left, top + side);
  const value = (at: number): number => (at % 4 === 3 ? 255 : grey((at >> 2) % width, Math.floor((at >> 2) / width)));
  const pixels = Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) => value(at));
  const picture = new Uint8Array(head.byteLength + pixels.length);
  picture.set(new Uint8Array(head.buffer));
  picture.set(pixels, head.byteLength);
  return picture.buffer;
}

interface Beside {
  reset_by?: string;
  said?: SaidView | null;
  former_until?: number | null;
  note?: string;
  verified_at?: number | null;
  pin?: string;
  icon?: string;
}

/** What is of the whole vault and of no account. */
const ofVault: readonly Reveal[] = ["backup", "change_slots", "recovery_file", "remove_policy"];

/** Answers as the shell would, from memory. */
export class FakeShell {
  session: SessionView;
  settings: SettingsView;
  accounts: AccountView[];
  review: ReviewView;
  bin: { account: AccountView; at: number }[] = [];
  /** What the list does not show, by account. */
  beside = new Map<string, Beside>();
  copied: string[] = [];
  /** The screens when they are frozen. */
  monitors: MonitorView[] = [
    { name: "DP-1", width: 800, height: 500, picture_width: 400, picture_height: 250, codes: [[[500, 100], [600, 100], [600, 200], [500, 200]]] },
    { name: "", width: 400, height: 800, picture_width: 200, picture_height: 400, codes: [] },
  ];
  /** How often frozen screens were let go. */
  thawed = 0;
  /** Files that still hold what was kept. */
  leftovers: LeftoverView[] = [];
  /** What health finds. */
  findings: FindingView[];
  /** Links that were opened, by account; files that were saved, and with which passphrase. */
  opened: string[] = [];
  saved: string[] = [];
  /** What the next dialog or drop holds; nothing where it is closed. */
  picked: string | null = null;
  printed = 0;
  /** How often the page told that somebody uses it. */
  noted = 0;
  /** Whose codes left the shell, answer by answer. */
  asked: string[][] = [];
  counters = new Map<string, number>();
  /** Why nothing can be kept, if so. */
  refuses = "";
  /** Accounts that were moved, in their order. */
  placed: string[] = [];
  recovery: Map<string, RecoveryCodeView[]>;
  /** What may be revealed now, and whether it was. */
  grant: { id: string; reveal: Reveal; shown: boolean } | null = null;
  readonly word: string | null;
  cameras: CameraView[] = [
    { index: 0, name: "Built-in camera" },
    { index: 2, name: "On the desk" },
  ];
  /** What is looked through now, if anything is: its light is on. */
  look: FakeLook | null = null;
  /** How many pictures the page asked for. */
  pictures = 0;
  /** What the camera has read and the page was not given yet. */
  held: ReviewView | null = null;
  /** What happened, the newest first. */
  trail: HappenedView[] = [];
  slots: SlotView[] = [slot("s1", "passphrase", { cost: [64, 3] }), slot("s2", "recovery_key")];
  /** What waits until a recovery key is on paper. */
  pending: { name: string } | "rekey" | null = null;
  /** Files that old ways still open. */
  copies: string[] = [];
  policy: PolicyView | null;
  /** The policy that a dialog gives, or that was dropped. */
  offered: PolicyReviewView | null = null;
  /** Links that were opened in the browser. */
  visited: string[] = [];
  /** Names under which a status was written. */
  told: string[] = [];
  heard: (notice: NoticeView) => void = () => {};
  readonly now: () => number;
  readonly passphrase: string;
  /** Seconds to wait after each wrong passphrase, in turn. */
  waits: number[] = [];
  /** Seconds until the next proof by passphrase. */
  wait = 0;

  constructor(start: FakeStart = {}) {
    this.session = start.session ?? { state: "unlocked" };
    this.findings = [...(start.findings ?? [])];
    this.settings = { clears_after: 30, hide_codes: false, hidden_tips: [], language: "system", locks_after: 10, locks_at: ["screen_locked", "sleep", "user_switched"], theme: "system", unread: false, ...start.settings };
    this.accounts = [...(start.accounts ?? household)];
    this.passphrase = start.passphrase ?? "correct horse battery staple";
    this.now = start.now ?? Date.now;
    this.word = start.word ?? null;
    this.policy = start.policy ?? null;
    this.recovery = new Map(Object.entries(start.recovery ?? { a2: paper }).map(([id, codes]) => [id, [...codes]]));
    this.review = start.review ?? {
      drafts: [
        draft(1, { issuer: "Harbour", name: "ada@example.org" }),
        draft(2, { issuer: "Forge", name: "ada", duplicate: { by: "name", issuer: "Forge", name: "ada" } }),
        draft(3, { issuer: "Weather Station", name: "", algorithm: "SHA512", digits: 8, unusual: ["algorithm", "digits"] }),
      ],
      skipped: [],
      batches: [],
      sealed: null,
    };
  }

  details(account: AccountView): DetailsView {
    const { note = "", verified_at = null, pin = "", reset_by = "", said = null, former_until = null } = this.beside.get(account.id) ?? {};
    const recovery = this.count(account.id);
    const kept = recovery.unused + recovery.used > 0;
    return {
      account,
      algorithm: "SHA1",
      note,
      verified_at,
      counter: account.kind === "hotp" ? String(this.counters.get(account.id) ?? 0) : null,
      icon: this.beside.get(account.id)?.icon ?? "auto",
      has_pin: account.kind === "motp" || account.kind === "yandex" ? pin !== "" : null,
      recovery,
      secret_bits: 160,
      enrolment: verified_at === null ? "unverified" : kept ? "kept" : said === "none_given" ? "none" : "open",
      reset_by,
      reset_opens: reset_by.startsWith("https://"),
      former_secret_until: former_until,
      former_recovery: 0,
    };
  }

  /** Uses up the permission for something of the whole vault, and saves it. */
  save(reveal: Reveal, passphrase: string): string | null {
    if (this.grant?.reveal !== reveal) throw new Fault("needs_authentication", "not permitted");
    this.grant = null;
    if (this.refuses) throw new Fault(this.refuses, "refused");
    if (this.picked !== null) this.saved.push(`${reveal} ${passphrase}`);
    return this.picked;
  }

  health(): HealthView {
    return { findings: [...this.findings], backed_up_at: this.saved.length > 0 ? Math.floor(this.now() / 1000) : null };
  }

  emergency(): EmergencyView {
    const row = ({ id, issuer, name }: AccountView): EmergencyView["rows"][number] => {
      const { said, reset_by = "" } = this.beside.get(id) ?? {};
      return { issuer, name, unused: this.count(id).unused, gives_none: said === "none_given", reset_by };
    };
    return { rows: this.accounts.map(row) };
  }

  /** Reads the file that a dialog or a drop named. */
  listInFile(): { codes: string[] } | null {
    const { picked } = this;
    this.picked = null;
    return picked === null ? null : { codes: listed(picked) };
  }

  icons(): IconView[] {
    const titles = ["Codeberg", "GitHub", "GitLab", "Steam"];
    return titles.map((title) => ({ slug: title.toLowerCase(), title }));
  }

  count(id: string): RecoveryView {
    const codes = this.recovery.get(id) ?? [];
    const used = codes.filter((code) => code.used_at !== null).length;
    const unused = codes.length - used;
    return { unused, used, few: codes.length > 0 && unused <= 2 };
  }

  authenticate(id: string, reveal: Reveal, proof: Proof, typed: string): void {
    const right = { passphrase: this.passphrase, recovery_key: recoveryGroups.join("-"), word: this.word }[proof];
    if (typed !== right) {
      if (proof === "passphrase") this.wait = this.waits.shift() ?? 0;
      throw new Fault(`wrong_${proof}`, "not the right one");
    }
    this.wait = 0;
    this.grant = { id, reveal, shown: false };
  }

  /** Uses up the permission for one change of the ways to unlock, and makes it. */
  changeSlots(change: (slots: SlotView[]) => SlotView[]): SlotsView {
    if (this.grant?.reveal !== "change_slots") throw new Fault("needs_authentication", "not permitted");
    this.grant = null;
    if (this.refuses) throw new Fault(this.refuses, "refused");
    const slots = change(this.slots);
    if (slots.length === 0) throw new Fault("last_slot", "the last one");
    this.slots = slots;
    return this.slotsView();
  }

  slotsView(): SlotsView {
    return { slots: [...this.slots], keyring: true };
  }

  /** Looks until somebody ends it, one look at a time. */
  lookThrough(camera: number, heard: (seen: SeenView) => void): Promise<ReviewView | null> {
    return new Promise((resolve, reject) => {
      const over = (): void => void (this.look = null);
      const end = (review: ReviewView | null): void => (over(), resolve(review));
      this.look = { camera, heard, end, fail: (code) => (over(), reject(new Fault(code, "it cannot"))) };
    });
  }

  /** Uses up the permission for one showing. */
  show(id: string, reveal: Reveal): void {
    if (this.grant?.id !== id || this.grant.reveal !== reveal || this.grant.shown)
      throw new Fault("needs_authentication", "not permitted");
    this.grant.shown = true;
  }

  mark(id: string, place: number, used: boolean): number | null {
    if (this.grant?.id !== id || !this.grant.shown) throw new Fault("needs_authentication", "not permitted");
    const used_at = used ? Math.floor(this.now() / 1000) : null;
    const codes = this.recovery.get(id) ?? [];
    this.recovery.set(id, codes.map((code, at) => (at === place ? { ...code, used_at } : code)));
    return used_at;
  }

  change(id: string, change: Partial<Change>, pin: string | null): AccountView[] {
    const { issuer, name, tags, note, pinned, verified, counter, icon, reset_by, recovery } = change;
    if (this.refuses) throw new Fault(this.refuses, "refused");
    if (counter != null && !/^\d+$/.test(counter)) throw new Fault("bad_counter", "no number");
    const beside = { ...this.beside.get(id) };
    if (note != null) beside.note = note;
    if (reset_by != null) beside.reset_by = reset_by;
    if (recovery != null) beside.said = recovery;
    if (verified != null) beside.verified_at = verified ? Math.floor(this.now() / 1000) : null;
    if (pin !== null) beside.pin = pin;
    if (icon != null) beside.icon = icon;
    this.beside.set(id, beside);
    if (counter != null) this.counters.set(id, Number(counter));
    const drawn = icon == null ? {} : { icon: icon === "auto" || icon === "none" ? null : icon };
    const given = Object.entries({ issuer, name, tags, pinned }).filter(([, value]) => value != null);
    return this.accounts.map((account) => (account.id === id ? { ...account, ...Object.fromEntries(given), ...drawn } : account));
  }

  /** Lists the accounts, where they are few with their codes. */
  list(): ListView {
    const few = this.accounts.length <= 60 ? this.accounts : [];
    if (few.length > 0) this.asked.push(few.map(({ id }) => id));
    return { accounts: [...this.accounts], codes: { now_ms: this.now(), codes: few.map((account) => this.code(account)) } };
  }

  changeSettings(change: Partial<SettingsChange>): SettingsView {
    const { hide_tip, ...rest } = change;
    const given = Object.entries(rest).filter(([, value]) => value != null);
    if (hide_tip != null) this.settings = { ...this.settings, hidden_tips: [...this.settings.hidden_tips, hide_tip] };
    return (this.settings = { ...this.settings, unread: false, ...Object.fromEntries(given) });
  }

  code(account: AccountView): CodeView {
    if (account.kind === "motp" && !this.beside.get(account.id)?.pin) return { state: "needs_pin", id: account.id };
    if (account.period === null) {
      const counter = this.counters.get(account.id);
      return { state: "counter", id: account.id, code: counter === undefined ? null : digits(counter, account) };
    }
    const step = Math.floor(this.now() / 1000 / account.period);
    return {
      state: "code",
      id: account.id,
      code: digits(step, account),
      next: digits(step + 1, account),
      valid_from: step * account.period,
      valid_until: (step + 1) * account.period,
    };
  }
}

function digits(step: number, account: AccountView): string {
  if (account.kind === "steam") return ["N7KXP", "R2VQD", "B9MTC"][step % 3] ?? "N7KXP";
  const seed = [...account.id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  return String((seed * 7919 + step * 104729 * 613) % 10 ** account.digits).padStart(account.digits, "0");
}

/** Reads a list more simply than the shell does. */
function listed(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/^\s*\d{1,3}[.)]\s*/, "").trim());
  return lines.filter((line) => line !== "" && !line.endsWith(":"));
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Makes the door of a fake shell. */
export function fake(shell: FakeShell): Ipc {
  const unlock = (opens: boolean, code: string): SessionView => {
    if (!opens) throw new Fault(code, "no slot opens");
    return (shell.session = { state: "unlocked" });
  };
  let picture: ArrayBuffer | null = null;
  const find = (id: string): AccountView => {
    const found = shell.accounts.find((account) => account.id === id);
    if (!found) throw new Fault("no_such_account", "no such account");
    return found;
  };
  return {
    start: async () => {
      const list = shell.session.state === "unlocked" ? shell.list() : null;
      return { session: shell.session, settings: shell.settings, list };
    },
    session: async () => shell.session,
    createVault: async () => {
      shell.session = { state: "unlocked" };
      return { groups: [...recoveryGroups] };
    },
    copyRecoveryKey: async (key) => {
      shell.copied.push(key);
      return { clears_in: 30 };
    },
    print: async () => {
      shell.printed++;
      return null;
    },
    unlockWithKeyring: async () => unlock(shell.session.state === "locked" && shell.session.keyring, "keyring_no_service"),
    unlockWithPassphrase: async (passphrase) => {
      if (shell.session.state === "locked" && passphrase !== shell.passphrase)
        shell.session = { ...shell.session, wait_seconds: shell.waits.shift() ?? 0 };
      return unlock(passphrase === shell.passphrase, "wrong_passphrase");
    },
    unlockWithRecoveryKey: async (key) => unlock(key === recoveryGroups.join("-"), "wrong_recovery_key"),
    lock: async () => {
      shell.grant = null;
      return (shell.session = { state: "locked", keyring: false, passphrase: true, recovery_key: true, wait_seconds: 0, shut: true });
    },
    noteUse: async () => {
      shell.noted++;
      return null;
    },
    notices: async (heard) => {
      shell.heard = heard;
      return null;
    },
    accounts: async () => shell.list(),
    search: async (query) => {
      const typed = plain(query).split(/\s+/).filter(Boolean);
      const words = typed.filter((word) => word !== "state:unfinished");
      const unfinished = words.length < typed.length;
      const held = (account: AccountView): string =>
        plain([account.issuer, account.name, ...account.tags, shell.beside.get(account.id)?.note].join(" "));
      const fits = (account: AccountView): boolean => words.every((word) => held(account).includes(word));
      return shell.accounts.filter((account) => fits(account) && (!unfinished || account.open_end !== null)).map(({ id }) => id);
    },
    codes: async (ids) => {
      shell.asked.push([...ids]);
      return { now_ms: shell.now(), codes: ids.map((id) => shell.code(find(id))) };
    },
    copyCode: async (id) => {
      shell.copied.push(find(id).id);
      return { clears_in: shell.settings.clears_after };
    },
    nextCode: async (id) => {
      shell.counters.set(id, (shell.counters.get(id) ?? 0) + 1);
      return shell.code(find(id));
    },
    details: async (id) => shell.details(find(id)),
    changeAccount: async (id, change, pin) => {
      shell.accounts = shell.change(find(id).id, change, pin);
      return shell.details(find(id));
    },
    restoreSecret: async (id) => {
      const beside = shell.beside.get(id);
      if (!beside?.former_until) throw new Fault("nothing_aside", "nothing is kept aside");
      shell.beside.set(id, { ...beside, verified_at: 1_700_000_000 });
      return shell.details(find(id));
    },
    forgetAside: async (id) => {
      shell.beside.set(id, { ...shell.beside.get(id), former_until: null });
      return shell.details(find(id));
    },
    icons: async () => shell.icons(),
    placeAccount: async (id, above, below) => {
      if (shell.refuses) throw new Fault(shell.refuses, "refused");
      const place = (one: string): string => String(shell.placed.indexOf(one) + 1).padStart(4, "0");
      for (const one of above) if (find(one).position === null) shell.placed.push(one);
      shell.placed = shell.placed.filter((one) => one !== find(id).id);
      const last = above.at(-1);
      const next = below === null ? -1 : shell.placed.indexOf(below);
      shell.placed.splice(last ? shell.placed.indexOf(last) + 1 : next < 0 ? shell.placed.length : next, 0, id);
      shell.accounts = shell.accounts.map((one) => (shell.placed.includes(one.id) ? { ...one, position: place(one.id) } : one));
      return null;
    },
    removeAccount: async (id) => {
      shell.bin.unshift({ account: find(id), at: Math.floor(shell.now() / 1000) });
      shell.accounts = shell.accounts.filter((account) => account.id !== id);
      return null;
    },
    restoreAccount: async (id) => {
      const back = shell.bin.find(({ account }) => account.id === id);
      if (!back) throw new Fault("no_such_account", "no such account");
      shell.bin = shell.bin.filter((binned) => binned !== back);
      shell.accounts.push(back.account);
      return null;
    },
    bin: async () => shell.bin.map(({ account: { id, issuer, name }, at }): BinnedView => ({ id, issuer, name, at })),
    proofs: async () => ({
      passphrase: shell.word === null,
      recovery_key: true,
      word: shell.word,
      wait_seconds: shell.wait,
    }),
    authenticate: async (id, reveal, proof, typed) => {
      shell.authenticate(ofVault.includes(reveal) ? "" : find(id).id, reveal, proof, typed);
      return null;
    },
    conceal: async () => {
      shell.grant = null;
      return null;
    },
    recoveryCodes: async (id) => {
      shell.show(id, "recovery_codes");
      return { codes: [...(shell.recovery.get(id) ?? [])], closes_in: 60 };
    },
    copyRecoveryCode: async (id, place) => {
      const used_at = shell.mark(id, place, true);
      shell.copied.push(shell.recovery.get(id)?.[place]?.code ?? "");
      return { used_at, clears_in: 30, recovery: shell.count(id) };
    },
    markRecoveryCode: async (id, place, used) => {
      const used_at = shell.mark(id, place, used);
      return { used_at, clears_in: null, recovery: shell.count(id) };
    },
    readRecoveryCodes: async (text) => ({ codes: listed(text) }),
    addRecoveryCodes: async (id, text, replace) => {
      const fresh = listed(text).map((code): RecoveryCodeView => ({ code, used_at: null }));
      if (fresh.length === 0) throw new Fault("no_recovery_codes", "no codes in it");
      const known = replace ? [] : (shell.recovery.get(find(id).id) ?? []);
      shell.recovery.set(id, [...known, ...fresh.filter(({ code }) => !known.some((one) => one.code === code))]);
      return shell.count(id);
    },
    pickRecoveryFile: async () => shell.listInFile(),
    takeRecoveryFile: async () => shell.listInFile(),
    saveRecoveryCodes: async (passphrase) => {
      const file = shell.save("recovery_file", passphrase);
      const codes = [...shell.recovery.values()].flat().length;
      return file === null ? null : { file, accounts: shell.recovery.size, recovery_codes: codes };
    },
    transfer: async (id) => {
      shell.show(id, "transfer");
      const side = 33;
      const pixels = Array.from({ length: side * side }, (_, at) => {
        const [x, y] = [at % side, Math.floor(at / side)];
        const quiet = Math.min(x, y, side - 1 - x, side - 1 - y) < 4;
        return quiet || (x * 7 + y * 13 + x * y) % 3 === 0 ? 255 : 0;
      });
      return { side, pixels, closes_in: 60 };
    },
    policy: async () => shell.policy,
    pickPolicy: async () => shell.offered,
    takePolicy: async () => shell.offered,
    applyPolicy: async (accepted) => {
      const review = shell.offered;
      if (!review) throw new Fault("review_gone", "this review is over");
      const open = review.doubts.find((doubt) => !accepted.includes(doubt));
      if (open) throw new Fault(`policy_${open}`, "not accepted");
      shell.offered = null;
      return (shell.policy = review.policy);
    },
    discardPolicy: async () => {
      shell.offered = null;
      return null;
    },
    removePolicy: async () => {
      shell.show("", "remove_policy");
      shell.policy = null;
      return null;
    },
    openEnrolment: async (link) => {
      if (!shell.policy?.services.some(({ enrol_at }) => enrol_at === link)) throw new Fault("foreign_link", "not in the policy");
      shell.visited.push(link);
      return null;
    },
    writeStatus: async (name) => {
      shell.told.push(name);
      return { file: "sterk-status.json" };
    },
    pickFiles: async () => shell.review,
    paste: async () => shell.review,
    scanScreen: async () => shell.review,
    keepLooking: async () => shell.review,
    stopLooking: async () => null,
    freezeScreen: async () => ({ monitors: [...shell.monitors], seconds: 118 }),
    frozenPicture: async (place) => {
      const { picture_width, picture_height } = shell.monitors[place] ?? { picture_width: 0, picture_height: 0 };
      return Uint8Array.from({ length: picture_width * picture_height }, (_, at) => 200 + (at % 50)).buffer;
    },
    lookAtPart: async () => shell.review,
    thawScreen: async () => {
      shell.thawed++;
      return null;
    },
    leftovers: async () => shell.leftovers,
    deleteLeftovers: async () => {
      const deleted = shell.leftovers.length;
      shell.leftovers = [];
      return { deleted, stays: [] };
    },
    keepLeftovers: async () => {
      shell.leftovers = [];
      return null;
    },
    readText: async (text) => {
      if (!text.startsWith("otpauth")) throw new Fault("web_link", "no account here");
      return shell.review;
    },
    preview: async (form, secret) => {
      const text = secret.replace(/[\s=-]/g, "");
      const slip = [...secret].findIndex((letter) => !/[A-Za-z2-7\s=-]/.test(letter));
      const wrong = (code: string, position: number | null = null): PreviewView => ({ state: "wrong", code, position });
      if (text === "") return wrong("empty_secret");
      if (slip >= 0) return wrong("bad_secret", slip + 1);
      if (!/^([1-9]|10)$/.test(form.digits)) return wrong("bad_digits");
      const period = form.kind === "hotp" ? null : Number(form.period);
      return { state: "right", code: shell.code(account("", { kind: form.kind, digits: Number(form.digits), period })) };
    },
    readForm: async ({ issuer, name, kind, algorithm, digits }) => {
      const typed = draft(1, { issuer, name, kind, algorithm, digits: Number(digits) });
      return (shell.review = { drafts: [typed], skipped: [], batches: [], sealed: null });
    },
    cameras: async () => shell.cameras,
    lookThrough: (camera, heard) => shell.lookThrough(camera, heard),
    cameraPicture: async () => {
      shell.pictures++;
      return shell.look ? (picture ??= drawnPicture()).slice() : new ArrayBuffer(0);
    },
    closeCamera: async () => {
      shell.look?.end(null);
      return shell.held;
    },
    takeArrived: async () => null,
    openSource: async (passphrase, heard) => {
      heard({ thousandths: 500 });
      if (passphrase !== "open sesame") throw new Fault("wrong_passphrase", "it is not that of the file");
      return (shell.review = { ...shell.review, sealed: null });
    },
    skipSource: async () => {
      const left = { source: shell.review.sealed?.name ?? "", code: "needs_passphrase", message: "", spot: null };
      return (shell.review = { ...shell.review, skipped: [...shell.review.skipped, left], sealed: null });
    },
    stopSource: async () => null,
    accept: async (choices) => {
      const kept = choices.filter((choice) => choice.on_duplicate !== "skip");
      const [only] = kept;
      const onto = only?.onto ?? shell.accounts.find(({ name, issuer }) => {
        const { duplicate } = shell.review.drafts.find((d) => d.handle === only?.handle) ?? draft(0);
        return duplicate?.issuer === issuer && duplicate.name === name;
      })?.id;
      if (only?.on_duplicate === "replace" && onto && kept.length === 1) {
        shell.beside.set(onto, { ...shell.beside.get(onto), verified_at: null, former_until: Math.floor(shell.now() / 1000) + 30 * 86_400 });
        return { added: 0, replaced: 1, skipped: 0, account: onto };
      }
      for (const { handle } of kept) {
        const { issuer = "", name = "", digits, period = null } = shell.review.drafts.find((d) => d.handle === handle) ?? draft(0);
        shell.accounts.push(account(`new${handle}`, { issuer, name, digits, period }));
      }
      const onlyKept = kept.length === 1 && only ? `new${only.handle}` : null;
      return { added: kept.length, replaced: 0, skipped: choices.length - kept.length, account: onlyKept };
    },
    backUp: async (passphrase) => {
      const file = shell.save("backup", passphrase);
      return file === null ? null : { file, accounts: shell.accounts.length, recovery_codes: 3 };
    },
    health: async () => shell.health(),
    openReset: async (id) => {
      shell.opened.push(find(id).id);
      return null;
    },
    emergencySheet: async () => shell.emergency(),
    saveEmergencySheet: async () => (shell.picked === null ? null : { file: shell.picked }),
    discard: async () => {
      shell.held = null;
      return null;
    },
    audit: async () => [...shell.trail],

    slots: async () => shell.slotsView(),
    weighPassphrase: async (passphrase) => ({
      grade: passphrase.length < 12 ? "weak" : passphrase.length < 20 ? "fair" : "strong",
      forbidden: false,
    }),
    addKeyringSlot: async (name) => shell.changeSlots((slots) => [...slots, slot("s9", "keyring", { name })]),
    addPassphraseSlot: async (name) => shell.changeSlots((slots) => [...slots, slot("s8", "passphrase", { name, cost: [256, 6] })]),
    addRecoveryKey: async (name) => {
      shell.changeSlots((slots) => slots);
      shell.pending = { name };
      return { groups: [...recoveryGroups] };
    },
    keepRecoveryKey: async () => {
      const { pending } = shell;
      if (pending === null || pending === "rekey") throw new Fault("paper_gone", "nothing waits");
      shell.pending = null;
      shell.slots = [...shell.slots, slot("s7", "recovery_key", pending)];
      return shell.slotsView();
    },
    changeSlot: async (id) => shell.changeSlots((slots) => slots.map((one) => (one.id === id ? { ...one, cost: [256, 6] } : one))),
    renameSlot: async (id, name) => shell.changeSlots((slots) => slots.map((one) => (one.id === id ? { ...one, name } : one))),
    removeSlot: async (id) => shell.changeSlots((slots) => slots.filter((one) => one.id !== id)),
    beginRekey: async (passphrases, without) => {
      if (passphrases.some((words) => words !== shell.passphrase)) throw new Fault("passphrase_missing", "not right");
      const left = shell.changeSlots((slots) => slots.filter((one) => !without.includes(one.id)));
      shell.pending = "rekey";
      const paper = left.slots.some(({ kind }) => kind === "recovery_key");
      return { recovery_key: paper ? { groups: [...recoveryGroups] } : null, left_out: [] };
    },
    finishRekey: async () => {
      if (shell.pending !== "rekey") throw new Fault("paper_gone", "nothing waits");
      shell.pending = null;
      return { slots: shell.slotsView(), copies: [...shell.copies] };
    },
    discardSlots: async () => {
      shell.pending = null;
      return null;
    },

    settings: async () => shell.settings,
    changeSettings: async (change) => shell.changeSettings(change),
    about: async () => ({
      version: "0.1.0",
      licence: "MIT OR Apache-2.0",
      folder: "/home/ada/.local/share/sterk",
      ways: ["keyring", "recovery_key"],
      accounts: shell.accounts.length,
    }),
    copyFolder: async () => {
      shell.copied.push("folder");
      return null;
    },
  };
}
