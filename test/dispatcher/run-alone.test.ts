import { expect, it } from "vitest";
import { body, Harness } from "./harness.ts";
import { replaceMethods } from "./replace-methods.ts";
import { settle } from "./settle.ts";
import { chain, Ledger } from "./test-workflows.ts";

// Found by the simulation (docs/reliability.md).

it("a version that another process claimed and lost after it was judged runs alone all the same (I17)", async () => {
  const ledger = new Ledger();
  const harness = new Harness({ workflows: [chain("chain", 1)], nodes: ledger.nodes });
  await harness.start("killer", "chain");
  await harness.start("neighbour", "chain");
  const events: string[] = [];
  const gate = Promise.withResolvers<void>();
  ledger.behaviour = async (_name, { workflowId }) => {
    events.push(`${workflowId} begins`);
    if (workflowId === "neighbour") await gate.promise;
    events.push(`${workflowId} ends`);
    return {};
  };
  let isFirst = true;
  const store = replaceMethods(harness.store, {
    claim: async (key, claim) => {
      if (key.workflowId === "killer" && isFirst) {
        isFirst = false;
        const lost = { token: "of a process that died", expiresAt: claim.now - 1, now: claim.now - 2 };
        await harness.store.claim(key, lost);
      }
      return harness.store.claim(key, claim);
    },
  });
  const bodies = ["killer", "neighbour"].map((workflowId) => body({ type: "step", workflowId, version: 0 }));
  const done = harness.dispatch(bodies, harness.dispatcher({ store }));
  await settle();
  gate.resolve();
  expect((await done).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  expect(events).toEqual(["neighbour begins", "neighbour ends", "killer begins", "killer ends"]);
  // The claim that was given back is no lost attempt of the node.
  expect((await harness.view("killer")).context["a"]).toMatchObject([{ attempt: 2 }]);
});
