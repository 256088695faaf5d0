import { afterAll, beforeAll, describe } from "vitest";
import { testChecks } from "./workflow-store/checks.ts";
import { testClaims } from "./workflow-store/claims.ts";
import { testCommits } from "./workflow-store/commits.ts";
import { testHeads } from "./workflow-store/heads.ts";
import { testLoads } from "./workflow-store/loads.ts";
import type { WorkflowStoreUnderTest } from "./workflow-store/samples.ts";
import { testStarts } from "./workflow-store/starts.ts";

/** Registers the tests that every workflow store passes (the docstrings of src/ports/workflow-store.ts). */
export function describeWorkflowStore(name: string, open: () => Promise<WorkflowStoreUnderTest>): void {
  describe(`the workflow store of ${name}`, () => {
    let underTest: WorkflowStoreUnderTest | undefined;
    const opened = () => {
      if (underTest === undefined) throw new Error("The store is not open yet");
      return underTest.store;
    };
    beforeAll(async () => {
      underTest = await open();
    });
    afterAll(() => underTest?.close());

    describe("starts", () => testStarts(opened));
    describe("heads", () => testHeads(opened));
    describe("claims", () => testClaims(opened));
    describe("commits", () => testCommits(opened));
    describe("checks", () => testChecks(opened));
    describe("loads", () => testLoads(opened));
  });
}
