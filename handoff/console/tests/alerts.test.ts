import { describe, expect, it } from "vitest";
import type { AlertOverview, AlertTry } from "@client/protocol.gen";
import { Alerts, browserName, type Machine, type Permission } from "../src/model/alerts";
import { AGAIN_S, samples } from "../src/model/ring";

const OURS = "BPq-our_keys";

class Push {
  subscription: { endpoint: string; key: string } | null = null;
  taken = 0;

  get manager() {
    return {
      getSubscription: async () => (this.subscription === null ? null : this.shown(this.subscription)),
      subscribe: async ({ applicationServerKey }: { applicationServerKey: string }) => {
        this.taken += 1;
        this.subscription = { endpoint: `https://push.example/${this.taken}`, key: applicationServerKey };
        return this.shown(this.subscription);
      },
    };
  }

  private shown({ endpoint, key }: { endpoint: string; key: string }) {
    const octets = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
    return {
      endpoint,
      options: { applicationServerKey: octets.buffer },
      toJSON: () => ({ endpoint, keys: { p256dh: "p", auth: "a" } }),
      unsubscribe: async () => {
        this.subscription = null;
        return true;
      },
    };
  }
}

function open(permission: Permission, answers: Permission = "granted", tries: AlertTry[] = []) {
  const push = new Push();
  const put: string[] = [];
  const removed: string[] = [];
  const overview: AlertOverview = { key: OURS, devices: [], plans: [] };
  const doors = {
    overview: async () => overview,
    put: async (device: { endpoint: string }) => void put.push(device.endpoint),
    remove: async (endpoint: string) => void removed.push(endpoint),
    test: async () => tries,
  };
  const machine: Machine = {
    permission: () => permission,
    ask: async () => answers,
    worker: async () => ({ pushManager: push.manager }) as unknown as ServiceWorkerRegistration,
    name: "Chrome on Linux",
  };
  return { alerts: new Alerts(doors, machine), push, put, removed };
}

describe("alerts of a browser", () => {
  it("are switched on by the agent and taken back again", async () => {
    const { alerts, put, removed, push } = open("default");
    await alerts.start();
    expect(alerts.here.value).toBe("off");
    await alerts.enable();
    expect([alerts.here.value, put]).toEqual(["on", ["https://push.example/1"]]);
    await alerts.disable();
    expect([alerts.here.value, removed, push.subscription]).toEqual(["off", ["https://push.example/1"], null]);
  });

  it("belong to whoever signs in next, without being asked again", async () => {
    const { alerts, push, put } = open("granted");
    push.subscription = { endpoint: "https://push.example/0", key: OURS };
    await alerts.start();
    expect([alerts.here.value, put, push.taken]).toEqual(["on", ["https://push.example/0"], 0]);
  });

  it("are never switched on for who did not ask", async () => {
    const { alerts, push } = open("granted");
    await alerts.start();
    expect([alerts.here.value, push.taken]).toEqual(["off", 0]);
  });

  it("are subscribed anew where the key is that of before", async () => {
    const { alerts, push, put } = open("granted");
    push.subscription = { endpoint: "https://push.example/0", key: "BPan_other-1" };
    await alerts.start();
    expect([put, push.taken]).toEqual([["https://push.example/1"], 1]);
  });

  it("that the browser blocks are told in red", async () => {
    const { alerts } = open("default", "denied");
    expect(alerts.blocked.value).toBe(false);
    await alerts.enable();
    expect(alerts.blocked.value).toBe(true);
  });

  it("say of a test which browsers were reached, and when it came back to this one", async () => {
    const { alerts } = open("granted", "granted", [{ where: "Chrome on Linux", why: "" }]);
    await alerts.test();
    expect([alerts.tries.value?.length, alerts.cameBack.value]).toEqual([1, false]);
    alerts.arrived("ticket.waiting");
    alerts.arrived("alert.test");
    expect(alerts.cameBack.value).toBe(true);
  });
});

describe("the sound of a call", () => {
  it("is two notes and then silence until it begins anew", () => {
    const rate = 8_000;
    const sound = samples("arrival", rate, AGAIN_S);
    const loudest = (from: number, to: number): number => Math.max(...sound.slice(from * rate, to * rate).map(Math.abs));
    expect(sound).toHaveLength(AGAIN_S * rate);
    expect(loudest(0, 0.16)).toBeGreaterThan(0.1);
    expect(loudest(0.16, 0.4)).toBeGreaterThan(0.1);
    expect(loudest(0.5, AGAIN_S)).toBe(0);
    expect(loudest(0, 0.5)).toBeLessThan(0.5);
  });
});

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari/537.36", "Chrome on Linux"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Version/18 Safari/604.1", "Safari on iOS"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64) Gecko/20100101 Firefox/140.0", "Firefox on Windows"],
  ["something else", "Browser"],
])("a browser is named as people call it", (agent, name) => expect(browserName(agent)).toBe(name));
