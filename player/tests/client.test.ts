import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { watch } from "../src/client";
import { httpTransport } from "../src/transport";
import type { PlayerEvent } from "../src/events";

/** A page at one origin: what it sends, how, and its doors to storage and time. */
class Browser {
  readonly document = Object.assign(new EventTarget(), { baseURI: "https://app.example/page", visibilityState: "visible", pictureInPictureElement: null });
  readonly posts: { url: string; init: RequestInit }[] = [];
  readonly beacons: { url: string; type: string }[] = [];
  readonly held = new Map<string, string>();
  online = true;

  open(): void {
    const page = new EventTarget();
    vi.stubGlobal("document", this.document);
    vi.stubGlobal("location", new URL(this.document.baseURI));
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("window", { localStorage: this.shelf });
    vi.stubGlobal("navigator", {
      userActivation: { hasBeenActive: true },
      sendBeacon: (url: string, body: Blob) => this.beacons.push({ url, type: body.type }) > 0,
    });
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      if (!this.online) throw new TypeError("network");
      this.posts.push({ url, init });
      return new Response("{}", { status: 202 });
    });
  }

  get events(): PlayerEvent[] {
    return this.posts.flatMap((post) => (JSON.parse(String(post.init.body)) as { events: PlayerEvent[] }).events);
  }

  private get shelf() {
    const { held } = this;
    return {
      get length() { return held.size; },
      key: (n: number) => [...held.keys()][n] ?? null,
      getItem: (key: string) => held.get(key) ?? null,
      setItem: (key: string, value: string) => void held.set(key, value),
      removeItem: (key: string) => void held.delete(key),
    };
  }
}

/** A media element of anybody's: no browser's own, only what counts. */
class Video extends EventTarget {
  currentTime = 0;
  playbackRate = 1;
  muted = false;
  volume = 1;
  paused = true;
  seeking = false;
  play() { this.paused = false; this.dispatchEvent(new Event("playing")); }
  pause() { this.paused = true; this.dispatchEvent(new Event("pause")); }
}

const EVENTS = "https://videos.example/e/TOKEN";
let browser: Browser;

beforeEach(() => {
  browser = new Browser();
  browser.open();
});
afterEach(() => vi.unstubAllGlobals());

describe("the events client", () => {
  test("tells what a player of one's own plays, in order, as one view", async () => {
    const video = new Video();
    const watching = watch(video, EVENTS);
    video.play();
    video.currentTime = 4;
    watching.tell("click");
    video.pause();
    await watching.close();
    const told = browser.events;

    expect(told.map((event) => [event.type, event.position_s, event.seq])).toEqual([["loaded", 0, 0], ["play", 0, 1], ["click", 4, 2], ["pause", 4, 3]]);
    expect(new Set(told.map((event) => event.view)).size).toBe(1);
    expect(told.every((event) => event.device === told[0]!.device && event.id === `${event.view}.${event.seq}`)).toBe(true);
    expect(browser.posts.every((post) => post.url === EVENTS)).toBe(true);
  });

  test("keeps what no connection carried, and the next page of that film sends it with the same ids", async () => {
    browser.online = false;
    const lost = watch(new Video(), EVENTS);
    lost.tell("human");
    await lost.close();
    const before = browser.posts.length;
    browser.online = true;
    const next = watch(new Video(), EVENTS);
    await next.flush();

    expect(before).toBe(0);
    expect(browser.events.map((event) => event.type)).toEqual(["loaded", "human", "loaded"]);
    expect(new Set(browser.events.map((event) => event.id)).size).toBe(3);
  });

  test("tells what the viewer thinks of the film, and refuses what is no rating", async () => {
    const watching = watch(new Video(), EVENTS);
    watching.rate(2);
    watching.rate(4);
    await watching.flush();

    expect(browser.events.filter((event) => event.type === "rated").map((event) => event.rating)).toEqual([2, 4]);
    expect(() => watching.rate(6)).toThrow(RangeError);
    expect(() => watching.rate(2.5)).toThrow(RangeError);
  });

  test("says nothing after it was closed", async () => {
    const video = new Video();
    await watch(video, EVENTS).close();
    const before = browser.posts.length;
    video.play();
    video.pause();
    browser.document.dispatchEvent(new Event("visibilitychange"));

    expect(browser.posts.length).toBe(before);
    expect(browser.beacons).toEqual([]);
  });
});

describe("a batch", () => {
  const batch = [{ id: "v.0" } as PlayerEvent];

  test("goes to another origin as plain text and without cookies, also when the page goes", async () => {
    const transport = httpTransport(EVENTS, () => 0);
    await transport.send(batch);
    transport.leave(batch);
    const how = browser.posts.map(({ init }) => [init.credentials, (init.headers as Record<string, string>)["Content-Type"], init.keepalive]);

    expect(how).toEqual(Array(2).fill(["omit", "text/plain;charset=UTF-8", true]));
    expect(browser.beacons).toEqual([]);
  });

  test("goes to its own origin as JSON, by a beacon when the page goes", async () => {
    const transport = httpTransport("/e/TOKEN", () => 0);
    await transport.send(batch);
    transport.leave(batch);

    expect(browser.posts[0]!.init).toMatchObject({ credentials: "same-origin", headers: { "Content-Type": "application/json" } });
    expect(browser.beacons).toEqual([{ url: "/e/TOKEN", type: "application/json" }]);
  });
});
