import type { StepContext } from "./definition.ts";
import type { StandardSchemaIssue, StandardSchemaV1 } from "./standard-schema.ts";

/** Why an executor has no answer, although its node was resumed. */
export interface AnswerFacts {
  /** Epoch ms at which the timer was due that ended the pause. */
  readonly timerDueAt?: number;
  /** What is wrong with the payload that came. */
  readonly payloadIssues?: readonly StandardSchemaIssue[];
}

/** What an executor is given in place of the payload as it came. */
export interface Answer {
  readonly payload: unknown;
  readonly step: (StepContext & AnswerFacts) | undefined;
}

/** What a node was run with. */
export interface AnswerSource {
  readonly externalPayload: unknown;
  readonly step: StepContext | undefined;
}

/**
 * Reads a payload by the schema of a node type. What fits is the answer, as the schema yields it. Undefined, with the
 * reason in the step, is a payload that does not fit: of a timer, of a host that checks no answers, or of a resume before the
 * schema changed. Undefined is also the input of the workflow's start (`step.input`), which every attempt at the first
 * node receives until a pause. Without a schema the payload is handed on as it came. Rejects when the schema throws.
 */
export async function readAnswer(
  schema: StandardSchemaV1 | undefined,
  { externalPayload, step }: AnswerSource,
): Promise<Answer> {
  if (schema === undefined) return { payload: externalPayload, step };
  if (externalPayload === undefined || isStart(step)) return { payload: undefined, step };
  const result = await schema["~standard"].validate(externalPayload);
  if (result.issues === undefined) return { payload: result.value, step };
  return {
    payload: undefined,
    step: step && { ...step, ...timerOf(externalPayload), payloadIssues: result.issues },
  };
}

function isStart(step: StepContext | undefined): boolean {
  return step?.isStartPayload === true || step?.version === 0;
}

function timerOf(payload: unknown): Pick<AnswerFacts, "timerDueAt"> {
  if (typeof payload !== "object" || payload === null || !("timer" in payload)) return {};
  return typeof payload.timer === "number" ? { timerDueAt: payload.timer } : {};
}
