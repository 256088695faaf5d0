import { isWhole } from "../src/dispatcher/index.ts";
import type { WorkflowDefinition } from "../src/engine/index.ts";
import { type Application, createAwsPlatform } from "../src/platforms/aws/aws-platform.ts";
import { createDispatcherHandler } from "../src/platforms/aws/create-dispatcher-handler.ts";
import type { Logger } from "../src/ports/logger.ts";
import type { ResumeKey, ResumeKeys } from "../src/ports/resume-keys.ts";
import type { WireCall } from "./call-recorder.ts";
import type { Contender, ContenderParts, OpenContender } from "./contender.ts";
import { createNodeTypes, loopWorkflow } from "./workload.ts";

/** No contender logs its steps: what a log line costs is not measured. Trouble is printed, since it spoils the run. */
export const troubleLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message, fields, error) => console.error(message, fields, error),
  error: (message, fields, error) => console.error(message, fields, error),
  child: () => troubleLogger,
};

const key: ResumeKey = { id: "bench", secret: "a secret that is 32 bytes or more" };

/** What messages carry is signed with them, as in a container that has read them. */
export const benchKeys: ResumeKeys = {
  current: async () => key,
  find: async (id) => (id === key.id ? key : undefined),
};

/** Contender A: the deployed handler over the AWS adapters, as its entry point wires them. */
export const dispatcher: Contender = {
  name: "A",
  isOurs: true,
  description: "this dispatcher: one item per version, claimed and committed with conditions",
  isOncePerWorkflow: isStartOrEnd,
  open: (parts) => openDispatcher(parts, 1),
};

/** Contender A10: the same with ten steps per message. */
export const dispatcherGoingOn: Contender = {
  name: "A10",
  isOurs: true,
  description: "this dispatcher with StepsPerInvocation 10",
  isOncePerWorkflow: isStartOrEnd,
  open: (parts) => openDispatcher(parts, 10),
};

/**
 * Beside its versions, whose sort keys are 0 and more, a workflow that neither fails nor pauses puts three items in its
 * life: the start, the head at the start and the head at the end. `step 0` is sent by the start.
 */
function isStartOrEnd({ operation, readBody }: WireCall): boolean {
  if (operation === "PutItem") return !isVersion(readBody());
  return operation === "SendMessageBatch" && versionsSent(readBody()).every((version) => version === 0);
}

/** The casts are this reader's: the bodies are those that the SDK and SqsStepQueue have just written. */
function versionsSent(body: string): readonly number[] {
  const { Entries } = JSON.parse(body) as { Entries: readonly { MessageBody: string }[] };
  return Entries.map(({ MessageBody }) => (JSON.parse(MessageBody) as { version: number }).version);
}

/** A definition stands at 0 under a key that no workflow has. The cast is this reader's, as above. */
function isVersion(body: string): boolean {
  const { Item } = JSON.parse(body) as { Item: { workflowId: { S: string }; version: { N: string } } };
  return Number(Item.version.N) >= 0 && !Item.workflowId.S.startsWith("definition#");
}

/** The deployed handler with the loop that every contender runs. */
export function openDispatcher(parts: ContenderParts, stepsPerInvocation: number): Promise<OpenContender> {
  const nodeDefinitions = createNodeTypes(parts.onLastStep);
  return openApplication(parts, { workflow: loopWorkflow, nodeDefinitions, stepsPerInvocation });
}

/** What runs, and in how many steps per message. */
interface BenchedApplication extends Pick<Application, "nodeDefinitions" | "globals"> {
  readonly workflow: WorkflowDefinition;
  readonly stepsPerInvocation?: number;
}

/** The deployed handler with one workflow of its own. */
export async function openApplication(
  { stage, queueUrl, clientConfigs }: Omit<ContenderParts, "onLastStep">,
  { workflow, stepsPerInvocation = 1, ...parts }: BenchedApplication,
): Promise<OpenContender> {
  const application = { ...parts, workflows: [workflow], bindings: { objectCreated: [], schedules: [] } };
  const environment = {
    TABLE_NAME: await stage.createTable(stage.workflowTable),
    QUEUE_URL: queueUrl,
    DEAD_LETTER_QUEUE_URL: await stage.createQueue(),
    PAYLOAD_BUCKET: "bench",
    STEPS_PER_INVOCATION: stepsPerInvocation,
  };
  const platform = createAwsPlatform(application, environment, {
    ...clientConfigs,
    logger: troubleLogger,
    resumeKeys: benchKeys,
  });
  return {
    handler: createDispatcherHandler(platform),
    startMessage: (workflowId, input) =>
      JSON.stringify({ type: "start", schemaVersion: 1, definitionId: workflow.id, workflowId, input }),
    read: async (workflowId) => {
      const outcome = await platform.dispatcher.execute(
        { type: "get", workflowId },
        { deadlineAt: Date.now() + 60_000 },
      );
      return outcome.type === "snapshot" && isWhole(outcome.workflow) ? outcome.workflow : undefined;
    },
    close: async () => platform.close(),
  };
}
