import { describe, expect, it } from "vitest";
import type { ErrorPluginContext, Plugin, PluginContext, Snapshot } from "../../src/engine/index.ts";
import { chainOf, echo, throwing, wait } from "./engine-under-test.ts";

function recorder(log: unknown[]): Plugin {
  return {
    name: "recorder",
    onWorkflowStart: async (snapshot: Snapshot) => void log.push(["start", snapshot.version]),
    onBeforeNodeExecution: async ({ node, input }: PluginContext) => void log.push(["before", node.id, input]),
    onAfterNodeExecution: async ({ node, output }: PluginContext) => void log.push(["after", node.id, output]),
    onNodeError: async ({ node, error, attempt }: ErrorPluginContext) =>
      void log.push(["error", node.id, error, attempt]),
    onWorkflowPause: async (snapshot: Snapshot) => void log.push(["pause", snapshot.version]),
    onWorkflowComplete: async (snapshot: Snapshot) => void log.push(["complete", snapshot.version]),
  };
}

const once = { retryPolicy: { maxAttempts: 2, interval: 1, backoff: "fixed" } } as const;

describe("plugins", () => {
  it("see the whole life of a workflow, each event once, in execute as in executeStep", async () => {
    const log: unknown[] = [];
    const engine = chainOf({ a: throwing(["x"], once), b: wait }, { plugins: [recorder(log)] });
    const pending = await engine.execute({ initialNodeId: "a" });
    const paused = await engine.execute({ snapshot: pending });
    await engine.execute({ snapshot: paused, externalPayload: "yes" });
    expect(log).toEqual([
      ["start", 0],
      ["before", "a", {}],
      ["error", "a", "x", 1],
      ["before", "a", {}],
      ["after", "a", "done"],
      ["before", "b", {}],
      ["after", "b", undefined],
      ["pause", 3],
      ["before", "b", {}],
      ["after", "b", "yes"],
      ["complete", 4],
    ]);
  });

  it("are told the snapshot, the definition, the payload and the globals", async () => {
    const seen: PluginContext[] = [];
    const plugin: Plugin = { name: "spy", onAfterNodeExecution: (context) => void seen.push(context) };
    const engine = chainOf({ a: echo }, { plugins: [plugin] });
    const start = engine.createInitialSnapshot("w", "a", "input");
    await engine.executeStep(start, undefined, "globals");
    expect(seen).toEqual([
      {
        node: { id: "a", type: "a", data: {} },
        definition: echo,
        snapshot: start,
        globals: "globals",
        externalPayload: "input",
        input: {},
        output: {},
      },
    ]);
  });

  it("never stop a step by throwing: the error is reported, and the other plugins run", async () => {
    const reports: unknown[] = [];
    const log: unknown[] = [];
    const boom = () => {
      throw new Error("boom");
    };
    const broken: Plugin = {
      name: "broken",
      onWorkflowStart: boom,
      onBeforeNodeExecution: () => Promise.reject(new Error("boom")),
      onAfterNodeExecution: boom,
      onWorkflowComplete: boom,
    };
    const engine = chainOf(
      { a: echo },
      {
        plugins: [broken, recorder(log)],
        reportPluginError: (error, plugin, hook) => {
          reports.push([String(error), plugin, hook]);
          throw new Error("even the report fails");
        },
      },
    );
    expect((await engine.execute({ initialNodeId: "a" })).status).toBe("completed");
    expect(reports).toEqual(
      ["onWorkflowStart", "onBeforeNodeExecution", "onAfterNodeExecution", "onWorkflowComplete"].map((hook) => [
        "Error: boom",
        "broken",
        hook,
      ]),
    );
    expect(log.map((entry) => (entry as unknown[])[0])).toEqual(["start", "before", "after", "complete"]);
  });

  it("cannot change a node of the definition", async () => {
    const errors: unknown[] = [];
    const vandal: Plugin = {
      name: "vandal",
      onBeforeNodeExecution: ({ node }) => void Object.assign(node.data as object, { evil: true }),
    };
    const engine = chainOf({ a: echo }, { plugins: [vandal], reportPluginError: (error) => errors.push(error) });
    const end = await engine.execute({ initialNodeId: "a" });
    expect(end.context["a"]?.[0]?.output).toEqual({});
    expect(errors).toHaveLength(1);
  });

  it("that never finish are given up when the step's signal aborts, and reported", async () => {
    const reports: string[] = [];
    const controller = new AbortController();
    const stuck: Plugin = {
      name: "stuck",
      onAfterNodeExecution: () => {
        controller.abort();
        return new Promise(() => undefined);
      },
    };
    const engine = chainOf(
      { a: echo },
      { plugins: [stuck], reportPluginError: (error) => reports.push(String(error)) },
    );
    const environment = { signal: controller.signal, resumeToken: async () => "t" };
    const next = await engine.executeStep(engine.createInitialSnapshot("w", "a"), undefined, undefined, environment);
    expect(next.status).toBe("completed");
    expect(reports).toEqual([expect.stringContaining("Hook onAfterNodeExecution of plugin 'stuck' did not finish")]);
  });
});
