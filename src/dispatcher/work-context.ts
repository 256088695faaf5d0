import type { Logger } from "../ports/logger.ts";
import type { CoalescingSender } from "./coalescing-sender.ts";
import type { DispatcherDependencies, Invocation } from "./dependencies.ts";

/** What the work on one command shares with the rest of its invocation. */
export interface WorkContext {
  readonly dependencies: DispatcherDependencies;
  readonly invocation: Invocation;
  readonly sender: CoalescingSender;
  readonly logger: Logger;
  /** Whether a version that was claimed before may run now: it may kill the process, so it runs alone (DESIGN 4). */
  readonly mayReclaim: boolean;
}
