import { join } from "node:path";
import { buildVariant } from "../../scripts/build.ts";
import { loadTemplate } from "../../src/platforms/local/template/load-template.ts";
import { readApplication } from "../../src/platforms/local/template/read-application.ts";
import type { Start } from "./measure-starts.ts";

/** A bundle to start, and how much of it is read before it runs. */
export interface BundleStart extends Start {
  readonly bytesAtStart: number;
}

const templatePath = join(import.meta.dirname, "../../template.yaml");

/** What Lambda sets beside the function's own variables. */
const lambda = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_LAMBDA_FUNCTION_NAME: "function",
};

const variants = [
  { name: "the two AWS clients", logicalId: "DispatcherFunction", entryPoint: "../bench/cold-start/two-clients.ts" },
  { name: "dispatcher", logicalId: "DispatcherFunction" },
  { name: "API", logicalId: "ApiFunction" },
  { name: "sweeper", logicalId: "SweeperFunction" },
  { name: "dispatcher in one file", logicalId: "DispatcherFunction", isOneFile: true },
] as const;

/**
 * Bundles the functions into folders of a directory, and before them the two clients, by the same options of template.yaml;
 * each is started with the variables of its function, those for Node among them.
 */
export async function bundleStarts(directory: string): Promise<readonly BundleStart[]> {
  const naming = { sqsEndpoint: "https://sqs.us-east-1.amazonaws.com", httpEndpoint: "https://api.example" };
  const { functions } = readApplication(loadTemplate(templatePath), naming);
  return Promise.all(
    variants.map(async ({ name, logicalId, ...changes }, index) => {
      const { environment = {} } = functions.find((spec) => spec.logicalId === logicalId) ?? {};
      const { file, bytesAtStart } = await buildVariant(logicalId, join(directory, String(index)), changes);
      return { name, file, bytesAtStart, environment: { ...environment, ...lambda } };
    }),
  );
}
