import type { Harness } from "./harness.ts";
import { killable } from "./killable.ts";
import { settle } from "./settle.ts";
import type { Ledger } from "./test-workflows.ts";

/** One poll by a process that the nodes of some workflows kill; what it received stays in flight. */
export async function pollInMortalProcess(
  harness: Harness,
  ledger: Ledger,
  isKiller: (workflowId: string) => boolean,
): Promise<void> {
  const process = { isDead: false };
  ledger.behaviour = (_name, step) => {
    if (!isKiller(step.workflowId)) return {};
    process.isDead = true;
    return new Promise(() => {});
  };
  const ports = { store: killable(harness.store, process), queue: killable(harness.queue, process) };
  void harness.poll(harness.dispatcher(ports));
  await settle();
}
