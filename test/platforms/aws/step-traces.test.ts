import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { afterEach, describe, expect, test, vi } from "vitest";
import { StepTraces } from "../../../src/platforms/aws/step-traces.ts";
import { createTraceSender } from "../../../src/platforms/aws/trace-sender.ts";
import type { StepEnded } from "../../../src/ports/telemetry.ts";
import { settle } from "../../dispatcher/settle.ts";

const step: StepEnded = {
  workflowId: "order-1",
  version: 4,
  definitionId: "orders",
  nodeId: "charge",
  status: "active",
  attempt: 2,
  durationMs: 120,
};
const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:0";

/** What is sent for a step, under a trace header. */
function traced(given: StepEnded, traceHeader: string | undefined = header): string[] {
  const sent: string[] = [];
  const send = (datagram: string) => void sent.push(datagram);
  new StepTraces({ traceHeader: () => traceHeader, send, now: () => 1_700_000_000_500 }).stepEnded(given);
  return sent;
}

function subsegmentOf(given: StepEnded): Record<string, unknown> {
  return JSON.parse(traced(given)[0]?.split("\n")[1] ?? "");
}

describe("a step in a sampled invocation", () => {
  test("is one subsegment of the invocation's trace, found by its workflow, version, definition and node", () => {
    const [datagram = "", ...more] = traced(step);
    expect(more).toEqual([]);
    const [format = "", document = "", ...rest] = datagram.split("\n");
    expect(rest).toEqual([]);
    expect(JSON.parse(format)).toEqual({ format: "json", version: 1 });
    expect(JSON.parse(document)).toEqual({
      type: "subsegment",
      name: "orders/charge",
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      trace_id: "1-5759e988-bd862e3fe1be46a994272793",
      parent_id: "53995c3f42cd8ad8",
      start_time: 1_700_000_000.38,
      end_time: 1_700_000_000.5,
      annotations: { workflowId: "order-1", version: 4, definitionId: "orders", nodeId: "charge" },
      metadata: { step: { status: "active", attempt: 2 } },
    });
  });

  test("has an id of its own", () => {
    expect(subsegmentOf(step)["id"]).not.toBe(subsegmentOf(step)["id"]);
  });

  test.each(["error", "failed"] as const)("is marked as a fault when it ended in %s", (status) => {
    expect(subsegmentOf({ ...step, status })).toMatchObject({ fault: true, metadata: { step: { status } } });
  });

  test("may have no node", () => {
    const { name, annotations } = subsegmentOf({ ...step, nodeId: null, attempt: undefined });
    expect(name).toBe("orders");
    expect(annotations).toEqual({ workflowId: "order-1", version: 4, definitionId: "orders" });
  });
});

describe("a step in an invocation that is not sampled", () => {
  test.each([
    ["no header", undefined],
    ["an empty header", ""],
    ["no sampling", header.replace("Sampled=1", "Sampled=0")],
    ["no parent", header.replace("Parent=53995c3f42cd8ad8;", "")],
    ["a damaged header", "Root=1-5759e988;Parent=x;Sampled=1"],
  ])("sends nothing: %s", (_what, traceHeader) => {
    expect(traced(step, traceHeader ?? "")).toEqual([]);
  });

  test("sends nothing outside of Lambda, where no header is", () => {
    const send = vi.fn();
    new StepTraces({ traceHeader: () => undefined, send, now: () => 0 }).stepEnded(step);
    expect(send).not.toHaveBeenCalled();
  });
});

describe("the end of a workflow", () => {
  test("is no step of its own", () => {
    const send = vi.fn();
    new StepTraces({ traceHeader: () => header, send, now: () => 0 }).workflowEnded();
    expect(send).not.toHaveBeenCalled();
  });
});

describe("the sender", () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });

  test("sends each document as a datagram to the daemon", async () => {
    const daemon = createSocket("udp4");
    open.push(daemon);
    daemon.bind(0, "127.0.0.1");
    await once(daemon, "listening");
    const received = once(daemon, "message");
    const sender = createTraceSender(`127.0.0.1:${daemon.address().port}`);
    sender("{}\n{}");
    expect(String((await received)[0])).toBe("{}\n{}");
  });

  test.each([undefined, "", "no port", "127.0.0.1:", "127.0.0.1:99999"])(
    "drops all where no daemon is: %j",
    (address) => {
      expect(() => createTraceSender(address)("{}\n{}")).not.toThrow();
    },
  );

  test("drops what cannot be sent, without a word", async () => {
    const warned = [vi.spyOn(process, "emitWarning"), vi.spyOn(process.stderr, "write")];
    const sender = createTraceSender("127.0.0.1:1");
    for (let count = 0; count < 3; count += 1) sender("{}\n{}");
    // Larger than a datagram: the send itself fails.
    sender("x".repeat(100_000));
    // No name of a host: it is refused without asking the network.
    createTraceSender("a..b:2000")("{}\n{}");
    await expect(lookup("a..b")).rejects.toThrow();
    await settle();
    for (const spy of warned) expect(spy).not.toHaveBeenCalled();
  });
});
