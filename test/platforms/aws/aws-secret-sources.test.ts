import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { createAwsSecretSources } from "../../../src/platforms/aws/aws-secret-sources.ts";
import { FakeService, jsonError, type ServiceAnswer } from "./fake-service.ts";

let service: FakeService | undefined;
afterEach(() => service?.stop());

const resumeKeyArn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:ResumeKeySecret-AbCdEf";

async function sourcesOver(answer: ServiceAnswer) {
  service = await FakeService.start(() => answer);
  const sources = createAwsSecretSources({ ...service.clientConfig, maxAttempts: 1 }, resumeKeyArn);
  return { sources, requests: service.requests };
}

describe("the Parameter Store", () => {
  test("gives a parameter, decrypted", async () => {
    const { sources, requests } = await sourcesOver({ body: JSON.stringify({ Parameter: { Value: "the key" } }) });
    expect(await sources.ssm.read("/orders/key")).toBe("the key");
    expect(requests.map(({ operation }) => operation)).toEqual(["GetParameter"]);
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual({ Name: "/orders/key", WithDecryption: true });
  });

  test.each(["ParameterNotFound", "ParameterVersionNotFound"])("has none for %s", async (type) => {
    const { sources } = await sourcesOver(jsonError(type, "none"));
    expect(await sources.ssm.read("/orders/key")).toBeUndefined();
  });
});

describe("Secrets Manager", () => {
  test("gives a secret", async () => {
    const { sources, requests } = await sourcesOver({ body: JSON.stringify({ SecretString: "the key" }) });
    expect(await sources.secretsmanager.read("orders/key")).toBe("the key");
    expect(requests.map(({ operation }) => operation)).toEqual(["GetSecretValue"]);
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual({ SecretId: "orders/key" });
  });

  test("never gives the resume key, by whatever name it is asked for: the role may read it for the dispatcher", async () => {
    const { sources } = await sourcesOver({ body: JSON.stringify({ ARN: resumeKeyArn, SecretString: "the key" }) });
    for (const name of [resumeKeyArn, "ResumeKeySecret-AbCdEf"]) {
      expect(await sources.secretsmanager.read(name)).toBeUndefined();
    }
  });

  test("has none for ResourceNotFoundException, and none that is text for a binary secret", async () => {
    const { sources } = await sourcesOver(jsonError("ResourceNotFoundException", "none"));
    expect(await sources.secretsmanager.read("orders/key")).toBeUndefined();
    await service?.stop();
    const binary = await sourcesOver({ body: JSON.stringify({ SecretBinary: "AAAA" }) });
    expect(await binary.sources.secretsmanager.read("orders/key")).toBeUndefined();
  });
});

test.each(["ssm", "secretsmanager"] as const)(
  "another failure of %s is retryable, and names the call",
  async (scheme) => {
    const { sources } = await sourcesOver(jsonError("AccessDeniedException", "no"));
    const error: unknown = await sources[scheme].read("orders/key").catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "service.failed",
      isRetryable: true,
      message: expect.stringMatching(/(ssm:GetParameter|secretsmanager:GetSecretValue) failed: AccessDeniedException/),
    });
  },
);

test("an answer that is cut off shows nothing of the secret", async () => {
  const { sources } = await sourcesOver({ body: '{"Parameter":{"Value":"hunter2-hunter2' });
  const error: unknown = await sources.ssm.read("orders/key").catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "service.failed" });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("hunter2");
});
