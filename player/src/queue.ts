/** Keeps events until the server has said it holds them: batches, waits, survives closing and coming back offline. */

import type { PlayerEvent } from "./events.js";

/** What became of a batch: `kept` it is safe at the server; `never` it will not be taken; `later` try again. */
export type Answer = { kind: "kept" } | { kind: "never" } | { kind: "later"; afterMs?: number };

export interface Transport {
  /** Send and learn what became of it. */
  send(events: readonly PlayerEvent[]): Promise<Answer>;
  /** Send while the page goes away; nothing is learnt. Answers whether the browser took it over. */
  leave(events: readonly PlayerEvent[]): boolean;
}

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  key(index: number): string | null;
  readonly length: number;
}

export interface Timers {
  after(ms: number, run: () => void): () => void;
}

export const BATCH = 100;
export const SOON_MS = 2_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;
const MOST_KEPT = 2_000;

export class EventQueue {
  readonly #key: string;
  readonly #prefix: string;
  #waiting: PlayerEvent[] = [];
  #underway: Promise<void> | undefined;
  #failures = 0;
  #cancel: (() => void) | undefined;

  /** endpoint: keeps the queues of different links apart. view: the part of the shelf that is this page's own. */
  constructor(
    private readonly transport: Transport,
    private readonly shelf: Shelf | null,
    private readonly timers: Timers,
    endpoint: string,
    view: string,
  ) {
    this.#prefix = `vitalreel.queue ${endpoint} `;
    this.#key = this.#prefix + view;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Add one event; it is on the shelf when this returns. */
  add(event: PlayerEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_KEPT) this.#forgetOne();
    this.#save();
    this.#plan(this.#waiting.length >= BATCH ? 0 : SOON_MS);
  }

  /** Send a batch of what waits; resolves when it is answered, or the one under way is. */
  async flush(): Promise<void> {
    if (this.#underway === undefined && this.#waiting.length > 0) this.#underway = this.#send();
    await this.#underway;
  }

  /** Send all that waits; resolves when the server holds it, or has said that it does not take it now. */
  async drain(): Promise<void> {
    do await this.flush();
    while (this.#waiting.length > 0 && this.#failures === 0);
  }

  async #send(): Promise<void> {
    this.#stopWaiting();
    const batch = this.#waiting.slice(0, BATCH);
    let answer: Answer;
    try {
      answer = await this.transport.send(batch);
    } catch {
      answer = { kind: "later" }; // offline: the shelf keeps them
    }
    this.#underway = undefined;
    this.#heard(batch, answer);
  }

  /** The page goes away: hand everything to the browser. It stays on the shelf, since nobody will tell if it arrived. */
  leave(): void {
    for (let from = 0; from < this.#waiting.length; from += BATCH) {
      if (!this.transport.leave(this.#waiting.slice(from, from + BATCH))) return;
    }
  }

  /** Take over what earlier pages of this link left behind. The ids are the same, so what had arrived changes nothing. */
  adopt(): void {
    if (!this.shelf) return;
    const left = Array.from({ length: this.shelf.length }, (_, n) => this.shelf!.key(n)).filter(
      (key): key is string => key !== null && key.startsWith(this.#prefix) && key !== this.#key,
    );
    for (const key of left) {
      this.#waiting.unshift(...parse(this.shelf.getItem(key)));
      this.#save();
      this.shelf.removeItem(key);
    }
    if (this.#waiting.length > 0) this.#plan(0);
  }

  #heard(batch: readonly PlayerEvent[], answer: Answer): void {
    if (answer.kind === "later") {
      this.#failures += 1;
      const backOff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
      this.#plan(Math.max(answer.afterMs ?? 0, backOff));
      return;
    }
    this.#failures = 0;
    const done = new Set(batch.map((event) => event.id));
    this.#waiting = this.#waiting.filter((event) => !done.has(event.id));
    this.#save();
    if (this.#waiting.length > 0) this.#plan(this.#waiting.length >= BATCH ? 0 : SOON_MS);
  }

  /** Make room: a heartbeat says least, since the next one covers it. */
  #forgetOne(): void {
    const heartbeat = this.#waiting.findIndex((event) => event.type === "progress");
    this.#waiting.splice(Math.max(0, heartbeat), 1);
  }

  #plan(ms: number): void {
    if (this.#cancel && ms > 0 && this.#failures === 0) return; // a sending is planned already, and no later than this
    this.#stopWaiting();
    this.#cancel = this.timers.after(ms, () => {
      this.#cancel = undefined;
      void this.flush();
    });
  }

  #stopWaiting(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #save(): void {
    if (!this.shelf) return;
    try {
      if (this.#waiting.length === 0) this.shelf.removeItem(this.#key);
      else this.shelf.setItem(this.#key, JSON.stringify(this.#waiting));
    } catch {
      // the shelf is full or forbidden: events live in memory for as long as the page does
    }
  }
}

function parse(text: string | null): PlayerEvent[] {
  try {
    const events: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(events) ? events.filter((event) => typeof event?.id === "string") : [];
  } catch {
    return []; // not ours, or cut off by a crash
  }
}
