import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { parse } from "../../../contracts/parse-error.ts";
import { parseJson } from "../../../contracts/parse-json.ts";
import type { LocalStack } from "../run-local-stack.ts";
import { clientConfigs } from "./create-handlers.ts";

const WorkflowAnswer = v.looseObject({
  status: v.string(),
  version: v.number(),
  currentNodeId: v.nullable(v.string()),
  metadata: v.looseObject({
    failedReason: v.exactOptional(v.string()),
    compensation: v.exactOptional(v.looseObject({ undone: v.number(), failedCount: v.number() })),
  }),
});
export type WorkflowAnswer = v.InferOutput<typeof WorkflowAnswer>;

/** A user of the local stack: the HTTP API with the development key, an uploader, a schedule. */
export class LocalClient {
  readonly #stack: LocalStack;

  constructor(stack: LocalStack) {
    this.#stack = stack;
  }

  /** Starts a workflow, or finds it started before. Throws when the API refuses. */
  async start(definitionId: string, workflowId: string, input: unknown): Promise<void> {
    await this.#request("POST", "/workflows", { definitionId, workflowId, input });
  }

  /** Reads a workflow. Throws when the API refuses. */
  async get(workflowId: string): Promise<WorkflowAnswer> {
    return parse(WorkflowAnswer, await this.#request("GET", `/workflows/${workflowId}`));
  }

  /** Resumes a paused workflow as an operator. Throws when the API refuses. */
  async resume(workflowId: string, payload: unknown): Promise<void> {
    await this.#request("POST", `/workflows/${workflowId}/resume`, { payload });
  }

  /** Puts an object into the upload bucket. */
  async upload(key: string, body: Uint8Array, contentType: string): Promise<void> {
    const s3 = new S3Client(clientConfigs(this.#stack.endpoints).s3);
    const Bucket = this.#stack.names["UploadBucket"];
    await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: contentType }));
    s3.destroy();
  }

  /** Puts an event onto the step queue, as an EventBridge rule does. */
  async enqueue(body: string): Promise<void> {
    const sqs = new SQSClient(clientConfigs(this.#stack.endpoints).sqs);
    await sqs.send(new SendMessageCommand({ QueueUrl: this.#stack.queueUrls["StepQueue"], MessageBody: body }));
    sqs.destroy();
  }

  async #request(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#stack.endpoints.http}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#stack.developmentKey}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return parseJson(text);
  }
}
