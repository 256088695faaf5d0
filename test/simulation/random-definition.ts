import type { WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import type { NodePlan } from "./behaviour.ts";
import type { Prng } from "./prng.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Pauses that a queue delay reaches, and those that only the sweeper ends, ms. */
export const shortPauses: readonly number[] = [second, 3 * second, 2 * minute, 14 * minute];
const longPauses = [16 * minute, hour, 30 * hour, 40 * day, 200 * day];

/** A workflow definition of the simulation: every node's data is its plan. */
export interface SimulatedDefinition extends WorkflowDefinition {
  readonly nodes: readonly {
    readonly id: string;
    readonly type: "work" | "patient" | "once";
    readonly data: NodePlan;
    readonly compensate?: string;
    readonly pauseTimeoutMs?: number;
  }[];
}

/** What a random definition may contain. */
export interface DefinitionOptions {
  /** Waits that no queue delay reaches, and a short longest duration: only the sweeper ends them. */
  readonly hasSweeper: boolean;
  /** The most nodes. */
  readonly maxNodes: number;
}

/** A random graph: a chain with branches ahead, bounded loops back, failures, pauses, timers and killers. */
export function randomDefinition(id: string, prng: Prng, options: DefinitionOptions): SimulatedDefinition {
  const size = 1 + prng.below(prng.chance(0.03) ? options.maxNodes : Math.min(4, options.maxNodes));
  const isBrief = options.hasSweeper && prng.chance(0.1);
  const isBulky = prng.chance(0.15);
  const nodes: SimulatedDefinition["nodes"][number][] = [];
  const edges: { id: string; source: string; target: string; sourceHandle?: string }[] = [];
  const connect = (from: number, to: number, sourceHandle?: string) => {
    if (to >= size) return;
    const edge = { id: `e${edges.length}`, source: `n${from}`, target: `n${to}` };
    edges.push(sourceHandle === undefined ? edge : { ...edge, sourceHandle });
  };
  for (let index = 0; index < size; index += 1) {
    const nodeId = `n${index}`;
    const plan: RandomPlan =
      isBrief && prng.chance(0.4) ? { asks: { isMailed: false, dueInMs: day } } : randomPlan(prng, options);
    const { type = "work", ...extra } = plan;
    const bulk = isBulky && prng.chance(0.6) ? { isBulky: true as const } : {};
    nodes.push({ id: nodeId, type, data: { id: nodeId, label: nodeId, ...extra, ...bulk } });
    if (extra.exits?.[0] === "again") connect(index, prng.below(index + 1), "again");
    if (extra.exits?.includes("side")) connect(index, index + 2 + prng.below(3), "side");
    if (extra.exits === undefined) connect(index, index + 1);
    else connect(index, index + 1, "on");
  }
  return { id, startNodeId: "n0", nodes, edges, longestDurationMs: isBrief ? 2 * minute : 366 * day };
}

type RandomPlan = Omit<NodePlan, "id" | "label"> & { readonly type?: "patient" };

function randomPlan(prng: Prng, { hasSweeper }: DefinitionOptions): RandomPlan {
  const kind = prng.below(100);
  if (kind < 48) return {};
  if (kind < 58) return { fails: 1 + prng.below(2) };
  if (kind < 60) return { fails: 9 };
  if (kind < 64) return hasSweeper ? { fails: 1, type: "patient" } : { fails: 1 };
  if (kind < 76) return { asks: { isMailed: prng.chance(0.4) } };
  if (kind < 86) {
    const pauses = hasSweeper && prng.chance(0.5) ? longPauses : shortPauses;
    return { asks: { isMailed: prng.chance(0.2), dueInMs: prng.pick(pauses) } };
  }
  if (kind < 91) return { exits: [prng.pick(["on", "side"])] };
  if (kind < 96)
    return {
      exits: prng.pick([
        ["again", "on"],
        ["again", "again", "side"],
        ["again", "on", "side"],
      ]),
    };
  return { kills: prng.pick([1, 2, 9]) };
}

/** The same graph as a later deployment has it: other labels, so another content hash and other outputs (I15). */
export function redeploy(definition: SimulatedDefinition): SimulatedDefinition {
  const nodes = definition.nodes.map((node) => ({ ...node, data: { ...node.data, label: `${node.id} redeployed` } }));
  return { ...definition, nodes };
}
