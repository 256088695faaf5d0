import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFuzzOptions } from "../../scripts/fuzz-options.ts";
import { parseEvent } from "../../src/triggers/index.ts";
import { bindings, sampleFiles } from "../triggers/sample.ts";
import { createApiWorld } from "./api-world.ts";
import { checkConversation } from "./check-api.ts";
import { checkNeighbours, checkParse, type Parse } from "./check-parse.ts";
import { fuzzTargets } from "./fuzz-targets.ts";
import { runFuzz } from "./run-fuzz.ts";

const names = fuzzTargets.map(({ name }) => name);
const parse: Parse = (event) => parseEvent(event, bindings);

describe("whatever comes in", () => {
  test.each(fuzzTargets)("$name takes it or refuses it, and nothing else is harmed (I17)", async (target) => {
    const report = await runFuzz(target, { events: 500, seed: 20_261_122 });
    expect(report.failure).toBeUndefined();
    expect(report.events).toBeGreaterThanOrEqual(500);
    // Inputs that are all refused, or all accepted, would test one half only.
    expect(report.accepted).toBeGreaterThan(20);
    expect(report.events - report.accepted).toBeGreaterThan(20);
  });

  test("any value of the runtime's at all parses or is refused with a ParseError", () => {
    const refusal = expect.objectContaining({ name: "ParseError" });
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }), (event) => {
        let thrown: unknown = refusal;
        try {
          parse(event);
        } catch (error) {
          thrown = error;
        }
        expect(thrown).toEqual(refusal);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  test("every sample event has a contract that is fuzzed", () => {
    expect(names).toEqual(expect.arrayContaining(sampleFiles().map((file) => file.replace(".json", ""))));
  });
});

describe("a run", () => {
  const [target] = fuzzTargets;
  if (target === undefined) throw new Error("there is no contract");

  test("is the same again for the same seed", async () => {
    const inputsOf = async (seed: number) => {
      // A set, because the slowest inputs are checked again.
      const inputs = new Set<string>();
      const check = (input: string) => {
        inputs.add(input);
        return target.check(input);
      };
      await runFuzz({ ...target, check }, { events: 50, seed });
      return [...inputs];
    };
    const inputs = await inputsOf(3);
    expect(await inputsOf(3)).toEqual(inputs);
    expect(await inputsOf(4)).not.toEqual(inputs);
  });

  test("reports a harmful input, shrunk, with the seed that finds it again in its first round", async () => {
    const check = (input: string) => {
      if (input.includes("__proto__")) throw new Error("harm");
      return target.check(input);
    };
    const { failure } = await runFuzz({ ...target, check }, { events: 100_000, seed: 1 });
    expect(failure?.input).toContain("__proto__");
    expect(failure?.error).toMatchObject({ message: "harm" });
    const again = await runFuzz({ ...target, check }, { events: 1_000, seed: failure?.seed ?? 0 });
    expect(again.failure?.input).toBe(failure?.input);
  });
});

describe("the checks see", () => {
  const batch = (at: number) => JSON.stringify({ others: [record, record], hostile: null, at });
  const record = { eventSource: "aws:sqs", messageId: "m", body: '{"type":"cancel","workflowId":"w"}' };

  test("a parser that throws an error of its own", () => {
    const broken: Parse = (event) => Reflect.get(Object(event), "Records").length;
    expect(() => checkParse(broken, "null")).toThrow("no ParseError");
  });

  test("a parser that writes to its event", () => {
    const writing: Parse = (event) => {
      Object.assign(Object(event), { seen: true });
      return parse(event);
    };
    expect(() => checkParse(writing, '{"type":"get","workflowId":"w"}')).toThrow("no ParseError");
  });

  test.each([Object.prototype, Array.prototype])("a parser that touches a shared prototype", (prototype) => {
    const polluting: Parse = (event) => {
      Object.defineProperty(prototype, "polluted", { value: 1, configurable: true });
      return parse(event);
    };
    try {
      expect(() => checkParse(polluting, '{"type":"get","workflowId":"w"}')).toThrow(/prototype was changed/);
    } finally {
      Reflect.deleteProperty(prototype, "polluted");
    }
  });

  test.each([
    ["a foreign prototype", () => Object.create({ isAdmin: true })],
    ["a key named __proto__", () => JSON.parse('{"__proto__":{}}')],
  ])("a parser that lets %s out", (what, input) => {
    const leaking: Parse = () => ({
      type: "commands",
      source: "direct",
      commands: [{ type: "start", schemaVersion: 1, definitionId: "d", workflowId: "w", input: input() }],
    });
    expect(() => checkParse(leaking, "{}")).toThrow(what);
  });

  test("a parser that lets a record be harmed by its neighbour", () => {
    const forgetful: Parse = (event) => {
      const parsed = parse(event);
      if (parsed.type !== "batch" || parsed.records.length < 2) return parsed;
      return { ...parsed, records: parsed.records.map((each) => ({ ...each, receiveCount: 99 })) };
    };
    const losing: Parse = (event) => {
      const parsed = parse(event);
      return parsed.type === "batch" ? { ...parsed, records: parsed.records.slice(1) } : parsed;
    };
    for (const at of [0, 1, 2]) {
      expect(checkNeighbours(parse, batch(at))).toMatchObject({ events: 1, accepted: 0 });
      expect(() => checkNeighbours(forgetful, batch(at))).toThrow("is not what it is alone");
      expect(() => checkNeighbours(losing, batch(at))).toThrow("lost or made records");
    }
  });

  test.each<readonly [what: string, answer: object]>([
    ["a 5xx", { statusCode: 500, headers: {}, body: "{}" }],
    ["no status", { headers: {}, body: "{}" }],
    ["no text as body", { statusCode: 200, headers: {}, body: {} }],
    ["an error that is no problem", problem({ title: undefined })],
    ["a status that differs", problem({ status: 404 })],
    ["a stack", problem({ detail: "no\n    at parse (parse.ts:3:1)" })],
    ["an internal error's name", problem({ detail: "TypeError: x is not a function" })],
    ["more fields", problem({ stack: "at parse" })],
  ])("an answer with %s", async (_what, answer) => {
    const world = await createApiWorld();
    const broken = async () => ({ ...world, handler: async () => answer });
    await expect(checkConversation("[null]", broken)).rejects.toThrow(/not well formed|not a problem|of the inside/);
    await expect(checkConversation("[null]")).resolves.toMatchObject({ events: 1, accepted: 0 });
  });
});

function problem(changed: object) {
  const body = { type: "urn:refluxo:problem:invalid", title: "No", status: 400, instance: "urn:request:request-1" };
  return {
    statusCode: 400,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    body: JSON.stringify({ ...body, ...changed }),
  };
}

describe("the command line", () => {
  const read = (...args: readonly string[]) => parseFuzzOptions(args, names, () => 42);

  test("takes a million events of every contract by default, with a seed of its own", () => {
    expect(read()).toEqual({ events: 1_000_000, seed: 42, contracts: [] });
  });

  test("takes the events, the seed and the contracts", () => {
    const args = ["--events", "500", "--seed", "7", "--contract", "sqs", "--contract", "http-api"];
    expect(read(...args)).toEqual({ events: 500, seed: 7, contracts: ["sqs", "http-api"] });
  });

  test.each([
    ["--events takes a whole number", ["--events", "0"]],
    ["--events takes a whole number", ["--events", "1.5"]],
    ["--seed takes a whole number from 0", ["--seed", "2147483648"]],
    ["--seed takes a whole number from 0", ["--seed", "x"]],
    ["--seed takes a whole number from 0", ["--seed=-1"]],
    ["There is no contract nobody", ["--contract", "nobody"]],
    ["Unknown option '--forever'", ["--forever"]],
  ])("refuses with %s: %j", (reason, args) => {
    expect(() => read(...args)).toThrow(reason);
  });
});
