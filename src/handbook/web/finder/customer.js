// Whom the finder takes the call to be about: what was typed, said in one line.

import { blankOf, spoken } from "./blanks.js";
import { button } from "./card.js";
import { element } from "./elements.js";

/**
 * The line below the filters: whose words fill the blanks, and the two keys that say it
 * is somebody else, or still the same. Hidden while nothing is known.
 *
 * @param {Document} document
 * @param {{clear: () => void, takeBack: () => void}} on
 */
export function customerLine(document, on) {
  const words = element(document, "span", { class: "hf-customer__words" });
  const back = button(document, "还是这位，取回", on.takeBack, { key: "Alt+R" });
  const clear = button(document, "换下一位", on.clear, { key: "Alt+X" });
  const line = element(document, "div", { class: "hf-customer", role: "group", "aria-label": "这次服务的客户", hidden: true }, words, back, clear);
  return { line, words, back, clear };
}

/** Shows what is known of the customer by now. */
export function showCustomer({ line, words, back, clear }, call) {
  line.hidden = !call.holds && !call.aside;
  line.dataset.state = call.holds ? "held" : "aside";
  const told = call.holds ? `这位客户填过：${summary(call)}` : `已收起上一位的：${summary(call.aside ?? call)}`;
  if (words.textContent !== told) words.textContent = told;
  words.title = told;
  back.hidden = !call.aside;
  clear.hidden = !call.holds;
}

/** What was typed, as it would be said: a number that is masked stays so. */
function summary({ typed, values, basket }) {
  const said = (typed ?? values).map(([key, value]) => `${key} ${spoken(blankOf(key), value) || value}`);
  if (basket.length) said.push(`合成里 ${basket.length} 句`);
  return said.join("，");
}
