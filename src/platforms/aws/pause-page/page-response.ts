import { createHash } from "node:crypto";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { Html, html } from "./html.ts";
import { pageStyle } from "./page-style.ts";

/** A page's title, which is also its heading, and what follows. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Whether the title is to say at once that something has to be mended. */
  readonly hasErrors?: boolean;
}

/**
 * What goes with every answer under a capability URL: it is kept nowhere, found by no search, and handed on to no other
 * site, as a browser's `Referer` would.
 */
export const capabilityHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex, nofollow",
  vary: "accept",
};

/** Not escaped: its hash is that of the text between the tags, and it is no data. */
const styleText = new Html(pageStyle);
const styleHash = createHash("sha256").update(pageStyle).digest("base64");

/** No script, no foreign content, no frame around it, and no form that leads elsewhere; the one style is named by its hash. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** An answer that is a page for a person. */
export function pageResponse(statusCode: number, page: Page): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: {
      ...capabilityHeaders,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentSecurityPolicy,
    },
    body: documentOf(page).text,
  };
}

function documentOf({ title, body, hasErrors }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${hasErrors === true && "Error: "}${title}</title>
<style>${styleText}</style>
</head>
<body>
<main>
<h1 dir="auto">${title}</h1>
${body}
</main>
</body>
</html>
`;
}
