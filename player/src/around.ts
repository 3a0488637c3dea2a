/** What stands below a film on a page of somebody else's: its button, a person to talk to, chapters and words. */

import { clockText } from "./clock.js";
import type { Film, Line } from "./film.js";
import { current } from "./page.js";
import { ratingField } from "./rating.js";
import { share } from "./share.js";

/** What it asks of the player. */
export interface Playing {
  readonly measured: boolean;
  seek(seconds: number): void;
  tell(type: "click" | "human" | "share"): void;
  rate(stars: number): void;
}

export const AROUND_STYLE = `
.around { padding: 12px; display: grid; gap: 10px; font: 15px/1.5 Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
.around[hidden] { display: none; }
.around .ways { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.around .ways > p { flex-basis: 100%; margin: 0; }
.around a, .around button { min-height: 44px; box-sizing: border-box; padding: 0 16px; border-radius: 10px; border: 1px solid color-mix(in srgb, var(--on-stage, #fff) 45%, transparent); background: none; color: inherit; font: inherit; font-weight: 600; text-decoration: none; display: inline-flex; align-items: center; cursor: pointer; }
.around a.do { background: #fff; color: #16143a; border-color: #fff; }
.around a:hover, .around button:hover { background: color-mix(in srgb, var(--on-stage, #fff) 12%, transparent); }
.around a.do:hover { background: #efeefc; }
.around :focus-visible { outline: 3px solid var(--stage-accent, #a9a6ff); outline-offset: 2px; }
.around summary { min-height: 44px; display: flex; align-items: center; cursor: pointer; font-weight: 600; }
.around summary::before { content: "+"; width: 1.2em; }
.around details[open] > summary::before { content: "\\2212"; }
.around ol { list-style: none; margin: 0; padding: 0; max-height: 340px; overflow: auto; }
.around li button { width: 100%; border: 0; padding: 6px 8px; font-weight: 400; text-align: start; gap: 12px; align-items: baseline; }
.around li span:first-child { font-variant-numeric: tabular-nums; min-width: 3em; }
.around li[aria-current] button { background: color-mix(in srgb, var(--on-stage, #fff) 14%, transparent); }
.around .place { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.around .place:empty { display: none; }
.around .place p { margin: 0; flex-basis: 100%; }
.around .shared { flex: 1 1 220px; min-width: 0; min-height: 44px; box-sizing: border-box; padding: 0 12px; border-radius: 10px; border: 1px solid color-mix(in srgb, var(--on-stage, #fff) 45%, transparent); background: transparent; color: inherit; font: inherit; }
.around .rate { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 0 10px; }
.around .rate legend { float: left; padding: 0; margin-inline-end: 10px; }
.around .stars { display: flex; }
.around .rate label { position: relative; min-width: 44px; min-height: 44px; display: grid; place-items: center; cursor: pointer; margin-inline-end: -10px; }
.around .rate input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.around .rate .words { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.around .rate .star { font-size: 24px; line-height: 1; color: transparent; -webkit-text-stroke: 1.3px currentColor; -webkit-text-stroke-color: var(--on-stage, #fff); }
.around .rate label:has(~ label > input:checked) .star, .around .rate label:has(> input:checked) .star { color: var(--stage-accent, #a9a6ff); -webkit-text-stroke-color: var(--stage-accent, #a9a6ff); }
.around .rate label:has(> input:focus-visible) { outline: 3px solid var(--stage-accent, #a9a6ff); outline-offset: -4px; border-radius: 10px; }
.around .note { margin: 0 0 6px; opacity: .8; }
`;

/** Fill `place` with what the film brings; answers what marks the place that the film has reached. */
export function surround(place: HTMLElement, film: Film, player: Playing): (position: number) => void {
  const lists = [film.chapters.length > 1 ? list(film.chapters, player) : null, list(film.transcript, player)];
  const [chapters, transcript] = lists;
  place.replaceChildren(
    ways(film, player),
    ...(player.measured ? [ratingField((stars) => player.rate(stars))] : []),
    ...(chapters ? [folded("Chapters", chapters)] : []),
    ...(film.transcript.length > 0 ? [folded("Transcript", film.disclosure && note(film.disclosure), transcript!)] : []),
  );
  place.lang = film.language;
  place.hidden = false;
  return (position) => {
    for (const [one, lines] of [[chapters, film.chapters], [transcript, film.transcript]] as const) if (one) mark(one, lines, position);
  };
}

function ways(film: Film, player: Playing): HTMLElement {
  const row = element("div", { className: "ways" });
  if (film.button) {
    const button = element("a", { className: "do", href: film.button.href, target: "_blank", rel: "noopener", textContent: film.button.text });
    button.addEventListener("click", () => player.tell("click"));
    row.append(button);
  }
  if (film.human) row.append(...human(film.human, film.title, player));
  if (film.share) row.append(...sharing(film.share, player));
  return row;
}

function sharing(address: string, player: Playing): HTMLElement[] {
  const button = element("button", { type: "button", textContent: "Share with a colleague" });
  const place = element("div", { className: "place" });
  button.addEventListener("click", async () => {
    if (await share(address, place)) player.tell("share");
  });
  return [button, place];
}

/** The person who looks after the account: a mail to them, or a wish that they call. */
function human(who: NonNullable<Film["human"]>, about: string, player: Playing): HTMLElement[] {
  const said = element("p", { textContent: `${who.name}${who.role ? `, ${who.role}` : ""}, is there for you.` });
  said.setAttribute("role", "status");
  const call = element("button", { type: "button", textContent: "Ask for a call" });
  call.addEventListener("click", async () => {
    call.disabled = true;
    const known = await asked(who.href);
    said.textContent = known ? `${who.name} knows that you want to talk.` : "That did not get through. Try again in a moment.";
    call.disabled = known;
  });
  if (!who.email) return [call, said];
  const write = element("a", { href: `mailto:${who.email}?subject=${encodeURIComponent(about)}`, textContent: `Write to ${who.name}` });
  write.addEventListener("click", () => player.tell("human"));
  return [write, call, said];
}

/** Whether the wish to talk has arrived. */
async function asked(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { method: "POST", body: new URLSearchParams({ words: "" }), credentials: "same-origin" })).ok;
  } catch {
    return false; // said to the viewer, who can press again
  }
}

function list(lines: readonly Line[], player: Playing): HTMLElement {
  const all = element("ol", {});
  for (const line of lines) {
    const button = element("button", { type: "button" });
    button.append(element("span", { textContent: clockText(line.at_s) }), " ", element("span", { textContent: line.text, dir: "auto" }));
    button.addEventListener("click", () => player.seek(line.at_s));
    all.append(element("li", {}));
    all.lastElementChild!.append(button);
  }
  return all;
}

function mark(all: HTMLElement, lines: readonly Line[], position: number): void {
  const here = current(lines.map((line) => line.at_s), position);
  for (const [n, item] of [...all.children].entries()) {
    if (n === here) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

function folded(title: string, ...inside: (HTMLElement | "")[]): HTMLElement {
  const fold = element("details", {});
  fold.append(element("summary", { textContent: title }), ...inside.filter((one) => one !== ""));
  return fold;
}

const note = (text: string) => element("p", { className: "note", textContent: text });

function element<K extends keyof HTMLElementTagNameMap>(tag: K, given: Partial<HTMLElementTagNameMap[K]>): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(tag), given);
}
