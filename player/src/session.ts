/** One showing of a film: follows a media element and tells the server what ran, for our player and for anybody's own. */

import { steadyClock } from "./clock.js";
import type { EventType } from "./events.js";
import { EventQueue, type Shelf } from "./queue.js";
import { STARS } from "./rating.js";
import { type Media, Tracker } from "./tracker.js";
import { httpTransport } from "./transport.js";

/** A media element that is being followed. */
export interface Watching {
  /** Tell what the element cannot know: the viewer pressed the button, wants a person, passed the film on. */
  tell(type: Extract<EventType, "click" | "human" | "share" | "error">): void;
  /** Tell how useful the viewer found the film, 1 to 5; the last word counts. Throws RangeError for any other number. */
  rate(stars: number): void;
  /** Send now what waits; resolves when the server holds it. What it does not take stays and is sent again. */
  flush(): Promise<void>;
  /** Stop following; what ran up to here is told. Resolves when the server holds it; what it does not take stays for the next page. */
  close(): Promise<void>;
}

/**
 * Follow `media` and send what happens to `endpoint`: the address of events that belongs to one person and one film (`.../e/TOKEN`).
 *
 * One call is one view. Events wait in this site's storage until the server holds them, so a lost connection or a closed page loses
 * none; no cookie is read or sent to another origin, and nothing goes to any other address.
 */
export function watch(media: Media, endpoint: string): Watching {
  const view = randomId();
  const queue = new EventQueue(httpTransport(endpoint), shelf(), { after }, endpoint, view);
  const tracker = new Tracker(media, {
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
  const leaving = new AbortController();
  follow(media, tracker, queue, leaving.signal);
  tracker.say("loaded");
  queue.adopt();
  return {
    tell(type) {
      tracker.say(type);
      void queue.flush();
    },
    rate(stars) {
      if (!(STARS as readonly number[]).includes(stars)) throw new RangeError(`a rating is 1 to ${STARS.length}, not ${stars}`);
      tracker.say("rated", stars);
      void queue.flush();
    },
    flush: () => queue.drain(),
    async close() {
      leaving.abort();
      tracker.close();
      await queue.drain();
    },
  };
}

/** The page's comings and goings. */
function follow(media: Media, tracker: Tracker, queue: EventQueue, signal: AbortSignal): void {
  const turned = () => {
    tracker.turned();
    if (document.visibilityState === "hidden") queue.leave();
    else void queue.flush();
  };
  const gone = () => {
    if (!media.paused) tracker.say("progress"); // the last chance to tell where a film that still ran stood
    queue.leave();
  };
  document.addEventListener("visibilitychange", turned, { signal });
  addEventListener("pagehide", gone, { signal });
  addEventListener("online", () => void queue.flush(), { signal });
}

const after = (ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** 128 random bits in base 36. */
export function randomId(): string {
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
