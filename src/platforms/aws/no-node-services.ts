import type { NodeServices } from "./create-node-services.ts";

/** For functions that run no node: every service says so, and their bundles hold none of what the real ones are made of. */
export const noNodeServices: NodeServices = {
  http: { send: refuse },
  events: { publish: refuse },
  messages: { send: refuse },
  readableBuckets: [],
  close: () => undefined,
};

async function refuse(): Promise<never> {
  throw new Error("This function runs no nodes, so it has no services for them");
}
