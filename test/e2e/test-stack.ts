import { fileURLToPath } from "node:url";
import type { NodesDefinition, WorkflowDefinition } from "../../src/engine/index.ts";
import type { Application } from "../../src/platforms/aws/aws-platform.ts";
import { createHandlers } from "../../src/platforms/local/cli/create-handlers.ts";
import type { LocalLogLine } from "../../src/platforms/local/local-log.ts";
import { createResumeKeysFile } from "../../src/platforms/local/resume-keys-file.ts";
import {
  type HandlerFactory,
  type LocalStack,
  type LocalStackOptions,
  startLocalStack,
} from "../../src/platforms/local/run-local-stack.ts";
import { createSecretsFile } from "../../src/platforms/local/secrets-file.ts";
import { MemoryLogger } from "../../src/platforms/memory/index.ts";
import type { ResumeKeys } from "../../src/ports/resume-keys.ts";
import type { SecretSources } from "../../src/ports/secrets.ts";
import * as registry from "../../src/workflows/registry.ts";

/** The template of this project. */
export const templatePath: string = fileURLToPath(new URL("../../template.yaml", import.meta.url));

/** A local stack in memory on free ports, and what it said. */
export interface TestStack {
  readonly stack: LocalStack;
  readonly logger: MemoryLogger;
  readonly runtimeLines: readonly LocalLogLine[];
}

/** Starts the whole local stack with an application of the test's. */
export async function startTestStack(
  application: Application,
  options: Partial<Pick<LocalStackOptions, "parameters" | "stateFolder" | "templatePath">> & {
    readonly resumeKeys?: ResumeKeys;
    readonly secretSources?: SecretSources;
    /** Stands between the stack and the dispatcher. */
    readonly wrapDispatcher?: (dispatcher: HandlerFactory) => HandlerFactory;
  } = {},
): Promise<TestStack> {
  const { resumeKeys = createResumeKeysFile(options.stateFolder), wrapDispatcher, ...rest } = options;
  const { secretSources = createSecretsFile(options.stateFolder) } = options;
  const logger = new MemoryLogger();
  const runtimeLines: LocalLogLine[] = [];
  const handlers = createHandlers(application, { logger, resumeKeys, secretSources });
  const DispatcherFunction = wrapDispatcher?.(handlers.DispatcherFunction) ?? handlers.DispatcherFunction;
  const stack = await startLocalStack({
    ports: { http: 0, sqsAndS3: 0, dynamodb: 0 },
    templatePath,
    ...rest,
    handlers: { ...handlers, DispatcherFunction },
    onLog: (line) => runtimeLines.push(line),
  });
  return { stack, logger, runtimeLines };
}

/** The project's own application with more node types, each with a definition of its name that runs it alone. */
export function applicationWith(nodes: NodesDefinition): Application {
  const workflows = Object.keys(nodes).map(
    (type): WorkflowDefinition => ({ id: type, nodes: [{ id: type, type, data: {} }], edges: [] }),
  );
  return {
    workflows: [...registry.workflows, ...workflows],
    nodeDefinitions: { ...registry.nodeDefinitions, ...nodes },
    bindings: registry.bindings,
  };
}
