import { expect, test } from "vitest";
import { begin, type Startable } from "../src/begin";

/** A film of a browser that answers each try as told: "no" forbids it, "cut" interrupts it, as a change of source does. */
function film(...answers: ("yes" | "no" | "cut")[]): Startable & { tries: boolean[]; loaded: () => void } {
  const media = {
    muted: false,
    tries: [] as boolean[],
    loaded: () => undefined as void,
    play(): Promise<void> {
      media.tries.push(media.muted);
      const answer = answers.shift();
      const name = answer === "no" ? "NotAllowedError" : "AbortError";
      return answer === "yes" ? Promise.resolve() : Promise.reject(Object.assign(new Error(answer), { name }));
    },
    addEventListener(_type: "loadeddata", run: () => void): void {
      media.loaded = run;
    },
  };
  return media;
}

const stay = new AbortController().signal;
const turn = () => new Promise((next) => setTimeout(next));

test.each([
  ["aloud where it may", ["yes"], false, "aloud", [false], false],
  ["without sound where it must", ["no", "yes"], false, "silent", [false, true], true],
  ["not at all where it may do neither", ["no", "no"], false, "refused", [false, true], false],
  ["not without sound for whoever wants no motion", ["no"], true, "refused", [false], false],
] as const)("a film starts %s", async (_told, answers, still, how, tries, muted) => {
  const media = film(...answers);

  expect([await begin(media, still, stay), media.tries, media.muted]).toEqual([how, tries, muted]);
});

test("a start that another source interrupts is made again with that", async () => {
  const media = film("cut", "yes");
  const begun = begin(media, false, stay);
  await turn();
  media.loaded();

  expect([await begun, media.tries]).toEqual(["aloud", [false, false]]);
});

test("a page that is left waits for nothing", async () => {
  const leave = new AbortController();
  const media = film("cut");
  const begun = begin(media, false, leave.signal);
  await turn();
  leave.abort();

  expect(await begun).toBe("left");
});
