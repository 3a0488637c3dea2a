// Joins a film in review to the page: moments that seek, and comments that know where the film stands.
(() => {
  "use strict";
  const film = document.querySelector(".mid video");
  const form = document.getElementById("comment");
  if (!film) return;
  const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;

  for (const mark of document.querySelectorAll("[data-at]")) {
    mark.addEventListener("click", (event) => {
      event.preventDefault();
      film.pause();
      film.currentTime = Number(mark.dataset.at);
      film.scrollIntoView({ block: "nearest" });
    });
  }

  if (form) {
    const words = form.elements.words, at = form.elements.at_s, shown = document.getElementById("at");
    const follow = () => {
      if (words.value && document.activeElement === words) return; // it speaks of the moment at which it was begun
      at.value = film.currentTime.toFixed(1);
      shown.textContent = clock(film.currentTime);
    };
    for (const moved of ["timeupdate", "seeked", "pause"]) film.addEventListener(moved, follow);
    words.addEventListener("focus", () => { film.pause(); follow(); });
    follow();
  }

  // A film that is made again: seen as soon as it is drawn, and in the review once it was listened to and checked.
  const told = document.getElementById("made");
  const say = (text, wrong) => { told.hidden = false; told.textContent = text; told.classList.toggle("dn", Boolean(wrong)); };
  const decide = document.querySelectorAll(".decide button");
  const later = (ms) => new Promise((done) => setTimeout(done, ms));

  const before = film.getAttribute("src");
  const ask = async (form) => {
    const headers = { Accept: "application/json" };
    const asked = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
    const answer = await asked.json();
    if (!asked.ok) throw new Error(answer.detail);
    let seen = false;
    for (;;) {
      const now = await (await fetch(answer.making, { headers })).json();
      if (now.error || now.detail) throw new Error(now.error || now.detail);
      if (now.early && !seen) {
        seen = true;
        for (const track of film.textTracks) track.mode = "disabled"; // they are timed for the film before
        film.src = now.early;
        film.currentTime = now.starts_s;
        film.dataset.early = "yes";
        film.play().catch(() => {});
        film.scrollIntoView({ block: "nearest" });
      }
      if (now.took_s) return now;
      say(seen ? `This is the film with your words, after ${now.seen_s.toFixed(1)} s. It can be approved once it is heard and checked: ${now.doing}.`
        : `Making it: ${now.doing}.`);
      await later(150);
    }
  };

  for (const edit of document.querySelectorAll("form.again")) {
    edit.addEventListener("submit", async (event) => {
      event.preventDefault();
      const buttons = [...document.querySelectorAll("form.again button"), ...decide];
      for (const button of buttons) button.disabled = true;
      say("Making it: its words are looked at.");
      try {
        const made = await ask(edit);
        const at = film.paused ? "" : `&at=${film.currentTime.toFixed(1)}`;
        location.assign(`${location.pathname}?took=${made.took_s.toFixed(1)}&seen=${made.seen_s.toFixed(1)}${at}`);
      } catch (error) {
        say(`It was not made: ${error.message}`, true);
        if (film.getAttribute("src") !== before) film.src = before;
        for (const button of buttons) button.disabled = false;
      }
    });
  }

  const at = Number(new URLSearchParams(location.search).get("at"));
  if (at > 0) {
    film.currentTime = at;
    film.play().catch(() => {});
  }
})();
