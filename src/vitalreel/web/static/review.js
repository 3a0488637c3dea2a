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

  for (const edit of document.querySelectorAll("form.say")) {
    edit.addEventListener("submit", () => {
      const button = edit.querySelector("button");
      button.disabled = true;
      button.textContent = "Making it…";
    });
  }
})();
