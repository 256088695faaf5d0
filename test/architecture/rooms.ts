/** What the files of one room may import. */
export interface Room {
  readonly folder: string;
  /** Rooms of which values and types may be imported; its own is always allowed. */
  readonly rooms: readonly string[];
  /** Rooms of which only types may be imported. */
  readonly typesOf?: readonly string[];
  /** Packages and Node modules; a trailing `*` allows everything that begins so. */
  readonly packages: readonly string[];
  /** Packages of which only types may be imported. */
  readonly packageTypes?: readonly string[];
  /** Whether an import may be computed: only where an emulator is put together from parts that it does not export. */
  readonly mayComputeImports?: boolean;
}

const inner = ["engine", "expressions", "contracts", "triggers", "ports", "dispatcher", "nodes", "workflows"].map(
  (room) => `src/${room}`,
);

/** The table of DESIGN 2, "May import". A new room or package is a line here, and a decision. */
export const rooms: readonly Room[] = [
  { folder: "src/engine", rooms: [], packages: [] },
  // Beyond DESIGN 2: JSONata in one room, which no node and no user's file reaches (decision 13).
  { folder: "src/expressions", rooms: ["src/engine"], packages: ["jsonata", "safe-regex2"] },
  { folder: "src/contracts", rooms: [], typesOf: ["src/engine"], packages: ["valibot"] },
  {
    folder: "src/triggers",
    rooms: ["src/contracts"],
    typesOf: ["src/engine"],
    packages: ["node:crypto", "valibot"],
    packageTypes: ["aws-lambda"],
  },
  { folder: "src/ports", rooms: ["src/contracts"], typesOf: ["src/engine"], packages: [] },
  { folder: "src/nodes", rooms: ["src/contracts", "src/engine", "src/ports"], packages: ["valibot"] },
  {
    folder: "src/dispatcher",
    rooms: ["src/contracts", "src/engine", "src/ports"],
    packages: [
      "@aws-lambda-powertools/idempotency",
      "@aws-lambda-powertools/idempotency/*",
      "lru-cache",
      "node:crypto",
    ],
  },
  // Beyond DESIGN 2: the user's own node types need the types of what `globals` holds (NodeGlobals).
  {
    folder: "src/workflows",
    rooms: ["src/engine", "src/contracts", "src/nodes"],
    typesOf: ["src/ports"],
    // Small libraries of the samples; a user adds their own here.
    packages: ["valibot", "csv-parse/sync", "node:buffer"],
  },
  {
    folder: "src/platforms/aws",
    rooms: inner,
    // node:util parses the arguments of the commands in cli/, node:dgram reaches the X-Ray daemon (decision 6); in http/,
    // Node's own client connects to the very address that ipaddr.js says is public.
    packages: [
      "@aws-sdk/*",
      "@aws-lambda-powertools/*",
      "@middy/*",
      // What the schemas of nodes take, for the page that asks people; ApiFunction's bundle alone has it.
      "@valibot/to-json-schema",
      "valibot",
      "ipaddr.js",
      "node:crypto",
      "node:dgram",
      "node:dns/promises",
      "node:http",
      "node:https",
      "node:net",
      "node:util",
      // Compresses what an item would else pay a further unit for (decision 17).
      "node:zlib",
    ],
    packageTypes: ["aws-lambda"],
  },
  {
    folder: "src/platforms/local",
    rooms: [...inner, "src/platforms/aws"],
    packages: ["@aws-sdk/*", "dynalite", "dynalite/*", "fauxqs", "yaml", "valibot", "node:*"],
    packageTypes: ["aws-lambda"],
    mayComputeImports: true,
  },
  // Deterministic: no Node module at all, so no clock, randomness or I/O.
  { folder: "src/platforms/memory", rooms: inner, packages: [] },
  { folder: "src/testing", rooms: [...inner, "src/platforms/memory"], packages: ["valibot"] },
];

/** The one public face of a room; from outside, nothing else of it is imported. */
export const faces: readonly string[] = [
  "src/engine/index.ts",
  "src/dispatcher/index.ts",
  "src/expressions/index.ts",
  "src/nodes/index.ts",
  "src/triggers/index.ts",
  "src/platforms/memory/index.ts",
  "src/testing/index.ts",
];

/** One import that the rules above would refuse. */
export interface Exception {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    from: "src/contracts/parse-error.ts",
    to: "src/engine/refluxo-error.ts",
    reason: "there is one base error; the engine's face would bring the whole engine along",
  },
  {
    from: "src/platforms/aws/wire-platform.ts",
    to: "src/expressions/lazy-expression-engine.ts",
    reason: "the bundler splits by file: the face would bring JSONata along, which most steps do not need",
  },
];
