// The only door to the shell: nothing else imports @tauri-apps.
import { Channel, invoke } from "@tauri-apps/api/core";

import type {
  AboutView,
  AcceptedView,
  BackupView,
  BinnedView,
  CameraView,
  Change,
  Choice,
  CodesView,
  CodeView,
  CopiedView,
  DeletedView,
  DetailsView,
  DoubtView,
  EmergencyView,
  ErrorView,
  FormWords,
  FrozenView,
  HappenedView,
  HealthView,
  IconView,
  LeftoverView,
  ListView,
  MarkedView,
  NoticeView,
  OpeningView,
  PolicyReviewView,
  PolicyView,
  PreviewView,
  Proof,
  ProofsView,
  RecoveryCodesView,
  RecoveryKeyView,
  RecoveryView,
  RekeyedView,
  RekeyView,
  Reveal,
  ReviewView,
  SavedView,
  SeenView,
  SessionView,
  SettingsChange,
  SettingsView,
  SlotsView,
  StartView,
  StrengthView,
  TransferView,
  TypedCodesView,
} from "./types";

export type * from "./types";

/** Is a refused command: `code` chooses the words, `message` is detail for the curious. */
export class Fault extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** Reads whatever a command threw. */
  static from(thrown: unknown): Fault {
    if (thrown instanceof Fault) return thrown;
    if (isErrorView(thrown)) return new Fault(thrown.code, thrown.message);
    return new Fault("unexpected", thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function isErrorView(thrown: unknown): thrown is ErrorView {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown;
}

function call<T>(command: string, given: Record<string, unknown> = {}): Promise<T> {
  return answered(invoke<T>(command, given));
}

async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (thrown) {
    throw Fault.from(thrown);
  }
}

declare global {
  /** The answer to `start`, for which the shell asks before this script is read (`ASK` in `src-tauri/src/lib.rs`). */
  var sterkBegun: Promise<StartView> | undefined;
}

/** Takes the answer that is on its way already, once. */
function begun(): Promise<StartView> | undefined {
  const { sterkBegun } = globalThis;
  globalThis.sterkBegun = undefined;
  return sterkBegun && answered(sterkBegun);
}

/** Every command of the shell, in the words of `src-tauri/src/commands`. */
export const ipc = {
  start: () => begun() ?? call<StartView>("start"),
  session: () => call<SessionView>("session"),
  createVault: (keyring: boolean, passphrase: string | null) =>
    call<RecoveryKeyView>("create_vault", { keyring, passphrase }),
  copyRecoveryKey: (recoveryKey: string) => call<CopiedView>("copy_recovery_key", { recoveryKey }),
  print: () => call<null>("print"),
  unlockWithKeyring: () => call<SessionView>("unlock_with_keyring"),
  unlockWithPassphrase: (passphrase: string) => call<SessionView>("unlock_with_passphrase", { passphrase }),
  unlockWithRecoveryKey: (recoveryKey: string) => call<SessionView>("unlock_with_recovery_key", { recoveryKey }),
  lock: () => call<SessionView>("lock"),
  noteUse: () => call<null>("note_use"),
  notices: (heard: (notice: NoticeView) => void) => call<null>("notices", { channel: new Channel<NoticeView>(heard) }),

  accounts: () => call<ListView>("accounts"),
  search: (query: string) => call<string[]>("search", { query }),
  codes: (ids: readonly string[]) => call<CodesView>("codes", { ids }),
  copyCode: (id: string) => call<CopiedView>("copy_code", { id }),
  nextCode: (id: string) => call<CodeView>("next_code", { id }),

  details: (id: string) => call<DetailsView>("details", { id }),
  changeAccount: (id: string, change: Partial<Change>, pin: string | null) =>
    call<DetailsView>("change_account", { id, change, pin }),
  restoreSecret: (id: string) => call<DetailsView>("restore_secret", { id }),
  forgetAside: (id: string) => call<DetailsView>("forget_aside", { id }),
  icons: () => call<IconView[]>("icons"),
  placeAccount: (id: string, above: readonly string[], below: string | null) =>
    call<null>("place_account", { id, above, below }),
  removeAccount: (id: string) => call<null>("remove_account", { id }),
  restoreAccount: (id: string) => call<null>("restore_account", { id }),
  bin: () => call<BinnedView[]>("bin"),

  proofs: () => call<ProofsView>("proofs"),
  authenticate: (id: string, reveal: Reveal, proof: Proof, typed: string) =>
    call<null>("authenticate", { id, reveal, proof, typed }),
  conceal: () => call<null>("conceal"),
  recoveryCodes: (id: string) => call<RecoveryCodesView>("recovery_codes", { id }),
  copyRecoveryCode: (id: string, place: number) => call<MarkedView>("copy_recovery_code", { id, place }),
  markRecoveryCode: (id: string, place: number, used: boolean) =>
    call<MarkedView>("mark_recovery_code", { id, place, used }),
  readRecoveryCodes: (text: string) => call<TypedCodesView>("read_recovery_codes", { text }),
  addRecoveryCodes: (id: string, text: string, replace: boolean) =>
    call<RecoveryView>("add_recovery_codes", { id, text, replace }),
  pickRecoveryFile: () => call<TypedCodesView | null>("pick_recovery_file"),
  takeRecoveryFile: () => call<TypedCodesView | null>("take_recovery_file"),
  saveRecoveryCodes: (passphrase: string) => call<BackupView | null>("save_recovery_codes", { passphrase }),
  transfer: (id: string) => call<TransferView>("transfer", { id }),

  audit: () => call<HappenedView[]>("audit"),

  policy: () => call<PolicyView | null>("policy"),
  pickPolicy: () => call<PolicyReviewView | null>("pick_policy"),
  takePolicy: () => call<PolicyReviewView | null>("take_policy"),
  applyPolicy: (accepted: readonly DoubtView[]) => call<PolicyView>("apply_policy", { accepted }),
  discardPolicy: () => call<null>("discard_policy"),
  removePolicy: () => call<null>("remove_policy"),
  openEnrolment: (link: string) => call<null>("open_enrolment", { link }),
  writeStatus: (name: string) => call<SavedView | null>("write_status", { name }),

  pickFiles: () => call<ReviewView | null>("pick_files"),
  paste: () => call<ReviewView>("paste"),
  scanScreen: () => call<ReviewView>("scan_screen"),
  keepLooking: (seconds: number) => call<ReviewView | null>("keep_looking", { seconds }),
  freezeScreen: () => call<FrozenView | null>("freeze_screen"),
  frozenPicture: (place: number) => call<ArrayBuffer>("frozen_picture", { place }),
  lookAtPart: (place: number, part: readonly [x: number, y: number, width: number, height: number]) =>
    call<ReviewView | null>("look_at_part", { place, part }),
  thawScreen: () => call<null>("thaw_screen"),
  stopLooking: () => call<null>("stop_looking"),
  cameras: () => call<CameraView[]>("cameras"),
  lookThrough: (camera: number, heard: (seen: SeenView) => void) =>
    call<ReviewView | null>("look_through", { camera, channel: new Channel<SeenView>(heard) }),
  cameraPicture: () => call<ArrayBuffer>("camera_picture"),
  closeCamera: () => call<ReviewView | null>("close_camera"),
  readText: (text: string) => call<ReviewView>("read_text", { text }),
  preview: (form: FormWords, secret: string) => call<PreviewView>("preview", { form, secret }),
  readForm: (form: FormWords, secret: string) => call<ReviewView>("read_form", { form, secret }),
  takeArrived: () => call<ReviewView | null>("take_arrived"),
  openSource: (passphrase: string, heard: (opening: OpeningView) => void) =>
    call<ReviewView>("open_source", { passphrase, channel: new Channel<OpeningView>(heard) }),
  skipSource: () => call<ReviewView>("skip_source"),
  stopSource: () => call<null>("stop_source"),
  leftovers: () => call<LeftoverView[]>("leftovers"),
  deleteLeftovers: () => call<DeletedView>("delete_leftovers"),
  keepLeftovers: () => call<null>("keep_leftovers"),
  accept: (choices: readonly Choice[]) => call<AcceptedView>("accept", { choices }),
  discard: () => call<null>("discard"),

  backUp: (passphrase: string) => call<BackupView | null>("back_up", { passphrase }),
  health: () => call<HealthView>("health"),
  openReset: (id: string) => call<null>("open_reset", { id }),
  emergencySheet: () => call<EmergencyView>("emergency_sheet"),
  saveEmergencySheet: () => call<SavedView | null>("save_emergency_sheet"),

  slots: () => call<SlotsView>("slots"),
  weighPassphrase: (passphrase: string) => call<StrengthView>("weigh_passphrase", { passphrase }),
  addKeyringSlot: (name: string) => call<SlotsView>("add_keyring_slot", { name }),
  addPassphraseSlot: (name: string, passphrase: string) => call<SlotsView>("add_passphrase_slot", { name, passphrase }),
  addRecoveryKey: (name: string) => call<RecoveryKeyView>("add_recovery_key", { name }),
  keepRecoveryKey: () => call<SlotsView>("keep_recovery_key"),
  changeSlot: (slot: string, passphrase: string) => call<SlotsView>("change_slot", { slot, passphrase }),
  renameSlot: (slot: string, name: string) => call<SlotsView>("rename_slot", { slot, name }),
  removeSlot: (slot: string) => call<SlotsView>("remove_slot", { slot }),
  beginRekey: (passphrases: readonly string[], without: readonly string[]) =>
    call<RekeyView>("begin_rekey", { passphrases, without }),
  finishRekey: () => call<RekeyedView>("finish_rekey"),
  discardSlots: () => call<null>("discard_slots"),

  settings: () => call<SettingsView>("settings"),
  changeSettings: (change: Partial<SettingsChange>) => call<SettingsView>("change_settings", { change }),
  about: () => call<AboutView>("about"),
  copyFolder: () => call<null>("copy_folder"),
};

/** What the page may ask of the shell; `fake.ts` answers the same. */
export type Ipc = typeof ipc;
