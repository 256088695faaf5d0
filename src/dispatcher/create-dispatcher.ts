import type { Command } from "../contracts/command.ts";
import type { ParsedRecord } from "../contracts/parsed-event.ts";
import { CoalescingSender } from "./coalescing-sender.ts";
import { createParts, type DispatcherDependencies, type Invocation } from "./dependencies.ts";
import { dispatchBatch } from "./dispatch-batch.ts";
import { executeCommand } from "./execute-command.ts";
import type { Outcome } from "./outcome.ts";
import { assertGuardEnabled } from "./run-step.ts";
import { type SweepReport, sweep } from "./sweep.ts";

/** The stateless dispatcher: everything that a platform's entry points call. */
export interface Dispatcher {
  /** Works off an SQS batch: one settled result per record. Never rejects for what one record does. */
  dispatchBatch(records: readonly ParsedRecord[], invocation: Invocation): Promise<PromiseSettledResult<void>[]>;
  /** Carries out one command that did not come from the queue. Throws when the platform fails. */
  execute(command: Command, invocation: Invocation): Promise<Outcome>;
  /** One run of the sweeper. */
  sweep(invocation: Invocation): Promise<SweepReport>;
}

/** Makes a dispatcher; throws when its idempotency guard is switched off by environment. */
export function createDispatcher(dependencies: DispatcherDependencies): Dispatcher {
  assertGuardEnabled();
  const parts = createParts(dependencies);
  const { logger, queue } = parts;
  return {
    dispatchBatch: (records, invocation) => dispatchBatch(parts, records, invocation),
    execute: (command, invocation) =>
      executeCommand(
        {
          dependencies: parts,
          invocation,
          logger,
          sender: new CoalescingSender(queue),
          subject: {},
          isAlone: true,
          isRedelivered: false,
        },
        command,
      ),
    sweep: (invocation) => sweep(parts, invocation),
  };
}
