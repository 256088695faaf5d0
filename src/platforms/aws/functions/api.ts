import * as application from "../../../workflows/registry.ts";
import { createApiPlatform } from "../api-platform.ts";
import { apiEnvironment, hasOwnS3Endpoint, readEnvironment } from "../config.ts";
import { createApiHandler } from "../create-api-handler.ts";
import { createLambdaTelemetry } from "../lambda-telemetry.ts";

/** The entry point of ApiFunction; its clients are made once per container. */
export const handler = createApiHandler(
  createApiPlatform(application, readEnvironment(apiEnvironment), {
    s3: { forcePathStyle: hasOwnS3Endpoint() },
    telemetry: createLambdaTelemetry(application),
  }),
);
