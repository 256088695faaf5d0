import { describe, expect, test } from "vitest";
import { checkIndexName } from "../../src/platforms/aws/dynamodb-workflow-store.ts";
import { listIndexName } from "../../src/platforms/aws/list-keys.ts";
import { commandActions } from "./command-actions.ts";
import { type AwsCall, deriveCalls } from "./derive-calls.ts";
import { grantsOf, nameResource } from "./iam-grants.ts";
import { asList, at, functionIds, property, resource, template } from "./read-project-template.ts";

type FunctionId = (typeof functionIds)[number];

/** The rooms of node types. The API and the sweeper bundle them with the workflows, and run no node. */
const nodeRooms = /^(?:nodes|workflows)\//;

/** What lets nodes read secrets and send messages at all. */
const nodeParameters = {
  SecretParameterPath: "/refluxo/",
  SecretNamePrefix: "refluxo/",
  MessageQueueArns: "arn:aws:sqs:us-east-1:000000000000:orders",
};

/** What a function needs beside the calls on what its environment names, and why no bundle shows it. */
const furtherNeeds: Readonly<
  Record<FunctionId, readonly { readonly grants: readonly string[]; readonly why: string }[]>
> = {
  DispatcherFunction: [
    {
      grants: ["s3:GetObject on UploadBucket/*", "s3:GetObjectVersion on UploadBucket/*"],
      why: "a node reads the object, in the version, that the event of the upload bucket names",
    },
    { grants: ["secretsmanager:GetSecretValue on SecretNamePrefix*"], why: "nodes name secrets" },
    { grants: ["sqs:SendMessage on MessageQueueArns"], why: "nodes name queues" },
  ],
  ApiFunction: [
    { grants: [`dynamodb:Query on WorkflowTable/index/${listIndexName}`], why: "an index is a resource of its own" },
  ],
  SweeperFunction: [
    {
      grants: [`dynamodb:Query on WorkflowTable/index/${checkIndexName}`],
      why: "an index is a resource of its own, and what is due is found by it",
    },
  ],
};

describe.each(functionIds)("the role of %s", (id) => {
  test("allows what the function's code calls and what its platform asks for, and nothing more", async () => {
    const granted = grantsOf(id.replace("Function", "Role"), nodeParameters);
    const needs = withListBucket([...(await needsOfCode(id)), ...needsOfPlatform(id), ...needsBeyondCode(id)]);
    const missing = [...needs].filter(([grant]) => !granted.has(grant)).map(([grant, why]) => `${grant}: ${why}`);
    const superfluous = [...granted].filter((grant) => !needs.has(grant));
    expect({ missing, superfluous }).toEqual({ missing: [], superfluous: [] });
  });
});

describe("the code", () => {
  test("of the sweeper reaches neither objects nor secrets, and receives no message", async () => {
    const commands = (await callsOf("SweeperFunction")).map(({ command }) => command);
    expect(commands.toSorted()).toEqual([
      "GetItemCommand",
      "PutItemCommand",
      "QueryCommand",
      "SendMessageBatchCommand",
      "UpdateItemCommand",
    ]);
  });

  test("of the API receives no message, and sets none aside", async () => {
    const commands = (await callsOf("ApiFunction")).map(({ command }) => command);
    expect(commands).toContain("SendMessageBatchCommand");
    expect(commands).not.toContain("SendMessageCommand");
    expect(commands).not.toContain("ChangeMessageVisibilityCommand");
  });
});

/** A grant, and why it is needed. */
type Need = readonly [grant: string, why: string];

async function callsOf(id: FunctionId): Promise<readonly AwsCall[]> {
  const [entryPoint] = asList(at(resource(id).Metadata, "BuildProperties", "EntryPoints"));
  const calls = await deriveCalls(String(entryPoint));
  return id === "DispatcherFunction" ? calls : calls.filter(({ source }) => !nodeRooms.test(source));
}

async function needsOfCode(id: FunctionId): Promise<readonly Need[]> {
  const calls = await callsOf(id);
  expect(calls.length).toBeGreaterThan(0);
  return calls.flatMap(({ command, source }) => {
    const why = `${command} of src/${source}`;
    const known = new Map(Object.entries(commandActions)).get(command);
    if (known === undefined) throw new Error(`${why} is not in test/template/command-actions.ts: add its IAM actions`);
    if (known.isNamedByNodes) return known.actions.map((action): Need => [`${action} on ${known.variable}`, why]);
    const named = property(id, "Environment", "Variables", known.variable);
    if (named === undefined) throw new Error(`${why} needs ${known.variable}, which ${id}'s environment does not have`);
    const on = `${nameResource(named)}${known.isOnObjects ? "/*" : ""}`;
    return known.actions.map((action): Need => [`${action} on ${on}`, why]);
  });
}

/** What Lambda does in the function's name. */
function needsOfPlatform(id: FunctionId): readonly Need[] {
  const logGroup = nameResource(property(id, "LoggingConfig", "LogGroup"));
  const logs = ["logs:CreateLogStream", "logs:PutLogEvents"].map(
    (action): Need => [`${action} on ${logGroup}`, "logs"],
  );
  const sources = Object.values(property(id, "Events") ?? {}).filter((event) => at(event, "Type") === "SQS");
  const polls = sources.flatMap((event) =>
    ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"].map(
      (action): Need => [`${action} on ${nameResource(at(event, "Properties", "Queue"))}`, "event source mapping"],
    ),
  );
  const onFailure = property(id, "EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination");
  const failures: readonly Need[] =
    onFailure === undefined ? [] : [[`sqs:SendMessage on ${nameResource(onFailure)}`, "OnFailure destination"]];
  const traces = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"].map(
    (action): Need => [`${action} on "*"`, "active tracing"],
  );
  return [...logs, ...polls, ...failures, ...traces];
}

function needsBeyondCode(id: FunctionId): readonly Need[] {
  return furtherNeeds[id].flatMap(({ grants, why }) => grants.map((grant): Need => [grant, why]));
}

/** Who reads objects may list the bucket: S3 answers 403 instead of 404 for what is not there to all others. */
function withListBucket(needs: readonly Need[]): ReadonlyMap<string, string> {
  const buckets = needs.flatMap(([grant]) => /^s3:GetObject on (\w+)\/\*$/.exec(grant)?.[1] ?? []);
  return new Map([...needs, ...buckets.map((id): Need => [`s3:ListBucket on ${id}`, "tells missing from forbidden"])]);
}

test("every resource that a role names is one of the template, or what a parameter names", () => {
  const ids = functionIds.flatMap((id) =>
    [...grantsOf(id.replace("Function", "Role"))].map((grant) => grant.replace(/^\S+ on /, "").replace(/\/.*/, "")),
  );
  const isKnown = (id: string) => id in template.Resources || id === "EventBusName" || id === '"*"';
  expect(ids.filter((id) => !isKnown(id))).toEqual([]);
});
