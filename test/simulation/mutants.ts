import { childMutants } from "./child-mutants.ts";
import { continuingMutants } from "./continuing-mutants.ts";
import { glanceMutants } from "./glance-mutants.ts";
import { changesOf, type Mutant } from "./mutate.ts";

const runSteps = "src/dispatcher/run-steps.ts";
const dispatchBatch = "src/dispatcher/dispatch-batch.ts";
const judge = "src/dispatcher/judge.ts";
const valueStore = "src/dispatcher/value-store.ts";
const memoryStore = "src/platforms/memory/memory-workflow-store.ts";

const healedBySweeper = { sweeper: "on", why: "the sweeper sends what was lost" } as const;
const aboutSweeper = { sweeper: "off", why: "it changes only what the sweeper does or finds" } as const;

/** One mutant per protocol rule of DESIGN 4. */
export const mutants: readonly Mutant[] = [
  {
    name: "acknowledges before sending",
    changes: changesOf(runSteps, [["await sendNext(dependencies", "void sendNext(dependencies"]]),
    hasSweeper: false,
    mayEscape: healedBySweeper,
  },
  {
    name: "commits without the token",
    changes: changesOf(memoryStore, [
      ["if (stored.transition !== undefined) {", 'if (stored.transition !== undefined && owner === "anyone") {'],
      ['owner === "claimant" ? stored.claim?.token === token :', 'owner === "claimant" ? true :'],
    ]),
    hasSweeper: false,
  },
  {
    name: "acknowledges on a live claim",
    changes: changesOf(dispatchBatch, [['if (outcome.type === "later") await comeAgain(work, record, outcome);', ""]]),
    hasSweeper: false,
    mayEscape: healedBySweeper,
  },
  {
    name: "does not send again on redelivery",
    changes: changesOf(judge, [["isNewest ? nextMessages(start, snapshot, now) : []", "[]"]]),
    hasSweeper: false,
    mayEscape: healedBySweeper,
  },
  {
    name: "sends what follows twice",
    changes: changesOf("src/dispatcher/commit-outside.ts", [
      ["await sendInOrder(sender, messages);", "for (const _twice of [1, 2]) await sendInOrder(sender, messages);"],
    ]),
    hasSweeper: false,
  },
  {
    name: "does not send again for a repeated resume",
    changes: changesOf("src/dispatcher/resume-workflow.ts", [
      ["if (version === state.snapshot.version - 1) await sendNext", "if (false) await sendNext"],
    ]),
    hasSweeper: false,
    fromSeed: 290,
    mayEscape: healedBySweeper,
  },
  {
    name: "does not send again for a repeated start",
    changes: changesOf("src/dispatcher/start-workflow.ts", [
      ["if (state !== undefined && (state.snapshot.version > 0 || state.open !== undefined)) return;", "return;"],
    ]),
    hasSweeper: false,
    mayEscape: healedBySweeper,
  },
  {
    name: "acknowledges a refused commit",
    changes: changesOf(runSteps, [
      [
        'if (result.type === "refused") return undefined;',
        'if (result.type === "refused") return { type: "settled", why: "" };',
      ],
    ]),
    hasSweeper: false,
    fromSeed: 130,
    mayEscape: healedBySweeper,
  },
  {
    name: "cancels without taking over",
    changes: changesOf(memoryStore, [
      ["{ expiresAt: 0, count: 0, ...stored.claim, token }", "{ expiresAt: 0, count: 0, token, ...stored.claim }"],
    ]),
    hasSweeper: false,
    fromSeed: 110,
  },
  {
    name: "lets a plain message run a paused node",
    changes: [
      ...changesOf(judge, [['if (snapshot.status === "paused") return { type: "settled", why: "paused" };', ""]]),
      ...changesOf("src/engine/workflow-engine.ts", [
        [
          'if (isTerminal(snapshot) || (snapshot.status === "paused" && externalPayload === undefined)) return snapshot;',
          "",
        ],
      ]),
    ],
    hasSweeper: true,
    fromSeed: 810,
  },
  {
    name: "fires a timer before it is due",
    changes: changesOf(judge, [["if (isDueLater(state, now)) return notDue(state, now);", ""]]),
    hasSweeper: false,
  },
  {
    name: "retries before it is due",
    changes: changesOf(judge, [
      ["if (isDueLater(state, now) && mayRunUntil(start, snapshot) > now) return notDue(state, now);", ""],
    ]),
    hasSweeper: false,
    fromSeed: 100,
  },
  {
    name: "claims for ever",
    changes: changesOf("src/dispatcher/run-step.ts", [
      ["const until = invocation.deadlineAt + settings.claimGraceMs;", "const until = Number.MAX_SAFE_INTEGER;"],
    ]),
    hasSweeper: true,
  },
  {
    name: "takes an expired claim for a live one",
    changes: changesOf(judge, [
      ["if (lease !== undefined && lease.expiresAt > now) return", "if (lease !== undefined) return"],
    ]),
    hasSweeper: true,
  },
  {
    name: "grants a claim that is held",
    changes: changesOf(memoryStore, [
      [
        "(stored.claim.expiresAt > now || isContinued)",
        "(stored.claim.expiresAt > now || isContinued) && stored.claim.token === token",
      ],
    ]),
    hasSweeper: false,
    fromSeed: 80,
  },
  {
    name: "does not know its own claim again",
    changes: changesOf(memoryStore, [
      [
        'return stored.claim.token === token ? { type: "claimed", claim: stored.claim } : { type: "refused", stored };',
        'return { type: "refused", stored };',
      ],
    ]),
    hasSweeper: false,
    fromSeed: 160,
  },
  {
    name: "does not count claims",
    changes: changesOf(memoryStore, [["count: (stored?.claim?.count ?? 0) + (isContinued ? 2 : 1)", "count: 1"]]),
    hasSweeper: false,
  },
  {
    name: "forgets the count with the release",
    changes: changesOf(memoryStore, [["count: claim.count - (isSpent ? 0 : 1) }", "count: 0 }"]]),
    hasSweeper: false,
  },
  {
    name: "runs a killer beside its batch",
    changes: changesOf(dispatchBatch, [["await workOn(index, false)", "await workOn(index, true)"]]),
    hasSweeper: false,
  },
  {
    name: "never rewrites the head",
    changes: changesOf("src/dispatcher/head.ts", [
      ["if (!isHeadBehind(state, snapshot)) return", "if (state.head !== undefined) return"],
    ]),
    hasSweeper: true,
  },
  {
    name: "does not call the sweeper before a transition from outside",
    changes: changesOf("src/dispatcher/commit-outside.ts", [["await store.moveCheck(", "void ("]]),
    hasSweeper: true,
    fromSeed: 160,
    mayEscape: aboutSweeper,
  },
  {
    name: "takes an older active head for a true one",
    changes: changesOf("src/dispatcher/head.ts", [
      [
        ' && transitions.every(({ status }, at) => at < head.version || status === "active")',
        " && transitions.length >= 0",
      ],
    ]),
    hasSweeper: false,
    fromSeed: 290,
  },
  {
    name: "lets an expired workflow wait for its timer",
    changes: changesOf("src/dispatcher/schedule.ts", [
      [
        "const isDueLater = !isOver && dueAt !== undefined && dueAt > now;",
        "const isDueLater = dueAt !== undefined && dueAt > now;",
      ],
    ]),
    hasSweeper: true,
    fromSeed: 460,
    mayEscape: aboutSweeper,
  },
  {
    name: "takes a torn read for the truth",
    changes: changesOf("src/dispatcher/load-workflow.ts", [["if (hasGap(stored.versions, 0)) continue;", ""]]),
    hasSweeper: true,
    fromSeed: 810,
  },
  {
    name: "sweeps without sending",
    changes: changesOf("src/dispatcher/sweep.ts", [["await sendInOrder(sender, outgoing);", ""]]),
    hasSweeper: true,
    mayEscape: aboutSweeper,
  },
  {
    name: "starts twice",
    changes: changesOf(memoryStore, [
      ["if (entry.start !== undefined) return { isNew: false, start: entry.start };", ""],
    ]),
    hasSweeper: false,
  },
  {
    name: "resumes whichever pause is the newest",
    changes: changesOf("src/dispatcher/resume-workflow.ts", [
      ["command.version ?? right.version ?? state.snapshot.version", "state.snapshot.version"],
    ]),
    hasSweeper: false,
  },
  {
    name: "takes a forged token",
    changes: changesOf("src/dispatcher/resume-token.ts", [
      ["return isGenuine ? grant : undefined;", "return isGenuine ? grant : grant;"],
    ]),
    hasSweeper: false,
  },
  {
    name: "runs the newest definition",
    changes: changesOf("src/dispatcher/definition-catalog.ts", [
      [
        "const known = this.#byHash.get(hash);",
        "const known = this.#current.get(definitionId) ?? this.#byHash.get(hash);",
      ],
    ]),
    hasSweeper: false,
  },
  {
    name: "retries what can never be valid",
    changes: changesOf(dispatchBatch, [["await queue.deadLetter(record.body, message);", "throw new Error(message);"]]),
    hasSweeper: false,
  },
  {
    name: "commits before a large value is written",
    changes: changesOf(valueStore, [
      ["await blobs.write({", "void writeLater({"],
      [
        "/** Whether what an item keeps",
        "const writeLater = (..._given: unknown[]) => undefined;\n\n/** Whether what an item keeps",
      ],
    ]),
    hasSweeper: false,
  },
  {
    name: "names a large value after its workflow",
    changes: changesOf(valueStore, [["const sha256 = digestOf(bytes);", 'const sha256 = "value";']]),
    hasSweeper: false,
  },
  {
    name: "hands out a damaged value",
    changes: changesOf(valueStore, [
      ['if (digestOf(part.bytes) !== sha256) throw new UnreadableValueError("damaged", reference);', ""],
    ]),
    hasSweeper: false,
    fromSeed: 1_260,
  },
  {
    name: "takes a missing value for none",
    changes: changesOf(valueStore, [
      [
        'if (part === undefined) throw new UnreadableValueError("missing", reference);',
        "if (part === undefined) return null;",
      ],
    ]),
    hasSweeper: true,
    fromSeed: 4_090,
  },
  {
    name: "runs a node on references",
    changes: changesOf("src/dispatcher/compute-transition.ts", [["await hydrate(parts.values, snapshot)", "snapshot"]]),
    hasSweeper: false,
  },
  {
    name: "gives back a claim whose node ran",
    changes: changesOf("src/dispatcher/claim-persistence.ts", [["isSpent: this.isSpent", "isSpent: false"]]),
    hasSweeper: false,
    fromSeed: 630,
  },
  {
    name: "gives a claim back twice",
    changes: changesOf(memoryStore, [[" || claim.expiresAt === 0", ""]]),
    hasSweeper: false,
    fromSeed: 370,
  },
  {
    name: "takes a tail with a gap for the truth",
    changes: changesOf("src/dispatcher/load-workflow.ts", [["if (!isSame || hasGap(tail, version))", "if (!isSame)"]]),
    fromSeed: 28_930,
    hasSweeper: false,
  },
  {
    name: "runs beside its batch what was claimed meanwhile",
    changes: changesOf("src/dispatcher/run-step.ts", [["if (earlier > 0 && !isAlone) throw new NotAloneError();", ""]]),
    fromSeed: 21_855,
    hasSweeper: false,
  },
  {
    name: "keeps the daily interval before a transition from outside",
    changes: changesOf("src/dispatcher/commit-outside.ts", [[", checkIntervalMs: firstActiveCheckMs }", " }"]]),
    fromSeed: 23_860,
    hasSweeper: true,
    mayEscape: aboutSweeper,
  },
  ...childMutants,
  ...continuingMutants,
  ...glanceMutants,
];
