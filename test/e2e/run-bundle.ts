// Run as a process of its own by lambda-process.ts: plays Lambda for one bundle. Events come in and answers go out by IPC.
import { pathToFileURL } from "node:url";

const [handlerFile = "", handlerName = "", timeoutSeconds = "60"] = process.argv.slice(2);
const bundle: Readonly<Record<string, unknown>> = await import(pathToFileURL(handlerFile).href);
const handler = bundle[handlerName];
if (typeof handler !== "function") throw new TypeError(`${handlerFile} exports no function ${handlerName}`);

process.on("message", async ({ event, awsRequestId }: { readonly event: unknown; readonly awsRequestId: string }) => {
  const deadlineAt = Date.now() + Number(timeoutSeconds) * 1000;
  const context = { awsRequestId, getRemainingTimeInMillis: () => Math.max(0, deadlineAt - Date.now()) };
  try {
    process.send?.({ result: JSON.stringify(await handler(event, context)) });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
// A parent that is gone takes its functions along.
process.once("disconnect", () => process.exit());
process.send?.("ready");
