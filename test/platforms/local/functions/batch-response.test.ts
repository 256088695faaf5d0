import { describe, expect, it } from "vitest";
import { readFailedIds } from "../../../../src/platforms/local/functions/batch-response.ts";

describe("a batch response", () => {
  it.each([[null], [undefined], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }], [{ other: 1 }]])(
    "%j reports no failure",
    (response) => {
      expect([...readFailedIds(response, ["a", "b"])]).toEqual([]);
    },
  );

  it("reports the messages that failed", () => {
    expect([...readFailedIds({ batchItemFailures: [{ itemIdentifier: "b" }] }, ["a", "b"])]).toEqual(["b"]);
  });

  it.each([
    ["text"],
    [{ batchItemFailures: "b" }],
    [{ batchItemFailures: [{ itemIdentifier: "" }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ id: "a" }] }],
    [{ batchItemFailures: [{ itemIdentifier: "stranger" }] }],
  ])("%j fails the whole batch", (response) => {
    expect(() => readFailedIds(response, ["a", "b"])).toThrow("the whole batch fails");
  });
});
