// Records an introduction with the browser's own MediaRecorder and sends it to this server, once its speaker says so.
(() => {
  "use strict";
  const form = document.getElementById("intro");
  const at = (id) => document.getElementById(id);
  const live = at("live"), said = at("said"), clock = at("clock");
  const longest = 38000;
  let stream = null, recorder = null, parts = [], recording = null, begun = 0, ticking = 0;

  const tell = (text) => { said.textContent = text; };
  const kind = () => ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"].find((k) => MediaRecorder.isTypeSupported(k)) || "";

  at("open").addEventListener("click", async () => {
    if (!navigator.mediaDevices || !window.MediaRecorder) return tell("This browser cannot record here: open the page over https or on localhost.");
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30 } },
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: false },
      });
    } catch (error) {
      return tell(`The camera or microphone did not open (${error.name}). Allow both for this page, and try again.`);
    }
    live.srcObject = stream;
    live.muted = true;
    await live.play();
    at("start").disabled = false;
    tell("Look into the lens, a little above the middle. Press Record when you are ready.");
  });

  const tick = () => {
    const passed = performance.now() - begun;
    clock.textContent = `0:${String(Math.floor(passed / 1000)).padStart(2, "0")}`;
    if (passed >= longest && recorder.state === "recording") recorder.stop();
  };

  at("start").addEventListener("click", () => {
    parts = [];
    recorder = new MediaRecorder(stream, { mimeType: kind(), videoBitsPerSecond: 8000000, audioBitsPerSecond: 128000 });
    recorder.addEventListener("dataavailable", (event) => { if (event.data.size) parts.push(event.data); });
    recorder.addEventListener("stop", () => {
      clearInterval(ticking);
      recording = new Blob(parts, { type: recorder.mimeType });
      live.srcObject = null;
      live.src = URL.createObjectURL(recording);
      live.muted = false;
      live.controls = true;
      at("stop").disabled = true;
      at("start").disabled = false;
      at("keep").disabled = false;
      tell("Watch it. Record again as often as you like, or write your words, agree, and keep it.");
    });
    live.controls = false;
    live.srcObject = stream;
    live.muted = true;
    live.play();
    recorder.start(1000);
    begun = performance.now();
    ticking = setInterval(tick, 200);
    at("start").disabled = true;
    at("stop").disabled = false;
    tell("Recording.");
  });

  at("stop").addEventListener("click", () => recorder.stop());

  const keep = async (asItIs) => {
    if (!recording) return tell("There is nothing recorded yet.");
    const body = new FormData(form);
    body.append("recording", recording, "introduction");
    if (asItIs) body.append("as_it_is", "yes");
    at("keep").disabled = true;
    tell("It is being read and levelled; that takes some seconds.");
    try {
      const answer = await fetch(form.dataset.post, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.detail || `HTTP ${answer.status}`);
      at("shown").src = told.film;
      at("shown").poster = told.poster;
      const front = at("front");
      if (front) front.elements.intro.value = told.intro;
      else at("make").textContent = form.dataset.make + told.intro;
      at("notes").replaceChildren(...told.notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })));
      at("faults").hidden = !told.notes.length;
      at("meant").hidden = told.as_it_is;
      at("next").textContent = told.as_it_is ? "You said that it is meant so: the film's checks warn with your name." : "Without that, or another recording, the film's checks may stop it.";
      at("kept").hidden = false;
      tell(`Kept: ${told.length_s} s, to be shown until ${told.until}.`);
    } catch (error) {
      tell(error.message);
    }
    at("keep").disabled = false;
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); keep(false); });
  at("meant").addEventListener("click", () => keep(true));
})();
