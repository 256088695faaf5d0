import { beforeEach, describe, expect, it } from "vitest";
import type { NodesDefinition } from "../../src/engine/index.ts";
import type { BlobStore } from "../../src/ports/blob-store.ts";
import { body, functionTimeoutMs, Harness, payloadBucket } from "./harness.ts";
import { settle } from "./settle.ts";
import { approval, chain, Ledger } from "./test-workflows.ts";

const large = "x".repeat(1000);
let ledger: Ledger;
let harness: Harness;

beforeEach(() => {
  ledger = new Ledger();
  const settings = { inlineValueBytes: 500, maxValueBytes: 5000 };
  harness = new Harness({ workflows: [chain("chain", 3), approval], nodes: ledger.nodes, settings });
});

/** A blob store whose calls may be replaced. */
function blobsWith(changes: Partial<BlobStore>): BlobStore {
  const { blobs } = harness;
  return {
    read: (name, range) => blobs.read(name, range),
    write: (name, content) => blobs.write(name, content),
    ...changes,
  };
}

async function storedTexts(workflowId: string): Promise<string[]> {
  const { versions = [] } = (await harness.store.load(workflowId)) ?? {};
  return versions.map(({ transition = "" }) => transition);
}

async function put(key: string, content: string): Promise<void> {
  await harness.blobs.write({ bucket: payloadBucket, key }, content);
}

describe("a large result", () => {
  it("stays out of the table, and nodes that run after it see it whole", async () => {
    const seen: unknown[] = [];
    ledger.behaviour = (name) => (name === "a" ? large : "small");
    const nodes = ledger.nodes;
    const work = nodes["work"];
    if (work === undefined) throw new Error("no work");
    const watching = {
      ...nodes,
      work: {
        ...work,
        executor: async (...given: Parameters<typeof work.executor>) => {
          seen.push(given[1]["a"]?.[0]?.output);
          return work.executor(...given);
        },
      },
    };
    const settings = { inlineValueBytes: 500 };
    harness = new Harness({ workflows: [chain("chain", 3)], nodes: watching, settings });
    await harness.start("w", "chain");
    await harness.run();
    expect(seen).toEqual([undefined, large, large]);
    expect((await harness.view("w")).context["a"]?.[0]?.output).toBe(large);
    for (const text of await storedTexts("w")) expect(text.length).toBeLessThan(600);
  });

  it("is written before its version is committed: when it cannot be, nothing is committed and the step comes again", async () => {
    ledger.behaviour = () => large;
    await harness.start("w", "chain");
    const failing = harness.dispatcher({ blobs: blobsWith({ write: () => Promise.reject(new Error("S3 is down")) }) });
    await harness.poll(failing);
    expect(await storedTexts("w")).toEqual([""]);
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
  });

  it("that is missing fails the record and spends no attempt; once it is back, the workflow goes on", async () => {
    ledger.behaviour = (name) => (name === "a" ? large : "small");
    await harness.start("w", "chain");
    await harness.poll();
    const absent = harness.dispatcher({ blobs: blobsWith({ read: async () => undefined }) });
    for (let times = 0; times < 5; times += 1) {
      await harness.poll(absent);
      harness.clock.advance(400_000);
    }
    const { versions = [] } = (await harness.store.load("w")) ?? {};
    expect(versions[1]).toMatchObject({ claim: { count: 0 } });
    expect(harness.lines.some(({ error }) => String(error).includes("is missing: values/64d/w/"))).toBe(true);
    expect(ledger.runs).toEqual(["w:a@0"]);
    await harness.run();
    expect((await harness.view("w")).status).toBe("completed");
    expect(ledger.runs).toEqual(["w:a@0", "w:b@1", "w:c@2"]);
  });

  it("that is damaged is never handed out", async () => {
    ledger.behaviour = (name) => (name === "a" ? large : "small");
    await harness.start("w", "chain");
    await harness.poll();
    const wrong = { bytes: new TextEncoder().encode(JSON.stringify("y".repeat(1000))), totalBytes: 1002 };
    await harness.poll(harness.dispatcher({ blobs: blobsWith({ read: async () => wrong }) }));
    expect(harness.lines.some(({ error }) => String(error).includes("is damaged"))).toBe(true);
    expect(ledger.runs).toEqual(["w:a@0"]);
  });

  it("that is missing does not keep its workflow from being cancelled", async () => {
    ledger.behaviour = () => large;
    await harness.start("w", "chain");
    await harness.poll();
    const absent = harness.dispatcher({ blobs: blobsWith({ read: async () => undefined }) });
    expect(await harness.cancel("w", absent)).toMatchObject({ type: "cancelled" });
  });
});

