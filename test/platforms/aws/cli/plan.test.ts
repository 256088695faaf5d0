import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeploymentPlan } from "../../../../src/dispatcher/index.ts";
import { parsePlanOptions } from "../../../../src/platforms/aws/cli/plan-options.ts";
import { describePlan } from "../../../../src/platforms/aws/cli/plan-report.ts";
import { openDeployedTable } from "../../../../src/platforms/aws/cli/plan-table.ts";
import { type Emulators, startEmulators } from "../../../../src/platforms/local/emulators/start-emulators.ts";

describe("the options of the plan command", () => {
  test("name a stack or a table, or mean the local stack", () => {
    expect(parsePlanOptions([])).toEqual({ target: { type: "local" }, isJson: false });
    expect(parsePlanOptions(["--stack", "s", "--region", "eu-central-1", "--json"])).toEqual({
      target: { type: "stack", stackName: "s" },
      region: "eu-central-1",
      isJson: true,
    });
    expect(parsePlanOptions(["--table", "t", "--endpoint", "http://127.0.0.1:8000"])).toEqual({
      target: { type: "table", tableName: "t" },
      endpoint: "http://127.0.0.1:8000",
      isJson: false,
    });
  });

  test.each([
    [["--stack", "s", "--table", "t"], "Give --stack or --table, not both"],
    [["--endpoint", "http://127.0.0.1:8000"], "--region and --endpoint go with --stack or --table"],
    [["--region", "eu-central-1"], "--region and --endpoint go with --stack or --table"],
    [["--table", "t", "--endpoint", "here"], "--endpoint is not a URL"],
    [["--stack", ""], "--stack is empty"],
    [["--stack"], "argument missing"],
    [["--all"], "Unknown option '--all'"],
    [["order-1"], "Unexpected argument 'order-1'"],
  ])("are refused when they make no sense: %s", (args, why) => {
    expect(() => parsePlanOptions(args)).toThrow(why);
  });
});

describe("the table of a stack", () => {
  let emulators: Emulators;
  let endpoint: string;

  beforeAll(async () => {
    emulators = await startEmulators({ ports: { sqsAndS3: 0, dynamodb: 0 } });
    const { dynamodb, region, credentials } = emulators.endpoints;
    endpoint = dynamodb;
    const client = new DynamoDBClient({ region, credentials, endpoint });
    // More names than one answer of ListTables has.
    const others = Array.from({ length: 101 }, (_, index) => `other-${index}`);
    const ours = [
      "prod-WorkflowTable-1ABC",
      "prod-eu-WorkflowTable-2DEF",
      "two-WorkflowTable-1A",
      "two-WorkflowTable-2B",
    ];
    for (const TableName of [...others, ...ours, "prod-WorkflowTable-old", "prod-AuditTable-3GHI"]) {
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "a", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "a", KeyType: "HASH" }],
        }),
      );
    }
    client.destroy();
  }, 60_000);
  afterAll(() => emulators.stop());

  const open = async (stackName: string) => {
    const { tableName, close } = await openDeployedTable({ type: "stack", stackName }, { endpoint });
    await close();
    return tableName;
  };

  test("is found by the name that CloudFormation makes, however many other tables there are", async () => {
    expect(await open("prod")).toBe("prod-WorkflowTable-1ABC");
    expect(await open("prod-eu")).toBe("prod-eu-WorkflowTable-2DEF");
  });

  test("is refused when there is none, or one that an earlier stack of the name left behind beside it", async () => {
    await expect(open("pro")).rejects.toThrow("There is no table of a stack pro in this account and region");
    await expect(open("two")).rejects.toThrow("two-WorkflowTable-1A, two-WorkflowTable-2B. Choose one by --table");
  });
});

describe("the report of a plan", () => {
  const graph = { definitionId: "flow", hash: "0123456789abcdef", workflows: 5, couldMove: 0, cannotMove: 5 } as const;
  const workflowIds = ["w1", "w2", "w3", "w4", "w5"];
  const of = (changes: Partial<DeploymentPlan>) =>
    describePlan(
      { isSafe: true, workflows: 5, graphs: [], missingTypes: [], refusedData: [], ...changes },
      "table",
    ).join("\n");

  test("says so when nothing is live", () => {
    expect(of({ workflows: 0 })).toBe(
      "table: 0 live workflows on 0 graphs.\n\nOK: every live workflow can end by the graph that it started with.",
    );
  });

  test("names some of the workflows that cannot move, and says how many more there are", () => {
    const node = { nodeId: "ask", nodeType: "approval" };
    const text = of({
      graphs: [
        {
          ...graph,
          verdict: "cannot move",
          obstacles: [
            { type: "node-retyped", ...node, checkoutType: "wait", workflowIds },
            { type: "data-reshaped", ...node, workflowIds: ["w1"] },
          ],
        },
      ],
    });
    expect(text).toContain("flow 0123456789ab cannot move:");
    expect(text).toContain("node ask has another type: wait, not approval: 5 workflows (w1, w2, w3 and 2 more)");
    expect(text).toContain("node ask (approval) has data of another shape: 1 workflow (w1)");
  });

  test("fails for graphs that cannot be read, and says why", () => {
    const obstacles = [{ type: "graph-unreadable", problem: "It is not stored", workflowIds }] as const;
    const text = of({ isSafe: false, graphs: [{ ...graph, verdict: "cannot move", obstacles }] });
    expect(text).toContain("its graph cannot be read (It is not stored): 5 workflows");
    expect(text).toMatch(/FAILED: live workflows run on graphs that this checkout cannot read\.$/);
  });

  test("fails for data that node types refuse, with every reason", () => {
    const { definitionId, hash } = graph;
    const refusedData = [
      {
        definitionId,
        hash,
        nodeId: "ask",
        type: "approval",
        problems: ["to: Missing", "limit: No number"],
        workflows: 1,
      },
    ];
    const text = of({ isSafe: false, refusedData });
    expect(text).toContain(
      "\n\nREFUSED data of nodes, which live workflows need:\n" +
        "  flow 0123456789abcdef node ask: type approval, 1 live workflow: to: Missing; limit: No number\n\n",
    );
    expect(text).toMatch(
      /FAILED: let node types take the refused data again, or wait until no live workflow needs them\.$/,
    );
    const missingTypes = [{ definitionId, hash, nodeId: "bye", type: "farewell", workflows: 2 }];
    expect(of({ isSafe: false, refusedData, missingTypes })).toMatch(
      /FAILED: put these node types back and let node types take the refused data again, or wait until no live workflow needs them\.$/,
    );
  });
});
