import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { PauseView } from "../../../../src/dispatcher/index.ts";
import { formValues } from "../../../../src/platforms/aws/pause-page/decode-form.ts";
import { formOf } from "../../../../src/platforms/aws/pause-page/form-fields.ts";
import { pageResponse } from "../../../../src/platforms/aws/pause-page/page-response.ts";
import { waitingPage } from "../../../../src/platforms/aws/pause-page/pause-pages.ts";
import { questionOf, renderDetails } from "../../../../src/platforms/aws/pause-page/render-details.ts";
import type { FormView } from "../../../../src/platforms/aws/pause-page/render-form.ts";

const hostile = `"><img src=x onerror=alert(1)></textarea></title><script>alert('1')</script>`;
const schema = {
  type: "object",
  properties: {
    approved: { type: "boolean", title: "Do you approve?" },
    sure: { type: "boolean" },
    by: { type: "string", maxLength: 200, title: "Your name", description: "As others know you" },
    comment: { type: "string", maxLength: 2000 },
    count: { type: "integer", minimum: 1, maximum: 9 },
    colour: { enum: ["red", "blue"] },
    more: { type: "array" },
  },
  required: ["approved", "by", "colour"],
};
const pause: PauseView = { workflowId: "w", version: 1, nodeId: "ask", state: "waiting", data: { title: "Go on?" } };
const show = (view: Partial<FormView> = {}, over: Partial<PauseView> = {}) =>
  String(pageResponse(200, waitingPage({ ...pause, ...over }, { form: formOf(schema), ...view })).body);

