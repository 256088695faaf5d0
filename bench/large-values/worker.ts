// Run as a process of its own by run-in-worker.ts: a container with nothing but the dispatcher, and the poller of its queue.
import { SQSClient } from "@aws-sdk/client-sqs";
import { type AwsPlatform, createAwsPlatform } from "../../src/platforms/aws/aws-platform.ts";
import { dispatcherEnvironment, readEnvironment } from "../../src/platforms/aws/config.ts";
import { createDispatcherHandler } from "../../src/platforms/aws/create-dispatcher-handler.ts";
import { CapacityMeter } from "../../src/platforms/local/emulators/capacity-meter.ts";
import { startEventSourceMapping } from "../../src/platforms/local/functions/event-source-mapping.ts";
import { createLocalFunction } from "../../src/platforms/local/functions/local-function.ts";
import { systemClock } from "../../src/platforms/local/system-clock.ts";
import { CallRecorder } from "../call-recorder.ts";
import { benchKeys } from "../dispatcher.ts";
import { createNodeTypes } from "./node-types.ts";
import { readPeakMebibytes } from "./peak-memory.ts";
import { S3CallCounter } from "./s3-call-counter.ts";
import { takeMemorySample } from "./take-memory-sample.ts";
import { createTellingLogger, describeTrouble } from "./telling-logger.ts";
import { type BeginOrder, readOrder, type WorkerMessage } from "./worker-messages.ts";

const runsAtMs: number[] = [];
/** Its meter stays at zero: the emulator's own is in the other process. */
const recorder = new CallRecorder(new CapacityMeter(), () => false);
const s3Calls = new S3CallCounter();
let running = 0;
let due: "report" | "sample" | undefined;

// The parent is gone: nobody else would end this process.
process.once("disconnect", () => process.exit(1));
process.on("message", (message) => {
  const order = readOrder(message);
  if (order.type === "begin") begin(order);
  else {
    due = order.type;
    answerIfIdle();
  }
});

function tell(message: WorkerMessage): void {
  process.send?.(message);
}

function answerIfIdle(): void {
  if (running > 0) return;
  if (due === "report") {
    const calls = { ...recorder.calls.perStep, ...s3Calls.counts };
    tell({ type: "report", peakMebibytes: readPeakMebibytes(), calls, runsAtMs });
  } else if (due === "sample") tell(takeMemorySample());
  due = undefined;
}

function begin(order: BeginOrder): void {
  const { endpoints, spec } = order;
  const handler = createDispatcherHandler(createPlatform(order));
  const local = createLocalFunction(spec, { handler }, systemClock);
  const [source] = spec.queueSources;
  if (source === undefined) throw new TypeError(`${spec.logicalId} has no event source`);
  const { region, credentials, sqs: endpoint } = endpoints;
  startEventSourceMapping({
    sqs: new SQSClient({ region, credentials, endpoint, useQueueUrlAsEndpoint: false }),
    queueUrl: spec.environment["QUEUE_URL"] ?? "",
    region,
    source,
    functionId: spec.logicalId,
    invoke: async (event) => {
      running += 1;
      try {
        return await local.invoke(event);
      } finally {
        running -= 1;
        answerIfIdle();
      }
    },
    // The process ends by a kill, never by a stop.
    endLongPolls: () => undefined,
    onLog: ({ message, error }) => tell({ type: "trouble", text: describeTrouble(message, {}, error) }),
  });
  tell({ type: "ready" });
}

/** The deployed wiring with the product's own client limits; only addresses, nodes and the log are the benchmark's. */
function createPlatform({ workflows, endpoints, spec, keepsTimes, requestTimeoutMs }: BeginOrder): AwsPlatform {
  const { region, credentials } = endpoints;
  const application = {
    workflows,
    nodeDefinitions: createNodeTypes(() => {
      if (keepsTimes) runsAtMs.push(performance.now());
    }),
    bindings: { objectCreated: [], schedules: [] },
  };
  const patience = requestTimeoutMs === undefined ? {} : { requestHandler: { requestTimeout: requestTimeoutMs } };
  const shared = { region, credentials, extensions: [recorder.extension], ...patience };
  return createAwsPlatform(application, readEnvironment(dispatcherEnvironment, spec.environment), {
    dynamodb: { ...shared, endpoint: endpoints.dynamodb },
    sqs: { ...shared, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false },
    s3: { region, credentials, endpoint: endpoints.s3, forcePathStyle: true, extensions: [s3Calls.extension] },
    logger: createTellingLogger(tell),
    resumeKeys: benchKeys,
  });
}
