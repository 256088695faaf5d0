import * as v from "valibot";
import { lastOutput, type NodeDefinition, type NodesDefinition, type StepContext } from "../../src/engine/index.ts";
import { given } from "../../src/nodes/given.ts";
import { assertSample, makeSample, SampleSpec } from "./sample-value.ts";

const times = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const MakeData = v.strictObject({ sample: SampleSpec, times });
const CheckData = v.strictObject({
  sample: SampleSpec,
  /** Where the value is found: the step's payload, the workflow's input, or the last result of a node. */
  in: v.variant("type", [
    v.strictObject({ type: v.literal("payload") }),
    v.strictObject({ type: v.literal("input") }),
    v.strictObject({ type: v.literal("result"), nodeId: v.string() }),
  ]),
});
const AskData = v.strictObject({ sample: SampleSpec });
const CountData = v.strictObject({ times });

/** Told of every run of a node, before anything else. */
export type OnRun = () => void;

/** The nodes of all scenarios. Each throws when it does not see what it should, which fails its workflow. */
export function createNodeTypes(onRun: OnRun): NodesDefinition {
  return Object.fromEntries(
    Object.entries({ "bench-make": make, "bench-check": check, "bench-ask": ask, "bench-count": count }).map(
      ([name, definition]) => [name, { ...definition, executor: telling(onRun, definition) }],
    ),
  );
}

function telling(onRun: OnRun, { executor }: NodeDefinition): NodeDefinition["executor"] {
  return async (...parameters) => {
    onRun();
    return executor(...parameters);
  };
}

/** Yields one more sample each time that it runs, and checks the number, length and text of all those before. */
const make: NodeDefinition<v.InferOutput<typeof MakeData>> = {
  metadata: { input: MakeData },
  handles: ["again", "done"],
  async executor({ sample, times: all }, context, _payload, _globals, step) {
    const { version, nodeResults } = visitOf(context, "make", step);
    if (nodeResults.length !== version) throw new Error(`${nodeResults.length} results come before run ${version}`);
    for (const [seed, { output }] of nodeResults.entries()) assertSample(output, sample, seed);
    return { data: makeSample(sample, version), nextHandle: version + 1 < all ? "again" : "done" };
  },
};

/** Checks a sample that another node, the start or a resume brought. */
const check: NodeDefinition<v.InferOutput<typeof CheckData>> = {
  metadata: { input: CheckData },
  async executor({ sample, in: place }, context, payload, _globals, step) {
    switch (place.type) {
      case "payload":
        assertSample(payload, sample, 0);
        break;
      case "input":
        assertSample(given(step, "step").input, sample, 0);
        break;
      case "result":
        assertSample(lastOutput(context, place.nodeId), sample, 0);
        break;
    }
    return { data: { sizeBytes: sample.sizeBytes } };
  },
};

/** Pauses once, and checks the sample that answers. */
const ask: NodeDefinition<v.InferOutput<typeof AskData>> = {
  metadata: { input: AskData },
  async executor({ sample }, _context, payload, _globals, step) {
    // At version 0 the payload is the workflow's own input, not an answer.
    if (given(step, "step").version === 0) return { data: { question: "which sample?" }, __pause: true };
    assertSample(payload, sample, 0);
    return { data: { sizeBytes: sample.sizeBytes } };
  },
};

/** Counts its own runs in small results. */
const count: NodeDefinition<v.InferOutput<typeof CountData>> = {
  metadata: { input: CountData },
  handles: ["again", "done"],
  async executor({ times: all }, context, _payload, _globals, step) {
    const { version, nodeResults } = visitOf(context, "count", step);
    const previous = v.parse(v.optional(v.object({ run: v.number() })), nodeResults.at(-1)?.output);
    if (nodeResults.length !== version || (previous?.run ?? -1) !== version - 1) {
      throw new Error(`Run ${version} comes after ${nodeResults.length} results, the last of run ${previous?.run}`);
    }
    return { data: { run: version, note: "a small result" }, nextHandle: version + 1 < all ? "again" : "done" };
  },
};

/** A looping node's version, and its results so far; its node is named after its type. */
function visitOf(context: Parameters<NodeDefinition["executor"]>[1], nodeId: string, step: StepContext | undefined) {
  return { version: given(step, "step").version, nodeResults: context[nodeId] ?? [] };
}
