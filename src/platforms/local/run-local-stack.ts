import { mkdirSync } from "node:fs";
import { SQSClient } from "@aws-sdk/client-sqs";
import { RefluxoError } from "../../engine/index.ts";
import type { Clock } from "../../ports/clock.ts";
import { readDevelopmentKey } from "./development-key.ts";
import type { CapacityMeter } from "./emulators/capacity-meter.ts";
import { startEmulators } from "./emulators/start-emulators.ts";
import type { Endpoints } from "./endpoints.ts";
import { startEventBus } from "./events/event-bus.ts";
import { startEventSourceMapping } from "./functions/event-source-mapping.ts";
import { createLocalFunction, type LocalFunction, type LocalHandler } from "./functions/local-function.ts";
import { startHttpServer } from "./http/http-server.ts";
import type { OnLog } from "./local-log.ts";
import { loopbackHost } from "./loopback.ts";
import { systemClock } from "./system-clock.ts";
import type { Application } from "./template/application.ts";
import { createResources } from "./template/create-resources.ts";
import { loadTemplate } from "./template/load-template.ts";
import { readApplication } from "./template/read-application.ts";

/** Makes a function's handler from its environment in the template and the emulators' addresses. */
export type HandlerFactory = (environment: Readonly<Record<string, string>>, endpoints: Endpoints) => LocalHandler;

/** How a stack is set up. */
export interface LocalStackOptions {
  /** Made when there is none; without it all state is in memory. */
  readonly stateFolder?: string;
  /** Where the emulators listen; loopback when absent. The HTTP API is on loopback in any case. */
  readonly emulatorHost?: string | undefined;
  /** 0 takes any free port. */
  readonly ports: {
    readonly http: number;
    readonly sqsAndS3: number;
    readonly dynamodb: number;
    /** 0 when absent. */
    readonly eventBridge?: number;
  };
  readonly templatePath: string;
  /** Values for the template's parameters; the others have their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** One for each function of the template, by its logical id. */
  readonly handlers: Readonly<Record<string, HandlerFactory>>;
  readonly onLog: OnLog;
  /** Moves schedules and time limits; the machine's own time by default. */
  readonly clock?: Clock;
}

/** A stack that runs. */
export interface LocalStack {
  /** `http` is the base URL of the HTTP API. */
  readonly endpoints: Endpoints & { readonly http: string };
  /** Physical names by logical id. */
  readonly names: Application["names"];
  /** URLs of the queues by logical id. */
  readonly queueUrls: Readonly<Record<string, string>>;
  /** What callers of the HTTP API send as `Authorization: Bearer <key>`. */
  readonly developmentKey: string;
  readonly meter: CapacityMeter;
  /** Ends the triggers, waits for what runs, then ends the emulators. */
  stop(): Promise<void>;
}

/**
 * Starts the whole application of a template on this machine, on loopback only.
 * Throws a `RefluxoError` for a taken port, a state folder in use, a template that is not played here, or a function
 * without a handler; nothing is left running then.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const stops: (() => Promise<void>)[] = [];
  try {
    return await startParts(options, stops);
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

/** `stops` grows with every part that runs; they are called last to first. */
async function startParts(options: LocalStackOptions, stops: (() => Promise<void>)[]): Promise<LocalStack> {
  const { stateFolder, ports, onLog, clock = systemClock } = options;
  const folder = stateFolder === undefined ? {} : { stateFolder };
  if (stateFolder !== undefined) mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  const template = loadTemplate(options.templatePath);

  const emulators = await startEmulators({ ...folder, ports, host: options.emulatorHost });
  stops.push(emulators.stop);
  const functions = new Map<string, LocalFunction>();
  stops.push(() => closeAll([...functions.values()]));
  const http = await startHttpServer(ports.http);
  stops.push(http.stop);
  const endpoints = { ...emulators.endpoints, http: `http://${loopbackHost}:${http.port}` };

  const naming = { sqsEndpoint: endpoints.sqs, httpEndpoint: endpoints.http };
  const application = readApplication(template, naming, options.parameters);
  await createResources(application, endpoints);
  for (const spec of takeHandlers(application, options.handlers)) {
    functions.set(spec.logicalId, createLocalFunction(spec, spec.factory(spec.environment, endpoints), clock));
  }

  const invoke = (functionId: string, event: unknown) => functionOf(functions, functionId).invoke(event);
  const { enqueue, endLongPolls, onObjectStored } = emulators.sqsAndS3;
  const bus = startEventBus({ ...application, clock, enqueue, invoke, onLog });
  stops.push(bus.stop);
  onObjectStored(bus.objectStored);
  emulators.eventBridge.onEvent(bus.eventPublished);
  stops.push(startPollers(application, endpoints, { invoke, endLongPolls, onLog }));
  const developmentKey = readDevelopmentKey(stateFolder);
  http.serve({ routes: application.routes, developmentKey, clock, invoke, onLog });

  let stopped: Promise<void> | undefined;
  return {
    endpoints,
    names: application.names,
    queueUrls: Object.fromEntries(application.queues.map((queue) => [queue.logicalId, queue.url])),
    developmentKey,
    meter: emulators.meter,
    stop: () => {
      stopped ??= stopAll(stops);
      return stopped;
    },
  };
}

function takeHandlers(application: Application, handlers: Readonly<Record<string, HandlerFactory>>) {
  const stray = Object.keys(handlers).find((id) => !application.functions.some((spec) => spec.logicalId === id));
  if (stray !== undefined) throw mismatch(`The template has no function ${stray}, for which there is a handler`);
  return application.functions.map((spec) => {
    const factory = handlers[spec.logicalId];
    if (factory === undefined) throw mismatch(`There is no handler for the template's function ${spec.logicalId}`);
    return { ...spec, factory };
  });
}

function startPollers(
  application: Application,
  endpoints: Endpoints,
  parts: {
    readonly invoke: (functionId: string, event: unknown) => Promise<unknown>;
    readonly endLongPolls: () => void;
    readonly onLog: OnLog;
  },
): () => Promise<void> {
  const { region, credentials } = endpoints;
  const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false });
  // All queues are looked up before the first poller starts, so that an error leaves none running.
  const sources = application.functions.flatMap(({ logicalId, queueSources }) =>
    queueSources.map((source) => ({
      functionId: logicalId,
      source,
      queueUrl: queueUrlOf(application, source.queueArn),
    })),
  );
  const mappings = sources.map((source) =>
    startEventSourceMapping({
      ...parts,
      ...source,
      sqs,
      region,
      invoke: (event) => parts.invoke(source.functionId, event),
    }),
  );
  return async () => {
    await Promise.all(mappings.map((mapping) => mapping.stop()));
    sqs.destroy();
  };
}

function queueUrlOf(application: Application, arn: string): string {
  const queue = application.queues.find((spec) => spec.arn === arn);
  if (queue === undefined) throw mismatch(`An event source names a queue that the template does not have: ${arn}`);
  return queue.url;
}

function functionOf(functions: ReadonlyMap<string, LocalFunction>, functionId: string): LocalFunction {
  const found = functions.get(functionId);
  if (found === undefined) throw mismatch(`There is no function ${functionId}`);
  return found;
}

async function closeAll(functions: readonly LocalFunction[]): Promise<void> {
  await Promise.all(functions.map((local) => local.close()));
}

/** Ends every part even when one fails to end. Throws an AggregateError with what failed. */
async function stopAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const stop of stops.toReversed()) {
    try {
      await stop();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, "The local stack did not end cleanly");
}

function mismatch(message: string): RefluxoError {
  return new RefluxoError("local.template-invalid", message);
}
