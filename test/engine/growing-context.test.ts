import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendResult, appendResults, countVisits, resultOfVisit } from "../../src/engine/context.ts";
import { type Context, lastError, lastOutput, type NodeResult } from "../../src/engine/index.ts";
import { chainOf, deepFreeze, echo } from "./engine-under-test.ts";

/** Names that objects treat in their own way, and enough others to outgrow a plain context. */
const nodeIds = ["10", "2", "toString", "__proto__", "constructor", ...Array.from({ length: 45 }, (_, at) => `n${at}`)];

const resultOf = (output: number, isError = false): NodeResult => ({
  ...{ output, timestamp: output, attempt: 1 },
  ...(isError && { error: "broken", errorCode: "code", ...(output % 2 === 0 && { caught: true }) }),
});

/** The context as it was written first: everything is copied. */
function copyWith(context: Context, nodeId: string, result: NodeResult): Context {
  const known = Object.hasOwn(context, nodeId) ? (context[nodeId] ?? []) : [];
  return { ...context, [nodeId]: [...known, result] };
}

function loopOf(visits: number): Context {
  let context: Context = {};
  for (let visit = 0; visit < visits; visit++) context = appendResult(context, "loop", resultOf(visit));
  return context;
}

describe("a context that grows", () => {
  const steps = fc.array(
    fc.record({
      nodeId: fc.oneof(fc.constantFrom("loop", "10"), fc.constantFrom(...nodeIds)),
      isError: fc.boolean(),
      // Mostly the newest; otherwise an earlier one, which was gone on from already.
      back: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(20) }),
      isRead: fc.boolean(),
    }),
    // As large as they may be: small ones are copied, and never come to share a log.
    { minLength: 100, maxLength: 220, size: "max" },
  );

  it("is what copies of it would be, at every version and whichever was gone on from or read", () => {
    fc.assert(
      fc.property(steps, (made) => {
        const grown: { readonly context: Context; readonly copied: Context }[] = [{ context: {}, copied: {} }];
        for (const [output, { nodeId, isError, back, isRead }] of made.entries()) {
          const from = grown.at(-1 - Math.min(back, grown.length - 1)) ?? { context: {}, copied: {} };
          if (isRead) expect(from.context[nodeId]).toEqual(from.copied[nodeId]);
          const result = resultOf(output, isError);
          const context = appendResult(from.context, nodeId, result);
          grown.push({ context, copied: copyWith(from.copied, nodeId, result) });
        }
        for (const { context, copied } of grown.filter((_, at) => at % 29 === 0 || at > grown.length - 3)) {
          expect(context).toEqual(copied);
          expect(JSON.stringify(context)).toBe(JSON.stringify(copied));
          expect(Object.entries({ ...context })).toStrictEqual(Object.entries(copied));
          for (const nodeId of ["loop", "never", ...nodeIds]) {
            expect(countVisits(context, nodeId)).toBe(countVisits(copied, nodeId));
            expect(resultOfVisit(context, nodeId, 2)).toBe(resultOfVisit(copied, nodeId, 2));
            expect(lastOutput(context, nodeId)).toBe(lastOutput(copied, nodeId));
            expect(lastError(context, nodeId)).toEqual(lastError(copied, nodeId));
            expect([nodeId in context, Object.hasOwn(context, nodeId)]).toEqual([
              nodeId in copied,
              Object.hasOwn(copied, nodeId),
            ]);
          }
        }
      }),
      // To make a failure smaller takes long, as all of it is made again.
      { numRuns: 20, endOnFailure: true },
    );
  });

  it("is the same by many results at once as by one after the other", () => {
    fc.assert(
      fc.property(steps, fc.nat(220), (made, first) => {
        const added = made.map(({ nodeId }, output) => ({ nodeId, result: resultOf(output) }));
        const copied = added.reduce((context, { nodeId, result }) => copyWith(context, nodeId, result), {});
        const half = appendResults({}, added.slice(0, first));
        expect(Object.entries(appendResults(half, added.slice(first)))).toEqual(Object.entries(copied));
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  it("keeps the empty list of a context that came from elsewhere", () => {
    const context = appendResult({ ...loopOf(300), empty: [] }, "loop", resultOf(300));
    expect([context["empty"], "empty" in context, Object.keys(context)]).toEqual([[], true, ["loop", "empty"]]);
    expect(appendResult(context, "empty", resultOf(1))["empty"]).toEqual([resultOf(1)]);
  });

  it.each([3, 300])("is made of plain lists, which versions share that did not change: %d results", (visits) => {
    const before = appendResult(loopOf(visits), "other", resultOf(1));
    const after = appendResult(before, "loop", resultOf(visits));
    expect(Array.isArray(after["loop"])).toBe(true);
    expect(structuredClone(after["loop"])).toEqual([...(before["loop"] ?? []), resultOf(visits)]);
    expect(after["other"]).toBe(before["other"]);
    expect(before["loop"]).toHaveLength(visits);
    expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
    expect(inspect(after, { depth: 4 })).toBe(inspect({ ...after }, { depth: 4 }));
  });

  it.each([3, 300])("can be frozen, read and gone on from after: %d results", (visits) => {
    const frozen = deepFreeze(loopOf(visits));
    expect([frozen, frozen["loop"]].map(Object.isFrozen)).toEqual([true, true]);
    expect(Object.getPrototypeOf(frozen)).toBe(Object.prototype);
    const older = appendResult(appendResult(frozen, "loop", resultOf(visits)), "other", resultOf(1));
    expect([older["loop"]?.length, frozen["loop"]?.length]).toEqual([visits + 1, visits]);
    expect([Object.keys(frozen), inspect(frozen)]).toEqual([["loop"], inspect({ ...frozen })]);
    expect(Object.keys(appendResult(frozen, "another", resultOf(2)))).toEqual(["loop", "another"]);
  });

  it("cannot be changed by a node once it is large", () => {
    const context: Record<string, unknown> = loopOf(300);
    expect(() => Object.assign(context, { other: [] })).toThrow(TypeError);
    expect(() => Object.defineProperty(context, "loop", { value: [] })).toThrow(TypeError);
    expect(() => Object.setPrototypeOf(context, null)).toThrow(TypeError);
    expect(() => delete context["loop"]).toThrow(TypeError);
    expect(context).toEqual(loopOf(300));
  });

  it("reads one result of a node and its visits without reading the list", () => {
    const results = Array.from({ length: 300 }, (_, at) => resultOf(at));
    const unread = new Proxy(results, {
      get(list, key) {
        if (key === "length" || key === "299" || key === Symbol.iterator) return Reflect.get(list, key);
        throw new Error(`Read ${String(key)}`);
      },
    });
    expect(lastOutput({ loop: unread }, "loop")).toBe(299);
  });

  it("gives the step after a long history its keys, and shares the history with it", async () => {
    const engine = chainOf({ a: echo, b: echo });
    const start = engine.createInitialSnapshot("w", "a");
    const context = loopOf(300);
    const after = await engine.execute({ snapshot: deepFreeze({ ...start, context }) });
    expect(after.status).toBe("completed");
    expect(Object.keys(after.context)).toEqual(["loop", "a", "b"]);
    expect(after.context["loop"]).toBe(context["loop"]);
  });
});
