import { describe, expect, test } from "vitest";
import { html } from "../../../../src/platforms/aws/pause-page/html.ts";

const hostile = `</title><script>alert(1)</script>"'&<!--`;

describe("html", () => {
  test("escapes what it is given, in text and in attributes", () => {
    expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
      '<p title="&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;!--">' +
        "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;!--</p>",
    );
  });

  test("keeps what is HTML already, alone or in a list, and shows nothing for nothing", () => {
    const inner = html`<b>${"<"}</b>`;
    expect(html`${inner}${[inner, inner]}${undefined}${false}${0}${""}`.text).toBe(
      "<b>&lt;</b><b>&lt;</b><b>&lt;</b>0",
    );
  });
});
