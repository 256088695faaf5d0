import type { Outcome } from "../../src/dispatcher/index.ts";
import { callAboutChildren } from "./child-callers.ts";
import type { Process } from "./gate.ts";
import { inputOf, newAnswer, payloadOf } from "./given-values.ts";
import type { Prng } from "./prng.ts";
import type { World } from "./world.ts";

/** Somebody outside who repeats a request until it is answered. */
export interface Caller {
  readonly workflowId: string;
  /** A raw Lambda event: a direct invocation or a request of the HTTP API. */
  readonly event: unknown;
  /** Whether it does not repeat a request that failed; only the sweeper makes up for that. */
  readonly givesUp: boolean;
  readonly onAnswer: (outcome: Outcome) => void;
  /** The process that works on the request; undefined when it failed. */
  process: Process | undefined;
}

/** One line about a request. */
export function describeCaller({ event }: Caller): string {
  return JSON.stringify(event);
}

/** Starts a workflow: the same request each time (I12). */
export function startCaller(world: World, index: number, givesUp: boolean): Caller {
  const workflowId = world.workflowIds[index] ?? "";
  const event = startEvent(world, index, workflowId);
  return newCaller(world, { workflowId, event, givesUp });
}

function startEvent(world: World, index: number, workflowId: string) {
  return { type: "start", workflowId, definitionId: `d${index}`, ...inputOf(world, workflowId) };
}

/** Somebody who sends an event as often as it takes; `payload` is what a resume brings. */
export function newCaller(
  world: World,
  { workflowId, event, givesUp, payload }: { workflowId: string; event: unknown; givesUp: boolean; payload?: unknown },
): Caller {
  return {
    workflowId,
    event,
    givesUp,
    process: undefined,
    onAnswer: (outcome) => world.ledger.answered(outcome, payload),
  };
}

/** An operator who resumes the pause at a version, and leaves what fails to the sweeper if there is one. */
export function operatorCaller(world: World, workflowId: string, version: number): Caller {
  const payload = newAnswer(world);
  world.ledger.callersOf(workflowId).answers.set(JSON.stringify(payload), version);
  const event = { type: "resume", workflowId, version, ...payloadOf(world, payload) };
  return newCaller(world, { workflowId, event, givesUp: world.options.hasSweeper, payload });
}

/** What somebody outside may do, in percent. */
const actions = [
  ["resume", 31],
  ["resume ahead", 7],
  ["resume behind", 10],
  ["repeat an answer", 10],
  ["resume by token", 14],
  ["forge a token", 6],
  ["cancel", 5],
  ["start again", 6],
  ["send unasked", 4],
  ["get", 7],
] as const;

function pickAction(prng: Prng): (typeof actions)[number][0] {
  let left = prng.below(100);
  for (const [action, percent] of actions) {
    left -= percent;
    if (left < 0) return action;
  }
  throw new Error("The actions are less than 100 percent");
}

/** Something that somebody outside does to a workflow, at any moment. */
export function callAtRandom(world: World, prng: Prng): void {
  if (world.hasChildren && prng.chance(0.7) && callAboutChildren(world, prng)) return;
  const index = prng.below(world.workflowIds.length);
  const workflowId = world.workflowIds[index] ?? "";
  const givesUp = world.options.hasSweeper && prng.chance(0.3);
  const version = world.ledger.workflows.get(workflowId)?.reference.version ?? 0;
  const isQueued = prng.chance(0.4);
  const request = { workflowId, givesUp, isQueued };
  const resume = (at: number, payload: unknown = newAnswer(world)) => {
    world.ledger.callersOf(workflowId).answers.set(JSON.stringify(payload), at);
    send(world, prng, {
      ...request,
      payload,
      event: { type: "resume", workflowId, version: at, ...payloadOf(world, payload) },
    });
  };
  switch (pickAction(prng)) {
    case "resume":
      resume(version);
      break;
    case "resume ahead":
      resume(version + 1 + prng.below(2));
      break;
    case "resume behind":
      resume(Math.max(0, version - 1));
      break;
    case "repeat an answer":
      repeatAnswer(world, prng, workflowId, resume);
      break;
    case "resume by token":
      resumeByToken(world, prng, { workflowId, givesUp });
      break;
    case "forge a token":
      forgeToken(world, prng, workflowId, version);
      break;
    case "cancel":
      cancel(world, prng, request);
      break;
    case "start again":
      send(world, prng, { ...request, event: startEvent(world, index, workflowId) });
      break;
    case "send unasked":
      sendUnasked(world, prng, workflowId, version);
      break;
    case "get":
      lookOrRetry(world, prng, request, version);
      break;
  }
}

