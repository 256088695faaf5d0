import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseEvent } from "../../src/triggers/index.ts";
import { isObject } from "../../src/triggers/is-object.ts";
import { queueBodies } from "../../src/triggers/queue-bodies.ts";
import { triggers } from "../../src/triggers/registry.ts";
import { bindings, readSample, sampleFiles } from "./sample.ts";

const names = [...new Set([...triggers, ...queueBodies].map(({ name }) => name))];
const nameOf = (file: string) => file.split(".")[0];

function bodiesOf(event: unknown): readonly unknown[] {
  const records = isObject(event) && Array.isArray(event["Records"]) ? event["Records"] : [];
  return records.map((record: { readonly body: string }) => JSON.parse(record.body));
}

describe("the samples in events/", () => {
  test("every trigger has a sample and every sample a trigger", () => {
    expect([...new Set(sampleFiles().map(nameOf))].toSorted()).toEqual(names.toSorted());
  });

  test.each(names)("%s is a file of its own in src/triggers/", (name) => {
    expect(existsSync(new URL(`../../src/triggers/${name}.ts`, import.meta.url))).toBe(true);
  });

  test.each(sampleFiles())("%s is recognised by the trigger that it is named after", (file) => {
    const event = readSample(file);
    const recognised = triggers.find((trigger) => trigger.matches(event))?.name;
    if (recognised !== "sqs") return expect(recognised).toBe(nameOf(file));
    const kinds = bodiesOf(event).map((body) => queueBodies.find((kind) => kind.matches(body))?.name);
    expect(new Set(kinds)).toEqual(new Set([nameOf(file)]));
  });

  test.each(sampleFiles())("%s parses, in every record", (file) => {
    const parsed = parseEvent(readSample(file), bindings);
    if (parsed.type !== "batch") return expect(parsed).toHaveProperty("type");
    expect(parsed.records.length).toBeGreaterThan(0);
    for (const record of parsed.records) expect(record.result).toMatchObject({ isValid: true });
  });

  test("sqs.json starts, steps, resumes and cancels one order above the approval limit", () => {
    const parsed = parseEvent(readSample("sqs.json"), bindings);
    const commands =
      parsed.type === "batch" ? parsed.records.flatMap(({ result }) => (result.isValid ? result.commands : [])) : [];
    expect(commands).toMatchObject([
      { type: "start", workflowId: "order-2001", definitionId: "order-fulfilment" },
      { type: "step", workflowId: "order-2001", version: 0 },
      { type: "step", workflowId: "order-2001", version: 1 },
      { type: "step", workflowId: "order-2001", version: 2 },
      { type: "resume", workflowId: "order-2001", version: 3, isOperator: true },
      { type: "cancel", workflowId: "order-2001" },
    ]);
    const [start] = commands;
    const { items } = (start?.type === "start" ? start.input : { items: [] }) as {
      readonly items: readonly { readonly quantity: number; readonly unitPrice: number }[];
    };
    expect(items.reduce((total, item) => total + item.quantity * item.unitPrice, 0)).toBeGreaterThan(100_000);
  });
});