describe("the page of a pause", () => {
  test("is one document in a language, with a heading, for every width", () => {
    const page = show();
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(page).toContain("<title>Go on?</title>");
    expect(page.match(/<h1\b/g)).toHaveLength(1);
    expect(page.match(/<main>/g)).toHaveLength(1);
  });

  test("loads nothing, and runs nothing", () => {
    const page = show({ problems: [{ message: "no" }] });
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bon[a-z]+=|\bstyle=|https?:\/\/|url\(|@import/i);
  });

  test("has a policy that allows its own style alone, and goes into no cache, index or Referer", () => {
    const { headers } = pageResponse(200, waitingPage(pause, { form: formOf(schema) }));
    const style = /<style>([\s\S]*)<\/style>/.exec(show())?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(headers).toEqual({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex, nofollow",
      vary: "accept",
    });
  });

  test("gives every field a label of its own, and radios a legend", () => {
    const page = show();
    const ids = [...page.matchAll(/<(?:input type="(?!radio)|textarea|select)[^>]*? id="([^"]+)"/g)].map(
      ([, id]) => id,
    );
    expect(ids).toHaveLength(5);
    for (const id of ids) expect(page).toContain(`<label for="${id}">`);
    expect(page.match(/<fieldset/g)).toHaveLength(2);
    expect(page).toContain("<legend>Do you approve?</legend>");
    expect(page.match(/<label class="option"><input type="radio"/g)).toHaveLength(5);
    expect(page).toContain('<button type="submit">Send answer</button>');
  });

  test("has the field that the schema asks for", () => {
    const page = show();
    expect(page).toContain('<input type="radio" id="field-0" name="approved" value="true" required> Yes');
    expect(page).toContain('name="approved" value="false" required> No');
    expect(page).toContain('name="sure" value="" checked> No answer');
    expect(page).toContain('<p class="hint" id="field-2-hint">As others know you</p>');
    expect(page).toContain('id="field-2" name="by" aria-describedby="field-2-hint" maxlength="200" value=""');
    expect(page).toContain('<textarea rows="5" id="field-3" name="comment" maxlength="2000">');
    expect(page).toContain('<input type="number" step="1" id="field-4" name="count" min="1" max="9" value="">');
    expect(page).toContain('<select id="field-5" name="colour" required>');
    expect(page).toContain('<option value="red">red</option>');
    expect(page).toContain('<textarea rows="5" id="field-6" name="more" spellcheck="false">');
    expect(page).toContain('<form method="post" action="" accept-charset="utf-8">');
  });

  test("shows the second time what was sent and what is wrong, with a summary that leads there", () => {
    const values = formValues([
      ["approved", "false"],
      ["by", "Mia"],
      ["comment", "\nfirst line"],
      ["colour", "blue"],
    ]);
    const problems = [
      { name: "by", message: "is not known here" },
      { name: "approved", message: "think again" },
      { message: "the whole is too much" },
    ];
    const page = show({ values, problems });
    expect(page).toContain("<title>Error: Go on?</title>");
    expect(page).toContain(
      '<div class="summary" role="alert" tabindex="-1" autofocus aria-labelledby="summary-title">',
    );
    expect(page).toContain('<li><a href="#field-2">Your name – is not known here</a></li>');
    expect(page).toContain('<li><a href="#field-0">Do you approve? – think again</a></li>');
    expect(page).toContain("<li>the whole is too much</li>");
    expect(page).toContain('<fieldset class="field has-error" aria-describedby="field-0-error">');
    expect(page).toContain(
      'aria-describedby="field-2-hint field-2-error" aria-invalid="true" maxlength="200" value="Mia"',
    );
    expect(page).toContain('name="approved" value="false" required checked> No');
    expect(page).toContain('maxlength="2000">\n\nfirst line</textarea>');
    expect(page).toContain('<option value="blue" selected>blue</option>');
  });

  test("says until when it can be answered", () => {
    expect(show({}, { until: Date.UTC(2026, 10, 25, 18) })).toContain(
      'until <time datetime="2026-11-25T18:00:00.000Z">25 Nov 2026 18:00 UTC</time>',
    );
    expect(show()).not.toContain("<time");
  });

  test("shows details as a table, and in it what is deeper as JSON", () => {
    const page = show({}, { data: { title: "Go on?", details: { total: 5, note: "a\nb", items: [{ sku: "<x>" }] } } });
    expect(page).toContain("<caption>Details</caption>");
    expect(page).toContain('<tr><th scope="row" dir="auto">total</th><td>5</td></tr>');
    expect(page).toContain('<span class="text" dir="auto">a\nb</span>');
    expect(page).toContain("&quot;sku&quot;: &quot;&lt;x&gt;&quot;");
  });

  test("says that details are too large to be shown", () => {
    const { data: _data, ...without } = pause;
    const page = String(pageResponse(200, waitingPage({ ...without, isLeftOut: true }, { form: formOf(schema) })).body);
    expect(page).toContain("The details are too large to be shown here.");
    expect(page).toContain("Your answer is needed");
  });

  test("shows no data as HTML, wherever it stands", () => {
    const form = formOf({
      type: "object",
      properties: {
        [hostile]: { type: "string", title: hostile, description: hostile },
        [`${hostile}1`]: { type: "boolean", title: hostile },
        [`${hostile}2`]: { enum: [hostile, { [hostile]: hostile }] },
        [`${hostile}3`]: { type: "string", maxLength: 1000 },
        [`${hostile}4`]: { type: "number" },
        [`${hostile}5`]: {},
      },
      required: [hostile],
    });
    const values = formValues(form.fields.map(({ name }) => [name, hostile]));
    const problems = [{ name: hostile, message: hostile }, { name: "other", message: hostile }, { message: hostile }];
    const data = { title: hostile, details: { [hostile]: hostile, deep: { [hostile]: [hostile] } } };
    const page = show({ form, values, problems }, { data });
    const harmless = show({}, { data: { title: "t", details: { a: 1 } } });
    const tagsOf = (text: string) => new Set(text.match(/<\/?[a-z]+/gi));
    const known = new Set([
      ...tagsOf(harmless),
      "<pre",
      "</pre",
      "<div",
      "<ul",
      "</ul",
      "<li",
      "</li",
      "<a",
      "</a",
      "<h2",
      "</h2",
      "<span",
    ]);
    expect([...tagsOf(page)].filter((tag) => !known.has(tag))).toEqual([]);
    expect(page).not.toContain("<img");
    expect(page).not.toContain('"><img');
    const withoutValues = page.replaceAll(/"[^"]*"/g, "");
    expect(withoutValues).not.toMatch(/<[^>]*\b(onerror|src)=/);
  });
});

describe("the question of a pause", () => {
  test.each([
    [
      { title: "A?", details: 5 },
      { title: "A?", details: 5 },
    ],
    [
      { title: "A?", details: { b: 1 }, resume: { path: "/" } },
      { title: "A?", details: { b: 1 } },
    ],
    [{ title: "A?", resume: {} }, { title: "A?" }],
    [
      { title: "A?", details: 1, problem: "no" },
      { title: "A?", details: { details: 1, problem: "no" } },
    ],
    [{ question: "Well?" }, { title: "Your answer is needed", details: { question: "Well?" } }],
    [{ title: 5 }, { title: "Your answer is needed" }],
    [{ title: " " }, { title: "Your answer is needed" }],
    ["text", { title: "Your answer is needed", details: "text" }],
    [[1], { title: "Your answer is needed", details: [1] }],
    [null, { title: "Your answer is needed" }],
    [undefined, { title: "Your answer is needed" }],
  ])("in %j is %j", (data, question) => {
    expect(questionOf(data)).toEqual(question);
  });
});

describe("details that nest deeply", () => {
  test("are not indented, since that would outgrow any answer", () => {
    const nest = (depth: number): unknown => (depth === 0 ? 1 : [nest(depth - 1)]);
    const details = { rows: Array.from({ length: 200 }, () => nest(150)) };
    const text = JSON.stringify(details).length;
    expect((renderDetails(details)?.text ?? "").length).toBeLessThan(3 * text + 2_000);
    expect(renderDetails({ order: { id: 1 } })?.text).toContain("{\n  ");
  });
});
