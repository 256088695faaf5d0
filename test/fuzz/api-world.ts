import type { AwsPlatform } from "../../src/platforms/aws/aws-platform.ts";
import { createApiHandler } from "../../src/platforms/aws/create-api-handler.ts";
import type { LambdaHandler } from "../../src/platforms/aws/create-dispatcher-handler.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { Harness, payloadBucket } from "../dispatcher/harness.ts";
import { approval, chain, Ledger } from "../dispatcher/test-workflows.ts";
import { bindings } from "../triggers/sample.ts";

/** The HTTP API over a dispatcher in memory in which `order-2003`, the workflow of the samples, waits for an answer. */
export interface ApiWorld {
  readonly handler: LambdaHandler;
  readonly harness: Harness;
  /** What the API logged as its own failures. */
  readonly failures: readonly unknown[];
}

/** Makes a world for one conversation. */
export async function createApiWorld(): Promise<ApiWorld> {
  const harness = new Harness({ workflows: [approval, chain("order-fulfilment", 2)], nodes: new Ledger().nodes });
  const leave = (name: string, text: string) =>
    harness.blobs.write({ bucket: payloadBucket, key: `incoming/${name}` }, text);
  await leave("order.json", JSON.stringify({ answer: "x".repeat(10_000) }));
  await leave("hostile.json", '{"__proto__":{"polluted":true}}');
  await harness.start("order-2003", "approval");
  await harness.drain();
  const failures: unknown[] = [];
  const quiet = () => undefined;
  const logger: Logger = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (_message, _fields, error) => failures.push(error),
    child: () => logger,
  };
  const { clock } = harness;
  const platform: AwsPlatform = { dispatcher: harness.dispatcher(), bindings, logger, clock, close: quiet };
  return { handler: createApiHandler(platform), harness, failures };
}
