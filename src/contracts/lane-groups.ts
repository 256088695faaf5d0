/** How many lanes keep their states under one key. */
export const laneGroupSize = 32;

/** The group that a lane's state is kept in. */
export function groupOf(lane: number): number {
  return Math.floor(lane / laneGroupSize);
}
