import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultSettings } from "../../../src/dispatcher/index.ts";
import { createAwsPlatform } from "../../../src/platforms/aws/aws-platform.ts";
import { bulkService, quickService } from "../../../src/platforms/aws/client-limits.ts";
import { MemoryLogger } from "../../../src/platforms/memory/index.ts";

let server: Server;
let endpoint: string;

beforeEach(async () => {
  server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  endpoint = `http://127.0.0.1:${address.port}`;
});

afterEach(() => void server.close());

describe("the limits of the AWS clients", () => {
  it("end a call that is never answered, as a failure that may pass", async () => {
    const application = { workflows: [], nodeDefinitions: {}, bindings: { objectCreated: [], schedules: [] } };
    const limits = { ...quickService, requestHandler: { ...quickService.requestHandler, requestTimeout: 20 } };
    const dynamodb = {
      ...limits,
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    };
    const environment = { TABLE_NAME: "t", QUEUE_URL: `${endpoint}/q` };
    const platform = createAwsPlatform(application, environment, { dynamodb, logger: new MemoryLogger() });
    const call = platform.dispatcher.execute({ type: "get", workflowId: "w" }, { deadlineAt: Date.now() + 60_000 });
    await expect(call).rejects.toMatchObject({ code: "service.failed", isRetryable: true });
    platform.close();
  });

  it("leave the dispatcher time to give its records back, all attempts together", () => {
    const { maxAttempts, requestHandler } = quickService;
    const worstMs = maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout);
    expect(worstMs).toBeLessThan(defaultSettings.commitReserveMs);
  });

  it("throw at the limit: without this the SDK only warns", () => {
    for (const { requestHandler } of [quickService, bulkService])
      expect(requestHandler.throwOnRequestTimeout).toBe(true);
  });
});
