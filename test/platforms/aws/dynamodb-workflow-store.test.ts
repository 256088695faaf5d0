import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { RefluxoError } from "../../../src/engine/index.ts";
import { DynamoDBWorkflowStore } from "../../../src/platforms/aws/dynamodb-workflow-store.ts";
import { type EmulatedStack, startEmulatedStack } from "../../conformance/emulated-stack.ts";
import {
  beganAt,
  claimBy,
  headOf,
  keyOf,
  newWorkflowId,
  startOf,
  transitionOf,
} from "../../conformance/workflow-store/samples.ts";
import { FakeService, jsonError, type ServiceAnswer } from "./fake-service.ts";
import { loseAnswers } from "./lose-answers.ts";

describe("a write that was applied and whose answer was lost (I3)", () => {
  let stack: EmulatedStack | undefined;
  const clients: DynamoDBClient[] = [];

  beforeAll(async () => {
    stack = await startEmulatedStack();
  });
  afterAll(() => stack?.stop());
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });

  /** A store on a client that loses its first answers, and one that loses none. */
  const openStores = (lost: number) => {
    if (stack === undefined) throw new Error("The emulators are not started");
    const [unlucky, lucky] = [stack.dynamodb(), stack.dynamodb()];
    clients.push(unlucky, lucky);
    const requests = loseAnswers(unlucky, lost);
    const open = (client: DynamoDBClient) => new DynamoDBWorkflowStore(client, stack?.tableName ?? "");
    return { store: open(unlucky), other: open(lucky), requests };
  };

  test("a claim recognises itself and counts once, even after two lost answers", async () => {
    const { store, other, requests } = openStores(2);
    const key = keyOf(newWorkflowId());
    const claim = { token: "a", expiresAt: beganAt + 60_000, count: 1 };
    expect(await store.claim(key, claimBy("a"))).toEqual({ type: "claimed", claim });
    expect(requests()).toBe(3);
    expect(await other.claim(key, claimBy("b"))).toEqual({ type: "refused", stored: { version: 0, claim } });
  });

  test("a claim that follows an expired one recognises itself too, and counts once", async () => {
    const { store, other } = openStores(2);
    const key = keyOf(newWorkflowId());
    await other.claim(key, claimBy("a"));
    const claim = { token: "b", expiresAt: beganAt + 120_000, count: 2 };
    expect(await store.claim(key, claimBy("b", beganAt + 60_000))).toEqual({ type: "claimed", claim });
    expect(await other.claim(key, claimBy("c", beganAt + 60_000))).toEqual({
      type: "refused",
      stored: { version: 0, claim },
    });
  });

  test("the first claim of a version takes one request, a later one two", async () => {
    const { store, requests } = openStores(0);
    const key = keyOf(newWorkflowId());
    await store.claim(key, claimBy("a"));
    expect(requests()).toBe(1);
    await store.claim(key, claimBy("b", beganAt + 60_000));
    expect(requests()).toBe(3);
  });

  test.each(["claimant", "continuer", "anyone"] as const)("a commit by %s is committed", async (owner) => {
    const { store, other, requests } = openStores(1);
    const key = keyOf(newWorkflowId());
    if (owner === "claimant") await other.claim(key, claimBy("a"));
    const transition = transitionOf("ship");
    expect(await store.commit(key, { token: "a", transition, owner })).toEqual({ type: "committed" });
    expect(requests()).toBe(2);
    expect(await other.claim(key, claimBy("b"))).toMatchObject({ type: "refused", stored: { transition } });
  });

  test("a commit that loses against another one learns so, although its own answer was lost too", async () => {
    const { store, other } = openStores(1);
    const key = keyOf(newWorkflowId());
    await other.commit(key, { token: "first", transition: transitionOf("first"), owner: "anyone" });
    const late = { token: "late", transition: transitionOf("late"), owner: "anyone" as const };
    expect(await store.commit(key, late)).toMatchObject({
      type: "refused",
      stored: { claim: { token: "first" }, transition: transitionOf("first") },
    });
  });

  test("a start is not surely new, but it is the one that holds", async () => {
    const { store } = openStores(1);
    const start = startOf(newWorkflowId());
    expect(await store.createStart(start)).toEqual({ isNew: false, start });
  });

  test("a release is done", async () => {
    const { store, other, requests } = openStores(1);
    const key = keyOf(newWorkflowId());
    await other.claim(key, claimBy("a"));
    await store.release(key, { token: "a", isSpent: true });
    expect(requests()).toBe(2);
    expect(await other.claim(key, claimBy("b"))).toMatchObject({ type: "claimed", claim: { count: 2 } });
  });

  test("a head is written, though the answer says that none older was there", async () => {
    const { store, other } = openStores(1);
    const head = headOf(newWorkflowId(), { version: 4 });
    await other.createStart(startOf(head.workflowId));
    expect(await store.writeHead(head)).toBe(false);
    expect((await other.load(head.workflowId))?.head).toEqual(head);
  });
});

