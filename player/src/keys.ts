/** The keyboard: a key in, what it asks of the player out. */

export type Wish =
  | { do: "toggle" } | { do: "skip"; by: number } | { do: "volume"; by: number }
  | { do: "captions" } | { do: "fullscreen" } | { do: "mute" } | { do: "go"; share: number };

export interface Press {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

export interface Focus {
  tag: string;
  editable: boolean;
  /** Whether the focus is inside the player: elsewhere the keys that scroll a page stay the page's. */
  inside: boolean;
}

const SCROLLS = new Set(["ArrowUp", "ArrowDown", "Home", "End"]);

/** What a key asks for, null where it is not the player's. `on` is the element that has the focus. */
export function wish(press: Press, on: Focus): Wish | null {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  if (on.editable || ["INPUT", "TEXTAREA", "SELECT"].includes(on.tag)) return null;
  if (SCROLLS.has(press.key) && !on.inside) return null;
  const pressed = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const takesSpace = ["BUTTON", "A", "SUMMARY"].includes(on.tag) || on.tag.startsWith("MEDIA-");
  if (pressed === " " && takesSpace) return null; // space presses what is focused
  if (pressed.startsWith("Arrow") && on.tag.endsWith("-RANGE")) return null; // a slider moves itself
  if (/^[0-9]$/.test(pressed)) return { do: "go", share: Number(pressed) / 10 };
  return WISHES[pressed] ?? null;
}

const WISHES: Readonly<Record<string, Wish>> = {
  " ": { do: "toggle" },
  k: { do: "toggle" },
  j: { do: "skip", by: -10 },
  l: { do: "skip", by: 10 },
  ArrowLeft: { do: "skip", by: -5 },
  ArrowRight: { do: "skip", by: 5 },
  ArrowUp: { do: "volume", by: 0.1 },
  ArrowDown: { do: "volume", by: -0.1 },
  c: { do: "captions" },
  f: { do: "fullscreen" },
  m: { do: "mute" },
  Home: { do: "go", share: 0 },
  End: { do: "go", share: 1 },
};
