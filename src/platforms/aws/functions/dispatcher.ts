import * as application from "../../../workflows/registry.ts";
import { createAwsPlatform } from "../aws-platform.ts";
import { dispatcherEnvironment, hasOwnS3Endpoint, readEnvironment } from "../config.ts";
import { createDispatcherHandler } from "../create-dispatcher-handler.ts";
import { createLambdaTelemetry } from "../lambda-telemetry.ts";

/** The entry point of DispatcherFunction; its clients are made once per container. */
export const handler = createDispatcherHandler(
  createAwsPlatform(application, readEnvironment(dispatcherEnvironment), {
    s3: { forcePathStyle: hasOwnS3Endpoint() },
    telemetry: createLambdaTelemetry(application),
  }),
);
