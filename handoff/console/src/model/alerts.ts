import { computed, signal } from "@preact/signals";
import type { AlertOverview, AlertTry } from "@client/protocol.gen";

/** What the browser says about notifications; "none": it has none. */
export type Permission = "granted" | "denied" | "default" | "none";
/** Whether this browser is reached while no tab is open. */
export type Reached = "on" | "off" | "busy" | "none";

export interface AlertDoors {
  overview: () => Promise<AlertOverview>;
  put: (device: { endpoint: string; p256dh: string; auth: string; device: string }) => Promise<void>;
  remove: (endpoint: string) => Promise<void>;
  test: () => Promise<readonly AlertTry[]>;
}

/** What the page has of the browser; a test gives its own. */
export interface Machine {
  permission: () => Permission;
  ask: () => Promise<Permission>;
  /** The worker that takes web push; null where the browser has none. */
  worker: () => Promise<ServiceWorkerRegistration | null>;
  name: string;
}

const WORKER = "/console/worker.js";

/** How the signed-in agent is reached, on this browser and elsewhere. */
export class Alerts {
  readonly permission = signal<Permission>("none");
  readonly here = signal<Reached>("off");
  readonly overview = signal<AlertOverview | null>(null);
  readonly problem = signal<string | null>(null);
  readonly testing = signal(false);
  /** What became of the last test, one for each of the agent's browsers; null: none yet. */
  readonly tries = signal<readonly AlertTry[] | null>(null);
  /** The last test came back to this very browser. */
  readonly cameBack = signal(false);
  /** The browser refuses to show anything: a red bar says so. */
  readonly blocked = computed(() => this.permission.value === "denied");

  constructor(
    private readonly doors: AlertDoors,
    private readonly machine: Machine,
  ) {
    this.permission.value = machine.permission();
  }

  /** After signing in: this browser is this agent's now, if it takes messages. */
  async start(): Promise<void> {
    this.permission.value = this.machine.permission();
    await this.load();
    if (this.permission.value === "granted") await this.subscribe(false);
    else if (this.permission.value === "none") this.here.value = "none";
  }

  async load(): Promise<void> {
    try {
      this.overview.value = await this.doors.overview();
    } catch (error) {
      this.problem.value = words(error);
    }
  }

  /** The agent wants it: asks the browser, then subscribes. */
  async enable(): Promise<void> {
    this.problem.value = null;
    this.permission.value = await this.machine.ask();
    if (this.permission.value === "granted") await this.subscribe(true);
  }

  async disable(): Promise<void> {
    this.here.value = "busy";
    try {
      const subscription = await (await this.machine.worker())?.pushManager.getSubscription();
      if (subscription != null) {
        await this.doors.remove(subscription.endpoint);
        await subscription.unsubscribe();
      }
      this.here.value = "off";
      await this.load();
    } catch (error) {
      this.here.value = "on";
      this.problem.value = words(error);
    }
  }

  async test(): Promise<void> {
    if (this.testing.value) return;
    this.testing.value = true;
    this.problem.value = null;
    this.cameBack.value = false;
    try {
      this.tries.value = await this.doors.test();
      await this.load();
    } catch (error) {
      this.problem.value = words(error);
    } finally {
      this.testing.value = false;
    }
  }

  /** The worker says that a message of this kind came. */
  arrived(kind: string): void {
    if (kind === "alert.test") this.cameBack.value = true;
  }

  /** A notification of our own, for a tab that is not in sight; a later one about the same replaces it. */
  async show(title: string, body: string, tag: string, url: string): Promise<void> {
    if (this.permission.value !== "granted") return;
    const worker = await this.machine.worker();
    await worker?.showNotification(title, { body, tag, data: { url } }).catch(() => undefined);
  }

  /** Takes back what was shown about this conversation. */
  async settle(tag: string): Promise<void> {
    if (this.permission.value !== "granted") return;
    const worker = await this.machine.worker();
    for (const each of (await worker?.getNotifications({ tag })) ?? []) each.close();
  }

  private async subscribe(wanted: boolean): Promise<void> {
    const key = this.overview.value?.key;
    if (key === undefined) return;
    const before = this.here.value;
    this.here.value = "busy";
    try {
      const manager = (await this.machine.worker())?.pushManager;
      if (manager === undefined) {
        this.here.value = "none";
        return;
      }
      let subscription = await manager.getSubscription();
      if (subscription !== null && keyOf(subscription) !== key) {
        await subscription.unsubscribe(); // of another server, or of this one before its secret changed
        subscription = null;
        wanted = true;
      }
      if (subscription === null && !wanted) {
        this.here.value = "off";
        return;
      }
      subscription ??= await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      const { endpoint, keys } = subscription.toJSON();
      const device = { endpoint: endpoint ?? "", p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" };
      await this.doors.put({ ...device, device: this.machine.name });
      this.here.value = "on";
      await this.load();
    } catch (error) {
      this.here.value = before === "busy" ? "off" : before;
      if (wanted) this.problem.value = words(error);
    }
  }
}

/** The browser itself. */
export function thisMachine(): Machine {
  const has = "Notification" in window && "serviceWorker" in navigator;
  let registered: Promise<ServiceWorkerRegistration | null> | null = null;
  return {
    permission: () => (has ? Notification.permission : "none"),
    ask: async () => (has ? Notification.requestPermission() : "none"),
    worker: () => {
      if (!has) return Promise.resolve(null);
      registered ??= navigator.serviceWorker.register(scriptUrl(), { scope: "/console/" }).then(
        () => navigator.serviceWorker.ready,
        () => {
          registered = null;
          return null;
        },
      );
      return registered;
    },
    name: browserName(navigator.userAgent),
  };
}

/** "Chrome on Android", as people call what they hold in their hands. */
export function browserName(agent: string): string {
  const of = (names: readonly (readonly [RegExp, string])[]): string | undefined =>
    names.find(([pattern]) => pattern.test(agent))?.[1];
  const browser = of([
    [/Edg/, "Edge"],
    [/OPR/, "Opera"],
    [/Firefox|FxiOS/, "Firefox"],
    [/Chrome|CriOS|Chromium/, "Chrome"],
    [/Safari/, "Safari"],
  ]);
  const system = of([
    [/Android/, "Android"],
    [/iPhone|iPad/, "iOS"],
    [/Windows/, "Windows"],
    [/Mac OS/, "macOS"],
    [/CrOS/, "ChromeOS"],
    [/Linux/, "Linux"],
  ]);
  return `${browser ?? "Browser"}${system === undefined ? "" : ` on ${system}`}`;
}

interface Policy {
  createScriptURL(url: string): string;
}
interface Policies {
  createPolicy(name: string, rules: Policy): Policy;
}
let policy: Policy | null = null;

/** The one script address that this page loads by hand, as its content policy wants it written. */
function scriptUrl(): string {
  const types = (window as unknown as { trustedTypes?: Policies }).trustedTypes;
  policy ??= types?.createPolicy("kickstand-worker", { createScriptURL: () => WORKER }) ?? null;
  return policy?.createScriptURL(WORKER) ?? WORKER;
}

function keyOf(subscription: PushSubscription): string | null {
  const key = subscription.options.applicationServerKey;
  if (key === null) return null;
  const text = btoa(String.fromCharCode(...new Uint8Array(key)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));
