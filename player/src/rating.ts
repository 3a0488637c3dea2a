/** The question how useful a film was: five answers, one of them chosen. */

export const STARS = [1, 2, 3, 4, 5] as const;

/** A group of radio buttons drawn as stars; `rated` hears of each choice. */
export function ratingField(rated: (stars: number) => void): HTMLFieldSetElement {
  const field = Object.assign(document.createElement("fieldset"), { className: "rate" });
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  const legend = Object.assign(document.createElement("legend"), { textContent: "How useful was this video?" });
  const row = Object.assign(document.createElement("div"), { className: "stars" });
  for (const stars of STARS) {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "vitalreel-rating", value: String(stars) });
    const words = Object.assign(document.createElement("span"), { className: "words", textContent: `${stars} of ${STARS.length}` });
    const star = Object.assign(document.createElement("span"), { className: "star", textContent: "\u2605" });
    star.setAttribute("aria-hidden", "true");
    input.addEventListener("change", () => {
      rated(stars);
      said.textContent = "Thank you.";
    });
    label.append(input, words, star);
    row.append(label);
  }
  field.append(legend, row, said);
  return field;
}
