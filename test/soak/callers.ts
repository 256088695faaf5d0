import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Command } from "../../src/contracts/command.ts";
import type { Outcome } from "../../src/dispatcher/index.ts";
import type { Prng } from "../simulation/prng.ts";
import type { LedgerLine } from "./ledger.ts";
import type { SoakOptions } from "./run-soak.ts";
import { type createSoakPlatform, functionTimeoutSeconds, type SoakStack } from "./soak-stack.ts";
import { patient, pause } from "./waiting.ts";
import { answerOf, type PlannedWorkflow, planWorkflow } from "./workload.ts";

const tickMs = 250;
const mostStartsPerTick = 5;
const longestThoughtMs = 1_500;

/** The world around the workflows: starts them and answers their pauses, over the queue or directly, at times twice. */
export class Callers {
  readonly planned: PlannedWorkflow[] = [];
  /** Starts and answers on their way. */
  pending = 0;
  readonly #parts: CallerParts;
  readonly #answered = new Set<string>();
  readonly #ended = new Set<string>();

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  /** Workflows started so far. */
  get started(): number {
    return this.planned.length;
  }

  /** Starts workflows until the end, never more than may be under way; `read` gives what the ledger has got since. */
  async run(endAt: number, read: () => readonly LedgerLine[]): Promise<void> {
    const { signal, mostLive, mostWorkflows, seed, onProgress } = this.#parts;
    for (let tick = 0; Date.now() < endAt; tick += 1) {
      this.answer(read());
      const room = Math.min(mostLive - (this.started - this.#ended.size), mostWorkflows - this.started);
      for (let count = 0; count < Math.min(room, mostStartsPerTick); count += 1) {
        const workflow = planWorkflow(seed, this.started);
        this.planned.push(workflow);
        const { workflowId, definitionId, order: input } = workflow;
        this.#submit({ type: "start", schemaVersion: 1, workflowId, definitionId, input }, 0);
      }
      if (tick % 40 === 39) onProgress(`${this.started} started, ${this.#ended.size} ended`);
      await pause(signal, tickMs);
    }
  }

  /** Answers every pause that the ledger tells of, once; the node asks a second time only with the answer in hand. */
  answer(lines: readonly LedgerLine[]): void {
    for (const line of lines) {
      if (line.type === "commit" && line.hasEnded) this.#ended.add(line.workflowId);
      if (line.type !== "run" || !line.isAsking || this.#answered.has(line.workflowId)) continue;
      const { workflowId } = line;
      this.#answered.add(workflowId);
      const payload = answerOf(workflowId);
      this.#submit(
        { type: "resume", schemaVersion: 1, workflowId, version: line.version + 1, payload },
        this.#parts.prng.below(longestThoughtMs),
      );
    }
  }

  #submit(message: Message, afterMs: number): void {
    const { prng } = this.#parts;
    const isDirect = prng.chance(0.3);
    const isTwice = prng.chance(0.1);
    this.#track(message, afterMs, isDirect);
    if (isTwice) this.#track(message, afterMs + prng.below(longestThoughtMs), !isDirect);
  }

  #track(message: Message, afterMs: number, isDirect: boolean): void {
    this.pending += 1;
    const { signal } = this.#parts;
    const act = async () => {
      await pause(signal, afterMs);
      await patient(signal, () => (isDirect ? this.#execute(message) : this.#enqueue(message)));
      this.pending -= 1;
    };
    // It fails with the soak alone, which says so itself.
    act().catch(() => undefined);
  }

  async #enqueue(message: Message): Promise<void> {
    const { stack, platform } = this.#parts;
    await platform.sqs.send(
      new SendMessageCommand({ QueueUrl: stack.queue.url, MessageBody: JSON.stringify(message) }),
    );
  }

  async #execute(message: Message): Promise<void> {
    const command: Command = message.type === "start" ? message : { ...message, isOperator: true };
    const invocation = { deadlineAt: Date.now() + functionTimeoutSeconds * 1_000 };
    const outcome: Outcome = await this.#parts.platform.dispatcher.execute(command, invocation);
    const isDone = outcome.type === "started" || outcome.type === "resumed";
    if (!isDone) throw new Error(`${message.workflowId} answered ${JSON.stringify(outcome)}`);
  }
}

type Message =
  | {
      readonly type: "start";
      readonly schemaVersion: 1;
      readonly workflowId: string;
      readonly definitionId: string;
      readonly input: unknown;
    }
  | {
      readonly type: "resume";
      readonly schemaVersion: 1;
      readonly workflowId: string;
      readonly version: number;
      readonly payload: unknown;
    };

interface CallerParts extends SoakOptions {
  readonly stack: SoakStack;
  readonly platform: ReturnType<typeof createSoakPlatform>;
  readonly prng: Prng;
  readonly signal: AbortSignal;
}
