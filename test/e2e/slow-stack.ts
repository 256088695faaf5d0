// Run as a process of its own and killed by start-and-kill.test.ts: a local stack whose one node is slow when told so.
import { setTimeout as delay } from "node:timers/promises";
import { applicationWith, startTestStack } from "./test-stack.ts";

const [stateFolder = "", stepMs = "0"] = process.argv.slice(2);

const { stack } = await startTestStack(
  applicationWith({
    slow: {
      executor: async (_data, _context, _payload, _globals, step) => {
        console.log(`step runs, attempt ${step?.attemptKey}`);
        await delay(Number(stepMs));
        return { data: { done: true } };
      },
    },
  }),
  { stateFolder },
);
console.log(`up at ${stack.endpoints.http} with key ${stack.developmentKey}`);
