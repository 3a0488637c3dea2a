/** What the player is made of: its elements and its style. Colours come from the page as --stage, --on-stage, --stage-accent. */

export const MARKUP = `
<div class="frame" part="frame" role="region">
  <div class="picture">
    <media-controller id="controller" nohotkeys noautohide nomutedpref novolumepref>
      <video slot="media" playsinline preload="metadata" crossorigin="anonymous"></video>
    </media-controller>
    <button class="start" type="button">
      <svg width="22" height="22" viewBox="0 0 16 16" aria-hidden="true"><path d="M5 3.2v9.6L12.8 8z" fill="currentColor"/></svg>
      <span></span>
    </button>
    <button class="sound" type="button" hidden>
      <svg width="20" height="20" viewBox="0 0 16 16" aria-hidden="true"><path d="M2 6v4h2.6L8 13V3L4.6 6zM10 5.2a4 4 0 0 1 0 5.6M11.8 3.4a6.500 6.500 0 0 1 0 9.200" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"/></svg>
      <span>Play with sound</span>
    </button>
    <div class="trouble" role="alert" hidden>
      <p>The video does not play right now.</p>
      <button type="button">Try again</button>
      <a target="_blank" rel="noopener" hidden>Open its page</a>
    </div>
  </div>
  <div class="bar" part="bar">
    <media-time-range mediacontroller="controller"></media-time-range>
    <div class="controls">
      <media-play-button mediacontroller="controller" notooltip></media-play-button>
      <media-time-display mediacontroller="controller" showduration notoggle></media-time-display>
      <span class="gap"></span>
      <media-captions-button mediacontroller="controller" notooltip></media-captions-button>
      <media-playback-rate-button mediacontroller="controller" rates="1 1.25 1.5 2 0.75" notooltip></media-playback-rate-button>
      <media-mute-button mediacontroller="controller" notooltip></media-mute-button>
      <media-volume-range mediacontroller="controller"></media-volume-range>
      <media-fullscreen-button mediacontroller="controller" notooltip></media-fullscreen-button>
    </div>
  </div>
  <div class="around" part="around" hidden></div>
  <p class="said" role="status" aria-live="polite"></p>
</div>`;

export const STYLE = `
:host { display: block; }
.frame {
  --media-primary-color: var(--on-stage, #fff); --media-secondary-color: transparent;
  --media-control-background: transparent; --media-control-hover-background: color-mix(in srgb, var(--on-stage, #fff) 12%, transparent);
  --media-font-family: Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; --media-font-size: 14px; --media-font-weight: 450; --media-control-height: 24px;
  --media-range-bar-color: var(--stage-accent, #a9a6ff); --media-range-track-height: 5px; --media-range-segment-hover-height: 7px;
  --media-range-segments-gap: 3px; --media-range-track-background: color-mix(in srgb, var(--on-stage, #fff) 28%, transparent);
  --media-range-track-border-radius: 2px; --media-range-thumb-background: var(--on-stage, #fff);
  --media-tooltip-display: none; --media-focus-box-shadow: 0 0 0 3px var(--stage-accent, #a9a6ff);
  background: var(--stage, #15133c); color: var(--on-stage, #fff); position: relative;
}
.picture { position: relative; }
media-controller { display: block; width: 100%; aspect-ratio: 16 / 9; background: transparent; --media-background-color: transparent; }
video { width: 100%; height: 100%; object-fit: contain; }
video::cue { background: rgb(10 9 32 / .86); color: #fff; font-family: inherit; }
.start, .sound {
  position: absolute; left: 5%; top: 67%; display: flex; align-items: center; gap: 12px; height: 56px; padding: 0 26px 0 20px; border: 0;
  border-radius: 28px; background: #fff; color: #16143a; font-family: inherit; font-weight: 650; font-size: 17px; cursor: pointer;
}
.sound { top: 6%; height: 48px; font-size: 16px; }
.start:hover, .sound:hover { background: #efeefc; }
.start:focus-visible, .sound:focus-visible, .trouble button:focus-visible { outline: 3px solid var(--stage-accent, #a9a6ff); outline-offset: 3px; }
.start svg, .sound svg { flex: none; }
.trouble {
  position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: 12px; padding: 24px; text-align: center;
  background: var(--stage, #15133c);
}
.trouble[hidden], .trouble [hidden], .start[hidden], .sound[hidden] { display: none; }
.trouble p { margin: 0; }
.trouble a { color: inherit; }
.trouble button { min-height: 44px; padding: 0 18px; border-radius: 10px; border: 1px solid currentColor; background: none; color: inherit; font: inherit; cursor: pointer; }
.bar { padding: 8px 12px; border-top: 1px solid color-mix(in srgb, var(--on-stage, #fff) 9%, transparent); background: color-mix(in srgb, var(--stage, #15133c) 72%, #000); }
media-time-range { width: 100%; height: 18px; padding: 0; }
.controls { display: flex; align-items: center; gap: 2px; }
.controls > * { border-radius: 8px; }
media-play-button, media-captions-button, media-mute-button, media-fullscreen-button, media-playback-rate-button { padding: 8px 10px; min-width: 44px; height: 44px; }
media-playback-rate-button { font-variant-numeric: tabular-nums; }
media-time-display { padding: 0 6px; font-variant-numeric: tabular-nums; }
media-volume-range { width: 84px; padding: 0 8px 0 0; height: 44px; }
media-captions-button[mediasubtitlesshowing] { box-shadow: inset 0 -2px 0 -0px var(--stage-accent, #a9a6ff); }
media-captions-button:not([mediasubtitleslist]) { display: none; }
.gap { flex: 1; }
.said { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.frame:fullscreen { display: flex; flex-direction: column; background: #000; }
.frame:fullscreen .around { display: none; }
.frame:fullscreen .picture { flex: 1; min-height: 0; }
.frame:fullscreen media-controller { height: 100%; aspect-ratio: auto; }
@media (max-width: 620px) { media-volume-range { display: none; } .start, .sound { height: 44px; top: 64%; font-size: 15px; padding: 0 18px 0 14px; gap: 8px; } .sound { top: 6%; } .bar { padding: 6px 8px; } }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; } }
@media (forced-colors: active) { .start, .sound { border: 1px solid ButtonText; } }
`;
