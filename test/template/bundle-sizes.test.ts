import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltFunction, buildFunctions } from "../../scripts/build.ts";
import { filesAtStart, packageOf, sourcesOf } from "../../scripts/bundle-parts.ts";
import type { functionIds } from "./read-project-template.ts";

type FunctionId = (typeof functionIds)[number];

/** The most that a cold start may read, kB, minified. What takes it stands in docs/performance.md. */
const budgets = {
  DispatcherFunction: 580,
  ApiFunction: 580,
  SweeperFunction: 395,
} as const satisfies Record<FunctionId, number>;

/** The AWS clients that a cold start reads: every event needs them. */
const clientsAtStart = ["@aws-sdk/client-dynamodb", "@aws-sdk/client-sqs"];

/** Those that are read when something needs them: large values and objects, keys and secrets, published events. */
const lazyClients = {
  DispatcherFunction: [
    "@aws-sdk/client-eventbridge",
    "@aws-sdk/client-s3",
    "@aws-sdk/client-secrets-manager",
    "@aws-sdk/client-ssm",
  ],
  ApiFunction: ["@aws-sdk/client-s3", "@aws-sdk/client-secrets-manager"],
  SweeperFunction: [],
} as const satisfies Record<FunctionId, readonly string[]>;

/** What only some steps or requests need. */
const lazyParts = [
  "jsonata",
  "safe-regex2",
  "csv-parse",
  "ipaddr.js",
  "@valibot/to-json-schema",
  "contracts/openapi.json",
  "platforms/aws/http/node-http-client.ts",
  "platforms/aws/pause-page/create-pause-handler.ts",
];

let directory = "";
let functions: readonly BuiltFunction[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bundle-sizes-"));
  functions = await buildFunctions(directory);
});
afterAll(() => rm(directory, { recursive: true }));

function bundle(id: FunctionId) {
  const built = functions.find(({ logicalId }) => logicalId === id);
  if (built === undefined) throw new Error(`There is no bundle of ${id}`);
  const { metafile, entryPoint, bytesAtStart } = built;
  const atStart = [...sourcesOf(filesAtStart(metafile, entryPoint)).keys()];
  const whole = [...sourcesOf(Object.values(metafile.outputs)).keys()];
  return { metafile, bytesAtStart, atStart, whole };
}

const namesOf = (paths: readonly string[]) => new Set(paths.map((path) => packageOf(path)?.name ?? path));
/** Clients by themselves, and those that the SDK nests in a package of its own. */
const clientsIn = (paths: readonly string[]) =>
  [...namesOf(paths)].filter((name) => /^@aws-sdk\/(?:client-|nested-clients)/.test(name)).toSorted();

describe.each(["DispatcherFunction", "ApiFunction", "SweeperFunction"] as const)("a cold start of %s", (id) => {
  test("reads no more than its budget, and not much less: then the budget is out of date", () => {
    const kilobytes = bundle(id).bytesAtStart / 1000;
    expect(kilobytes).toBeLessThanOrEqual(budgets[id]);
    expect(kilobytes).toBeGreaterThan(budgets[id] * 0.9);
  });

  test("reads the two AWS clients that every event needs, and nothing that only some need", () => {
    const { atStart, whole } = bundle(id);
    expect(clientsIn(atStart)).toEqual(clientsAtStart);
    expect(clientsIn(whole)).toEqual([...clientsAtStart, ...lazyClients[id]].toSorted());
    const names = namesOf(atStart);
    expect(names).toContain("valibot");
    expect(lazyParts.filter((part) => names.has(part))).toEqual([]);
  });

  test("is of a bundle that has no package twice, in two versions or two formats, and no zod", () => {
    const { metafile, whole } = bundle(id);
    const copies = new Map<string, Set<string>>();
    for (const path of whole) {
      const found = packageOf(path);
      if (found === undefined) continue;
      const copy = `${found.folder} ${metafile.inputs[path]?.format ?? "json"}`;
      copies.set(found.name, (copies.get(found.name) ?? new Set()).add(copy));
    }
    const formats = (name: string) => [...(copies.get(name) ?? [])].filter((copy) => !copy.endsWith(" json"));
    expect([...copies.keys()].filter((name) => formats(name).length > 1)).toEqual([]);
    expect(copies.size).toBeGreaterThan(5);
    expect([...copies.keys()]).not.toContain("zod");
  });

  test("is of a bundle that has each file of a source once", () => {
    const { metafile } = bundle(id);
    const places = Object.values(metafile.outputs).flatMap((file) => [...sourcesOf([file]).keys()]);
    expect(places.filter((path, index) => places.indexOf(path) !== index)).toEqual([]);
  });
});

test("what is read when it is needed is in the bundles of those that need it", () => {
  const { whole } = bundle("DispatcherFunction");
  const names = namesOf([...whole, ...bundle("ApiFunction").whole]);
  expect(lazyParts.filter((part) => !names.has(part))).toEqual([]);
});
