import { changesOf, type Mutant } from "./mutate.ts";

const judge = "src/dispatcher/judge.ts";
const runStep = "src/dispatcher/run-step.ts";
const runSteps = "src/dispatcher/run-steps.ts";
const workflowState = "src/dispatcher/workflow-state.ts";

const healedBySweeper = { sweeper: "on", why: "the sweeper sends what was lost" } as const;

const mutants: readonly Omit<Mutant, "steps">[] = [
  {
    name: "goes on without saying so",
    changes: changesOf(runStep, [
      ["layer.continuation = { from, until };", "layer.continuation = { from, until: 1 };"],
    ]),
    hasSweeper: false,
  },
  {
    name: "does not see that an owner goes on",
    changes: changesOf(workflowState, [
      ["return { expiresAt: continuation.until, count: 1 };", "return { expiresAt: 0, count: 1 };"],
    ]),
    hasSweeper: false,
  },
  {
    name: "does not count an attempt that began without a claim",
    changes: changesOf(judge, [
      ["isContinued: lease !== undefined && open?.claim === undefined", "isContinued: false"],
    ]),
    hasSweeper: false,
  },
  {
    name: "does not say on its last version by which message it began",
    changes: changesOf(runStep, [['else if (hold.type === "continuation") layer.continuation = { from };', ""]]),
    hasSweeper: false,
    mayEscape: healedBySweeper,
  },
  {
    name: "does not send from where the owner of its message got to",
    changes: changesOf(judge, [["const isNamed = continuation?.from === version;", "const isNamed = false;"]]),
    hasSweeper: false,
    mayEscape: healedBySweeper,
  },
  {
    name: "acknowledges the message of an owner that goes on",
    changes: changesOf(judge, [
      ["if (isNamed && state.open === undefined && lease !== undefined && lease.expiresAt > now) {", "if (false) {"],
    ]),
    hasSweeper: false,
    unitTest: "test/dispatcher/continuing.test.ts",
    mayEscape: healedBySweeper,
  },
  {
    name: "goes on over whatever stands there",
    changes: changesOf("src/platforms/memory/memory-workflow-store.ts", [
      ['owner === "anyone" || !versions.has(version)', "true"],
    ]),
    hasSweeper: false,
  },
  {
    name: "hands on a version whose node it began",
    changes: changesOf(runStep, [['hold.type === "continuation" && !layer.isSpent', 'hold.type === "continuation"']]),
    hasSweeper: false,
  },
  {
    name: "leaves a head as it is while it goes on",
    changes: changesOf(runSteps, [["(await healHead(dependencies, before, snapshot))", "undefined"]]),
    hasSweeper: false,
  },
];

/** One mutant per rule of continuing in one invocation (DESIGN 4), hunted where messages run many steps. */
export const continuingMutants: readonly Mutant[] = mutants.map((mutant) => ({ ...mutant, steps: 10 }));
