/** Brings a film into a video element: HLS where it can, the plain file where not, and says when neither works. */

import Hls from "hls.js";

export interface Source {
  close(): void;
}

/** How often a broken connection is tried again before the plain file is taken. */
const NETWORK_TRIES = 3;

/** Load `src`; on trouble that does not pass, load `fallback`; on trouble with that too, call `failed`. */
export function load(video: HTMLVideoElement, src: string, fallback: string | null, failed: () => void): Source {
  let hls: Hls | undefined;
  const plain = (url: string, next: () => void) => {
    video.addEventListener("error", next, { once: true });
    video.src = url;
  };
  const giveUp = () => {
    hls?.destroy();
    hls = undefined;
    if (fallback && fallback !== src) plain(fallback, failed);
    else failed();
  };
  if (!new URL(src, document.baseURI).pathname.endsWith(".m3u8")) plain(src, giveUp);
  else if (Hls.isSupported()) hls = streamed(video, src, giveUp);
  else if (video.canPlayType("application/vnd.apple.mpegurl")) plain(src, giveUp);
  else giveUp();
  return { close: () => hls?.destroy() };
}

function streamed(video: HTMLVideoElement, src: string, giveUp: () => void): Hls {
  // No worker: it would need a script from a blob, which a strict policy rightly forbids. Captions come as a track.
  const hls = new Hls({ enableWorker: false, enableWebVTT: false, enableIMSC1: false, enableCEA708Captions: false });
  let networkTries = 0;
  let mended = false;
  hls.on(Hls.Events.ERROR, (_name, problem) => {
    if (!problem.fatal) return;
    const began = hls.levels.length > 0; // before that there is no list of pieces to go on with
    if (problem.type === Hls.ErrorTypes.NETWORK_ERROR && began && networkTries < NETWORK_TRIES) {
      networkTries += 1;
      setTimeout(() => hls.startLoad(), 1000 * networkTries);
    } else if (problem.type === Hls.ErrorTypes.MEDIA_ERROR && !mended) {
      mended = true;
      hls.recoverMediaError();
    } else {
      giveUp();
    }
  });
  hls.loadSource(src);
  hls.attachMedia(video);
  return hls;
}
