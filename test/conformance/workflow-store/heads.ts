import { expect, test } from "vitest";
import type { WorkflowStatus } from "../../../src/engine/index.ts";
import { beganAt, endedHeadOf, headOf, newWorkflowId, type OpenedStore, startOf } from "./samples.ts";

const statuses: readonly WorkflowStatus[] = ["active", "paused", "error", "completed", "failed"];

/** Heads: one per workflow, never older than before. */
export function testHeads(opened: OpenedStore): void {
  const headAfter = async (workflowId: string) => {
    await opened().createStart(startOf(workflowId));
    return (await opened().load(workflowId))?.head;
  };

  test("a head is written and read back whole", async () => {
    const head = headOf(newWorkflowId(), { version: 7, status: "paused", checkAt: beganAt + 1, checkIntervalMs: 42 });
    expect(await opened().writeHead(head)).toBe(true);
    expect(await headAfter(head.workflowId)).toEqual(head);
  });

  test.each(statuses)("a head keeps the status %s", async (status) => {
    const head = headOf(newWorkflowId(), { status });
    await opened().writeHead(head);
    expect((await headAfter(head.workflowId))?.status).toBe(status);
  });

  test("a head of a newer version replaces the old one whole", async () => {
    const workflowId = newWorkflowId();
    await opened().writeHead(headOf(workflowId, { version: 1 }));
    const newer = headOf(workflowId, { version: 2, status: "error", checkAt: beganAt + 9, checkIntervalMs: 9 });
    expect(await opened().writeHead(newer)).toBe(true);
    expect(await headAfter(workflowId)).toEqual(newer);
  });

  test.each([2, 1, 0])("a head of version 2 is not replaced by one of version %i", async (version) => {
    const head = headOf(newWorkflowId(), { version: 2, status: "paused" });
    await opened().writeHead(head);
    expect(await opened().writeHead(headOf(head.workflowId, { version, checkAt: 1 }))).toBe(false);
    expect(await headAfter(head.workflowId)).toEqual(head);
  });

  test("versions are compared as numbers: 10 is newer than 9", async () => {
    const workflowId = newWorkflowId();
    await opened().writeHead(headOf(workflowId, { version: 9 }));
    expect(await opened().writeHead(headOf(workflowId, { version: 10 }))).toBe(true);
    expect(await opened().writeHead(headOf(workflowId, { version: 9 }))).toBe(false);
  });

  test("the head of an ended workflow has no check any more", async () => {
    const workflowId = newWorkflowId();
    await opened().writeHead(headOf(workflowId, { version: 1 }));
    expect(await opened().writeHead(endedHeadOf(workflowId, 2))).toBe(true);
    expect(await headAfter(workflowId)).toEqual(endedHeadOf(workflowId, 2));
  });

  test("of heads of one version that are written at the same time exactly one is", async () => {
    const workflowId = newWorkflowId();
    const heads = Array.from({ length: 10 }, (_, index) =>
      headOf(workflowId, { version: 3, checkAt: beganAt + index }),
    );
    const answers = await Promise.all(heads.map((head) => opened().writeHead(head)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await headAfter(workflowId)).toEqual(heads[answers.indexOf(true)]);
  });
}
