/** Joins a player to the page around it: chapters and transcript that seek and follow, the button, the person, the share. */

import type { VitalReel } from "./player.js";
import { ratingField } from "./rating.js";
import { share } from "./share.js";

/** The last of the ascending `starts` at or before `position`; -1 before the first. */
export function current(starts: readonly number[], position: number): number {
  let found = -1;
  for (const [n, start] of starts.entries()) if (start <= position + 0.05) found = n;
  return found;
}

export function joinPage(page: Document, reel: VitalReel): void {
  const lists = [".chapters [data-seek]", ".line [data-seek]"].map((selector) => [...page.querySelectorAll<HTMLElement>(selector)]);
  for (const button of lists.flat()) button.addEventListener("click", () => reel.seek(Number(button.dataset.seek)));
  reel.addEventListener("reel-time", (event) => {
    const { position_s } = (event as CustomEvent<{ position_s: number }>).detail;
    for (const list of lists) follow(list, position_s);
  });
  for (const link of page.querySelectorAll<HTMLElement>("[data-reel]")) {
    const what = link.dataset.reel;
    if (what === "share") offerShare(link as HTMLFormElement, reel);
    else if (what === "rate" && reel.measured) offerRating(link, reel);
    else if (what === "click" || what === "human") link.addEventListener("click", () => reel.tell(what));
  }
}

/** Mark the entry that the film has reached. */
function follow(list: readonly HTMLElement[], position: number): void {
  const here = current(list.map((button) => Number(button.dataset.seek)), position);
  for (const [n, button] of list.entries()) {
    const marked = button.closest<HTMLElement>(".line") ?? button;
    if (n === here) marked.setAttribute("aria-current", "true");
    else marked.removeAttribute("aria-current");
  }
}

/** A form that makes a link for a colleague, on a page of its own where there are no scripts: here it is shown below. */
function offerShare(form: HTMLFormElement, reel: VitalReel): void {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await share(form.action, form.querySelector<HTMLElement>("[data-shared]")!)) reel.tell("share");
  });
}

function offerRating(place: HTMLElement, reel: VitalReel): void {
  place.replaceChildren(ratingField((stars) => reel.rate(stars)));
  place.hidden = false;
}
