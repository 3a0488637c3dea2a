/** Brings batches to the server: fetch while the page lives, what outlives it while it goes. */

import { iso } from "./clock.js";
import type { PlayerEvent } from "./events.js";
import type { Answer, Transport } from "./queue.js";

/** Statuses after which the same batch would be refused again. */
const NEVER = new Set([400, 403, 404, 410, 413]);

/**
 * To another origin a batch goes as plain text and without cookies: so the browser asks nothing before it, which it could not do
 * while the page goes, and `sendBeacon`, which always takes cookies along, is not used.
 */
export function httpTransport(endpoint: string, wall: () => number = Date.now, elsewhere = isElsewhere(endpoint)): Transport {
  const kind = elsewhere ? "text/plain;charset=UTF-8" : "application/json";
  const body = (events: readonly PlayerEvent[]) => JSON.stringify({ sent_at: iso(wall()), events });
  const post = (events: readonly PlayerEvent[]) =>
    fetch(endpoint, {
      method: "POST",
      body: body(events),
      headers: { "Content-Type": kind },
      credentials: elsewhere ? "omit" : "same-origin",
      keepalive: true,
    });
  return {
    async send(events): Promise<Answer> {
      const response = await post(events);
      if (response.ok) return { kind: "kept" };
      if (NEVER.has(response.status)) return { kind: "never" };
      const after = Number(response.headers.get("Retry-After"));
      return Number.isFinite(after) && after > 0 ? { kind: "later", afterMs: after * 1000 } : { kind: "later" };
    },
    leave(events) {
      if (!elsewhere) return navigator.sendBeacon(endpoint, new Blob([body(events)], { type: kind }));
      post(events).catch(() => undefined); // nobody is left to hear of it; the events are on the shelf
      return true;
    },
  };
}

/** Whether an address belongs to another origin than the page. */
export function isElsewhere(address: string): boolean {
  return new URL(address, document.baseURI).origin !== location.origin;
}
