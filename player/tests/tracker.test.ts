import { describe, expect, test } from "vitest";
import type { PlayerEvent } from "../src/events";
import { HEARTBEAT_MS, type Media, SAMPLE_MS, Tracker } from "../src/tracker";

/** A media element and a page driven by hand: time passes when `run` says so. */
class Stage implements Media {
  currentTime = 0;
  playbackRate = 1;
  muted = false;
  volume = 1;
  paused = true;
  seeking = false;
  hidden = false;
  touched = true;
  said: PlayerEvent[] = [];
  #now = 1_000;
  #listeners = new Map<string, Set<() => void>>();
  #timers = new Set<{ ms: number; next: number; tick: () => void }>();

  addEventListener(type: string, listener: () => void) {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }
  removeEventListener(type: string, listener: () => void) { this.#listeners.get(type)?.delete(listener); }
  fire(type: string) { for (const listener of [...(this.#listeners.get(type) ?? [])]) listener(); }

  tracker() {
    return new Tracker(this, {
      clock: { now: () => this.#now }, view: "v", device: "d", hidden: () => this.hidden, touched: () => this.touched,
      every: (ms, tick) => {
        const timer = { ms, next: this.#now + ms, tick };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      say: (event) => this.said.push(event),
    });
  }
  run(seconds: number) {
    for (let ms = 0; ms < seconds * 1000; ms += SAMPLE_MS) {
      this.#now += SAMPLE_MS;
      if (!this.paused) this.currentTime += (SAMPLE_MS / 1000) * this.playbackRate;
      for (const timer of [...this.#timers]) if (timer.next <= this.#now) ((timer.next += timer.ms), timer.tick());
    }
  }
  play() { this.paused = false; this.fire("play"); this.fire("playing"); }
  pause() { this.paused = true; this.fire("pause"); }
  seek(to: number, ...over: number[]) {
    this.seeking = true;
    for (const place of [...over, to]) ((this.currentTime = place), this.fire("seeking"));
    this.seeking = false;
    this.fire("seeked");
  }
  get story() { return this.said.map((e) => `${e.type}@${+e.position_s.toFixed(1)}${e.from_s === undefined ? "" : `<${+e.from_s.toFixed(1)}`}`); }
}

const staged = () => { const stage = new Stage(); const tracker = stage.tracker(); return { stage, tracker }; };

describe("the tracker", () => {
  test("says where film ran", () => {
    const { stage } = staged();
    stage.play();
    stage.run(4);
    stage.pause();

    expect(stage.story).toEqual(["play@0", "pause@4"]);
  });

  test("says where a seek left and where it landed, once for a whole drag", () => {
    const { stage } = staged();
    stage.play();
    stage.run(5);
    stage.seek(40, 10, 20, 30);
    stage.run(2);
    stage.pause();

    expect(stage.story).toEqual(["play@0", "seek@40<5", "pause@42"]);
  });

  test("tells a seek that has not landed before whatever follows it", () => {
    const { stage } = staged();
    stage.play();
    stage.run(5);
    stage.seeking = true;
    stage.currentTime = 30;
    stage.fire("seeking");
    stage.pause();

    expect(stage.story).toEqual(["play@0", "seek@30<5", "pause@30"]);
  });

  test("beats every ten seconds while playing and not otherwise", () => {
    const { stage } = staged();
    stage.play();
    stage.run(25);
    stage.pause();
    stage.run(60);

    expect(HEARTBEAT_MS).toBe(10_000);
    expect(stage.story).toEqual(["play@0", "progress@10", "progress@20", "pause@25"]);
  });

  test("does not take the end of a wait for data for a new play", () => {
    const { stage } = staged();
    stage.play();
    stage.fire("waiting");
    stage.fire("playing");

    expect(stage.story).toEqual(["play@0"]);
  });

  test("marks what nobody saw or started", () => {
    const { stage, tracker } = staged();
    Object.assign(stage, { muted: true, hidden: true, touched: false });
    stage.play();
    stage.hidden = false;
    tracker.turned();

    expect(stage.said[0]).toMatchObject({ type: "play", muted: true, hidden: true, auto: true });
    expect(stage.said[1]).toMatchObject({ type: "visible" });
    expect(stage.said[1]!.hidden).toBeUndefined();
  });

  test("numbers events without gaps and names them after view and number", () => {
    const { stage } = staged();
    stage.play();
    stage.playbackRate = 2;
    stage.fire("ratechange");
    stage.pause();

    expect(stage.said.map((e) => e.id)).toEqual(["v.0", "v.1", "v.2"]);
    expect(stage.said.map((e) => e.rate)).toEqual([1, 2, 2]);
  });

  test("closes an open stretch when it is put away, and is silent after", () => {
    const { stage, tracker } = staged();
    stage.play();
    stage.run(3);
    tracker.close();
    stage.play();

    expect(stage.story).toEqual(["play@0", "pause@3"]);
  });

  test("ends a film that ran out, and starts anew when it is played again", () => {
    const { stage } = staged();
    stage.play();
    stage.run(2);
    stage.pause();
    stage.fire("ended");
    stage.seek(0);
    stage.play();

    expect(stage.story).toEqual(["play@0", "pause@2", "end@2", "seek@0<2", "play@0"]);
  });
});
