import { assumedLatencies } from "./latencies.ts";
import { type DeploymentName, deployments } from "./quotas.ts";
import { type LoadReport, simulateLoad } from "./simulate-load.ts";

/** One load on one of the deployments, as it is named between processes. */
export interface Cell {
  readonly deployment: DeploymentName;
  readonly stepsPerInvocation: number;
  readonly workflowsPerMinute: number;
  /** How many times smaller the simulated world is. */
  readonly scale: number;
  readonly minutes: number;
  readonly seed: number;
}

/** Simulates a cell in this process. */
export function simulateCell({ deployment, ...load }: Cell): Promise<LoadReport> {
  return simulateLoad({ ...load, quotas: deployments[deployment], drainMinutes: 0, latencies: assumedLatencies });
}
