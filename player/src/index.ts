/** The package: importing it defines `<vital-reel>` and `<vital-inbox>`. */

import { VitalInbox } from "./inbox.js";
import { VitalReel } from "./player.js";

if (!customElements.get("vital-reel")) customElements.define("vital-reel", VitalReel);
if (!customElements.get("vital-inbox")) customElements.define("vital-inbox", VitalInbox);

export { VitalInbox, VitalReel };
export * from "./client.js";
