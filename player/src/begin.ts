/** Starting a film by itself, as far as the browser lets it: aloud, silently, or not at all. */

/** What the start needs of a media element. */
export interface Startable {
  muted: boolean;
  play(): Promise<void>;
  addEventListener(type: "loadeddata", run: () => void, options: { once: boolean; signal: AbortSignal }): void;
}

export type Begun = "aloud" | "silent" | "refused" | "left";

/**
 * With sound where the browser allows it, else without; where it allows neither, not at all, and the button is there.
 *
 * still: the viewer wants nothing to move by itself: then not without sound either. left: the page went on to something else.
 */
export async function begin(media: Startable, still: boolean, left: AbortSignal): Promise<Begun> {
  if (await starts(media, left)) return "aloud";
  if (left.aborted) return "left";
  if (still) return "refused";
  media.muted = true;
  if (await starts(media, left)) return "silent";
  media.muted = false;
  return left.aborted ? "left" : "refused";
}

/** Whether it plays. One that is interrupted, since its source is changed for another, is started again with that. */
async function starts(media: Startable, left: AbortSignal): Promise<boolean> {
  for (;;) {
    try {
      await media.play();
      return true;
    } catch (problem) {
      if ((problem as DOMException).name !== "AbortError" || left.aborted) return false;
    }
    const again = await new Promise<boolean>((settle) => {
      media.addEventListener("loadeddata", () => settle(true), { once: true, signal: left });
      left.addEventListener("abort", () => settle(false), { once: true });
    });
    if (!again) return false;
  }
}
