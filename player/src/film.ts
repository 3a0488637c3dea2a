/** A film by its address: what the server says of it in, what the player needs out, every address made whole. */

export interface Line {
  at_s: number;
  text: string;
}

/** What a film's address answers with; addresses are whole. */
export interface Film {
  title: string;
  length_s: number;
  language: string;
  files: { hls: string | null; mp4: string | null; captions: string | null; poster: string | null };
  chapters: readonly Line[];
  transcript: readonly Line[];
  disclosure: string;
  button: { text: string; href: string } | null;
  human: { name: string; role: string; email: string; href: string } | null;
  /** Where events go; null: this viewer is not measured. */
  events: string | null;
  /** Where a link for a colleague is made; null: this viewer is one. */
  share: string | null;
}

/** A link that opens no film, in the server's own words. */
export class Closed extends Error {
  constructor(readonly title: string, detail: string, readonly page: string | null) {
    super(detail);
  }
}

/**
 * Ask for the film at `address`. bare: one without files is good too, for a player that has them already. Throws Closed where the
 * server says why there is none, TypeError where it cannot be reached.
 */
export async function readFilm(address: string, left?: AbortSignal, bare = true): Promise<Film> {
  const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" }, signal: left ?? null });
  const said = (await response.json()) as Record<string, unknown>;
  const at = response.url || address;
  if (!response.ok) throw new Closed(String(said.title ?? ""), String(said.detail ?? ""), whole(said.page, at));
  const film = made(said as unknown as Film, at);
  const page = whole(said.page, at);
  if (page && !film.files.hls && !film.files.mp4 && !bare) throw new Closed(film.title, "It is shown on a page of its own.", page);
  return film;
}

/** The film with each address taken from where it was read. */
export function made(said: Film, at: string): Film {
  const { hls, mp4, captions, poster } = said.files;
  return {
    ...said,
    files: { hls: whole(hls, at), mp4: whole(mp4, at), captions: whole(captions, at), poster: whole(poster, at) },
    button: said.button && { ...said.button, href: whole(said.button.href, at)! },
    human: said.human && { ...said.human, href: whole(said.human.href, at)! },
    events: whole(said.events, at),
    share: whole(said.share, at),
  };
}

/** The attributes of the player that say the same. */
export function attributesOf(film: Film): Record<string, string | null> {
  const { hls, mp4, captions, poster } = film.files;
  return {
    src: hls ?? mp4,
    fallback: hls ? mp4 : null,
    captions,
    poster,
    label: film.title,
    lang: film.language,
    length: String(film.length_s),
    chapters: film.chapters.map((chapter) => chapter.at_s).join(" "),
    events: film.events,
  };
}

const whole = (address: unknown, at: string): string | null =>
  typeof address === "string" && address !== "" ? new URL(address, at).href : null;
