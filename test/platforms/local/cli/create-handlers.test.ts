import { expect, test } from "vitest";
import { createHandlers } from "../../../../src/platforms/local/cli/create-handlers.ts";
import { MemoryLogger } from "../../../../src/platforms/memory/index.ts";

const parts = {
  logger: new MemoryLogger(),
  resumeKeys: { current: async () => ({ id: "k", secret: "s" }), find: async () => undefined },
  secretSources: {},
};

test("npm start refuses at once a definition whose expressions do not compile", () => {
  const application = (data: unknown) => ({
    workflows: [{ id: "d", nodes: [{ id: "n", type: "t", data }], edges: [] }],
    nodeDefinitions: { t: { executor: async () => ({ data: null }) } },
    bindings: { objectCreated: [], schedules: [] },
  });
  expect(() => createHandlers(application({ a: "{% $typo %}" }), parts)).toThrow(
    expect.objectContaining({ code: "definition.invalid", message: expect.stringContaining("nothing binds $typo") }),
  );
  expect(Object.keys(createHandlers(application({ a: "{% 1 %}" }), parts))).toContain("DispatcherFunction");
});
