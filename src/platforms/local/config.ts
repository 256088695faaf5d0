import * as v from "valibot";
import { RefluxoError } from "../../engine/index.ts";
import { loopbackHost } from "./loopback.ts";

const port = (standard: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,5}$/, "must be a port from 0 to 65535"),
      v.transform(Number),
      v.maxValue(65_535, "must be a port from 0 to 65535"),
    ),
    String(standard),
  );

/** `Name=value` with spaces between, as `sam deploy --parameter-overrides` takes them. */
const Parameters = v.pipe(
  v.string(),
  v.transform((text) => text.split(/\s+/).filter((part) => part !== "")),
  v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9]+=/, "must be Name=value, with spaces between several"))),
  v.transform((parts) => Object.fromEntries(parts.map((part) => splitAt(part, part.indexOf("="))))),
);

function splitAt(part: string, index: number): [name: string, value: string] {
  return [part.slice(0, index), part.slice(index + 1)];
}

const Environment = v.object({
  REFLUXO_HTTP_PORT: port(3000),
  REFLUXO_SQS_S3_PORT: port(4566),
  REFLUXO_DYNAMODB_PORT: port(8000),
  REFLUXO_EVENTBRIDGE_PORT: port(4567),
  REFLUXO_EMULATOR_HOST: v.optional(v.pipe(v.string(), v.ip("must be an IP address")), loopbackHost),
  REFLUXO_STATE_FOLDER: v.optional(v.pipe(v.string(), v.minLength(1, "must name a folder")), ".refluxo"),
  REFLUXO_PARAMETERS: v.optional(Parameters, ""),
  REFLUXO_TEMPLATE: v.optional(v.pipe(v.string(), v.minLength(1, "must name a file")), "template.yaml"),
});

/** How the local runtime is set up. */
export interface LocalConfig {
  /** 0 takes any free port. */
  readonly ports: {
    readonly http: number;
    readonly sqsAndS3: number;
    readonly dynamodb: number;
    readonly eventBridge: number;
  };
  /** Values of the template's parameters in place of their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Where the emulators listen: `0.0.0.0` lets containers (and the network!) reach them. */
  readonly emulatorHost: string;
  readonly stateFolder: string;
  readonly templatePath: string;
}

/** Reads the environment; throws a `RefluxoError` (`local.config-invalid`) that names the variable. */
export function readLocalConfig(environment: Readonly<Record<string, string | undefined>> = process.env): LocalConfig {
  const result = v.safeParse(Environment, environment);
  if (!result.success) {
    const [issue] = result.issues;
    throw new RefluxoError("local.config-invalid", `${v.getDotPath(issue)} ${issue.message}`);
  }
  return {
    ports: {
      http: result.output.REFLUXO_HTTP_PORT,
      sqsAndS3: result.output.REFLUXO_SQS_S3_PORT,
      dynamodb: result.output.REFLUXO_DYNAMODB_PORT,
      eventBridge: result.output.REFLUXO_EVENTBRIDGE_PORT,
    },
    parameters: result.output.REFLUXO_PARAMETERS,
    emulatorHost: result.output.REFLUXO_EMULATOR_HOST,
    stateFolder: result.output.REFLUXO_STATE_FOLDER,
    templatePath: result.output.REFLUXO_TEMPLATE,
  };
}
