import { randomBytes } from "node:crypto";
import type { StepEnded, Telemetry } from "../../ports/telemetry.ts";

/** What traces are made of; the entry points hand in Lambda's. */
export interface TraceSource {
  /** The X-Ray header of the invocation that runs, undefined outside of Lambda. */
  traceHeader(): string | undefined;
  /** Sends one datagram to the X-Ray daemon; never throws. */
  send(datagram: string): void;
  /** Epoch ms. */
  now(): number;
}

/** Where a subsegment belongs. */
interface TraceParent {
  readonly traceId: string;
  readonly parentId: string;
}

const daemonHeader = JSON.stringify({ format: "json", version: 1 });

/**
 * One X-Ray subsegment for each committed step, under the segment that Lambda writes for its invocation (decision 7). It
 * is found by its annotations; X-Ray indexes 50 of them in a trace, and ten steps of a batch with four each fit.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export class StepTraces implements Telemetry {
  readonly #source: TraceSource;

  constructor(source: TraceSource) {
    this.#source = source;
  }

  stepEnded(step: StepEnded): void {
    const parent = parseTraceHeader(this.#source.traceHeader() ?? "");
    if (parent === undefined) return;
    this.#source.send(`${daemonHeader}\n${JSON.stringify(subsegmentOf(step, parent, this.#source.now()))}`);
  }

  /** Nothing: the workflow's last step, or the invocation that cancelled it, has its trace. */
  workflowEnded(): void {}
}

function subsegmentOf(step: StepEnded, { traceId, parentId }: TraceParent, endedAt: number) {
  const { workflowId, version, definitionId, nodeId, status, attempt, durationMs } = step;
  return {
    type: "subsegment",
    // Names of ours are shorter than what X-Ray takes, and of its characters.
    name: nodeId === null ? definitionId : `${definitionId}/${nodeId}`,
    id: randomBytes(8).toString("hex"),
    trace_id: traceId,
    parent_id: parentId,
    // X-Ray counts in seconds.
    start_time: (endedAt - durationMs) / 1000,
    end_time: endedAt / 1000,
    ...((status === "error" || status === "failed") && { fault: true }),
    annotations: { workflowId, version, definitionId, ...(nodeId !== null && { nodeId }) },
    metadata: { step: { status, attempt } },
  };
}

/** Undefined when the invocation is not sampled, and when this is no header. */
function parseTraceHeader(header: string): TraceParent | undefined {
  const fields = new Map(header.split(";").map(toEntry));
  const traceId = fields.get("Root") ?? "";
  const parentId = fields.get("Parent") ?? "";
  const isWhole = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(traceId) && /^[0-9a-f]{16}$/.test(parentId);
  return isWhole && fields.get("Sampled") === "1" ? { traceId, parentId } : undefined;
}

function toEntry(field: string): readonly [string, string] {
  const equals = field.indexOf("=");
  return [field.slice(0, equals), field.slice(equals + 1)];
}
