import { describe, expect, test } from "vitest";
import { SimulatedReportService } from "../../../src/workflows/simulated-services/report-service.ts";

const order = { method: "POST", path: "/reports", idempotencyKey: "w#order#0", body: '{"month":"2026-11"}' };
const id = "2026-11.w-order-0";

/** Asks until the service is up, as a client that retries does. */
function ask(service: SimulatedReportService, method: string, path: string, more: Partial<typeof order> = {}) {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const answer = service.answer({ method, path, idempotencyKey: undefined, body: "", ...more });
    if (answer.type === "answer" && answer.status !== 503) return answer;
  }
  throw new Error("The service is down for more than three requests in a row");
}

describe("the simulated report service", () => {
  test("is down for two requests and up for two, for ever", () => {
    const service = new SimulatedReportService();
    const answers = Array.from({ length: 12 }, () => service.answer(order));
    const seen = answers.map((answer) => (answer.type === "reset" ? "reset" : answer.status));
    expect(seen).toEqual([503, "reset", 202, 202, 503, "reset", 202, 202, 503, "reset", 202, 202]);
  });

  test("takes an order once by its key, is not ready at the first look, and hands the report out", () => {
    const service = new SimulatedReportService();
    expect(ask(service, "POST", "/reports", order).body).toEqual({ id, status: "queued" });
    expect(ask(service, "POST", "/reports", order).body).toEqual({ id, status: "queued" });
    expect(ask(service, "GET", `/reports/${id}`).body).toEqual({ id, status: "running" });
    expect(ask(service, "GET", `/reports/${id}`).body).toEqual({ id, status: "done" });
    expect(ask(service, "GET", `/reports/${id}/content`).body).toMatchObject({ id, month: "2026-11" });
  });

  test("knows a report by its id, so that a new process goes on where another one ended", () => {
    expect(ask(new SimulatedReportService(), "GET", `/reports/${id}`)).toMatchObject({ status: 200 });
  });

  test.each([
    ["an order without a key", "POST", "/reports", { body: order.body }, 400],
    ["an order without a month", "POST", "/reports", { idempotencyKey: "k", body: "{}" }, 400],
    ["an unknown report", "GET", "/reports/none", {}, 404],
    ["another path", "GET", "/", {}, 404],
    ["another method", "DELETE", `/reports/${id}`, {}, 404],
  ])("refuses %s", (_what, method, path, more, status) => {
    expect(ask(new SimulatedReportService(), method, path, more)).toMatchObject({ status });
  });
});
