/** `<vital-inbox>`: the films that wait for one person, on any page; one pressed plays in its place. */

import { clockText } from "./clock.js";
import { VitalReel } from "./player.js";

/** A film of the inbox; addresses are whole. */
export interface Item {
  video: string;
  title: string;
  length_s: number;
  /** The day its data is from, ISO. */
  as_of: string;
  /** Its mail was not opened: it stands first. */
  shown: boolean;
  seen: boolean;
  /** Made when its viewer asks, on its page. */
  promised: boolean;
  film: string;
  page: string;
  poster: string | null;
}

/** Ask for the inbox at `address`. Throws TypeError where it cannot be reached, Error with the server's words where it opens nothing. */
export async function readInbox(address: string, left: AbortSignal): Promise<Item[]> {
  const response = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" }, signal: left });
  const said = (await response.json()) as { items: Item[]; title?: string; detail?: string };
  if (!response.ok) throw new Error(`${said.title}. ${said.detail}`);
  const whole = (path: string) => new URL(path, response.url || address).href;
  return said.items.map((item) => ({ ...item, film: whole(item.film), page: whole(item.page), poster: item.poster && whole(item.poster) }));
}

const STYLE = `
:host { display: block; font: 16px/1.5 Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 2px; }
li > * { display: flex; gap: 14px; align-items: flex-start; width: 100%; box-sizing: border-box; min-height: 44px; padding: 10px; border: 0; border-radius: 10px; background: none; color: inherit; font: inherit; text-align: start; text-decoration: none; cursor: pointer; }
li > *:hover { background: color-mix(in srgb, currentColor 7%, transparent); }
:focus-visible { outline: 3px solid var(--inbox-accent, #3f37c9); outline-offset: 2px; }
img, .none { width: 112px; aspect-ratio: 16 / 9; object-fit: cover; border-radius: 8px; flex: none; background: #15133c; }
.what { display: grid; min-width: 0; }
.what b { font-weight: 600; overflow-wrap: anywhere; }
.flag { font-size: 13px; font-weight: 600; color: var(--inbox-accent, #3f37c9); }
.note { font-size: 14px; opacity: .78; }
p { margin: 0; padding: 10px; }
.back { min-height: 44px; padding: 0 14px; margin: 0 0 8px; border: 1px solid color-mix(in srgb, currentColor 45%, transparent); border-radius: 10px; background: none; color: inherit; font: inherit; cursor: pointer; }
`;

/**
 * Attributes: `src` (the address that `vitalreel inbox` prints), `untracked` (handed to the player), `label`.
 *
 * Fires `inbox-read` ({unseen}) whenever it has asked, for a badge, and `inbox-open` ({video}); both bubble.
 */
export class VitalInbox extends HTMLElement {
  #place!: HTMLElement;
  #opened = new Set<string>(); // here: the server hears of it a moment later
  #leave = new AbortController();

  connectedCallback(): void {
    if (!this.shadowRoot) this.#build();
    this.#leave = new AbortController();
    this.#place.setAttribute("aria-label", this.getAttribute("label") ?? "Videos for you");
    document.addEventListener("visibilitychange", () => this.#again(), { signal: this.#leave.signal });
    void this.refresh();
  }

  disconnectedCallback(): void {
    this.#leave.abort();
  }

  /** Ask again what is in it. A film that plays is left in peace. */
  async refresh(): Promise<void> {
    const { signal } = this.#leave;
    try {
      const items = (await readInbox(this.getAttribute("src") ?? "", signal)).map((item) =>
        this.#opened.has(item.video) ? { ...item, seen: true, shown: false } : item,
      );
      if (!this.#place.querySelector("vital-reel")) this.#list(items);
      this.#tell("inbox-read", { unseen: items.filter((item) => !item.seen).length });
    } catch (problem) {
      const silent = signal.aborted || this.#place.childElementCount > 0; // what is shown already stays while there is no connection
      if (!silent) this.#say(problem instanceof TypeError ? "Your videos cannot be reached right now." : (problem as Error).message);
    }
  }

  #again(): void {
    if (document.visibilityState === "visible") void this.refresh();
  }

  #build(): void {
    const root = this.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
    this.#place = Object.assign(document.createElement("div"), { part: "inbox" });
    this.#place.setAttribute("role", "region");
    root.append(this.#place);
  }

  /** focus: the film whose entry has the focus then; as it stands, the one that has it now. */
  #list(items: readonly Item[], focus = (this.shadowRoot?.activeElement as HTMLElement | null)?.dataset.video): void {
    if (items.length === 0) return this.#say("Nothing new. A video about your account appears here when there is one.");
    const list = document.createElement("ul");
    for (const item of items) {
      const entry = document.createElement("li");
      const way = this.#way(item, items);
      entry.append(way);
      list.append(entry);
      if (item.video === focus) queueMicrotask(() => way.focus());
    }
    this.#place.replaceChildren(list);
  }

  /** What opens a film: a button here, or a link to the page that makes it. */
  #way(item: Item, items: readonly Item[]): HTMLElement {
    const way = item.promised
      ? Object.assign(document.createElement("a"), { href: item.page, target: "_blank", rel: "noopener" })
      : Object.assign(document.createElement("button"), { type: "button" });
    way.dataset.video = item.video;
    const picture = item.poster
      ? Object.assign(document.createElement("img"), { src: item.poster, alt: "", loading: "lazy" as const })
      : Object.assign(document.createElement("span"), { className: "none" });
    const what = Object.assign(document.createElement("span"), { className: "what" });
    const flag = item.shown ? "Not watched yet" : item.seen ? "" : "New";
    const from = new Date(item.as_of).toLocaleDateString(undefined, { dateStyle: "long", timeZone: "UTC" });
    const note = item.promised ? "Made when you press play" : `${clockText(item.length_s)}, from your data as of ${from}`;
    for (const [tag, className, text] of [["span", "flag", flag], ["b", "", item.title], ["span", "note", note]] as const) {
      if (text) what.append(Object.assign(document.createElement(tag), { className, textContent: text, dir: tag === "b" ? "auto" : "" }));
    }
    way.append(picture, what);
    if (!item.promised) way.addEventListener("click", () => this.#open(item, items));
    return way;
  }

  /** The film in the list's place, and the way back to where it was pressed. */
  #open(item: Item, items: readonly Item[]): void {
    const back = Object.assign(document.createElement("button"), { type: "button", className: "back", textContent: "All videos" });
    const reel = document.createElement("vital-reel") as VitalReel;
    reel.setAttribute("film", item.film);
    reel.toggleAttribute("autoplay", true);
    reel.toggleAttribute("untracked", this.hasAttribute("untracked"));
    this.#opened.add(item.video);
    back.addEventListener("click", () => {
      this.#list(items.map((one) => (one === item ? { ...one, seen: true, shown: false } : one)), item.video);
      void this.refresh();
    });
    this.#place.replaceChildren(back, reel);
    back.focus();
    this.#tell("inbox-open", { video: item.video });
  }

  #say(text: string): void {
    const said = Object.assign(document.createElement("p"), { textContent: text });
    said.setAttribute("role", "status");
    this.#place.replaceChildren(said);
  }

  #tell(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
