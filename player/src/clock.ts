/** Time for a view: a wall clock read once and carried on by one that never jumps; and lengths as people read them. */

export interface Clock {
  /** Milliseconds since 1970; never earlier than the call before. */
  now(): number;
}

/** The wall clock at the start plus what the steady clock counted since: set back or forward meanwhile, order holds. */
export function steadyClock(wall: () => number = Date.now, steady: () => number = () => performance.now()): Clock {
  const started = wall() - steady();
  let last = -Infinity;
  return { now: () => (last = Math.max(last, started + steady())) };
}

/** Milliseconds as ISO 8601 in UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString();

/** 94 as "1:34". */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** 94 as "1 minute 34 seconds", for screen readers. */
export function spokenText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [[Math.floor(whole / 60), "minute"], [whole % 60, "second"]];
  const said = parts.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}${n === 1 ? "" : "s"}`);
  return said.join(" ") || "0 seconds";
}
