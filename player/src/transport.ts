/** Brings batches to the server: fetch while the page lives, sendBeacon while it goes. */

import { iso } from "./clock";
import type { PlayerEvent } from "./events";
import type { Answer, Transport } from "./queue";

/** Statuses after which the same batch would be refused again. */
const NEVER = new Set([400, 403, 404, 410, 413]);

export function httpTransport(endpoint: string, wall: () => number = Date.now): Transport {
  const body = (events: readonly PlayerEvent[]) => JSON.stringify({ sent_at: iso(wall()), events });
  return {
    async send(events): Promise<Answer> {
      const response = await fetch(endpoint, {
        method: "POST",
        body: body(events),
        headers: { "Content-Type": "application/json" },
        credentials: "same-origin",
        keepalive: true,
      });
      if (response.ok) return { kind: "kept" };
      if (NEVER.has(response.status)) return { kind: "never" };
      const after = Number(response.headers.get("Retry-After"));
      return Number.isFinite(after) && after > 0 ? { kind: "later", afterMs: after * 1000 } : { kind: "later" };
    },
    leave: (events) => navigator.sendBeacon(endpoint, new Blob([body(events)], { type: "application/json" })),
  };
}
