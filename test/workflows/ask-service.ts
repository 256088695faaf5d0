import { RetryableError } from "../../src/engine/index.ts";
import { MemoryHttpClient } from "../../src/platforms/memory/index.ts";
import type { SimulatedHttpService } from "../../src/workflows/simulated-services/simulated-http-service.ts";

/** An HTTP client whose requests are answered by a simulated service, without a network; a reset is `http.unreachable`. */
export function askService(service: SimulatedHttpService): MemoryHttpClient {
  return new MemoryHttpClient(({ method, url, headers, body = "" }) => {
    const { pathname: path } = new URL(url);
    const given = service.answer({ method, path, idempotencyKey: headers["idempotency-key"], body });
    if (given.type === "reset") throw new RetryableError("The connection was reset", { code: "http.unreachable" });
    const { status } = given;
    return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(given.body) };
  });
}
