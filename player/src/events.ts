/** The words a player says to the server: commands.md's player format, one object an event. */

export type EventType =
  | "loaded" | "play" | "pause" | "seek" | "progress" | "rate" | "hidden" | "visible" | "end"
  | "click" | "human" | "share" | "rated" | "error";

export interface PlayerEvent {
  /** The view's id and `seq`: sent again after a loss, it is known again. */
  id: string;
  view: string;
  type: EventType;
  /** ISO 8601, UTC, on a clock that never runs backwards within a view. */
  at: string;
  seq: number;
  /** Where the playhead stands, seconds of film. */
  position_s: number;
  /** Seek only: where it stood. */
  from_s?: number;
  rate: number;
  /** Rated only: 1 to 5. */
  rating?: number;
  muted?: true;
  hidden?: true;
  /** Started by the page and not by a hand. */
  auto?: true;
  /** Random, kept by this browser for this site: tells a forwarded link from the contact's own. */
  device: string;
}
