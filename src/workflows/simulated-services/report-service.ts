import type { SimulatedAnswer, SimulatedHttpService, SimulatedRequest } from "./simulated-http-service.ts";

/** What becomes of four requests in a row: the service is down half of the time, in two ways. */
const weather = ["503", "reset", "up", "up"] as const;

/** How many times a caller is told that the report is not ready. */
const looksUntilDone = 1;

/** The ids that this service hands out: the month and the caller's key, which is all that it has to know of a report. */
const reportPath = /^\/reports\/((\d{4}-\d{2})\.[\w-]{1,200})(\/content)?$/;

/** A SIMULATED reporting service that is down half of the time. A report is ordered, asked for until it is done, and fetched. */
export class SimulatedReportService implements SimulatedHttpService {
  readonly #looks = new Map<string, number>();
  #requests = 0;

  answer(request: SimulatedRequest): SimulatedAnswer {
    const now = weather[this.#requests % weather.length];
    this.#requests += 1;
    if (now === "reset") return { type: "reset" };
    return now === "503" ? json(503, { error: "The simulated report service is down." }) : this.#serve(request);
  }

  #serve({ method, path, idempotencyKey, body }: SimulatedRequest): SimulatedAnswer {
    if (method === "POST" && path === "/reports") return order(body, idempotencyKey);
    const [, id, month, content] = (method === "GET" && reportPath.exec(path)) || [];
    if (id === undefined) return json(404, { error: "There is no such report." });
    return content === undefined ? this.#look(id) : this.#fetch(id, month);
  }

  #look(id: string): SimulatedAnswer {
    const looks = (this.#looks.get(id) ?? 0) + 1;
    this.#looks.set(id, looks);
    return json(200, { id, status: looks > looksUntilDone ? "done" : "running" });
  }

  /** Whoever has the report does not look again, so that a long-lived process does not grow. */
  #fetch(id: string, month: string | undefined): SimulatedAnswer {
    this.#looks.delete(id);
    return json(200, { id, month, orders: 1_204, revenue: 86_310.5 });
  }
}

/** The same order, by its key, is the same report in every process. */
function order(body: string, idempotencyKey: string | undefined): SimulatedAnswer {
  const [, month] = /^\{"month":"(\d{4}-\d{2})"\}$/.exec(body) ?? [];
  if (month === undefined || idempotencyKey === undefined) {
    return json(400, { error: 'Send {"month":"2026-11"} with an Idempotency-Key.' });
  }
  return json(202, { id: `${month}.${idempotencyKey.replaceAll(/[^\w-]/g, "-")}`, status: "queued" });
}

function json(status: number, body: unknown): SimulatedAnswer {
  return { type: "answer", status, body };
}
