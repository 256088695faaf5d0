import { parseArgs } from "node:util";
import * as application from "../../workflows/registry.ts";
import { firstRuns, sampleRuns, sampleServices } from "../../workflows/samples.ts";
import { createHandlers } from "./cli/create-handlers.ts";
import { LocalClient } from "./cli/local-client.ts";
import { nextCommands } from "./cli/next-commands.ts";
import { pauseLink } from "./cli/pause-link.ts";
import { beginSample, runSamples, StartWatch } from "./cli/run-samples.ts";
import { StepPrinter } from "./cli/step-printer.ts";
import { type LocalConfig, readLocalConfig } from "./config.ts";
import { startSampleServices } from "./http/sample-services.ts";
import type { OnLog } from "./local-log.ts";
import { createResumeKeysFile } from "./resume-keys-file.ts";
import { type LocalStack, startLocalStack } from "./run-local-stack.ts";
import { createSecretsFile } from "./secrets-file.ts";

const usage = `npm start                 run the application and its sample orders; stay up
npm start -- --once       run every sample workflow to its end, in memory, on free ports; exit 0 if all went well`;

const print = (line: string): void => console.log(line);

/** Runs the samples to their ends on a stack of their own; the exit code says whether all ended as expected. */
async function runOnce({ templatePath, parameters }: LocalConfig): Promise<number> {
  const watch = new StartWatch();
  const stack = await startStack(
    { templatePath, parameters, ports: { http: 0, sqsAndS3: 0, dynamodb: 0, eventBridge: 0 } },
    watch,
  );
  try {
    const isAllWell = await runSamples(sampleRuns, new LocalClient(stack), watch, print);
    print(isAllWell ? "\nEvery sample workflow ended as expected." : "\nA sample workflow did not end as expected.");
    return isAllWell ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

/** Starts the stack with its state folder, begins the sample orders, and stays until it is told to stop. */
async function stayUp(config: LocalConfig): Promise<number> {
  const stack = await startStack(config, new StartWatch());
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const client = new LocalClient(stack);
  let waiting: Parameters<typeof nextCommands>[2];
  for (const sample of firstRuns) {
    await beginSample(sample, client);
    const { status } = await client.get(sample.workflowId);
    const isOver = status === "completed" || status === "failed";
    const news = isOver ? `${status} before; without ${config.stateFolder}/ it runs anew` : sample.description;
    print(`${sample.workflowId}: ${news}`);
    if (isOver || sample.resume === undefined) continue;
    const keys = createResumeKeysFile(config.stateFolder);
    const link = await pauseLink(sample.workflowId, client, keys, stack.endpoints.http);
    waiting = { workflowId: sample.workflowId, link };
  }
  print(nextCommands(stack, config.stateFolder, waiting));
  await stopped;
  print("Stopping.");
  await stack.stop();
  return 0;
}

/** Starts the stack, with the simulated services of the samples before it. */
async function startStack(
  config: Pick<LocalConfig, "templatePath" | "ports" | "parameters"> & Partial<LocalConfig>,
  watch: StartWatch,
): Promise<LocalStack> {
  const logger = new StepPrinter(print, watch.note);
  const onLog: OnLog = (line) => logger.runtime(line);
  const secretSources = createSecretsFile(config.stateFolder);
  const resumeKeys = createResumeKeysFile(config.stateFolder);
  const services = await startSampleServices(sampleServices, onLog);
  const globals = { ...application.globals, ...services.urls };
  try {
    const stack = await startLocalStack({
      ...config,
      parameters: services.allowIn(config.parameters),
      handlers: createHandlers({ ...application, globals }, { logger, resumeKeys, secretSources }),
      onLog,
    });
    return { ...stack, stop: () => stack.stop().finally(services.stop) };
  } catch (error) {
    await services.stop();
    throw error;
  }
}

async function main(): Promise<number> {
  const values = readOptions();
  if (values === undefined) return 1;
  if (values.help === true) {
    print(usage);
    return 0;
  }
  const config = readLocalConfig();
  return values.once === true ? runOnce(config) : stayUp(config);
}

/** The command line's options; undefined, with the usage printed, when it has one that is not known. */
function readOptions(): { readonly once?: boolean; readonly help?: boolean } | undefined {
  try {
    return parseArgs({ options: { once: { type: "boolean" }, help: { type: "boolean" } } }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    return undefined;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
