/** `<vital-reel>`: a film with controls, captions, chapters and keys, that can say what was watched. */

import "media-chrome";
import { En } from "media-chrome/lang/en";
import { addTranslation } from "media-chrome/utils/i18n";
import { AROUND_STYLE, surround } from "./around.js";
import { begin } from "./begin.js";
import { clockText, spokenText } from "./clock.js";
import type { EventType } from "./events.js";
import { attributesOf, Closed, readFilm } from "./film.js";
import { type Wish, wish } from "./keys.js";
import { MARKUP, STYLE } from "./look.js";
import { type Watching, watch } from "./session.js";
import { load, type Source } from "./source.js";

addTranslation("en", { ...En, "Playback rate {playbackRate}": "Playback rate {playbackRate}x" }); // as the button shows it

/**
 * `film` is the address of a film (`https://videos.../film/TOKEN`); all else is asked there. Or each by an attribute of its own,
 * which also goes before what the film's address says: `src` (HLS or MP4), `fallback` (MP4), `poster`, `captions` (WebVTT) with `captions-shown` to show them at
 * once, `lang`, `label`, `length` (seconds, before anything is loaded), `chapters` (starting seconds, by spaces),
 * `events` (where events go; left out: nothing is kept or sent), `token` (added to `events` as a path part),
 * `untracked` (nothing is kept or sent, whatever else is said), `keys="page"` (keys work wherever the focus is), `autoplay` (the viewer has asked for it on the page before; see begin.ts).
 *
 * Fires `reel-time` ({position_s, playing}), `reel-click`, `reel-human`, `reel-share`, `reel-rated` and `reel-error`; all bubble.
 */
export class VitalReel extends HTMLElement {
  #video!: HTMLVideoElement;
  #source: Source | undefined;
  #watching: Watching | undefined;
  #said: Record<string, string | null> = {}; // by the film's address
  #leave = new AbortController();

  connectedCallback(): void {
    if (!this.shadowRoot) this.#build();
    this.#leave = new AbortController();
    this.#listen();
    const film = this.getAttribute("film");
    if (film === null) this.#open();
    else void this.#ask(film);
  }

  disconnectedCallback(): void {
    void this.#watching?.close();
    this.#watching = undefined;
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
    this.#watching?.tell(type);
    this.dispatchEvent(new CustomEvent(`reel-${type}`, { bubbles: true, composed: true }));
  }

  /** Tell how useful the viewer found the film, 1 to 5. */
  rate(stars: number): void {
    this.#watching?.rate(stars);
    this.dispatchEvent(new CustomEvent("reel-rated", { detail: { stars }, bubbles: true, composed: true }));
  }

  /** Whether what is watched here is kept. */
  get measured(): boolean {
    return this.#watching !== undefined;
  }

  #build(): void {
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = MARKUP;
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE + AROUND_STYLE);
    root.adoptedStyleSheets = [style];
    this.#video = root.querySelector("video")!;
    const controller = root.querySelector("media-controller") as HTMLElement & { fullscreenElement: Element };
    controller.fullscreenElement = this.#part(".frame");
  }

  #part<T extends HTMLElement>(selector: string): T {
    return this.shadowRoot!.querySelector<T>(selector)!;
  }

  /** Ask what the film at an address is, then open it; say in the server's words why it cannot be. */
  async #ask(address: string): Promise<void> {
    const { signal } = this.#leave;
    this.#part(".start").hidden = true;
    try {
      const film = await readFilm(address, signal, false);
      this.#said = attributesOf(film);
      this.#part(".start").hidden = false;
      this.#open();
      const mark = surround(this.#part(".around"), film, this);
      this.addEventListener("reel-time", () => mark(this.#video.currentTime), { signal });
    } catch (problem) {
      if (!signal.aborted) this.#failed(problem instanceof Closed ? problem : undefined);
    }
  }

  #open(): void {
    this.#load();
    this.#track();
    this.#describe();
    if (this.hasAttribute("autoplay")) void this.#begin();
  }

  /** What is said of it: on the element first, then by the film's address. */
  #of(name: string): string | null {
    return this.getAttribute(name) ?? this.#said[name] ?? null;
  }

  #load(): void {
    const poster = this.#of("poster");
    if (poster) this.#video.poster = poster;
    const src = this.#of("src");
    if (!src) return this.#failed();
    this.#source?.close();
    if (!this.#of("captions")) this.#video.removeAttribute("crossorigin"); // a file of another host then needs no leave of it
    this.#source = load(this.#video, src, this.#of("fallback"), () => this.#failed());
    this.#captions();
    this.#chapters();
  }

  #captions(): void {
    const src = this.#of("captions");
    if (!src || this.#video.querySelector("track")) return;
    const track = document.createElement("track");
    Object.assign(track, { kind: "captions", label: "Captions", srclang: this.#of("lang") || "en", src });
    track.default = this.hasAttribute("captions-shown");
    this.#video.append(track);
  }

  /** Chapters as a track, from which the position bar takes its cuts. */
  #chapters(): void {
    const starts = (this.#of("chapters") ?? "").split(/\s+/).filter(Boolean).map(Number).filter(Number.isFinite);
    const length = Number(this.#of("length"));
    if (starts.length < 2 || !length) return;
    const range = this.#part<HTMLElement & { mediaChaptersCues: unknown }>("media-time-range");
    const cues = starts.map((start, n) => ({ startTime: start, endTime: starts[n + 1] ?? length, text: "" }));
    this.#video.addEventListener("loadedmetadata", () => (range.mediaChaptersCues = cues), { once: true });
  }

  #describe(): void {
    const label = this.#of("label") ?? "Video";
    this.#part(".frame").setAttribute("aria-label", `Video player: ${label}`);
    const length = Number(this.#of("length"));
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

  /** closed: the link opens no film, and why; else what is there does not play. */
  #failed(closed?: Closed): void {
    this.#watching?.tell("error");
    this.#part(".trouble p").textContent = closed ? `${closed.title}. ${closed.message}` : "The video does not play right now.";
    this.#part(".trouble button").hidden = closed !== undefined;
    const page = this.#part<HTMLAnchorElement>(".trouble a");
    page.hidden = !closed?.page;
    if (closed?.page) page.href = closed.page;
    this.#part(".trouble").hidden = false;
    this.#part(".start").hidden = true;
    this.dispatchEvent(new CustomEvent("reel-error", { bubbles: true, composed: true }));
  }

  #again(): void {
    const position = this.#video.currentTime;
    this.#part(".trouble").hidden = true;
    const film = this.getAttribute("film");
    if (film !== null && this.#of("src") === null) return void this.#ask(film);
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
    return Number.isFinite(this.#video.duration) ? this.#video.duration : Number(this.#of("length")) || 0;
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
    const endpoint = this.#of("events");
    if (endpoint === null || this.hasAttribute("untracked")) return;
    const token = this.getAttribute("token");
    this.#watching = watch(this.#video, token ? `${endpoint.replace(/\/$/, "")}/${encodeURIComponent(token)}` : endpoint);
  }
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
