import type { Telemetry } from "../../ports/telemetry.ts";
import type { Application } from "./aws-platform.ts";
import { traceDaemonAddress, traceHeader } from "./config.ts";
import { EmfMetrics } from "./emf-metrics.ts";
import { StepTraces } from "./step-traces.ts";
import { systemClock } from "./system-clock.ts";
import { createTraceSender } from "./trace-sender.ts";

/** What a deployed function tells its operators: metrics on stdout, and a subsegment for each step while it is traced. */
export function createLambdaTelemetry({ workflows }: Pick<Application, "workflows">): Telemetry {
  const listeners: readonly Telemetry[] = [
    new EmfMetrics(workflows),
    new StepTraces({ traceHeader, send: createTraceSender(traceDaemonAddress()), now: () => systemClock.now() }),
  ];
  return {
    stepEnded: (step) => {
      for (const listener of listeners) listener.stepEnded(step);
    },
    workflowEnded: (workflow) => {
      for (const listener of listeners) listener.workflowEnded(workflow);
    },
  };
}
