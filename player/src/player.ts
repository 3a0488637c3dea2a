/** `<vital-reel>`: a film with controls, captions, chapters and keys, that can say what was watched. */

import "media-chrome";
import { En } from "media-chrome/lang/en";
import { addTranslation } from "media-chrome/utils/i18n";
import { begin } from "./begin";
import { clockText, spokenText, steadyClock } from "./clock";
import type { EventType } from "./events";
import { type Wish, wish } from "./keys";
import { MARKUP, STYLE } from "./look";
import { EventQueue, type Shelf } from "./queue";
import { load, type Source } from "./source";
import { Tracker } from "./tracker";
import { httpTransport } from "./transport";

addTranslation("en", { ...En, "Playback rate {playbackRate}": "Playback rate {playbackRate}x" }); // as the button shows it

/**
 * Attributes: `src` (HLS or MP4), `fallback` (MP4), `poster`, `captions` (WebVTT) with `captions-shown` to show them at
 * once, `lang`, `label`, `length` (seconds, before anything is loaded), `chapters` (starting seconds, by spaces),
 * `events` (where events go; left out: nothing is kept or sent), `token` (added to `events` as a path part),
 * `keys="page"` (keys work wherever the focus is), `autoplay` (the viewer has asked for it on the page before; see begin.ts).
 *
 * Fires `reel-time` ({position_s, playing}), `reel-click`, `reel-human` and `reel-error`; all bubble.
 */
export class VitalReel extends HTMLElement {
  #video!: HTMLVideoElement;
  #source: Source | undefined;
  #tracker: Tracker | undefined;
  #queue: EventQueue | undefined;
  #leave = new AbortController();

  connectedCallback(): void {
    if (!this.shadowRoot) this.#build();
    this.#leave = new AbortController();
    this.#listen();
    this.#load();
    this.#track();
    this.#describe();
    if (this.hasAttribute("autoplay")) void this.#begin();
  }

  disconnectedCallback(): void {
    this.#tracker?.close();
    void this.#queue?.flush();
    this.#tracker = this.#queue = undefined;
    this.#leave.abort();
    this.#source?.close();
  }

  /** The media element, for hosts that want to read it. */
  get video(): HTMLVideoElement {
    return this.#video;
  }

  /** Go to a second of the film and play on from there. */
  seek(seconds: number, play = true): void {
    this.#video.currentTime = seconds;
    if (play) this.#play();
  }

  /** Tell that the viewer clicked the button, asked for a human, or shared; the host fires it beside its own action. */
  tell(type: Extract<EventType, "click" | "human" | "share">): void {
    this.#tracker?.say(type);
    void this.#queue?.flush();
    this.dispatchEvent(new CustomEvent(`reel-${type}`, { bubbles: true, composed: true }));
  }

