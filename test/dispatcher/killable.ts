import { guardPort } from "../../src/platforms/memory/index.ts";

/**
 * A port whose calls never come back once the process is "killed": what a dying Lambda looks like to the rest of the
 * system. Kill it by setting `isDead`.
 */
export function killable<TPort extends object>(port: TPort, process: { isDead: boolean }): TPort {
  const never = () => new Promise<never>(() => {});
  return guardPort(port, async (_call, make) => {
    if (process.isDead) return never();
    const answer = await make();
    return process.isDead ? never() : answer;
  });
}
