import { inspect } from "node:util";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, describe, expect, test } from "vitest";
import { errorProblem } from "../../../src/platforms/aws/problem.ts";
import { SecretsManagerResumeKeys } from "../../../src/platforms/aws/secrets-manager-resume-keys.ts";
import { SimulatedClock } from "../../../src/platforms/memory/index.ts";
import { FakeService, jsonError, type ServiceAnswer } from "./fake-service.ts";

const k1 = "first-secret-of-32-characters-00";
const k2 = "other-secret-of-32-characters-00";
const arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:resume";

let service: FakeService | undefined;
let client: SecretsManagerClient | undefined;

afterEach(async () => {
  client?.destroy();
  await service?.stop();
});

/** Keys over a Secrets Manager whose secret the test changes. */
async function keysOver(initial: string | ServiceAnswer) {
  const secret = { answer: initial };
  const started = await FakeService.start(() => {
    const { answer } = secret;
    return typeof answer === "string" ? { body: JSON.stringify({ ARN: arn, SecretString: answer }) } : answer;
  });
  const made = new SecretsManagerClient({ ...started.clientConfig, maxAttempts: 1 });
  service = started;
  client = made;
  const clock = new SimulatedClock();
  let clients = 0;
  const makeClient = async () => {
    clients += 1;
    return made;
  };
  const keys = new SecretsManagerResumeKeys(makeClient, arn, clock);
  return { keys, clock, secret, calls: () => started.requests.length, clients: () => clients, service: started };
}

const first = JSON.stringify({ current: "k1", k1 });
const rotated = JSON.stringify({ current: "k2", k1, k2 });

describe("reading", () => {
  test("asks Secrets Manager for the secret by its ARN, and not before a key is needed", async () => {
    const { keys, service, clients } = await keysOver(first);
    expect(service.requests).toEqual([]);
    expect(clients()).toBe(0);
    expect(await keys.current()).toEqual({ id: "k1", secret: k1 });
    const [request] = service.requests;
    expect(request?.operation).toBe("GetSecretValue");
    expect(JSON.parse(request?.body ?? "")).toEqual({ SecretId: arn });
  });

  test("is done once for all that ask within five minutes, at the same time too", async () => {
    const { keys, clock, calls } = await keysOver(first);
    await Promise.all([keys.current(), keys.find("k1"), keys.current()]);
    clock.advance(299_999);
    await keys.current();
    expect(calls()).toBe(1);
    clock.advance(1);
    await keys.current();
    expect(calls()).toBe(2);
  });

  test("that fails is retryable, and the next call asks again", async () => {
    const { keys, secret, calls } = await keysOver(jsonError("AccessDeniedException", "no"));
    await expect(keys.current()).rejects.toMatchObject({ code: "service.failed", isRetryable: true });
    secret.answer = first;
    expect(await keys.current()).toEqual({ id: "k1", secret: k1 });
    expect(calls()).toBe(2);
  });
});

describe("rotation", () => {
  test("a new key id is found half a minute after the last read, long before the keys are old", async () => {
    const { keys, clock, secret, calls } = await keysOver(first);
    await keys.current();
    secret.answer = rotated;
    clock.advance(29_999);
    expect(await keys.find("k2")).toBeUndefined();
    clock.advance(1);
    expect(await keys.find("k2")).toEqual({ id: "k2", secret: k2 });
    expect(await keys.current()).toEqual({ id: "k2", secret: k2 });
    expect(calls()).toBe(2);
  });

  test("the old key still verifies while it is kept, and no longer once it is withdrawn", async () => {
    const { keys, clock, secret } = await keysOver(rotated);
    expect(await keys.find("k1")).toEqual({ id: "k1", secret: k1 });
    secret.answer = JSON.stringify({ current: "k2", k2 });
    clock.advance(300_000);
    expect(await keys.find("k1")).toBeUndefined();
  });

  test("unknown key ids, as forged tokens have them, call once in 30 s however many come", async () => {
    const { keys, clock, calls } = await keysOver(first);
    for (let second = 0; second < 120; second += 1) {
      const ids = ["forged", `forged-${second}`, "__proto__", "current", "constructor"];
      expect(await Promise.all(ids.map((id) => keys.find(id)))).toEqual(ids.map(() => undefined));
      clock.advance(1_000);
    }
    expect(calls()).toBe(4);
  });

  test("a known key id never calls before the keys are old", async () => {
    const { keys, clock, calls } = await keysOver(first);
    for (let second = 0; second < 299; second += 1) {
      await keys.find("k1");
      clock.advance(1_000);
    }
    expect(calls()).toBe(1);
  });
});

describe("a malformed secret", () => {
  const hidden = "hunter2-hunter2-hunter2-hunter2-hunter2";
  const malformed = [
    { what: "a bare secret", text: hidden },
    { what: "JSON that breaks off", text: `{"current":"k1","k1":"${hidden}` },
    { what: "a JSON text", text: JSON.stringify(hidden) },
    { what: "a list", text: JSON.stringify([hidden]) },
    { what: "a secret in the place of the current id", text: JSON.stringify({ current: `${hidden}!`, k1: hidden }) },
    { what: "a current id that is no key", text: JSON.stringify({ current: hidden, k1: hidden }) },
    { what: "a secret in the place of an id", text: JSON.stringify({ current: "k1", [`${hidden}!`]: "k1" }) },
    { what: "a secret and an id the wrong way round", text: JSON.stringify({ current: "k1", [hidden]: "k1" }) },
    { what: "a secret inside an object", text: JSON.stringify({ current: "k1", k1: { secret: hidden } }) },
    { what: "a secret under a forbidden key", text: `{"current":"k1","${hidden}":{"__proto__":"${hidden}"}}` },
    { what: "a secret that is too short", text: JSON.stringify({ current: "k1", k1: "hunter2" }) },
    { what: "nothing", text: "" },
  ];

  test.each(malformed)("is an error that never shows it: $what (I16)", async ({ text }) => {
    const { keys } = await keysOver(text);
    const error = await keys.current().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("hunter2");
  });

  test.each(malformed)("is a fault of ours, not of the caller: $what", async ({ text }) => {
    const { keys } = await keysOver(text);
    const error = await keys.find("k1").then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(errorProblem(error, "urn:request:1")).toMatchObject({ statusCode: 503 });
    expect(errorProblem(error, "urn:request:1").body).not.toMatch(/secret|hunter2/);
  });
});
