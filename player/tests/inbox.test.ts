import { afterEach, expect, test, vi } from "vitest";

vi.stubGlobal("HTMLElement", class {}); // the element's class is never made here: what it asks and reads is
vi.mock("../src/player", () => ({ VitalReel: class {} }));
const { readInbox } = await import("../src/inbox");

const AT = "https://videos.example/in/T";
const ITEM = { video: "film1", title: "x", length_s: 12, as_of: "2026-11-17", shown: true, seen: false, promised: false, film: "/film/L", page: "/v/L", poster: null };
const answering = (body: unknown, status: number) => vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status }));

afterEach(() => vi.unstubAllGlobals());

test("an inbox has its films where it was read", async () => {
  answering({ items: [ITEM, { ...ITEM, poster: "/media/L/poster.jpg" }] }, 200);
  const [first, second] = await readInbox(AT, new AbortController().signal);

  expect([first!.film, first!.page, first!.poster]).toEqual(["https://videos.example/film/L", "https://videos.example/v/L", null]);
  expect(second!.poster).toBe("https://videos.example/media/L/poster.jpg");
});

test("one that opens nothing says why in the server's words", async () => {
  answering({ title: "This link opens nothing", detail: "Part of it may be missing." }, 404);

  await expect(readInbox(AT, new AbortController().signal)).rejects.toThrow("This link opens nothing. Part of it may be missing.");
});
