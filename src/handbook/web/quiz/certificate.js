/** The way from an invitation to the certificate that its sitting earned. */

import { button, element } from "./dom.js";

/**
 * Return a button that opens the certificate in a tab of its own.
 *
 * The invitation goes in the body of a form: in an address it would stand in the server's
 * log and in the browser's history.
 */
export function certificateButton(invitation, site) {
  return button("打印合格证", () => {
    const form = element(
      "form",
      { method: "post", action: new URL("certificate", site).href, target: "_blank", rel: "noopener" },
      element("input", { type: "hidden", name: "invitation", value: invitation }),
    );
    document.body.append(form);
    form.submit();
    form.remove();
  });
}
