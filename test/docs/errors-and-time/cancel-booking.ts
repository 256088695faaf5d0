import type { NodeDefinition } from "../../../src/engine/index.ts";
import { release } from "./services.ts";

export const cancelBooking: NodeDefinition = {
  async executor(_data, _context, _payload, _globals, step) {
    // The output of the very visit that is undone, and a key that is the same for every attempt at undoing it.
    await release(step?.compensates?.output, step?.stepKey);
    return { data: { undone: step?.compensates?.nodeId } };
  },
};
