import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, describe, expect, test } from "vitest";
import { describeDeadLetter } from "../../../../src/platforms/aws/cli/describe-dead-letter.ts";
import { runRedrive } from "../../../../src/platforms/aws/cli/redrive.ts";
import { SqsStepQueue } from "../../../../src/platforms/aws/sqs-step-queue.ts";
import { startEmulatedStack } from "../../../conformance/emulated-stack.ts";

const stack = await startEmulatedStack();
const client = stack.sqs();
afterAll(async () => {
  client.destroy();
  await stack.stop();
});

const queueUrl = stack.deadLetterQueueUrl;
const endpoint = new URL(queueUrl).origin;
const here = ["--queue", queueUrl, "--endpoint", endpoint];

async function run(...args: readonly string[]) {
  const printed: string[] = [];
  const errors: string[] = [];
  const output = { print: (line: string) => printed.push(line), printError: (line: string) => errors.push(line) };
  const limits = { visibilitySeconds: 30, waitSeconds: 0, fruitlessReceives: 2, maxLetters: 100 };
  return { code: await runRedrive(args, output, limits), printed, errors };
}

describe("the redrive command", () => {
  test("lists, sends one back, sends the rest back, and finds the queue empty", async () => {
    const queue = new SqsStepQueue(client, stack.queueUrl, queueUrl);
    await queue.deadLetter('{"type":"step","workflowId":"order-1","version":9,"secret":"s3cret"}', "invalid: ahead");
    await client.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{"type":"cancel","workflowId":"w"}' }),
    );

    const listed = await run(...here);
    expect(listed).toMatchObject({ code: 0, errors: [] });
    expect(listed.printed[0]).toMatch(
      /^[0-9a-f-]{36} {2}\d{4}-\d\d-\d\dT[\d:.]+Z {2}1 receive {2}step order-1@9 {2}invalid: ahead$/,
    );
    expect(listed.printed[1]).toMatch(/ {2}cancel w {2}received too often$/);
    expect(listed.printed[2]).toBe("2 dead letters.");
    expect(listed.printed.join()).not.toContain("s3cret");

    const id = listed.printed[0]?.slice(0, 36) ?? "";
    const sent = await run(...here, "--to", stack.queueUrl, "send", id);
    expect(sent).toEqual({ code: 0, printed: [`${id}  sent back`, "Sent back 1 dead letter."], errors: [] });
    const again = await run(...here, "--to", stack.queueUrl, "send", id);
    expect(again).toMatchObject({ code: 1, printed: ["Sent back 0 dead letters."] });
    expect(again.errors[0]).toContain(`${id}  FAILED: is not in the queue`);

    const rest = await run(...here, "--to", stack.queueUrl, "send", "--all");
    expect({ code: rest.code, last: rest.printed.at(-1) }).toEqual({ code: 0, last: "Sent back 1 dead letter." });
    expect(await run(...here, "list")).toEqual({ code: 0, printed: ["0 dead letters."], errors: [] });
  });

  test("exits 1 and says what failed when there is no such queue", async () => {
    const { code, errors } = await run("--queue", `${queueUrl}-no`, "--endpoint", endpoint);
    expect(code).toBe(1);
    expect(errors[0]).toMatch(/^sqs:GetQueueAttributes failed: \w*QueueDoesNotExist \(/);
  });

  const to = ["--to", stack.queueUrl];
  test.each<readonly [wrong: string, args: readonly string[]]>([
    ["--queue is required", []],
    ["--queue is not a URL", ["--queue", "dead"]],
    ["--endpoint is not a URL", ["--queue", queueUrl, "--endpoint", "here"]],
    ["Unknown command purge", [...here, "purge"]],
    ["list takes no message ids", [...here, "list", "id"]],
    ["list takes no message ids and no --all", [...here, "--all"]],
    ["send takes either message ids or --all", [...here, ...to, "send"]],
    ["send takes either message ids or --all", [...here, ...to, "send", "--all", "id"]],
    ["--to is required", [...here, "send", "--all"]],
    ["are the same queue", [...here, "--to", queueUrl, "send", "--all"]],
    ["Unknown option '--force'", [...here, "--force"]],
  ])("exits 2 and shows its usage: %s", async (wrong, args) => {
    const { code, printed, errors } = await run(...args);
    expect({ code, printed }).toEqual({ code: 2, printed: [] });
    expect(errors[0]).toContain(wrong);
    expect(errors[0]).toContain("npm run redrive --");
  });
});

describe("a line about a dead letter", () => {
  const lineOf = (body: string, reason?: string) =>
    describeDeadLetter({ messageId: "id", receiptHandle: "r", body, reason, receiveCount: 2, firstReceivedAt: 0 });

  test.each([
    ['{"type":"start","definitionId":"d","workflowId":"w","input":{"iban":"DE02"}}', "start w"],
    ['{"type":"resume","workflowId":"w","version":3,"token":"1.k1.x","payload":{"iban":"DE02"}}', "resume w@3"],
    ['{"source":"aws.s3","detail-type":"Object Created","detail":{}}', "Object Created"],
    ['{"type":7,"workflowId":["w"],"version":"x"}', "(no type)"],
    ["[]", "(no type)"],
    ["null", "(no message)"],
    ["no json", "(no JSON)"],
    [JSON.stringify({ type: "\u001b[2J\nstep", workflowId: "w\u202e" }), "[2J step w"],
  ])("names what %s asks for, and nothing of its payload", (body, subject) => {
    expect(lineOf(body, "why")).toBe(`id  1970-01-01T00:00:00.000Z  2 receives  ${subject}  why`);
  });

  test("is one line of bounded length, whatever the reason and the message say", () => {
    const line = lineOf(JSON.stringify({ type: "x".repeat(5000) }), `a\r\nb\u001b[31m${"y".repeat(5000)}`);
    expect(line).toMatch(/^\P{C}+$/u);
    expect(line.length).toBeLessThan(350);
    expect(lineOf("{}")).toContain("received too often");
  });
});
