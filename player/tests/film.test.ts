import { afterEach, describe, expect, test, vi } from "vitest";
import { attributesOf, Closed, type Film, made, readFilm } from "../src/film";

const SAID: Film = {
  title: "Where Nordwind stands", length_s: 12, language: "en",
  files: { hls: "/media/T/index.m3u8", mp4: "/media/T/film.mp4", captions: null, poster: "/media/T/poster.jpg" },
  chapters: [{ at_s: 0, text: "Good morning" }, { at_s: 4.5, text: "Overtime" }], transcript: [], disclosure: "",
  button: { text: "Book", href: "/go/T" }, human: null, events: "/e/T", share: "/s/T",
};
const AT = "https://videos.example/film/T";
const never = new AbortController().signal;

afterEach(() => vi.unstubAllGlobals());

/** A server that answers so. */
const answering = (body: unknown, status: number) => vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status }));

describe("a film by its address", () => {
  test("has its files where it was read, on whatever page it stands", () => {
    const film = made(SAID, AT);

    expect(film.files).toEqual({ hls: "https://videos.example/media/T/index.m3u8", mp4: "https://videos.example/media/T/film.mp4", captions: null, poster: "https://videos.example/media/T/poster.jpg" });
    expect([film.button?.href, film.events, film.share]).toEqual(["https://videos.example/go/T", "https://videos.example/e/T", "https://videos.example/s/T"]);
  });

  test("says all that the player's attributes say", () => {
    expect(attributesOf(made(SAID, AT))).toEqual({
      src: "https://videos.example/media/T/index.m3u8", fallback: "https://videos.example/media/T/film.mp4", captions: null,
      poster: "https://videos.example/media/T/poster.jpg", label: "Where Nordwind stands", lang: "en", length: "12", chapters: "0 4.5",
      events: "https://videos.example/e/T",
    });
  });

  test("plays its file where there is no list, and is not measured where it says so", () => {
    const told = attributesOf(made({ ...SAID, files: { ...SAID.files, hls: null }, events: null }, AT));

    expect([told.src, told.fallback, told.events]).toEqual(["https://videos.example/media/T/film.mp4", null, null]);
  });

  test("that lies on a page elsewhere leads there, unless a player of one's own has it already", async () => {
    const elsewhere = { ...SAID, files: { hls: null, mp4: null, captions: null, poster: null }, page: "https://learn.example/seats" };
    answering(elsewhere, 200);
    const [shown, bare] = [await readFilm(AT, never, false).catch((e: unknown) => e), await readFilm(AT)];

    expect(shown).toMatchObject({ title: "Where Nordwind stands", page: "https://learn.example/seats" });
    expect((bare as Film).events).toBe("https://videos.example/e/T");
  });

  test("that opens nothing says why, in the server's words, and where its page is", async () => {
    answering({ title: "This video is made when you ask for it", detail: "Its page makes it.", page: "/v/T" }, 409);
    const problem = await readFilm(AT, never).catch((e: unknown) => e);

    expect(problem).toBeInstanceOf(Closed);
    expect(problem).toMatchObject({ title: "This video is made when you ask for it", message: "Its page makes it.", page: "https://videos.example/v/T" });
  });
});
