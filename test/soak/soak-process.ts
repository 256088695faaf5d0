// Run as processes of their own by run-soak.ts: the emulators, a dispatcher, or the sweeper.
import { setTimeout as delay } from "node:timers/promises";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createDispatcherHandler } from "../../src/platforms/aws/create-dispatcher-handler.ts";
import { startEmulators } from "../../src/platforms/local/emulators/start-emulators.ts";
import { startEventSourceMapping } from "../../src/platforms/local/functions/event-source-mapping.ts";
import { createLocalFunction } from "../../src/platforms/local/functions/local-function.ts";
import { systemClock } from "../../src/platforms/local/system-clock.ts";
import { appendLine } from "./ledger.ts";
import { withLedger } from "./ledger-store.ts";
import { silentLogger } from "./silent-logger.ts";
import { createSoakPlatform, functionTimeoutSeconds, type Ports, readSoakStack } from "./soak-stack.ts";

/** Much more often than a minute: the soak asks that the sweeper does no harm. */
const sweepPauseMs = 5_000;

const [role = "", folder = "", sqsAndS3 = "0", dynamodb = "0"] = process.argv.slice(2);
const ports: Ports = { sqsAndS3: Number(sqsAndS3), dynamodb: Number(dynamodb) };
const ledger = `${folder}/ledger.jsonl`;

// The parent is gone: nobody else would end this process.
process.once("disconnect", () => process.exit(1));

async function runEmulators(): Promise<void> {
  const { endpoints } = await startEmulators({ stateFolder: folder, ports });
  const portOf = (url: string) => Number(new URL(url).port);
  process.send?.({ sqsAndS3: portOf(endpoints.sqs), dynamodb: portOf(endpoints.dynamodb) });
}

function createPlatform() {
  return createSoakPlatform(readSoakStack(ports), {
    stateFolder: folder,
    logger: silentLogger,
    wrapStore: (store) => withLedger(store, ledger),
    onRun: ({ workflowId, version, stepKey, attempt }, isAsking) =>
      appendLine(ledger, {
        type: "run",
        at: Date.now(),
        pid: process.pid,
        workflowId,
        version,
        stepKey,
        attempt,
        isAsking,
      }),
  });
}

function runDispatcher(): void {
  const stack = readSoakStack(ports);
  const platform = createPlatform();
  const local = createLocalFunction(
    stack.dispatcherFunction,
    { handler: createDispatcherHandler(platform) },
    systemClock,
  );
  const [source] = stack.dispatcherFunction.queueSources;
  if (source === undefined) throw new Error("The dispatcher has no event source");
  const { region, credentials, sqs: endpoint } = stack.endpoints;
  startEventSourceMapping({
    // Its long polls outlast the other clients' limits: one that is cut off leaves a waiter that swallows messages.
    sqs: new SQSClient({ region, credentials, endpoint, useQueueUrlAsEndpoint: false }),
    queueUrl: stack.queue.url,
    region,
    source,
    functionId: "DispatcherFunction",
    invoke: (event) => {
      countRedelivered(event);
      return local.invoke(event);
    },
    // The process ends by a kill, never by a stop.
    endLongPolls: () => undefined,
    onLog: () => undefined,
  });
  process.send?.({ ...ports });
}

function countRedelivered(event: unknown): void {
  const text = JSON.stringify(event);
  const count = [...text.matchAll(/"ApproximateReceiveCount":"(\d+)"/g)].filter(([, n]) => Number(n) > 1).length;
  if (count > 0) appendLine(ledger, { type: "redelivered", at: Date.now(), pid: process.pid, count });
}

async function runSweeper(): Promise<void> {
  const { dispatcher } = createPlatform();
  process.send?.({ ...ports });
  for (;;) {
    await delay(sweepPauseMs);
    // Emulators that are down fail a sweep, as an outage does on AWS; the next one does its work.
    const report = await dispatcher
      .sweep({ deadlineAt: Date.now() + 2 * functionTimeoutSeconds * 1_000 })
      .catch(() => ({ sent: 0 }));
    if (report.sent > 0) appendLine(ledger, { type: "swept", at: Date.now(), pid: process.pid, count: report.sent });
  }
}

if (role === "emulators") await runEmulators();
else if (role === "dispatcher") runDispatcher();
else if (role === "sweeper") await runSweeper();
else throw new Error(`There is no role ${role}`);
