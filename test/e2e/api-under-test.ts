import { expect, vi } from "vitest";
import type { NodesDefinition, WorkflowDefinition } from "../../src/engine/index.ts";
import { createResumeKeysFile } from "../../src/platforms/local/resume-keys-file.ts";
import type { LocalStack } from "../../src/platforms/local/run-local-stack.ts";
import { expectDocumented } from "./expect-documented.ts";
import { type RawAnswer, type RawRequest, sendRaw } from "./raw-request.ts";
import { applicationWith, startTestStack } from "./test-stack.ts";

const json = { "content-type": "application/json" };

/** What a test adds to the application: node types, each with a definition of its name, and further definitions. */
interface Additions {
  readonly nodes?: NodesDefinition;
  readonly workflows?: readonly WorkflowDefinition[];
}

/**
 * The HTTP API of a local stack whose node type `ask` pauses and tells its resume token to the test. Every answer is
 * compared with the OpenAPI document.
 */
export class ApiUnderTest {
  /** What `ask` would mail to someone: the tokens of its pauses by workflow. */
  readonly tokens = new Map<string, string>();
  /** Workflows whose pause is not to be committed yet. */
  readonly held = new Map<string, PromiseWithResolvers<void>>();
  /** What reading the resume keys throws, while a test says so. */
  keyFailure: Error | undefined;
  #stack: LocalStack | undefined;
  readonly #additions: Additions;

  constructor(additions: Additions = {}) {
    this.#additions = additions;
  }

  /** Starts the stack, on a variant of the template where a test has one. */
  async start(options: { readonly templatePath?: string } = {}): Promise<void> {
    const sound = createResumeKeysFile(undefined);
    const find = async (id: string) => {
      if (this.keyFailure !== undefined) throw this.keyFailure;
      return sound.find(id);
    };
    const resumeKeys = { current: () => sound.current(), find };
    const { nodes = {}, workflows = [] } = this.#additions;
    const application = applicationWith({ ...this.#nodes(), ...nodes });
    const extended = { ...application, workflows: [...application.workflows, ...workflows] };
    ({ stack: this.#stack } = await startTestStack(extended, {
      ...options,
      resumeKeys,
    }));
  }

  async stop(): Promise<void> {
    await this.#stack?.stop();
  }

  /** The running stack; throws before `start`. */
  get stack(): LocalStack {
    if (this.#stack === undefined) throw new TypeError("The stack is not started");
    return this.#stack;
  }

  get developmentKey(): string {
    return this.#stack?.developmentKey ?? "";
  }

  /** Sends a request as it stands, with the development key unless the headers say otherwise. */
  send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = { authorization: `Bearer ${this.developmentKey}` },
  ): Promise<RawAnswer> {
    return this.#send({ method, path, headers });
  }

  /** Posts text or bytes as they stand, and anything else as JSON; with the development key, as an operator does. */
  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = json): Promise<RawAnswer> {
    return this.postWithoutKey(path, body, { authorization: `Bearer ${this.developmentKey}`, ...headers });
  }

  /** The same as somebody whom nothing but the request itself gives a right. */
  postWithoutKey(path: string, body: unknown, headers: Readonly<Record<string, string>> = json): Promise<RawAnswer> {
    const isRaw = typeof body === "string" || Buffer.isBuffer(body);
    return this.#send({ method: "POST", path, headers, body: isRaw ? body : JSON.stringify(body) });
  }

  resume(workflowId: string, body: unknown): Promise<RawAnswer> {
    return this.post(`/workflows/${workflowId}/resume`, body);
  }

  async read(workflowId: string): Promise<unknown> {
    const { status, text } = await this.send("GET", `/workflows/${workflowId}`);
    expect(status).toBe(200);
    return JSON.parse(text);
  }

  async untilStatus(workflowId: string, status: string): Promise<void> {
    const look = async () => expect(await this.read(workflowId)).toMatchObject({ status });
    await vi.waitFor(look, { timeout: 10_000, interval: 20 });
  }

  /** Starts the definition `ask` and waits until it is paused; returns the token of that pause. */
  async ask(workflowId: string): Promise<string> {
    expect((await this.post("/workflows", { definitionId: "ask", workflowId })).status).toBe(202);
    await this.untilStatus(workflowId, "paused");
    return this.tokens.get(workflowId) ?? "";
  }

  async #send(request: RawRequest & { readonly method: string }): Promise<RawAnswer> {
    const answer = await sendRaw(this.#stack?.endpoints.http ?? "", request);
    expectDocumented(request.method, request.path, answer);
    return answer;
  }

  #nodes(): NodesDefinition {
    const { tokens, held } = this;
    return {
      ask: {
        async executor(_data, _context, payload, _globals, step) {
          if (step === undefined) throw new TypeError("No step");
          if (step.version > 0) return { data: { answer: payload } };
          tokens.set(step.workflowId, await step.resumeToken());
          await held.get(step.workflowId)?.promise;
          return { data: { question: "Well?" }, __pause: true };
        },
      },
    };
  }
}
