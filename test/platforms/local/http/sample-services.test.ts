import { expect, onTestFinished, test } from "vitest";
import { parseAllowedNetworks } from "../../../../src/platforms/aws/http/allowed-networks.ts";
import { type SampleServices, startSampleServices } from "../../../../src/platforms/local/http/sample-services.ts";
import type { LocalLogLine } from "../../../../src/platforms/local/local-log.ts";
import type {
  SimulatedAnswer,
  SimulatedRequest,
} from "../../../../src/workflows/simulated-services/simulated-http-service.ts";

async function serve(answer: (request: SimulatedRequest) => SimulatedAnswer) {
  const lines: LocalLogLine[] = [];
  const services = await startSampleServices({ echo: () => ({ answer }) }, (line) => lines.push(line));
  onTestFinished(() => services.stop().catch(() => undefined));
  return { services, lines, url: services.urls["echo"] ?? "" };
}

test("a request reaches the service, and its answer comes back as JSON", async () => {
  const { url } = await serve((request) => ({ type: "answer", status: 202, body: request }));
  const response = await fetch(`${url}/a?b=1`, { method: "POST", headers: { "idempotency-key": "k" }, body: "text" });
  expect([response.status, response.headers.get("content-type")]).toEqual([202, "application/json"]);
  expect(await response.json()).toEqual({ method: "POST", path: "/a?b=1", idempotencyKey: "k", body: "text" });
});

test("a reset ends the connection without an answer", async () => {
  const { url } = await serve(() => ({ type: "reset" }));
  await expect(fetch(url)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
});

test("a service that throws is logged, and leaves nobody waiting", async () => {
  const { url, lines } = await serve(() => {
    throw new Error("broken");
  });
  await expect(fetch(url)).rejects.toThrow();
  expect(lines).toMatchObject([{ level: "error", source: "echo", message: "A request failed" }]);
});

test("exactly its host and port are allowed, beside what was allowed before", async () => {
  const { services, url } = await serve(() => ({ type: "reset" }));
  const port = Number(new URL(url).port);
  const allowedIn = (given: Parameters<SampleServices["allowIn"]>[0]) =>
    parseAllowedNetworks(services.allowIn(given)["HttpAllowedNetworks"] ?? "");
  for (const allowed of [allowedIn({}), allowedIn({ HttpAllowedNetworks: "10.1.0.0/16" })]) {
    expect(allowed.hasHost("127.0.0.1", port)).toBe(true);
    expect(allowed.hasHost("127.0.0.1", port + 1)).toBe(false);
    expect(allowed.hasAddress("127.0.0.1")).toBe(false);
  }
  expect(allowedIn({ HttpAllowedNetworks: "10.1.0.0/16" }).hasAddress("10.1.2.3")).toBe(true);
  expect(services.allowIn({ LogLevel: "DEBUG" })).toMatchObject({ LogLevel: "DEBUG" });
});

test("nothing listens when it has stopped", async () => {
  const { url, services } = await serve(() => ({ type: "answer", status: 200, body: null }));
  await (await fetch(url)).text();
  await services.stop();
  await expect(fetch(url)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
});
