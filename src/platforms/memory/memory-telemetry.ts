import type { StepEnded, Telemetry, WorkflowEnded } from "../../ports/telemetry.ts";

/** Keeps what it is told, in order. */
export class MemoryTelemetry implements Telemetry {
  readonly steps: StepEnded[] = [];
  readonly workflows: WorkflowEnded[] = [];

  stepEnded(step: StepEnded): void {
    this.steps.push(step);
  }

  workflowEnded(workflow: WorkflowEnded): void {
    this.workflows.push(workflow);
  }
}
