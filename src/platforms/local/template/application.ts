import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import type { EventPattern } from "../events/event-pattern.ts";
import type { Schedule } from "../events/schedule.ts";

/** A queue of the template. */
export interface QueueSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** As SetQueueAttributes takes them, with AWS's default for what the template leaves out. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A table of the template. */
export interface TableSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly create: CreateTableCommandInput;
}

/** A bucket of the template. */
export interface BucketSpec {
  readonly logicalId: string;
  readonly name: string;
  /** Whether its objects are reported to EventBridge. */
  readonly notifiesEventBridge: boolean;
}

/** An SQS event source of a function. */
export interface QueueSource {
  readonly queueArn: string;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  /** Batches that run at the same time. */
  readonly maximumConcurrency: number;
  /** Whether the function answers with the messages that failed (ReportBatchItemFailures). */
  readonly reportsBatchItemFailures: boolean;
}

/** A function of the template. */
export interface FunctionSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly queueSources: readonly QueueSource[];
}

/** A route of the HTTP API. */
export interface RouteSpec {
  readonly functionId: string;
  /** Upper case, or `ANY`. */
  readonly method: string;
  /** As in the template, such as `/workflows/{workflowId}`; `$default` catches all. */
  readonly path: string;
  readonly hasAuthorizer: boolean;
}

/** Where a rule delivers. */
export type RuleTarget = (
  | { readonly type: "queue"; readonly queueName: string }
  | { readonly type: "function"; readonly functionId: string }
) & {
  /** JSON that replaces the event. */
  readonly input?: string;
};

/** An enabled rule of the default event bus. */
export interface RuleSpec {
  readonly name: string;
  readonly arn: string;
  readonly trigger:
    | { readonly type: "schedule"; readonly schedule: Schedule }
    | { readonly type: "pattern"; readonly pattern: EventPattern };
  readonly targets: readonly RuleTarget[];
}

/** Everything of a template that the local runtime plays. */
export interface Application {
  readonly queues: readonly QueueSpec[];
  readonly tables: readonly TableSpec[];
  readonly buckets: readonly BucketSpec[];
  readonly functions: readonly FunctionSpec[];
  readonly routes: readonly RouteSpec[];
  readonly rules: readonly RuleSpec[];
  /** The physical name of every resource by its logical id. */
  readonly names: Readonly<Record<string, string>>;
}
