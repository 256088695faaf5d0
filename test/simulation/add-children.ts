import type { ChildStart } from "../../src/engine/index.ts";
import { bulkText, type NodePlan } from "./behaviour.ts";
import type { FanOut } from "./fan-out.ts";
import { payloadCanary } from "./ledger.ts";
import type { Prng } from "./prng.ts";
import { type SimulatedDefinition, shortPauses } from "./random-definition.ts";

type SimulatedNode = SimulatedDefinition["nodes"][number];

/** What the children of a world may do. */
interface ChildrenOptions {
  readonly hasSweeper: boolean;
}

/** More lanes than one group keeps the states of (contracts/lane-groups.ts), and than the work on one message takes. */
const leastWide = 33;
const wideShare = 0.02;
/** Waits of children, or for them, that only the sweeper ends, ms; their parents are looked at all the while. */
const longPauses = [16 * 60_000, 3_600_000];
/** What the children of children run; children run "c0" and "c1", and "nowhere" is no definition. */
const grandchildId = "g0";

/**
 * The definitions of a world in which some nodes wait for child workflows, or start workflows that nobody waits for; with
 * those that the children run.
 */
export function addChildren(
  parents: readonly SimulatedDefinition[],
  prng: Prng,
  options: ChildrenOptions,
): readonly SimulatedDefinition[] {
  const isWide = prng.chance(wideShare);
  const grandchild = childDefinition(grandchildId, prng, options);
  const [simple, other] = [childDefinition("c0", prng, options), childDefinition("c1", prng, options)];
  const isNesting = !isWide && prng.chance(0.1);
  const nesting = isNesting ? fanOutAt(other, 0, prng, { ...options, isNested: true }) : other;
  const waiting = parents.map((parent, index) => {
    if (index > 0 && prng.chance(0.7)) return parent;
    const at = prng.chance(0.6) ? 0 : prng.below(parent.nodes.length);
    const detaching = prng.chance(0.2) ? detachAt(parent, prng.below(parent.nodes.length), prng) : parent;
    return fanOutAt(detaching, at, prng, { ...options, isWide });
  });
  const quick = isWide ? { ...simple, nodes: [nodeOf(0, {})], edges: [] } : simple;
  return [...waiting, quick, nesting, grandchild];
}

function childDefinition(id: string, prng: Prng, options: ChildrenOptions): SimulatedDefinition {
  const size = prng.chance(0.7) ? 1 : 2;
  const nodes = Array.from({ length: size }, (_, index) => nodeOf(index, childPlan(prng, options)));
  const edges = size === 1 ? [] : [{ id: "e0", source: "n0", target: "n1" }];
  return { id, startNodeId: "n0", nodes, edges, longestDurationMs: 366 * 24 * 3_600_000 };
}

function nodeOf(index: number, { type = "work", ...plan }: ChildPlan): SimulatedNode {
  const id = `n${index}`;
  return { id, type, data: { id, label: id, ...plan } };
}

type ChildPlan = Omit<NodePlan, "id" | "label"> & { readonly type?: SimulatedNode["type"] };

function childPlan(prng: Prng, { hasSweeper }: ChildrenOptions): ChildPlan {
  const kind = prng.below(100);
  if (kind < 45) return {};
  if (kind < 52) return { fails: 1 };
  if (kind < 66) return { fails: 9, type: "once" };
  if (kind < 83) return { asks: { isMailed: prng.chance(0.2) } };
  if (kind < 91) {
    const dueInMs = prng.pick(hasSweeper && prng.chance(0.3) ? longPauses : shortPauses);
    return { asks: { isMailed: false, dueInMs } };
  }
  return kind < 95 ? { isBulky: true } : { kills: prng.pick([1, 2, 9]) };
}

/** The definition with a node that waits for children in the place of the node at an index. */
function fanOutAt(
  definition: SimulatedDefinition,
  at: number,
  prng: Prng,
  options: ChildrenOptions & { readonly isWide?: boolean; readonly isNested?: boolean },
): SimulatedDefinition {
  const fanOut = randomFanOut(prng, options);
  const isPatient = prng.chance(0.4);
  const fails = isPatient && prng.chance(0.3) ? { fails: 1 } : {};
  return replaceAt(definition, at, ({ data: { id, label, exits, isBulky }, ...node }) => {
    const kept = { ...(exits && { exits }), ...(isBulky && { isBulky }) };
    return { ...node, type: isPatient ? "work" : "once", data: { id, label, ...kept, ...fails, fanOut } };
  });
}

function randomFanOut(
  prng: Prng,
  { hasSweeper, isWide, isNested }: ChildrenOptions & { readonly isWide?: boolean; readonly isNested?: boolean },
): FanOut {
  const count = isWide ? leastWide + prng.below(4) : 1 + prng.below(isNested ? 2 : 6);
  const maxConcurrency = isWide ? leastWide : 1 + prng.below(4);
  const pauses = hasSweeper && prng.chance(0.5) ? longPauses : shortPauses;
  const pickId = () => {
    if (isWide) return "c0";
    if (isNested) return grandchildId;
    return prng.chance(0.03) ? "nowhere" : prng.pick(["c0", "c0", "c1"]);
  };
  return {
    starts: Array.from({ length: count }, (_, index) => startOf(pickId(), index, prng)),
    maxConcurrency,
    toleratedFailures: prng.below(3),
    ...(prng.chance(0.12) && { dueInMs: prng.pick(pauses) }),
    ...(prng.chance(0.4) && { goesOn: true as const }),
  };
}

function startOf(definitionId: string, child: number, prng: Prng): ChildStart {
  return { definitionId, input: { note: payloadCanary, child, ...(prng.chance(0.05) && { bulk: bulkText }) } };
}

function detachAt(definition: SimulatedDefinition, at: number, prng: Prng): SimulatedDefinition {
  const detaches = startOf("c0", at, prng);
  return replaceAt(definition, at, (node) => ({ ...node, data: { ...node.data, detaches } }));
}

function replaceAt(
  definition: SimulatedDefinition,
  at: number,
  replace: (node: SimulatedNode) => SimulatedNode,
): SimulatedDefinition {
  return { ...definition, nodes: definition.nodes.map((node, index) => (index === at ? replace(node) : node)) };
}
