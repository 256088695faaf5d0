import * as v from "valibot";
import type { NodeDefinition, NodesDefinition, StepContext } from "../../src/engine/index.ts";
import { given, type NodeGlobals } from "../../src/nodes/index.ts";

/** A node that holds this secret and does the worst with it; `pay` is the payload, to be kept from logs. */
type Leak = (secret: string, step: StepContext) => unknown;

class OwnText extends Error {
  readonly #secret: string;

  constructor(secret: string) {
    super("hidden");
    this.#secret = secret;
  }

  override toString(): string {
    return `OwnText ${this.#secret}`;
  }
}

/** Ways to put a secret into an error. */
const throwing: Readonly<Record<string, Leak>> = {
  "a-message": (secret) => new Error(`401 for key ${secret}`),
  "a-cause": (secret) => new Error("failed", { cause: new Error(`401 for key ${secret}`, { cause: secret }) }),
  "an-attribute": (secret) => Object.assign(new Error("failed"), { config: { headers: { authorization: secret } } }),
  "an-object": (secret) => ({ status: 401, request: { key: secret } }),
  "a-text": (secret) => secret,
  "an-aggregate": (secret) => new AggregateError([new Error(secret)], `all failed: ${secret}`),
  "an-own-text": (secret) => new OwnText(secret),
  "a-url": (secret) => new TypeError(`cannot fetch https://example.com/?key=${encodeURIComponent(secret)}`),
  "basic-authentication": (secret) => new Error(`Basic ${Buffer.from(`me:${secret}`).toString("base64")}`),
  "a-long-text": (secret) => new Error(`${"x".repeat(1_970)} ${secret}`),
};

/** Ways to put a secret into a result. */
const returning: Readonly<Record<string, Leak>> = {
  "a-field": (secret) => ({ request: { headers: [{ authorization: `Bearer ${secret}` }] } }),
  "a-key": (secret) => ({ [secret]: true }),
  "a-json-text": (secret) => ({ body: JSON.stringify({ key: secret }) }),
  "a-result-url": (secret) => `https://example.com/?key=${encodeURIComponent(secret)}`,
  "a-base64-text": (secret) => ({ header: `Basic ${Buffer.from(`${secret}:`).toString("base64")}` }),
  "a-large-result": (secret) => ({ rows: Array.from({ length: 5_000 }, (_, index) => `row ${index}`), last: secret }),
  "a-to-json": (secret) => ({ at: { toJSON: () => secret } }),
};

/** What the nodes were given, so that the test knows what to look for. */
export interface Given {
  readonly secrets: Set<string>;
  readonly tokens: Set<string>;
}

/**
 * Node types that leak what they are given: a secret by each reference, or their resume token. Their names say how;
 * `asks` leaks nothing and waits, `uses` leaks nothing and completes.
 */
export function leakyNodes(references: readonly string[], seen: Given): NodesDefinition {
  const secretsOf = async (globals: NodeGlobals | undefined) => {
    const secrets = await Promise.all(references.map((reference) => given(globals, "globals").secret(reference)));
    for (const secret of secrets) seen.secrets.add(secret);
    return secrets;
  };
  const tokenOf = async (step: StepContext | undefined) => {
    const token = await given(step, "step").resumeToken();
    seen.tokens.add(token);
    return token;
  };
  type Executor = NodeDefinition<unknown, unknown, NodeGlobals>["executor"];
  const node = (executor: Executor, more: Partial<NodeDefinition> = {}): NodeDefinition => ({
    ...more,
    // The engine hands `globals` over as unknown; what the platform made is what the node expects.
    executor: executor as NodeDefinition["executor"],
  });
  const each = (leaks: Readonly<Record<string, Leak>>, name: string, make: (leak: Leak) => NodeDefinition) =>
    Object.fromEntries(Object.entries(leaks).map(([how, leak]) => [`${name}-${how}`, make(leak)]));
  return {
    ...each(throwing, "throws", (leak) =>
      node(
        async (_data, _context, _payload, globals, step) => {
          const [first = "", ...others] = await secretsOf(globals);
          throw leak(
            [first, ...others][(given(step, "step").attempt - 1) % references.length] ?? "",
            given(step, "step"),
          );
        },
        { retryPolicy: { maxAttempts: references.length, interval: 0, backoff: "fixed" } },
      ),
    ),
    ...Object.fromEntries(
      references.flatMap((_reference, index) =>
        Object.entries(
          each(returning, `returns-${index}`, (leak) =>
            node(async (_data, _context, _payload, globals, step) => {
              const secrets = await secretsOf(globals);
              return { data: leak(secrets[index] ?? "", given(step, "step")) };
            }),
          ),
        ),
      ),
    ),
    ...each(throwing, "throws-token", (leak) =>
      node(async (_data, _context, _payload, _globals, step) => {
        throw leak(await tokenOf(step), given(step, "step"));
      }),
    ),
    ...each(returning, "returns-token", (leak) =>
      node(async (_data, _context, _payload, _globals, step) => ({
        data: leak(await tokenOf(step), given(step, "step")),
      })),
    ),
    "pauses-secret": node(async (_data, _context, _payload, globals) => ({
      data: { call: await secretsOf(globals) },
      __pause: true,
    })),
    "pauses-token": node(async (_data, _context, _payload, _globals, step) => ({
      data: { link: `https://example.com/resume?token=${await tokenOf(step)}` },
      __pause: true,
    })),
    "leaves-by-secret": node(
      async (_data, _context, _payload, globals) => {
        const [nextHandle = ""] = await secretsOf(globals);
        return { data: {}, nextHandle };
      },
      { handles: ["declared"] },
    ),
    "fails-its-schema": node(
      async (_data, _context, _payload, globals) => ({ data: { key: (await secretsOf(globals))[0] } }),
      { metadata: { output: v.object({ key: v.literal("expected") }) } },
    ),
    "asks-for-nonsense": node(async (_data, _context, _payload, globals) => {
      const [secret = ""] = await secretsOf(globals);
      return { data: await given(globals, "globals").secret(secret) };
    }),
    asks: node(async (_data, _context, payload, globals, step) => {
      const { version } = given(step, "step");
      await secretsOf(globals);
      if (version > 0) return { data: { answer: payload } };
      await tokenOf(step);
      return { data: { question: "Well?" }, __pause: true };
    }),
    uses: node(async (_data, _context, payload, globals) => {
      const secrets = await secretsOf(globals);
      return { data: { echo: payload, lengths: secrets.map(({ length }) => length) } };
    }),
  };
}
