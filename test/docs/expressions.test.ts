import { describe, expect, test } from "vitest";
import type { Context, NodeResult } from "../../src/engine/index.ts";
import { ExpressionEngine } from "../../src/expressions/index.ts";
import { makeStep } from "../expressions/evaluate.ts";
import { readBlocks, readPage } from "./read-page.ts";

/** What the page says that its examples run with. */
interface GivenWorkflow {
  readonly input: unknown;
  readonly nodes: Readonly<Record<string, readonly Partial<NodeResult>[]>>;
  readonly workflow: { readonly id: string; readonly version: number; readonly tags: Readonly<Record<string, string>> };
  readonly globals: unknown;
}

const page = readPage("expressions.md");
const blocks = readBlocks(page).map(({ info, text }) => ({ info, text: text.trimEnd() }));
const fences = page.match(/^```\w/gm) ?? [];
const engine = new ExpressionEngine({ clock: () => 0 });

function readGiven(): GivenWorkflow {
  const [first] = blocks;
  if (first?.info !== "json given") throw new Error("The page does not begin with what is given");
  return JSON.parse(first.text);
}

const given = readGiven();
const context: Context = Object.fromEntries(
  Object.entries(given.nodes).map(([id, results]) => [
    id,
    results.map((result) => ({ output: null, timestamp: 0, attempt: 1, ...result })),
  ]),
);
const step = makeStep({ nodeId: "mail", input: given.input, workflow: given.workflow });
const transform = async (data: unknown) => engine.transform(data, context, { declared: given.globals }, step);

const examples = blocks.slice(1).flatMap((block, index, rest): [string, string, string][] => {
  const answer = rest[index + 1];
  return block.info === "json data" && answer !== undefined ? [[answer.info, block.text, answer.text]] : [];
});

describe("docs/expressions.md", () => {
  test("has examples of each kind, all of which are read", () => {
    expect(new Set(examples.map(([kind]) => kind))).toEqual(new Set(["json becomes", "text error", "text refused"]));
    expect(fences).toHaveLength(1 + 2 * examples.length);
  });

  test.each(examples)("%s: %s", async (kind, dataText, answer) => {
    const data: unknown = JSON.parse(dataText);
    if (kind === "text refused") {
      expect(engine.problemsOf(data).join("\n")).toBe(answer);
      return;
    }
    expect(engine.problemsOf(data)).toEqual([]);
    if (kind === "json becomes") {
      expect(await transform(data)).toEqual(JSON.parse(answer));
      return;
    }
    const [code, ...message] = answer.split(": ");
    await expect(transform(data)).rejects.toMatchObject({ code, message: message.join(": "), isRetryable: false });
  });
});
