import { describe, expect, it } from "vitest";
import { LargeValue } from "../../src/dispatcher/large-value.ts";
import { decodeTransition, encodeTransition, type Place } from "../../src/dispatcher/transition-codec.ts";
import type { Transition } from "../../src/engine/index.ts";

const step: Transition = {
  schemaVersion: 1,
  type: "step",
  nodeId: "a",
  status: "active",
  currentNodeId: "b",
  result: { output: { rows: "x".repeat(100) }, timestamp: 1, attempt: 1 },
};
const inline: Place = async (text) => text;
const referenceTo = (text: string) => ({ key: `key of ${text.length}`, sizeBytes: text.length, sha256: "digest" });
/** Places what is longer than 50 characters elsewhere. */
const outside: Place = async (text) => (text.length > 50 ? referenceTo(text) : text);

describe("a transition", () => {
  it("of small values is stored as its own JSON", async () => {
    const text = await encodeTransition(step, inline);
    expect(text).toBe(JSON.stringify(step));
    expect(decodeTransition(text)).toEqual(step);
  });

  it("keeps a reference in place of each large value, and everything else", async () => {
    const paused: Transition = {
      schemaVersion: 1,
      type: "step",
      nodeId: "a",
      status: "paused",
      currentNodeId: "a",
      pause: { nodeId: "a", data: "d".repeat(60), dueAt: 7 },
      externalPayload: ["p".repeat(70)],
      result: { output: "small", timestamp: 1, attempt: 2 },
    };
    const text = await encodeTransition(paused, outside);
    expect(text).not.toMatch(/dddd|pppp/);
    expect(decodeTransition(text)).toEqual({
      ...paused,
      pause: { nodeId: "a", data: new LargeValue(referenceTo(JSON.stringify(paused.pause?.data))), dueAt: 7 },
      externalPayload: new LargeValue(referenceTo(JSON.stringify(paused.externalPayload))),
    });
  });

  it("with a large value is refused by code that knows schema version 1 alone", async () => {
    expect(JSON.parse(await encodeTransition(step, outside))).toMatchObject({ schemaVersion: 2 });
  });

  it("of a schema version that is not known is refused, and so is what is no JSON", () => {
    expect(() => decodeTransition('{"schemaVersion":3}')).toThrow("schema version");
    expect(() => decodeTransition("null")).toThrow("schema version");
    expect(() => decodeTransition("{")).toThrow("not JSON");
  });

  it("is not stored when a value cannot be placed", async () => {
    await expect(encodeTransition(step, () => Promise.reject(new Error("down")))).rejects.toThrow("down");
  });

  it("is frozen all the way down once it is read", async () => {
    const { result } = decodeTransition(await encodeTransition(step, inline));
    expect(() => Object.assign(result?.output ?? {}, { rows: "changed" })).toThrow("read only");
  });
});
