import { expect, it } from "vitest";
import { attributeSamples } from "../../bench/profile/attribute-samples.ts";

function nodeOf(id: number, functionName: string, url: string, children: readonly number[] = []) {
  return {
    id,
    callFrame: { functionName, scriptId: "0", url, lineNumber: 0, columnNumber: 0 },
    children: [...children],
  };
}

it("gives each sample to the file nearest to it that is not Node's own, and leaves idle time out", () => {
  const nodes = [
    nodeOf(1, "(root)", "", [2, 3, 4, 8]),
    nodeOf(2, "(idle)", ""),
    nodeOf(3, "onread", "node:internal/stream", [5]),
    nodeOf(4, "send", "file:///p/node_modules/@smithy/core/a.js", [6, 7]),
    nodeOf(5, "parse", "file:///p/node_modules/dynalite/b.js"),
    nodeOf(6, "Hash", "node:internal/crypto/hash"),
    nodeOf(7, "claim", "file:///p/src/platforms/aws/c.ts"),
    nodeOf(8, "poll", "file:///p/src/platforms/local/d.ts"),
  ];
  const samples = [2, 3, 5, 6, 7, 8, 4];
  const profile = { nodes, startTime: 0, endTime: 0, samples, timeDeltas: [999, 10, 20, 30, 15, 5, 20] };
  expect(attributeSamples(profile)).toEqual({
    "Node alone": 0.1,
    "table's emulator": 0.2,
    SDK: 0.5,
    "src/": 0.15,
    other: 0.05,
    "queue's emulator": 0,
  });
});
