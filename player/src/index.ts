/** The package: importing it defines `<vital-reel>`. */

import { VitalReel } from "./player.js";

if (!customElements.get("vital-reel")) customElements.define("vital-reel", VitalReel);

export { VitalReel };
export * from "./client.js";
