import { describe, expect, test } from "vitest";
import { clockText, iso, spokenText, steadyClock } from "../src/clock";
import { wish } from "../src/keys";
import { current } from "../src/page";

describe("time", () => {
  test("never runs backwards, whatever the wall clock does", () => {
    let [wall, steady] = [1_000_000, 0];
    const clock = steadyClock(() => wall, () => steady);
    const first = clock.now();
    wall = 0;
    steady = 5;

    expect([first, clock.now()]).toEqual([1_000_000, 1_000_005]);
  });

  test.each([[0, "0:00", "0 seconds"], [61, "1:01", "1 minute 1 second"], [94.4, "1:34", "1 minute 34 seconds"], [3600, "60:00", "60 minutes"]])(
    "%d s reads %s", (seconds, shown, spoken) => {
      expect([clockText(seconds), spokenText(seconds)]).toEqual([shown, spoken]);
    },
  );

  test("is told in UTC", () => expect(iso(0)).toBe("1970-01-01T00:00:00.000Z"));
});

describe("keys", () => {
  const plain = { ctrlKey: false, altKey: false, metaKey: false };
  const body = { tag: "BODY", editable: false, inside: false };

  test.each([[" ", { do: "toggle" }], ["K", { do: "toggle" }], ["j", { do: "skip", by: -10 }], ["ArrowRight", { do: "skip", by: 5 }], ["c", { do: "captions" }], ["5", { do: "go", share: 0.5 }]])(
    "%s asks for something", (key, wanted) => expect(wish({ ...plain, key }, body)).toEqual(wanted),
  );

  test("leaves typing, shortcuts, buttons and scrolling alone", () => {
    const spare = [
      wish({ ...plain, key: "k" }, { ...body, tag: "TEXTAREA" }),
      wish({ ...plain, key: "k" }, { ...body, editable: true }),
      wish({ ...plain, key: "c", ctrlKey: true }, body),
      wish({ ...plain, key: " " }, { ...body, tag: "BUTTON" }),
      wish({ ...plain, key: "ArrowDown" }, body),
      wish({ ...plain, key: "ArrowLeft" }, { ...body, tag: "MEDIA-TIME-RANGE", inside: true }),
      wish({ ...plain, key: "x" }, body),
    ];

    expect(spare).toEqual(Array(7).fill(null));
  });

  test("changes the volume where the player has the focus", () => {
    expect(wish({ ...plain, key: "ArrowUp" }, { ...body, inside: true })).toEqual({ do: "volume", by: 0.1 });
  });
});

describe("the page", () => {
  test.each([[-1, 0.9], [0, 1], [0, 3.9], [1, 4], [2, 100]])("entry %d is current at %d s", (n, at) => {
    expect(current([1, 4, 9], at)).toBe(n);
  });
});
