import { afterAll, beforeAll } from "vitest";
import { type Stage, startStage } from "../../bench/stage.ts";

/** Emulators for the tests of one file. Returns how a test asks for them. */
export function useStage(): () => Stage {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage?.stop());
  return () => {
    if (stage === undefined) throw new Error("The stage is not open yet");
    return stage;
  };
}