describe("a retry", () => {
  it("of a node with a large payload gets it again without writing it again", async () => {
    let writes = 0;
    const counting = blobsWith({
      write: async (name, content) => {
        writes += 1;
        await harness.blobs.write(name, content);
      },
    });
    const payloads: unknown[] = [];
    ledger.behaviour = (_name, step) => {
      payloads.push(step.input);
      if (step.version < 2) throw new Error("not yet");
    };
    await harness.start("w", "chain", { order: large }, harness.dispatcher({ blobs: counting }));
    for (let polls = 0; polls < 3; polls += 1) {
      await harness.poll(harness.dispatcher({ blobs: counting }));
      harness.clock.advance(10_000);
    }
    expect(payloads.slice(0, 3)).toEqual([{ order: large }, { order: large }, { order: large }]);
    // The input once; the result that holds the payload once.
    expect(writes).toBe(2);
  });
});

describe("a large input", () => {
  it("is stored by reference, and the first node receives it", async () => {
    ledger.behaviour = () => undefined;
    expect(await harness.start("w", "chain", { order: large })).toMatchObject({ type: "started", isNew: true });
    expect(typeof (await harness.store.load("w"))?.start.input).toBe("object");
    await harness.run();
    const view = await harness.view("w");
    expect(view.context["a"]?.[0]?.output).toEqual({ payload: { order: large } });
    expect(view.input).toEqual({ order: large });
  });

  it("started again is the same workflow, and with another content a conflict (I12)", async () => {
    await harness.start("w", "chain", { order: large });
    expect(await harness.start("w", "chain", { order: large })).toMatchObject({ type: "started", isNew: false });
    expect(await harness.start("w", "chain", { order: `${large}!` })).toMatchObject({ code: "conflict" });
  });
});

describe("a large payload", () => {
  it("of a resume reaches its node; the same again is told so, another is a conflict (I11)", async () => {
    await harness.start("w", "approval");
    await harness.run();
    const payload = { answer: large };
    expect(await harness.resume("w", { version: 1, payload })).toMatchObject({ type: "resumed" });
    expect(await harness.resume("w", { version: 1, payload })).toMatchObject({ type: "resumed", version: 1 });
    expect(await harness.resume("w", { version: 1, payload: { answer: "no" } })).toMatchObject({ code: "conflict" });
    await harness.run();
    expect((await harness.view("w")).context["ask"]?.[0]?.output).toEqual(payload);
  });
});

describe("reading large values", () => {
  it("that takes what was left of an invocation gives the step to another one, and spends no attempt", async () => {
    ledger.behaviour = (name) => (name === "a" ? large : "small");
    await harness.start("w", "chain");
    await harness.poll();
    const slow = blobsWith({
      read: async (name, range) => {
        harness.clock.advance(2_000);
        return harness.blobs.read(name, range);
      },
    });
    const step = { type: "step", schemaVersion: 1, workflowId: "w", version: 1 } as const;
    const invocation = { deadlineAt: harness.clock.now() + 7_000 };
    const outcome = await harness.dispatcher({ blobs: slow }).execute(step, invocation);
    expect(outcome).toMatchObject({
      type: "later",
      until: harness.clock.now(),
      why: expect.stringMatching("left its node no time"),
    });
    expect(ledger.runs).toEqual(["w:a@0"]);
    await harness.run();
    const { status, context } = await harness.view("w");
    expect([status, context["b"]?.[0]?.attempt]).toEqual(["completed", 1]);
  });

  it("that takes nearly all of an invocation each time fails the workflow in the end, with the reason", async () => {
    ledger.behaviour = (name) => (name === "a" ? large : "small");
    await harness.start("w", "chain");
    await harness.poll();
    const slow = blobsWith({
      read: async (name, range) => {
        harness.clock.advance(58_000);
        return harness.blobs.read(name, range);
      },
    });
    for (let polls = 0; polls < 6; polls += 1) {
      await harness.poll(harness.dispatcher({ blobs: slow }));
      harness.clock.advance(400_000);
    }
    const { status, metadata } = await harness.view("w");
    expect([status, metadata["failedReason"]]).toEqual([
      "failed",
      expect.stringMatching(/claimed 3 times.* outruns its time/),
    ]);
    expect(ledger.runs).toEqual(["w:a@0"]);
  });

  it("freezes what a node receives of the past as much as without them", async () => {
    const frozen: boolean[] = [];
    const nodes: NodesDefinition = {
      work: {
        executor: async (_data, context) => {
          frozen.push(Object.isFrozen(context), ...Object.values(context).map((list) => Object.isFrozen(list)));
          return { data: large };
        },
      },
    };
    harness = new Harness({ workflows: [chain("chain", 3)], nodes, settings: { inlineValueBytes: 500 } });
    await harness.start("w", "chain");
    await harness.run();
    expect(frozen).toEqual([true, true, true, true, true, true]);
  });
});

