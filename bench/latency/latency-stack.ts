import { fileURLToPath } from "node:url";
import { createHandlers } from "../../src/platforms/local/cli/create-handlers.ts";
import { LocalClient } from "../../src/platforms/local/cli/local-client.ts";
import { startLocalStack } from "../../src/platforms/local/run-local-stack.ts";
import { createSecretsFile } from "../../src/platforms/local/secrets-file.ts";
import { benchKeys } from "../dispatcher.ts";
import { latencyApplication } from "./latency-application.ts";
import { WorkflowWatch } from "./workflow-watch.ts";

const templatePath = fileURLToPath(new URL("../../template.yaml", import.meta.url));

/** The whole local stack with the chain of ten nodes. */
export interface LatencyStack {
  readonly client: LocalClient;
  readonly watch: WorkflowWatch;
  stop(): Promise<void>;
}

/** Starts what `npm start` starts: in memory, on free ports, without a line of log. */
export async function startLatencyStack(stepsPerInvocation: number): Promise<LatencyStack> {
  const watch = new WorkflowWatch();
  const parts = { logger: watch.logger, resumeKeys: benchKeys, secretSources: createSecretsFile(undefined) };
  const handlers = createHandlers(latencyApplication, parts);
  const stack = await startLocalStack({
    ports: { http: 0, sqsAndS3: 0, dynamodb: 0 },
    templatePath,
    parameters: { StepsPerInvocation: String(stepsPerInvocation) },
    handlers: { ...handlers, DispatcherFunction: watch.around(handlers.DispatcherFunction) },
    onLog: ({ message, error }) => watch.fail(new Error(message, { cause: error })),
  });
  return { client: new LocalClient(stack), watch, stop: stack.stop };
}
