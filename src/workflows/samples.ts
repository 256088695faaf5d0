import type { WorkflowStatus } from "../engine/index.ts";
import expenseLarge from "./samples/expense-large.json" with { type: "json" };
import orderLarge from "./samples/order-large.json" with { type: "json" };
import orderSmall from "./samples/order-small.json" with { type: "json" };
import tripAvailable from "./samples/trip-available.json" with { type: "json" };
import tripSoldOut from "./samples/trip-sold-out.json" with { type: "json" };
import { SimulatedReportService } from "./simulated-services/report-service.ts";
import type { SimulatedHttpService } from "./simulated-services/simulated-http-service.ts";

interface SampleRunBase {
  /** One line for a person who watches the run. */
  readonly description: string;
  readonly definitionId: string;
  readonly expectedStatus: WorkflowStatus;
}

/** Started by a start command, as over HTTP. */
export interface SampleStart extends SampleRunBase {
  readonly type: "start";
  readonly workflowId: string;
  readonly input: unknown;
  /** The payload that answers its first pause, or its first one at a node, when no person is there to answer. */
  readonly resume?: { readonly payload: unknown; readonly atNode?: string };
}

/** Started by an object that appears in the upload bucket; the trigger derives the workflow id. */
export interface SampleUpload extends SampleRunBase {
  readonly type: "upload";
  readonly key: string;
  readonly contentType: string;
  /** The file to upload. */
  readonly file: URL;
}

/** Started by a scheduled event: a file of `events/`. */
export interface SampleSchedule extends SampleRunBase {
  readonly type: "schedule";
  readonly eventFile: string;
}

/** A run that shows a sample workflow on real input. */
export type SampleRun = SampleStart | SampleUpload | SampleSchedule;

/** What `npm start` begins before it stays up: few, so that a person can follow them. */
export const firstRuns: readonly SampleStart[] = [
  {
    type: "start",
    description: "An order within the limit: the charge fails once and is retried",
    definitionId: "order-fulfilment",
    workflowId: "order-1001",
    input: orderSmall,
    expectedStatus: "completed",
  },
  {
    type: "start",
    description: "An order above the limit: it waits until a person approves it",
    definitionId: "order-fulfilment",
    workflowId: "order-1002",
    input: orderLarge,
    expectedStatus: "completed",
    resume: { payload: { approved: true, by: "sample" } },
  },
];

/** What `npm start -- --once` runs, in this order: the report is about the import before it. */
export const sampleRuns: readonly SampleRun[] = [
  ...firstRuns,
  {
    type: "start",
    description: "A trip whose car is sold out: it fails, and its hotel and flight are cancelled",
    definitionId: "trip-booking",
    workflowId: "trip-2001",
    input: tripSoldOut,
    expectedStatus: "failed",
  },
  {
    type: "start",
    description: "A trip that can be booked whole",
    definitionId: "trip-booking",
    workflowId: "trip-2002",
    input: tripAvailable,
    expectedStatus: "completed",
  },
  {
    type: "start",
    description: "An expense that the manager leaves for two seconds: it goes on to the director, who approves it",
    definitionId: "expense-approval",
    workflowId: "expense-3001",
    input: expenseLarge,
    expectedStatus: "completed",
    resume: { payload: { approved: true, by: "sample" }, atNode: "director" },
  },
  {
    type: "upload",
    description: "A product list of 200 rows, nine of them invalid, read in batches",
    definitionId: "csv-import",
    key: "incoming/products.csv",
    contentType: "text/csv",
    file: new URL("./samples/products.csv", import.meta.url),
    expectedStatus: "completed",
  },
  {
    type: "schedule",
    description: "The report of the night, about the latest import",
    definitionId: "nightly-report",
    eventFile: "eventbridge-schedule.json",
    expectedStatus: "completed",
  },
  {
    type: "upload",
    description: "A price list of 10,000 rows: 100 child workflows price 100 rows each, and one finds its rows damaged",
    definitionId: "price-update",
    key: "prices/spring.csv",
    contentType: "text/csv",
    file: new URL("./samples/prices.csv", import.meta.url),
    expectedStatus: "completed",
  },
  {
    type: "start",
    description: "A report from a service that is down half of the time: ordered, polled until it is done, and fetched",
    definitionId: "report-polling",
    workflowId: "report-november",
    input: { month: "2026-11" },
    expectedStatus: "completed",
  },
];

/**
 * The simulated services behind HTTP that the samples call. The local runtime starts each on a free port of loopback, and puts
 * its address in the place of the global of its name (`globals.ts`).
 */
export const sampleServices: Readonly<Record<string, () => SimulatedHttpService>> = {
  reportService: () => new SimulatedReportService(),
};
