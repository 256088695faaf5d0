import type { Profiler } from "node:inspector";

/** Who the CPU time of a step goes to. */
export const owners = ["SDK", "table's emulator", "queue's emulator", "src/", "Node alone", "other"] as const;
export type Owner = (typeof owners)[number];

/** What stands in a file's path, the first that fits. */
const places: readonly (readonly [Owner, RegExp])[] = [
  ["SDK", /\/node_modules\/(?:@aws-sdk|@smithy|@aws)\//],
  [
    "table's emulator",
    /\/node_modules\/(?:dynalite|memory-level|abstract-level|level-\w+|big\.js|buffer-crc32|lock|lazy)\//,
  ],
  ["table's emulator", /\/src\/platforms\/local\/emulators\//],
  ["queue's emulator", /\/node_modules\/(?:fauxqs|fastify|find-my-way|avvio|light-my-request|toad-cache)\//],
  ["other", /\/src\/platforms\/local\//],
  ["src/", /\/src\//],
];

/**
 * The share of each owner in a profile's samples, all of them together 1. A sample belongs to the file nearest to it in its
 * stack that is not Node's own, so that what a package makes Node do counts as the package's. Idle time is left out.
 */
export function attributeSamples({
  nodes,
  samples = [],
  timeDeltas = [],
}: Profiler.Profile): Readonly<Record<Owner, number>> {
  const ownerOf = new Map<number, Owner | undefined>();
  const walk = new Map(nodes.map((node) => [node.id, node]));
  const visit = (id: number, inherited: Owner): void => {
    const node = walk.get(id);
    if (node === undefined) return;
    const { functionName, url } = node.callFrame;
    const isIdle = functionName === "(idle)" || functionName === "(program)" || functionName === "(root)";
    const owner = url === "" || url.startsWith("node:") ? inherited : ownerOfFile(url);
    ownerOf.set(id, isIdle ? undefined : owner);
    for (const child of node.children ?? []) visit(child, owner);
  };
  const [root] = nodes;
  if (root !== undefined) visit(root.id, "Node alone");
  const times = new Map<Owner, number>();
  for (const [at, id] of samples.entries()) {
    const owner = ownerOf.get(id);
    if (owner !== undefined) times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[at] ?? 0));
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const share = (owner: Owner) => (times.get(owner) ?? 0) / total;
  return {
    SDK: share("SDK"),
    "table's emulator": share("table's emulator"),
    "queue's emulator": share("queue's emulator"),
    "src/": share("src/"),
    "Node alone": share("Node alone"),
    other: share("other"),
  };
}

function ownerOfFile(url: string): Owner {
  return places.find(([, place]) => place.test(url))?.[0] ?? "other";
}
