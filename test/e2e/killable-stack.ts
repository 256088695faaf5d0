// Run as a process of its own by start-and-kill.test.ts: a local stack whose node types outlast or end their process.
import { setTimeout as delay } from "node:timers/promises";
import type { NodeDefinition } from "../../src/engine/index.ts";
import { applicationWith, startTestStack } from "./test-stack.ts";

const [stateFolder = "", slowStepMs = "0"] = process.argv.slice(2);

/** A node type that says which attempt it runs, and then does its work. */
function announced(type: string, work: (claims: number) => Promise<unknown>): NodeDefinition {
  return {
    async executor(_data, _context, _payload, _globals, step) {
      const attemptKey = step?.attemptKey ?? "";
      console.log(`${type} runs as ${attemptKey}`);
      await work(Number(attemptKey.split("#").at(-1)));
      return { data: { attemptKey } };
    },
  };
}

const { stack } = await startTestStack(
  applicationWith({
    fine: announced("fine", async () => undefined),
    slow: announced("slow", () => delay(Number(slowStepMs))),
    "kills-twice": announced("kills-twice", async (claims) => {
      if (claims < 3) process.kill(process.pid, "SIGKILL");
    }),
    "always-kills": announced("always-kills", async () => {
      process.kill(process.pid, "SIGKILL");
    }),
  }),
  { stateFolder },
);
console.log(`up at ${stack.endpoints.http} with key ${stack.developmentKey} and queue ${stack.queueUrls["StepQueue"]}`);
