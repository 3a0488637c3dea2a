/** Watches a media element and says what it does: which film ran, from where to where, seen or not. */

import type { Clock } from "./clock.js";
import { iso } from "./clock.js";
import type { EventType, PlayerEvent } from "./events.js";

/** The part of HTMLMediaElement that counts. */
export interface Media {
  readonly currentTime: number;
  readonly playbackRate: number;
  readonly muted: boolean;
  readonly volume: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

export interface Surroundings {
  clock: Clock;
  view: string;
  device: string;
  /** Whether the picture can be seen by anybody now. */
  hidden(): boolean;
  /** Whether a hand touched the page before. */
  touched(): boolean;
  /** Run `tick` every `ms` until the answer is called. */
  every(ms: number, tick: () => void): () => void;
  say(event: PlayerEvent): void;
}

export const HEARTBEAT_MS = 10_000;
/** How finely the playhead is followed, so that a seek can say where it left: its own event comes too late to ask. */
export const SAMPLE_MS = 100;

export class Tracker {
  #seq = 0;
  #running = false;
  #stood: number;
  #leftAt: number | null = null;
  #stopTimers: (() => void)[] = [];
  readonly #listeners: [string, () => void][];

  constructor(private readonly media: Media, private readonly around: Surroundings) {
    this.#stood = media.currentTime;
    this.#listeners = [
      ["playing", () => this.#playing()],
      ["pause", () => this.#stopped("pause")],
      ["ended", () => this.#stopped("end")],
      ["seeking", () => this.#seeking()],
      ["seeked", () => this.#settle()],
      ["ratechange", () => this.say("rate")],
      ["timeupdate", () => this.#sample()],
      ["error", () => this.say("error")],
    ];
    for (const [type, listener] of this.#listeners) media.addEventListener(type, listener);
  }

  /** One event at the playhead as it stands. A seek that has not landed yet is told first: order is meaning. */
  say(type: EventType, rating?: number): void {
    this.#settle();
    this.#sample();
    this.#emit(type, this.media.currentTime, rating === undefined ? {} : { rating });
  }

  /** The page went out of sight or came back. */
  turned(): void {
    this.say(this.around.hidden() ? "hidden" : "visible");
  }

  /** Stop listening; a film that was running is told up to here. */
  close(): void {
    if (this.#running) this.say("pause");
    this.#rest();
    for (const [type, listener] of this.#listeners) this.media.removeEventListener(type, listener);
  }

  #playing(): void {
    if (this.#running) return; // after a wait for data: nothing began
    this.say("play");
    this.#running = true;
    this.#stopTimers = [
      this.around.every(SAMPLE_MS, () => this.#sample()),
      this.around.every(HEARTBEAT_MS, () => this.say("progress")),
    ];
  }

  #stopped(type: "pause" | "end"): void {
    if (!this.#running && type === "pause") return;
    this.say(type);
    this.#rest();
  }

  #rest(): void {
    this.#running = false;
    for (const stop of this.#stopTimers) stop();
    this.#stopTimers = [];
  }

  /** The first `seeking` of a drag says where playback stood; the ones that follow are the same hand still moving. */
  #seeking(): void {
    this.#leftAt ??= this.#stood;
  }

  #settle(): void {
    if (this.#leftAt === null) return;
    const from = this.#leftAt;
    this.#leftAt = null;
    this.#stood = this.media.currentTime;
    this.#emit("seek", this.media.currentTime, { from_s: round(from) });
  }

  #sample(): void {
    if (!this.media.seeking && this.#leftAt === null) this.#stood = this.media.currentTime;
  }

  #emit(type: EventType, position: number, more: Pick<PlayerEvent, "from_s" | "rating"> = {}): void {
    const { view, device, clock } = this.around;
    const event: PlayerEvent = {
      id: `${view}.${this.#seq}`,
      view,
      type,
      at: iso(clock.now()),
      seq: this.#seq,
      position_s: round(position),
      rate: this.media.playbackRate,
      device,
      ...more,
    };
    if (this.media.muted || this.media.volume === 0) event.muted = true;
    if (this.around.hidden()) event.hidden = true;
    if (type === "play" && !this.around.touched()) event.auto = true;
    this.#seq += 1;
    this.around.say(event);
  }
}

/** Whole milliseconds, as the server counts. */
const round = (seconds: number): number => Math.round(Math.max(0, seconds || 0) * 1000) / 1000;
