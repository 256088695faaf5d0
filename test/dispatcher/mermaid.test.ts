import { expect, test } from "vitest";
import { toMermaid } from "../../src/dispatcher/mermaid.ts";

test("a flowchart shows nodes with their types, handles, failures in a colour, and compensations as dotted arrows", () => {
  const text = toMermaid({
    nodes: [
      { id: "reserve", type: "reserve-stock", data: {}, compensate: "release" },
      { id: "ask", type: "approval", data: {}, pauseTimeoutMs: 5 },
      { id: "release", type: "release-stock", data: {} },
    ],
    edges: [
      { id: "1", source: "reserve", target: "ask" },
      { id: "2", source: "reserve", target: "release", sourceHandle: "error" },
      { id: "3", source: "ask", target: "release", sourceHandle: "timeout" },
      { id: "4", source: "ask", target: "ask", sourceHandle: "toString" },
    ],
  });
  expect(text.split("\n")).toEqual([
    "flowchart TD",
    '  n0["reserve<br/>reserve-stock"]',
    '  n1["ask<br/>approval"]',
    '  n2["release<br/>release-stock"]',
    "  n0 --> n1",
    '  n0 -->|"error"| n2',
    '  n1 -->|"timeout"| n2',
    '  n1 -->|"toString"| n1',
    '  n0 -.->|"compensate"| n2',
    "  linkStyle 1 stroke:#b00020",
    "  linkStyle 2 stroke:#b26a00",
    "",
  ]);
});

test("text that would be markup is escaped", () => {
  expect(toMermaid({ nodes: [{ id: 'a"<b>', type: "t#", data: {} }], edges: [] })).toContain(
    'n0["a#34;#60;b#62;<br/>t#35;"]',
  );
});
