/** Joins a player to the page around it: chapters and transcript that seek and follow, the button, the person, the share. */

import type { VitalReel } from "./player.js";

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
    if (what === "share") offerShare(link, reel);
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

/** Sharing copies the address; the one who opens it counts as a colleague. */
function offerShare(button: HTMLElement, reel: VitalReel): void {
  if (!navigator.clipboard) return;
  const before = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    reel.tell("share");
    button.textContent = button.dataset.copied ?? "Link copied";
    setTimeout(() => (button.textContent = before), 3000);
  });
}