describe("a table that does not answer as it should", () => {
  let service: FakeService | undefined;
  let client: DynamoDBClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await service?.stop();
  });

  const storeOver = async (answers: readonly ServiceAnswer[]) => {
    const last = answers.at(-1) ?? {};
    service = await FakeService.start((_, index) => answers[index] ?? last);
    client = new DynamoDBClient({ ...service.clientConfig, maxAttempts: 3 });
    return { store: new DynamoDBWorkflowStore(client, "table"), service };
  };
  const throttled = jsonError("ProvisionedThroughputExceededException", "the table is busy: internal detail");

  test("throttling is waited out by the SDK", async () => {
    const { store, service } = await storeOver([throttled, {}]);
    const start = startOf(newWorkflowId());
    expect(await store.createStart(start)).toEqual({ isNew: true, start });
    expect(service.requests.map(({ operation }) => operation)).toEqual(["PutItem", "PutItem"]);
  });

  test("a failure that lasts is a retryable error that names the call and keeps the cause", async () => {
    const { store } = await storeOver([jsonError("AccessDeniedException", "user arn:aws:iam::1:role/x may not")]);
    const calls = [
      { operation: "dynamodb:Query", call: () => store.load("w") },
      { operation: "dynamodb:Query", call: () => store.loadFrom("w", 1) },
      { operation: "dynamodb:Query", call: () => store.glance("w") },
      { operation: "dynamodb:Query", call: () => store.glanceFrom("w", 1) },
      { operation: "dynamodb:PutItem", call: () => store.createStart(startOf("w")) },
      { operation: "dynamodb:PutItem", call: () => store.writeHead(headOf("w")) },
      { operation: "dynamodb:PutItem", call: () => store.claim(keyOf("w"), claimBy("a")) },
      {
        operation: "dynamodb:UpdateItem",
        call: () => store.commit(keyOf("w"), { token: "a", transition: "{}", owner: "anyone" }),
      },
      { operation: "dynamodb:UpdateItem", call: () => store.release(keyOf("w"), { token: "a", isSpent: true }) },
      { operation: "dynamodb:UpdateItem", call: () => store.moveCheck("w", { type: "nearer", checkAt: 1 }) },
      { operation: "dynamodb:Query", call: () => store.listDue(1, 8) },
      { operation: "dynamodb:PutItem", call: () => store.putDefinition("h", "{}") },
      { operation: "dynamodb:GetItem", call: () => store.getDefinition("h") },
    ];
    for (const { operation, call } of calls) {
      const error = await call().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(RefluxoError);
      expect(error).toMatchObject({
        code: "service.failed",
        isRetryable: true,
        message: `${operation} failed: AccessDeniedException`,
        cause: { name: "AccessDeniedException" },
      });
    }
  });

  test("an item that is not one of ours is an error, not a workflow with holes", async () => {
    const item = { workflowId: { S: "w" }, version: { N: "-2" }, definitionId: { S: "d" } };
    const { store } = await storeOver([{ body: JSON.stringify({ Items: [item] }) }]);
    await expect(store.load("w")).rejects.toThrow("A stored item has no valid attribute definitionHash");
  });

  test("every read that decides is strongly consistent", async () => {
    const { store, service } = await storeOver([{}]);
    await store.load("w");
    await store.loadFrom("w", 1);
    await store.getDefinition("h");
    for (const { body } of service.requests) expect(JSON.parse(body)).toMatchObject({ ConsistentRead: true });
    expect(service.requests).toHaveLength(3);
  });

  test("a glance is eventually consistent, for half the price", async () => {
    const { store, service } = await storeOver([{}]);
    await store.glance("w");
    await store.glanceFrom("w", 1);
    for (const { body } of service.requests) expect(JSON.parse(body)).toMatchObject({ ConsistentRead: false });
    expect(service.requests).toHaveLength(2);
  });
});
