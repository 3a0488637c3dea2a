import { describe, expect, test } from "vitest";
import type { PlayerEvent } from "../src/events";
import { type Answer, BATCH, EventQueue, type Shelf } from "../src/queue";

const event = (n: number, view = "v", type: PlayerEvent["type"] = "play"): PlayerEvent => ({
  id: `${view}.${n}`, view, type, at: "2026-03-01T09:00:00.000Z", seq: n, position_s: n, rate: 1, device: "d",
});

class MapShelf implements Shelf {
  readonly held = new Map<string, string>();
  full = false;
  get length() { return this.held.size; }
  key(n: number) { return [...this.held.keys()][n] ?? null; }
  getItem(key: string) { return this.held.get(key) ?? null; }
  removeItem(key: string) { this.held.delete(key); }
  setItem(key: string, value: string) {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.held.set(key, value);
  }
}

/** A server that keeps each id once, a network that can be cut, and a clock that is turned by hand. */
function around(shelf: Shelf | null = new MapShelf(), view = "v") {
  const kept: string[] = [];
  const planned: { ms: number; run: () => void; on: boolean }[] = [];
  const world = {
    kept, planned, shelf, beacons: [] as string[][], batches: [] as number[],
    answer: (): Answer | "cut" => ({ kind: "kept" }),
  };
  const transport = {
    async send(events: readonly PlayerEvent[]): Promise<Answer> {
      const answer = world.answer();
      if (answer === "cut") throw new TypeError("network");
      world.batches.push(events.length);
      if (answer.kind === "kept") for (const { id } of events) if (!kept.includes(id)) kept.push(id);
      return answer;
    },
    leave: (events: readonly PlayerEvent[]) => world.beacons.push(events.map((e) => e.id)) > 0,
  };
  const after = (ms: number, run: () => void) => {
    const plan = { ms, run, on: true };
    planned.push(plan);
    return () => (plan.on = false);
  };
  return { world, queue: new EventQueue(transport, shelf, { after }, "/e/t", view) };
}

describe("the queue", () => {
  test("sends what waits and forgets it only when the server has it", async () => {
    const { queue, world } = around();
    queue.add(event(0));
    await queue.flush();

    expect([world.kept, queue.size, world.shelf!.length]).toEqual([["v.0"], 0, 0]);
  });

  test("keeps events through a cut and sends the same ids later", async () => {
    const { queue, world } = around();
    world.answer = () => "cut";
    queue.add(event(0));
    await queue.flush();
    expect([queue.size, world.shelf!.length]).toEqual([1, 1]);

    world.answer = () => ({ kind: "kept" });
    await queue.flush();
    expect([world.kept, queue.size]).toEqual([["v.0"], 0]);
  });

  test("waits longer after each failure, and at least as long as the server asks", async () => {
    const { queue, world } = around();
    world.answer = () => ({ kind: "later", afterMs: 30_000 });
    queue.add(event(0));
    await queue.flush();
    expect(world.planned.at(-1)!.ms).toBe(30_000);

    world.answer = () => ({ kind: "later" });
    await queue.flush();
    expect(world.planned.at(-1)!.ms).toBe(4_000);
  });

  test("gives up on what the server will never take, so that it does not block the rest", async () => {
    const { queue, world } = around();
    world.answer = () => ({ kind: "never" });
    queue.add(event(0));
    await queue.flush();

    expect(queue.size).toBe(0);
  });

  test("splits what waits into batches", async () => {
    const { queue, world } = around();
    for (let n = 0; n < BATCH + 5; n++) queue.add(event(n));
    await queue.flush();
    await queue.flush();

    expect([world.batches, world.kept.length]).toEqual([[BATCH, 5], BATCH + 5]);
  });

  test("hands everything to the browser when the page goes, and still keeps it", () => {
    const { queue, world } = around();
    queue.add(event(0));
    queue.leave();

    expect([world.beacons, queue.size]).toEqual([[["v.0"]], 1]);
  });

  test("takes over what a page closed offline left behind", async () => {
    const shelf = new MapShelf();
    around(shelf, "old").queue.add(event(3, "old"));
    const { queue, world } = around(shelf, "new");
    queue.adopt();
    await queue.flush();

    expect([world.kept, shelf.length]).toEqual([["old.3"], 0]);
  });

  test("does not touch what belongs to another link, nor choke on broken text", () => {
    const shelf = new MapShelf();
    shelf.setItem("vitalreel.queue /e/other v", JSON.stringify([event(1)]));
    shelf.setItem("vitalreel.queue /e/t broken", "{");
    const { queue } = around(shelf, "new");
    queue.adopt();

    expect([queue.size, shelf.getItem("vitalreel.queue /e/other v") !== null]).toEqual([0, true]);
  });

  test.each([["a full shelf", true], ["no shelf", false]])("works with %s", async (_name, full) => {
    const shelf = full ? new MapShelf() : null;
    if (shelf) shelf.full = true;
    const { queue, world } = around(shelf);
    queue.add(event(0));
    await queue.flush();

    expect(world.kept).toEqual(["v.0"]);
  });

  test("makes room by forgetting heartbeats first", () => {
    const shelf = new MapShelf();
    const earlier = Array.from({ length: 1_999 }, (_, n) => event(n, "earlier", n === 1 ? "progress" : "play"));
    shelf.setItem("vitalreel.queue /e/t earlier", JSON.stringify(earlier));
    const { queue, world } = around(shelf);
    queue.adopt();
    queue.add(event(0));
    queue.add(event(1));
    const held = JSON.parse([...(world.shelf as MapShelf).held.values()][0]!) as PlayerEvent[];

    expect([held.length, held.some((e) => e.type === "progress")]).toEqual([2_000, false]);
  });
});
