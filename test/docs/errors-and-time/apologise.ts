import type { NodeDefinition } from "../../../src/engine/index.ts";

export const apologise: NodeDefinition = {
  async executor(_data, _context, _payload, _globals, step) {
    const { nodeId, code, attempts } = step?.caughtError ?? {};
    return { data: `${nodeId} failed with ${code} after ${attempts} attempt(s)` };
  },
};
