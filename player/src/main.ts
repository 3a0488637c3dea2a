/** The module pages load: defines the element, and joins the first one to its page. */

import { joinPage } from "./page";
import { VitalReel } from "./player";

if (!customElements.get("vital-reel")) customElements.define("vital-reel", VitalReel);

const reel = document.querySelector<VitalReel>("vital-reel");
if (reel) joinPage(document, reel);

export { VitalReel };