/** Whoever looks at a workflow that failed asks for a retry. */
function lookOrRetry(world: World, prng: Prng, request: Omit<Request, "event">, version: number): void {
  const { workflowId } = request;
  const hasFailed = world.ledger.workflows.get(workflowId)?.reference.status === "failed";
  if (hasFailed) {
    world.ledger.callersOf(workflowId).retried.add(version);
    world.coverage.countWorld("retry of a failure");
  }
  const event = hasFailed ? { type: "retry", workflowId, version } : { type: "get", workflowId };
  send(world, prng, { ...request, isQueued: false, event });
}

function cancel(world: World, prng: Prng, request: Omit<Request, "event">): void {
  const { workflowId } = request;
  world.ledger.callersOf(workflowId).isCancelled = true;
  send(world, prng, { ...request, event: { type: "cancel", workflowId } });
}

/** Nobody sends a step or timer unasked; whoever may send to the queue can, and so does a redrive. */
function sendUnasked(world: World, prng: Prng, workflowId: string, version: number): void {
  if (world.ledger.workflows.get(workflowId)?.head === undefined) return;
  const type = prng.pick(["step", "timer"]);
  world.enqueue(JSON.stringify({ type, schemaVersion: 1, workflowId, version }));
}

interface Request {
  readonly workflowId: string;
  readonly givesUp: boolean;
  readonly isQueued: boolean;
  readonly event: unknown;
  readonly payload?: unknown;
}

function send(world: World, prng: Prng, { isQueued, event, ...request }: Request): void {
  if (isQueued) world.enqueue(JSON.stringify(event));
  else world.call(newCaller(world, { ...request, event }), prng);
}

function repeatAnswer(
  world: World,
  prng: Prng,
  workflowId: string,
  resume: (at: number, payload: unknown) => void,
): void {
  const answers = [...world.ledger.callersOf(workflowId).answers];
  const [text, version] = answers[prng.below(answers.length)] ?? [];
  if (text !== undefined && version !== undefined) resume(version, JSON.parse(text));
}

function resumeByToken(
  world: World,
  prng: Prng,
  { workflowId, givesUp }: { workflowId: string; givesUp: boolean },
): void {
  const { mails, answers } = world.ledger.callersOf(workflowId);
  const mailed = [...mails];
  const [version, token] = mailed[prng.below(mailed.length)] ?? [];
  if (version === undefined) return;
  const payload = newAnswer(world);
  answers.set(JSON.stringify(payload), version);
  const event = resumeRequest(workflowId, { token, payload });
  world.call(newCaller(world, { workflowId, event, givesUp, payload }), prng);
}

function forgeToken(world: World, prng: Prng, workflowId: string, version: number): void {
  const token = `${version}.${prng.pick(["k1", "k2"])}.${"A".repeat(43)}`;
  const event = resumeRequest(workflowId, { token, payload: { answer: "forged" } });
  const onAnswer = (outcome: Outcome) => {
    const isRefused = outcome.type === "refused" && outcome.code === "forbidden";
    if (!isRefused) world.ledger.violate(`I16: a forged token was answered ${JSON.stringify(outcome)}`);
  };
  world.call({ workflowId, event, givesUp: false, onAnswer, process: undefined }, prng);
}

function resumeRequest(workflowId: string, body: unknown) {
  return {
    version: "2.0",
    routeKey: "POST /workflows/{workflowId}/resume",
    pathParameters: { workflowId },
    headers: {},
    body: JSON.stringify(body),
    requestContext: { requestId: "request" },
  };
}
