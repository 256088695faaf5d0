import { mostShards, shardOf } from "../../src/platforms/aws/shards.ts";

/**
 * Workflow ids that take all shards in turn. Hashes spread a million workflows evenly enough; the few of a small model they
 * do not, and its partitions would throttle for that alone.
 */
export function* evenIds(): Generator<string, never> {
  // Those that were found on the way to another shard wait for their turn.
  const found = new Map<string, string[]>();
  for (let index = 0, turn = 0; ; turn += 1) {
    const shard = String(turn % mostShards);
    let next = found.get(shard)?.shift();
    while (next === undefined) {
      const id = `workflow-${index}`;
      index += 1;
      const itsShard = shardOf(id, mostShards);
      if (itsShard === shard) next = id;
      else found.set(itsShard, [...(found.get(itsShard) ?? []), id]);
    }
    yield next;
  }
}
