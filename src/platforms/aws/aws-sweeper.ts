import { createSweeper, defaultSettings, type Sweeper } from "../../dispatcher/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Application, PlatformOverrides } from "./aws-platform.ts";
import type { SweeperEnvironment } from "./config.ts";
import { createCatalog } from "./create-catalog.ts";
import { DynamoDBWorkflowStore } from "./dynamodb-workflow-store.ts";
import { PowertoolsLoggerAdapter } from "./powertools-logger.ts";
import { SqsStepSender } from "./sqs-step-sender.ts";
import { createDynamoDBClient, createSqsClient } from "./step-clients.ts";
import { systemClock, systemRandom } from "./system-clock.ts";

/** The sweeper over the AWS services, and what its entry point needs beside it. */
export interface AwsSweeper {
  readonly sweeper: Sweeper;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Closes the clients' connections. */
  close(): void;
}

/**
 * Wires what the sweeper alone needs, so that its bundle holds no call that its role does not allow; call it once per
 * container. Throws when a definition is not valid.
 */
export function createAwsSweeper(
  application: Application,
  environment: SweeperEnvironment,
  overrides: Pick<PlatformOverrides, "dynamodb" | "sqs" | "logger" | "clock"> = {},
): AwsSweeper {
  const dynamodb = createDynamoDBClient(overrides.dynamodb);
  const sqs = createSqsClient(overrides.sqs);
  const clock = overrides.clock ?? systemClock;
  const logger = overrides.logger ?? new PowertoolsLoggerAdapter();
  const store = new DynamoDBWorkflowStore(dynamodb, environment.TABLE_NAME, environment.INDEX_SHARDS);
  const sweeper = createSweeper({
    store,
    queue: new SqsStepSender(sqs, environment.QUEUE_URL),
    clock,
    logger,
    definitions: createCatalog(application, store, { clock, random: systemRandom }),
    settings: defaultSettings,
  });
  const close = () => {
    for (const client of [dynamodb, sqs]) client.destroy();
  };
  return { sweeper, logger, clock, close };
}
