import type { NodePlan } from "./behaviour.ts";
import type { Prng } from "./prng.ts";
import type { SimulatedDefinition } from "./random-definition.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

/** Timeouts that a queue delay reaches, and those that only the sweeper ends, ms. */
const shortTimeouts = [1000, 5000, 10 * minute];
const longTimeouts = [30 * minute, day];

/** The nodes that undo others. */
const undoers = ["u0", "u1"] as const;

/**
 * A graph with edges `error` and `timeout`, all ahead so that none makes an endless loop, with timeouts of pauses, and
 * with nodes that undo others, some of which fail, pause or kill their process.
 */
export function addErrors(
  definition: SimulatedDefinition,
  prng: Prng,
  { hasSweeper }: { readonly hasSweeper: boolean },
): SimulatedDefinition {
  const size = definition.nodes.length;
  const edges = [...definition.edges];
  const connect = (from: number, sourceHandle: string) => {
    const to = from + 1 + prng.below(3);
    if (to < size) edges.push({ id: `x${edges.length}`, source: `n${from}`, target: `n${to}`, sourceHandle });
  };
  const nodes = definition.nodes.map((node, index) => {
    if (prng.chance(0.3)) connect(index, "error");
    const compensate = prng.chance(0.6) ? prng.pick(undoers) : undefined;
    const timeouts = hasSweeper && prng.chance(0.5) ? longTimeouts : shortTimeouts;
    const pauseTimeoutMs = node.data.asks !== undefined && prng.chance(0.6) ? prng.pick(timeouts) : undefined;
    if (pauseTimeoutMs !== undefined && prng.chance(0.6)) connect(index, "timeout");
    return {
      ...node,
      ...(compensate !== undefined && { compensate }),
      ...(pauseTimeoutMs !== undefined && { pauseTimeoutMs }),
    };
  });
  const beside = undoers.map((id) => {
    const type = hasSweeper && prng.chance(0.15) ? ("patient" as const) : ("work" as const);
    return { id, type, data: { id, label: id, ...undoerPlan(prng) } };
  });
  return { ...definition, nodes: [...nodes, ...beside], edges };
}

function undoerPlan(prng: Prng): Omit<NodePlan, "id" | "label"> {
  const kind = prng.below(100);
  if (kind < 60) return {};
  if (kind < 75) return { fails: 1 };
  if (kind < 85) return { fails: 9 };
  if (kind < 92) return { asks: { isMailed: false } };
  return { kills: prng.pick([1, 9]) };
}
