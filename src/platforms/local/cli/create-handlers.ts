import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type * as v from "valibot";
import { assertValidDefinition } from "../../../engine/index.ts";
import { ExpressionEngine } from "../../../expressions/index.ts";
import type { Logger } from "../../../ports/logger.ts";
import type { ResumeKeys } from "../../../ports/resume-keys.ts";
import type { SecretSources } from "../../../ports/secrets.ts";
import { createApiPlatform } from "../../aws/api-platform.ts";
import { type Application, createAwsPlatform, type PlatformOverrides } from "../../aws/aws-platform.ts";
import { createAwsSweeper } from "../../aws/aws-sweeper.ts";
import { apiEnvironment, dispatcherEnvironment, readEnvironment, sweeperEnvironment } from "../../aws/config.ts";
import { createApiHandler } from "../../aws/create-api-handler.ts";
import { createDispatcherHandler, type LambdaHandler } from "../../aws/create-dispatcher-handler.ts";
import { createSweeperHandler } from "../../aws/create-sweeper-handler.ts";
import { DynamoDBWorkflowStore } from "../../aws/dynamodb-workflow-store.ts";
import type { Endpoints } from "../endpoints.ts";
import type { HandlerFactory } from "../run-local-stack.ts";
import { releaseOrphanedClaims } from "./release-orphaned-claims.ts";

/** What the machine replaces on the AWS platform beside the addresses of its services. */
export interface LocalParts {
  readonly logger: Logger;
  readonly resumeKeys: ResumeKeys;
  readonly secretSources: SecretSources;
}

/**
 * The Lambda functions of the template by logical id: the real handlers over the real SDK, pointed at the emulators.
 * Throws when a definition is not valid: here its expressions too, which a deployed function checks when it needs them.
 */
export function createHandlers(
  application: Application,
  parts: LocalParts,
): Readonly<Record<"DispatcherFunction" | "ApiFunction" | "SweeperFunction", HandlerFactory>> {
  const expressions = new ExpressionEngine({ clock: Date.now });
  for (const workflow of application.workflows) {
    assertValidDefinition(workflow, application.nodeDefinitions, [expressions]);
  }
  const factory =
    <TEnvironment extends v.GenericSchema, TPlatform extends { close(): void }>(
      schema: TEnvironment,
      createPlatform: (
        application: Application,
        environment: v.InferOutput<TEnvironment>,
        overrides: PlatformOverrides,
      ) => TPlatform,
      createHandler: (platform: TPlatform) => LambdaHandler,
    ): HandlerFactory =>
    (environment, endpoints) => {
      const overrides = { ...clientConfigs(endpoints), ...parts };
      const platform = createPlatform(application, readEnvironment(schema, environment), overrides);
      return { handler: createHandler(platform), close: async () => platform.close() };
    };
  return {
    DispatcherFunction: releasingFirst(factory(dispatcherEnvironment, createAwsPlatform, createDispatcherHandler)),
    ApiFunction: factory(apiEnvironment, createApiPlatform, createApiHandler),
    SweeperFunction: factory(sweeperEnvironment, createAwsSweeper, createSweeperHandler),
  };
}

/** Lets the first invocation free what a killed process had claimed; all others wait for that. */
function releasingFirst(create: HandlerFactory): HandlerFactory {
  return (environment, endpoints) => {
    const inner = create(environment, endpoints);
    const release = async () => {
      const client = new DynamoDBClient(clientConfigs(endpoints).dynamodb);
      const { TABLE_NAME } = readEnvironment(sweeperEnvironment, environment);
      await releaseOrphanedClaims(new DynamoDBWorkflowStore(client, TABLE_NAME)).finally(() => client.destroy());
    };
    let released: Promise<void> | undefined;
    return {
      ...inner,
      handler: async (event, context) => {
        released ??= release().catch((error: unknown) => {
          released = undefined;
          throw error;
        });
        await released;
        return inner.handler(event, context);
      },
    };
  };
}

/** The SDK clients' configurations for the emulators, which share this process and so answer late when it is busy. */
export function clientConfigs({ sqs, s3, dynamodb, eventBridge, region, credentials }: Endpoints) {
  const shared = { region, credentials, requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true } };
  return {
    sqs: { ...shared, endpoint: sqs, useQueueUrlAsEndpoint: false },
    s3: { ...shared, endpoint: s3, forcePathStyle: true },
    dynamodb: { ...shared, endpoint: dynamodb },
    eventBridge: { ...shared, endpoint: eventBridge },
  } satisfies PlatformOverrides;
}
