import * as v from "valibot";
import { lambdaContext } from "../platforms/aws/lambda-context.ts";
import { type ApiWorld, createApiWorld } from "./api-world.ts";
import { assertThat, frozenEvent, type Observation } from "./observation.ts";

const Response = v.strictObject({
  statusCode: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(499)),
  headers: v.record(v.string(), v.string()),
  body: v.exactOptional(v.string()),
});

const Problem = v.strictObject({
  type: v.pipe(v.string(), v.regex(/^urn:refluxo:problem:[a-z-]+$/)),
  title: v.pipe(v.string(), v.nonEmpty()),
  status: v.number(),
  detail: v.exactOptional(v.pipe(v.string(), v.maxLength(1_000))),
  errors: v.exactOptional(v.array(v.strictObject({ path: v.string(), message: v.string() }))),
  instance: v.literal("urn:request:request-1"),
});

/** What only the inside knows: frames of a stack, files, names of errors of the runtime. */
const inside = /\n\s+at |node_modules|\.ts:\d|(?:Type|Range|Reference|Syntax|URI)Error/;

/**
 * Makes the requests of one conversation, given as a JSON array, one after the other, then lets the workflows run.
 * Throws when an answer is not well formed, is a 5xx, or tells of the inside, and when something that the API accepted
 * ends among the dead letters.
 */
export async function checkConversation(json: string, createWorld = createApiWorld): Promise<Observation> {
  const requests = frozenEvent(json) as readonly unknown[];
  const world = await createWorld();
  let accepted = 0;
  let elapsedMs = 0;
  for (const request of requests) {
    const startedAt = performance.now();
    const response = await world.handler(request, lambdaContext());
    elapsedMs = Math.max(elapsedMs, performance.now() - startedAt);
    if (isAnswer(response, world)) accepted += 1;
  }
  await world.harness.drain();
  const [letter] = world.harness.queue.deadLetters;
  assertThat(letter === undefined, `the API accepted what became a dead letter: ${letter?.reason}`);
  return { events: requests.length, accepted, elapsedMs };
}

/** Whether a response grants its request; throws when it is not well formed. */
function isAnswer(response: unknown, { failures }: ApiWorld): boolean {
  const parsed = v.safeParse(Response, response);
  assertThat(parsed.success, `not well formed, or a 5xx: ${JSON.stringify(response)}`, failures.at(-1));
  const { statusCode, headers, body } = parsed.output;
  assertThat(headers["cache-control"] === "no-store", "an answer is not to be kept");
  if (headers["content-type"] === "text/html; charset=utf-8") return isGoodPage(statusCode, headers, body ?? "");
  if (statusCode === 204) {
    assertThat(body === undefined && headers["content-type"] === undefined, "nothing has no content");
    return true;
  }
  const content: unknown = JSON.parse(body ?? "");
  if (statusCode < 300) {
    assertThat(headers["content-type"] === "application/json", "an answer is JSON");
    return true;
  }
  assertThat(headers["content-type"] === "application/problem+json", "an error is problem+json");
  const problem = v.safeParse(Problem, content);
  assertThat(problem.success && problem.output.status === statusCode, `not a problem: ${body}`);
  assertThat(!inside.test(`${problem.output.title} ${problem.output.detail}`), `it tells of the inside: ${body}`);
  return false;
}

function isGoodPage(statusCode: number, headers: Readonly<Record<string, string>>, body: string): boolean {
  assertThat(/^default-src 'none';/.test(headers["content-security-policy"] ?? ""), "a page has a strict policy");
  assertThat(!/<script|<img/i.test(body), `a page has what it never has: ${body}`);
  assertThat(!inside.test(body), `it tells of the inside: ${body}`);
  return statusCode < 300;
}
