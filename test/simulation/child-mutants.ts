import { changesOf, type Mutant } from "./mutate.ts";

const startWorkflow = "src/dispatcher/start-workflow.ts";
const workLane = "src/dispatcher/children/work-lane.ts";
const join = "src/dispatcher/children/join.ts";
const memoryRecords = "src/platforms/memory/memory-child-records.ts";

const healedBySweeper = { sweeper: "on", why: "the sweeper sends what was lost" } as const;

const aboutSweeper = { sweeper: "off", why: "it changes only what the sweeper does or finds" } as const;

const mutants: readonly Omit<Mutant, "children">[] = [
  {
    name: "replaces a child's result",
    changes: changesOf(memoryRecords, [["if (held !== undefined) return held;", ""]]),
    hasSweeper: false,
    fromSeed: 100,
  },
  {
    name: "begins a child whatever became of its parent",
    changes: changesOf(startWorkflow, [["if (!(await mayBegin())) return;", "await mayBegin();"]]),
    hasSweeper: false,
  },
  {
    name: "does not cancel abandoned children",
    changes: changesOf(workLane, [
      ["if (!pause.isWaiting) return cancelChild(work, pause, index);", "if (!pause.isWaiting) return;"],
    ]),
    hasSweeper: false,
  },
  {
    name: "keeps an older state of a lane",
    changes: changesOf(memoryRecords, [["if ((lanes.get(state.lane)?.index ?? -1) < state.index) lanes", "lanes"]]),
    hasSweeper: false,
    fromSeed: 100,
  },
  {
    name: "joins when the own group of lanes is done",
    changes: changesOf(join, [
      ["return all.filter(({ isDone }) => isDone).length === pause.children.lanes;", "return all.length > 0;"],
    ]),
    hasSweeper: false,
  },
  {
    name: "does not tell again that a child has ended",
    changes: changesOf("src/dispatcher/judge.ts", [
      ["isNewest ? nextMessages", "isNewest && !isTerminal(snapshot) ? nextMessages"],
    ]),
    hasSweeper: false,
    fromSeed: 240,
    mayEscape: healedBySweeper,
  },
  {
    name: "starts the next child before it keeps the result",
    changes: changesOf(workLane, [
      [
        "const held = await children.putResult(",
        "const next = index + pause.children.lanes;\n  if (next < pause.children.count) await startChild(work, pause, next, ended.failures);\n  const held = await children.putResult(",
      ],
    ]),
    hasSweeper: false,
  },
  {
    name: "does not begin again what nobody began",
    changes: changesOf(workLane, [["child === undefined || isUntouched(child) ||", "child === undefined ||"]]),
    hasSweeper: false,
    fromSeed: 200,
    mayEscape: healedBySweeper,
  },
  {
    name: "takes whoever has its id for the child",
    changes: changesOf("src/dispatcher/children/child-outcome.ts", [
      [
        "return parent?.workflowId === workflowId && parent.version === version && parent.index === index;",
        "return true;",
      ],
    ]),
    hasSweeper: false,
  },
  {
    name: "does not tell again for a repeated cancellation",
    changes: changesOf("src/dispatcher/cancel-workflow.ts", [
      ["if (version === snapshot.version) await sendNext", "if (false) await sendNext"],
    ]),
    hasSweeper: false,
    mayEscape: healedBySweeper,
  },
  {
    name: "sends the parent's step before its children are told",
    changes: changesOf("src/dispatcher/commit-outside.ts", [
      [
        "if (others.length > 0) await sender.sendAll(others);\n  if (movers.length > 0) await sender.sendAll(movers);",
        "if (movers.length > 0) await sender.sendAll(movers);\n  if (others.length > 0) await sender.sendAll(others);",
      ],
    ]),
    hasSweeper: false,
    unitTest: "test/dispatcher/children-faults.test.ts",
    mayEscape: healedBySweeper,
  },
  {
    name: "goes on from children that were left before they are told",
    changes: changesOf("src/dispatcher/commit-outside.ts", [
      ["if (isJustAbandoned(state.snapshot)) {", "if (false) {"],
    ]),
    hasSweeper: false,
    fromSeed: 5_390,
    mayEscape: healedBySweeper,
  },
  {
    name: "does not send again after a join",
    changes: changesOf(join, [["if (!isUntaken) return;", "return;"]]),
    hasSweeper: false,
    mayEscape: healedBySweeper,
  },
  {
    name: "sends what follows a join from every lane",
    changes: changesOf(join, [["if (work.isRedelivered) return sendNext", "return sendNext"]]),
    hasSweeper: false,
    unitTest: "test/dispatcher/children-faults.test.ts",
  },
  {
    name: "forgets the failures when all lanes are done",
    changes: changesOf(join, [[" || failed > pause.children.toleratedFailures;", ";"]]),
    hasSweeper: false,
    fromSeed: 2_920,
  },
  {
    name: "forgets children after an outage of the sweeper",
    changes: changesOf("src/dispatcher/sweep.ts", [
      ["looseChildren(state, dueAt)", "looseChildren(state, now + 7_200_000)"],
    ]),
    hasSweeper: true,
    unitTest: "test/dispatcher/children-faults.test.ts",
    mayEscape: aboutSweeper,
  },
  {
    name: "goes on before it reckons with what was kept",
    changes: changesOf(workLane, [
      ["const isOver = before !== undefined && (await", "const isOver = before !== undefined && false && (await"],
    ]),
    hasSweeper: true,
    fromSeed: 60,
  },
  {
    name: "runs a node that runs again on other texts after a deployment",
    changes: changesOf("src/dispatcher/prepare-definition.ts", [
      ["const runnable = JSON.parse(json) as WorkflowDefinition;", "const runnable = workflow;"],
    ]),
    hasSweeper: false,
    fromSeed: 1_150,
  },
];

/** One mutant per rule of child workflows; they are hunted in worlds that have some. */
export const childMutants: readonly Mutant[] = mutants.map((mutant) => ({ ...mutant, children: "all" }));
