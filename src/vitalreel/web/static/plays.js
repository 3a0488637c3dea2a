// Checks a condition while it is written: its one written form, or the place of each mistake with what may stand there instead.
(() => {
  "use strict";
  const when = document.getElementById("when");
  let turn = 0;
  const check = async (field, out) => {
    const mine = ++turn;
    const body = new URLSearchParams({ condition: field.value, when: field === when || !when ? "" : when.value });
    if (!field.value.trim()) { out.replaceChildren(); return; }
    const answer = await fetch("/plays/check", { method: "POST", body });
    if (!answer.ok || field.dataset.turn !== String(mine)) return;
    const said = await answer.json();
    out.replaceChildren(...(said.ok ? [line("ok", `It reads: ${said.canonical}`)] : said.errors.map((e) => mistake(field, out, e))));
  };
  const line = (kind, text) => {
    const p = document.createElement("p");
    p.className = kind === "ok" ? "xs q" : "sm";
    p.textContent = text;
    return p;
  };
  const mistake = (field, out, e) => {
    const p = line("no", "");
    const [from, to] = e.at, mark = document.createElement("mark");
    mark.textContent = field.value.slice(from, to) || "here";
    p.append(mark, ` ${e.message} `);
    for (const offered of e.suggestions) {
      const take = document.createElement("button");
      take.type = "button";
      take.className = "btn s";
      take.textContent = `Write ${offered}`;
      take.addEventListener("click", () => {
        field.setRangeText(offered, from, to, "end");
        field.focus();
        asked(field, out, 0);
      });
      p.append(take, " ");
    }
    return p;
  };
  const waits = new WeakMap();
  const asked = (field, out, after) => {
    clearTimeout(waits.get(field));
    waits.set(field, setTimeout(() => { field.dataset.turn = String(turn + 1); check(field, out).catch(() => out.replaceChildren(line("no", "It could not be checked: the console does not answer."))); }, after));
  };
  for (const field of document.querySelectorAll("[data-condition]")) {
    const out = document.getElementById(`${field.id}-said`);
    field.addEventListener("input", () => asked(field, out, 300));
    if (field.value.trim()) asked(field, out, 0);
  }
})();
