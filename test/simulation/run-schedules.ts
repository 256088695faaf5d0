import { type Schedule, Simulation } from "./simulation.ts";

/** How many turns are made between two of the event loop, which signals and messages to this process wait for. */
const turnsPerLoop = 256;

let turns = 0;

/**
 * Resolves when every promise that can go on has gone on. Node takes up a tick that a microtask asks for only when no
 * microtask is left; nothing in a simulated world waits for anything else (its time and its input are simulated).
 */
function turn(): Promise<void> {
  turns += 1;
  const wait = turns % turnsPerLoop === 0 ? setImmediate : process.nextTick;
  return new Promise((resolve) => wait(resolve));
}

/**
 * Runs one schedule after the other until the source has no more, and hands every finished run over; ends early when
 * `onDone` answers false.
 */
export async function runSchedules(
  next: () => Schedule | undefined,
  onDone: (simulation: Simulation) => boolean | undefined,
): Promise<void> {
  for (let schedule = next(); schedule !== undefined; schedule = next()) {
    if (onDone(await runSchedule(schedule)) === false) return;
  }
}

/** Runs one schedule to its end. */
export async function runSchedule(schedule: Schedule): Promise<Simulation> {
  // A tick that is asked for outside of a microtask would come before the microtasks.
  await undefined;
  const simulation = new Simulation(schedule);
  do await turn();
  while (simulation.step());
  return simulation;
}
