/** Passing a film on: a link of its own for the colleague, made by the server, shown and copied. */

import { Closed } from "./film.js";
import { randomId } from "./session.js";

/** A new link for a colleague. `key`: pressed again after a lost answer, the same key gives the same link. Throws as `readFilm`. */
export async function linkForColleague(address: string, key: string = randomId()): Promise<string> {
  const response = await fetch(address, {
    method: "POST",
    body: new URLSearchParams({ key }),
    headers: { Accept: "application/json" },
    credentials: "same-origin",
  });
  const said = (await response.json()) as { href: string; title: string; detail: string };
  if (!response.ok) throw new Closed(said.title, said.detail, null);
  return new URL(said.href, response.url || address).href;
}

/** Make a link and show it in `place`, copied where the browser lets it; why there is none, else. Answers whether there is one. */
export async function share(address: string, place: HTMLElement): Promise<boolean> {
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  place.replaceChildren(said);
  try {
    const link = await linkForColleague(address);
    const field = Object.assign(document.createElement("input"), { value: link, readOnly: true, className: "shared" });
    field.setAttribute("aria-label", "Link for a colleague");
    const all = Object.assign(document.createElement("a"), { href: address, textContent: "Links you passed on", target: "_blank", rel: "noopener" });
    place.append(field, all);
    said.textContent = (await copied(link)) ? "Copied. This link is for one colleague." : "Send this link to one colleague.";
    field.select();
    return true;
  } catch (problem) {
    said.textContent = problem instanceof Closed ? `${problem.title}. ${problem.message}` : "That did not get through. Try again in a moment.";
    return false;
  }
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // forbidden or not there: the link stands in its field
  }
}