it("a result without a JSON text is stored as none, as ever", async () => {
  ledger.behaviour = () => ({ toJSON: () => undefined });
  await harness.start("w", "chain");
  await harness.run();
  expect((await harness.view("w")).status).toBe("completed");
  expect(ledger.runs).toHaveLength(3);
});

describe("an object in place of a value", () => {
  const start = { type: "start", workflowId: "w", definitionId: "chain", inputObject: { key: "incoming/order.json" } };

  it("is read and copied, so that it may change or go afterwards", async () => {
    ledger.behaviour = () => undefined;
    await put("incoming/order.json", JSON.stringify({ order: large }));
    await harness.dispatch([body(start)]);
    await put("incoming/order.json", "gone");
    await harness.run();
    expect((await harness.view("w")).context["a"]?.[0]?.output).toEqual({ payload: { order: large } });
  });

  it("answers a pause", async () => {
    await harness.start("w", "approval");
    await harness.run();
    await put("incoming/answer.json", JSON.stringify({ answer: large }, null, 2));
    const resume = { type: "resume", workflowId: "w", version: 1, payloadObject: { key: "incoming/answer.json" } };
    await harness.dispatch([body(resume)]);
    await harness.dispatch([body(resume)]);
    expect(harness.queue.deadLetters).toEqual([]);
    await harness.run();
    expect((await harness.view("w")).context["ask"]?.[0]?.output).toEqual({ answer: large });
  });

  it("is for authenticated callers alone", async () => {
    await harness.start("w", "approval");
    await harness.run();
    const [{ resumeToken } = { resumeToken: async () => "" }] = ledger.steps;
    const token = (await resumeToken()) || "";
    const command = { type: "resume", schemaVersion: 1, workflowId: "w", token, payload: null } as const;
    const payloadObject = { key: "incoming/answer.json" };
    await put(payloadObject.key, "{}");
    const answer = await harness
      .dispatcher()
      .execute({ ...command, payloadObject, isOperator: false }, harness.invocation());
    expect(answer).toMatchObject({ code: "forbidden" });
  });

  it.each([
    ["that is not there", undefined, /no object incoming\/order.json/],
    ["that is no JSON", "{", /\$\.input: is not valid JSON/],
    ["with a prototype in it", '{"__proto__":{"polluted":true}}', /__proto__/],
    ["that is larger than what is stored", JSON.stringify("x".repeat(5000)), /takes 5002 bytes; the limit is 5000/],
    ["that is empty", "", /not valid JSON/],
  ])("%s is a dead letter with the reason", async (_how, content, reason) => {
    if (content !== undefined) await put("incoming/order.json", content);
    await harness.dispatch([body(start)]);
    expect(harness.queue.deadLetters.map((letter) => letter.reason)).toEqual([expect.stringMatching(reason)]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("that is not UTF-8 is a dead letter with the reason", async () => {
    await harness.blobs.write({ bucket: payloadBucket, key: "incoming/order.json" }, new Uint8Array([34, 255, 34]));
    await harness.dispatch([body(start)]);
    expect(harness.queue.deadLetters[0]?.reason).toMatch(/not UTF-8/);
  });

  it.each([
    ["outside of incoming/", "values/64d/w/abc"],
    ["above its folder", "incoming/../values"],
    ["of another bucket", "s3://other/incoming/a"],
  ])("%s is invalid, or not there", async (_where, key) => {
    await harness.dispatch([body({ ...start, inputObject: { key } })]);
    expect(harness.queue.deadLetters).toHaveLength(1);
    expect(await harness.store.load("w")).toBeUndefined();
  });

  it("is read alone, after the rest of its batch, and what follows its start waits with it", async () => {
    const order: string[] = [];
    ledger.behaviour = (_name, { workflowId }) => {
      order.push(`${workflowId} runs`);
    };
    await harness.start("other", "chain");
    const blobs = blobsWith({
      read: async (name, range) => {
        order.push(`reads ${name.key}`);
        return harness.blobs.read(name, range);
      },
    });
    await put("incoming/order.json", "{}");
    const bodies = [
      body(start),
      body({ type: "cancel", workflowId: "w" }),
      body({ ...start, workflowId: "v" }),
      body({ type: "step", workflowId: "other", version: 0 }),
    ];
    await harness.dispatch(bodies, harness.dispatcher({ blobs }));
    expect(order).toEqual(["other runs", "reads incoming/order.json", "reads incoming/order.json"]);
    expect(harness.queue.deadLetters).toEqual([]);
    expect((await harness.view("w")).metadata["failedReason"]).toBe("Cancelled");
  });

  it("that ends its process comes again with what follows it, and others after them", async () => {
    await put("incoming/order.json", "{}");
    const messages = [start, { ...start, workflowId: "v" }, { type: "cancel", workflowId: "w" }];
    for (const message of messages) harness.queue.sendBody(body(message));
    const poll = async (blobs: BlobStore) => {
      const next = Math.min(...harness.queue.messages.map(({ visibleAt }) => visibleAt));
      harness.clock.advance(Math.max(0, next - harness.clock.now()));
      const polling = harness.poll(harness.dispatcher({ blobs }));
      return Promise.race([polling, settle()]);
    };
    for (let deaths = 0; deaths < 2; deaths += 1) await poll(blobsWith({ read: () => new Promise(() => {}) }));
    const visibleAt = harness.queue.messages.map((message) => message.visibleAt - harness.clock.now());
    expect(visibleAt).toEqual([6 * functionTimeoutMs, functionTimeoutMs + 2000, 6 * functionTimeoutMs]);
    for (let polls = 0; harness.queue.messages.length > 0 && polls < 10; polls += 1) await poll(harness.blobs);
    expect(harness.queue.deadLetters).toEqual([]);
    expect((await harness.view("w")).metadata["failedReason"]).toBe("Cancelled");
    expect((await harness.view("v")).status).toBe("completed");
  });

  it("is not begun when the invocation has little time left, and comes again at once", async () => {
    const reads: string[] = [];
    const blobs = blobsWith({
      read: async (name, range) => {
        reads.push(name.key);
        harness.clock.advance(14_000);
        return harness.blobs.read(name, range);
      },
    });
    await put("incoming/order.json", "{}");
    for (const workflowId of ["u", "v", "w"]) harness.queue.sendBody(body({ ...start, workflowId }));
    await harness.poll(harness.dispatcher({ blobs }));
    expect(reads).toHaveLength(2);
    expect(harness.queue.messages.map(({ body: text }) => JSON.parse(text))).toMatchObject([
      { type: "start", workflowId: "w" },
      { type: "step", workflowId: "u" },
      { type: "step", workflowId: "v" },
    ]);
    expect(harness.queue.messages[0]?.visibleAt).toBeLessThanOrEqual(harness.clock.now());
  });

  it("whose value is longer than its text is measured as it is stored", async () => {
    await harness.start("w", "approval");
    await harness.run();
    await put("incoming/answer.json", `{"answer":[${Array(600).fill("1e20").join()}]}`);
    const resume = { type: "resume", workflowId: "w", version: 1, payloadObject: { key: "incoming/answer.json" } };
    await harness.dispatch([body(resume)]);
    expect(harness.queue.deadLetters[0]?.reason).toMatch(/^too-large: The payload takes \d+ bytes; the limit is 5000$/);
  });

  it("beside a value is refused", async () => {
    await harness.dispatch([body({ ...start, input: 1 })]);
    expect(harness.queue.deadLetters[0]?.reason).toMatch("Give input or inputObject, not both");
  });
});

describe("a view", () => {
  it("shows a workflow although one of its values is missing, and says which", async () => {
    ledger.behaviour = (name) => (name === "a" ? large : "small");
    await harness.start("w", "chain");
    await harness.run();
    const absent = harness.dispatcher({ blobs: blobsWith({ read: async () => undefined }) });
    const outcome = await absent.execute({ type: "get", workflowId: "w" }, harness.invocation());
    expect(JSON.parse(JSON.stringify(outcome))).toMatchObject({
      workflow: { context: { a: [{ output: { $reference: { sizeBytes: 1002 } } }], b: [{ output: "small" }] } },
    });
  });

  it("has references in place of the large values that would not fit into an answer", async () => {
    harness = new Harness({ workflows: [chain("chain", 3)], nodes: ledger.nodes });
    ledger.behaviour = () => "x".repeat(1_000_000);
    await harness.start("w", "chain");
    await harness.run();
    // One object in three places counts three times.
    expect(JSON.stringify(await harness.view("w")).length).toBeLessThan(2000);
    ledger.behaviour = (name) => name.repeat(1_000_000);
    await harness.start("v", "chain");
    await harness.run();
    const view = JSON.parse(JSON.stringify(await harness.view("v")));
    expect(typeof view.context.a[0].output).toBe("string");
    expect(view.context.c[0].output).toEqual({
      $reference: { key: expect.stringMatching(/^values\/64d\/v\//), sizeBytes: 1_000_002, sha256: expect.any(String) },
    });
    expect(JSON.stringify(view).length).toBeLessThan(6_000_000);
  });
});
