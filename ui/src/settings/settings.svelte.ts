import { Fault, type AboutView, type Ipc, type SettingsChange, type SettingsView } from "../ipc";
import { tips } from "../tips/tips.svelte";
import { language } from "../words/index.svelte";

/** Is what lies over the list: nothing, the settings, or what there is to know about the program. */
export type Stage = { at: "closed" } | { at: "settings" } | { at: "about"; view: AboutView };

const ordinary: SettingsView = {
  clears_after: 30,
  hide_codes: false,
  hidden_tips: [],
  language: "system",
  locks_after: 10,
  locks_at: ["screen_locked", "sleep", "user_switched"],
  theme: "system",
  unread: false,
};

/** Holds the settings and makes the page look and speak as they say. */
export class Settings {
  now = $state.raw<SettingsView>(ordinary);
  stage = $state.raw<Stage>({ at: "closed" });
  fault = $state.raw<Fault | null>(null);
  /** Whether the path of the vault was copied a moment ago. */
  copied = $state(false);

  constructor(private readonly ipc: Ipc) {
    tips.hide = (hide_tip) => void this.change({ hide_tip });
  }

  /** Takes in what the shell answered. */
  async adopt(settings: SettingsView): Promise<void> {
    this.now = settings;
    tips.hidden = settings.hidden_tips;
    const { dataset } = document.documentElement;
    if (settings.theme === "system") delete dataset.theme;
    else dataset.theme = settings.theme;
    await language.follow(settings.language);
  }

  /** Shows the settings as another window may have left them. */
  async open(): Promise<void> {
    if (this.stage.at !== "closed") return;
    this.stage = { at: "settings" };
    await this.try(async () => this.adopt(await this.ipc.settings()));
  }

  async openAbout(): Promise<void> {
    if (this.stage.at !== "closed") return;
    this.copied = false;
    await this.try(async () => void (this.stage = { at: "about", view: await this.ipc.about() }));
  }

  close(): void {
    this.fault = null;
    this.stage = { at: "closed" };
  }

  async change(change: Partial<SettingsChange>): Promise<void> {
    await this.try(async () => this.adopt(await this.ipc.changeSettings(change)));
  }

  async copyFolder(): Promise<void> {
    await this.try(async () => {
      await this.ipc.copyFolder();
      this.copied = true;
    });
  }

  private async try(work: () => Promise<void>): Promise<void> {
    this.fault = null;
    try {
      await work();
    } catch (thrown) {
      this.fault = Fault.from(thrown);
    }
  }
}
