import type { Snapshot } from "../src/engine/index.ts";
import type { LocalHandler } from "../src/platforms/local/functions/local-function.ts";
import type { IsOncePerWorkflow } from "./call-recorder.ts";
import type { Stage } from "./stage.ts";

/** What a contender works with: everything that all of them share. */
export interface ContenderParts {
  readonly stage: Stage;
  /** The step queue, made for this run. */
  readonly queueUrl: string;
  /** The clients' configurations, the same for all; they count what is called. */
  readonly clientConfigs: ReturnType<Stage["clientConfigs"]>;
  /** To be called by the node that ends a workflow. */
  readonly onLastStep: (workflowId: string) => void;
}

/** A contender that is set up: tables made, clients open. */
export interface OpenContender extends LocalHandler {
  /** The body of the message that starts a workflow. */
  startMessage(workflowId: string, input: unknown): string;
  /** Reads a workflow's snapshot, so that its end can be checked. */
  read(workflowId: string): Promise<Snapshot | undefined>;
  close(): Promise<void>;
}

/** One of the dispatchers that are compared. */
export interface Contender {
  /** As the tables name it. */
  readonly name: "A" | "A10" | "B1" | "B2";
  /** Whether it is this dispatcher, in one of its settings. */
  readonly isOurs: boolean;
  readonly description: string;
  readonly isOncePerWorkflow: IsOncePerWorkflow;
  open(parts: ContenderParts): Promise<OpenContender>;
}