  #build(): void {
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = MARKUP;
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
    this.#video = root.querySelector("video")!;
    const controller = root.querySelector("media-controller") as HTMLElement & { fullscreenElement: Element };
    controller.fullscreenElement = this.#part(".frame");
  }

  #part<T extends HTMLElement>(selector: string): T {
    return this.shadowRoot!.querySelector<T>(selector)!;
  }

  #load(): void {
    const poster = this.getAttribute("poster");
    if (poster) this.#video.poster = poster;
    const src = this.getAttribute("src");
    if (!src) return this.#failed();
    this.#source?.close();
    this.#source = load(this.#video, src, this.getAttribute("fallback"), () => this.#failed());
    this.#captions();
    this.#chapters();
  }

  #captions(): void {
    const src = this.getAttribute("captions");
    if (!src || this.#video.querySelector("track")) return;
    const track = document.createElement("track");
    Object.assign(track, { kind: "captions", label: "Captions", srclang: this.lang || "en", src });
    track.default = this.hasAttribute("captions-shown");
    this.#video.append(track);
  }

  /** Chapters as a track, from which the position bar takes its cuts. */
  #chapters(): void {
    const starts = (this.getAttribute("chapters") ?? "").split(/\s+/).filter(Boolean).map(Number).filter(Number.isFinite);
    const length = Number(this.getAttribute("length"));
    if (starts.length < 2 || !length) return;
    const range = this.#part<HTMLElement & { mediaChaptersCues: unknown }>("media-time-range");
    const cues = starts.map((start, n) => ({ startTime: start, endTime: starts[n + 1] ?? length, text: "" }));
    this.#video.addEventListener("loadedmetadata", () => (range.mediaChaptersCues = cues), { once: true });
  }

  #describe(): void {
    const label = this.getAttribute("label") ?? "Video";
    this.#part(".frame").setAttribute("aria-label", `Video player: ${label}`);
    const length = Number(this.getAttribute("length"));
    const start = this.#part(".start");
    this.#part(".start span").textContent = length ? `Play, ${clockText(length)}` : "Play"; // who speaks to the page says what it shows
    if (length) start.setAttribute("aria-description", spokenText(length));
    this.#part("media-captions-button").setAttribute("role", "switch"); // it is on or off, which a plain button cannot say
  }

  #listen(): void {
    const on = (target: EventTarget, type: string, run: (event: never) => void) =>
      target.addEventListener(type, run as EventListener, { signal: this.#leave.signal });
    on(this.#part(".start"), "click", () => this.#play());
    on(this.#part(".trouble button"), "click", () => this.#again());
    on(this.#part(".sound"), "click", () => this.#sound(0));
    on(this.#video, "volumechange", () => this.#heard());
    on(this.#video, "play", () => (this.#part(".start").hidden = true));
    for (const type of ["timeupdate", "play", "pause", "seeked", "ended"]) on(this.#video, type, () => this.#time());
    on(this.getAttribute("keys") === "page" ? document : this, "keydown", (event: KeyboardEvent) => this.#key(event));
  }

  #play(): void {
    this.#video.play().catch((problem: DOMException) => {
      if (problem.name === "NotAllowedError") this.#say("The browser asks for a click before it plays");
    });
  }

  /** Start by itself: with sound, or as the browser allows. */
  async #begin(): Promise<void> {
    const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const how = await begin(this.#video, quiet, this.#leave.signal);
    if (how === "silent") {
      this.#part(".sound").hidden = false; // who hears nothing reads the captions that stand in the picture
      this.#say("It plays without sound, as the browser wants it: press Play with sound");
    } else if (how === "refused") {
      this.#say("The browser asks for a click before it plays");
      if (document.activeElement === document.body) this.#part(".start").focus({ preventScroll: true });
    }
  }

  /** Sound for a film that began without: from the start, as a play that the viewer asked for. */
  #sound(from: number): void {
    this.#part(".sound").hidden = true;
    this.#show(this.hasAttribute("captions-shown"));
    this.#video.pause();
    this.#video.currentTime = from;
    this.#video.muted = false;
    this.#play();
  }

  /** The viewer has turned the sound on by another way. */
  #heard(): void {
    if (!this.#part(".sound").hidden && !this.#video.muted) this.#sound(this.#video.currentTime);
  }

  #time(): void {
    const detail = { position_s: this.#video.currentTime, playing: !this.#video.paused };
    this.dispatchEvent(new CustomEvent("reel-time", { detail, bubbles: true, composed: true }));
  }

  #failed(): void {
    this.#tracker?.say("error");
    this.#part(".trouble").hidden = false;
    this.#part(".start").hidden = true;
    this.dispatchEvent(new CustomEvent("reel-error", { bubbles: true, composed: true }));
  }

  #again(): void {
    const position = this.#video.currentTime;
    this.#part(".trouble").hidden = true;
    this.#load();
    this.#video.addEventListener("loadedmetadata", () => this.seek(position), { once: true });
  }

  // --- keys

  #key(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    const target = event.composedPath()[0] as HTMLElement;
    const inside = event.composedPath().includes(this);
    const wanted = wish(event, { tag: target.tagName ?? "", editable: target.isContentEditable === true, inside });
    if (!wanted) return;
    event.preventDefault();
    this.#grant(wanted);
  }

  #grant(wanted: Wish): void {
    const video = this.#video;
    switch (wanted.do) {
      case "toggle": return video.paused ? this.#play() : video.pause();
      case "skip": return void (video.currentTime = clamp(video.currentTime + wanted.by, 0, this.#length));
      case "go": return void (video.currentTime = wanted.share * this.#length);
      case "volume": return this.#volume(wanted.by);
      case "mute": return void (video.muted = !video.muted);
      case "captions": return this.#toggleCaptions();
      case "fullscreen": return this.#part("media-fullscreen-button").click();
    }
  }

  get #length(): number {
    return Number.isFinite(this.#video.duration) ? this.#video.duration : Number(this.getAttribute("length")) || 0;
  }

  #volume(by: number): void {
    this.#video.volume = clamp(this.#video.volume + by, 0, 1);
    this.#say(`Volume ${Math.round(this.#video.volume * 100)} per cent`);
  }

  #toggleCaptions(): void {
    const track = this.#video.textTracks[0];
    if (!track) return;
    this.#show(track.mode !== "showing");
    this.#say(track.mode === "showing" ? "Captions on" : "Captions off");
  }

  #show(captions: boolean): void {
    const track = this.#video.textTracks[0];
    if (track) track.mode = captions ? "showing" : "hidden";
  }

  #say(text: string): void {
    this.#part(".said").textContent = text;
  }

  // --- what was watched

  #track(): void {
    const endpoint = this.getAttribute("events");
    if (endpoint === null) return;
    const token = this.getAttribute("token");
    const url = token ? `${endpoint.replace(/\/$/, "")}/${encodeURIComponent(token)}` : endpoint;
    const view = randomId();
    const queue = new EventQueue(httpTransport(url), shelf(), { after }, url, view);
    const tracker = new Tracker(this.#video, {
      clock: steadyClock(),
      view,
      device: device(),
      hidden: () => document.visibilityState === "hidden" && document.pictureInPictureElement === null,
      touched: () => navigator.userActivation?.hasBeenActive ?? true,
      every: (ms, tick) => {
        const timer = setInterval(tick, ms);
        return () => clearInterval(timer);
      },
      say: (event) => queue.add(event),
    });
    [this.#queue, this.#tracker] = [queue, tracker];
    const signal = this.#leave.signal;
    document.addEventListener("visibilitychange", () => this.#turned(), { signal });
    addEventListener("pagehide", () => this.#gone(), { signal });
    addEventListener("online", () => void queue.flush(), { signal });
    tracker.say("loaded");
    queue.adopt();
  }

  #turned(): void {
    this.#tracker?.turned();
    if (document.visibilityState === "hidden") this.#queue?.leave();
    else void this.#queue?.flush();
  }

  /** The last chance to tell where a film that was still running stood. */
  #gone(): void {
    if (!this.#video.paused) this.#tracker?.say("progress");
    this.#queue?.leave();
  }
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

const after = (ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** 128 random bits in base 36. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36).padStart(7, "0")).join("");
}

/** This site's storage, null where the browser forbids it. */
function shelf(): Shelf | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** A random name for this browser, kept for this site only; a new one each time where nothing can be kept. */
function device(): string {
  const key = "vitalreel.device";
  const kept = shelf()?.getItem(key);
  if (kept) return kept;
  const made = randomId();
  try {
    shelf()?.setItem(key, made);
  } catch {
    // nothing can be kept here
  }
  return made;
}
