import { type Schedule, Simulation } from "./simulation.ts";

/** How many runs go side by side: they share the turns of the event loop, which cost more than a step. */
const lanes = 16;

/** One turn of the event loop: every promise that can go on has gone on when it is over. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Runs schedules until the source has no more, and hands every finished run over, in no particular order; ends early
 * when `onDone` answers false. The runs share nothing, so that they do not depend on their neighbours.
 */
export async function runSchedules(
  next: () => Schedule | undefined,
  onDone: (simulation: Simulation) => boolean | undefined,
): Promise<void> {
  let running: Simulation[] = [];
  for (let isGoingOn = true; isGoingOn || running.length > 0; ) {
    while (isGoingOn && running.length < lanes) {
      const schedule = next();
      if (schedule === undefined) isGoingOn = false;
      else running.push(new Simulation(schedule));
    }
    await turn();
    const still: Simulation[] = [];
    for (const simulation of running) {
      if (simulation.step()) still.push(simulation);
      else if (onDone(simulation) === false) return;
    }
    running = still;
  }
}

/** Runs one schedule to its end. */
export async function runSchedule(schedule: Schedule): Promise<Simulation> {
  const simulation = new Simulation(schedule);
  do await turn();
  while (simulation.step());
  return simulation;
}
