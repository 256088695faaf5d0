import { expect, test } from "vitest";
import { newWorkflowId, type OpenedStore, startOf } from "./samples.ts";

/** Starts: written once, whoever comes second learns what holds (I12). */
export function testStarts(opened: OpenedStore): void {
  test("a start is written once and read back whole", async () => {
    const start = startOf(newWorkflowId());
    expect(await opened().createStart(start)).toEqual({ isNew: true, start });
    expect(await opened().load(start.workflowId)).toEqual({ start, versions: [] });
  });

  test("a second start of the same workflow returns the first and changes nothing (I12)", async () => {
    const first = startOf(newWorkflowId(), { input: '"first"' });
    const second = startOf(first.workflowId, { input: '"second"', definitionHash: "hash-2", startedAt: 1, purgeAt: 2 });
    await opened().createStart(first);
    expect(await opened().createStart(second)).toEqual({ isNew: false, start: first });
    expect((await opened().load(first.workflowId))?.start).toEqual(first);
  });

  test("of starts at the same time exactly one is new, and all learn the same start (I12)", async () => {
    const workflowId = newWorkflowId();
    const inputs = Array.from({ length: 10 }, (_, index) => JSON.stringify(index));
    const answers = await Promise.all(inputs.map((input) => opened().createStart(startOf(workflowId, { input }))));
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(answers.map(({ start }) => start.input)).size).toBe(1);
    expect(answers.find(({ isNew }) => isNew)?.start).toEqual((await opened().load(workflowId))?.start);
  });

  test("an input is kept as it is: unicode, escapes, and an empty text", async () => {
    for (const input of ['{"name":"Zoë 🚀 日本語 \\u0000 \\" \\\\"}', "null", '""', ""]) {
      const start = startOf(newWorkflowId(), { input });
      await opened().createStart(start);
      expect((await opened().load(start.workflowId))?.start.input).toBe(input);
    }
  });
}
