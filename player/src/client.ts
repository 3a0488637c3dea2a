/** The events client by itself, for those with a player of their own: `watch(video, address)` and what it says, and `readFilm(address)`. */

export { Closed, type Film, readFilm } from "./film.js";
export type { EventType, PlayerEvent } from "./events.js";
export { type Watching, watch } from "./session.js";
export type { Media } from "./tracker.js";
