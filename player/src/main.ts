/** The module that pages load by a script tag: the package, and the first player joined to its page. */

import { joinPage } from "./page.js";
import { VitalInbox, VitalReel } from "./index.js";

const reel = document.querySelector<VitalReel>("vital-reel:not([film])"); // one that reads its film brings its own surroundings
if (reel) joinPage(document, reel);

export { VitalInbox, VitalReel };
