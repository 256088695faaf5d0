import { guardOf } from "./frame-guard.ts";
import type { Frame, ParsedExpression } from "./jsonata-types.ts";
import { nextTurn } from "./next-turn.ts";

/** After how many nodes of the tree timers and other work of the process get a turn. */
const evaluationsPerTurn = 5000;

/** Where JSONata lets debuggers look on: when a frame is made, and after each node of the tree, which it then awaits. */
const framePush = Symbol.for("jsonata.__createFrame_push");
const evaluateExit = Symbol.for("jsonata.__evaluate_exit");

/** Has every evaluation of an expression watched by the guard that its frame holds. */
export function watchEvaluations(parsed: ParsedExpression): void {
  parsed.assign(framePush, (enclosing: Partial<Frame>, frame: Frame) => {
    // Only the frame of a whole evaluation is made within one that has no base.
    if (enclosing.base === undefined) replaceGuardrails(frame);
  });
}

/** JSONata calls its guardrails before each node of the tree; its own know nothing of our clock and of signals. */
function replaceGuardrails(frame: Frame): void {
  const guardrails = () => {
    if (guardOf(frame).enter(frame.depth) % evaluationsPerTurn === 0) giveTurn(frame);
  };
  // JSONata assigns its own to the frame after this.
  Object.defineProperty(frame, "guardrails", { get: () => guardrails, set: () => undefined });
}

/** Has the next evaluation wait; all others would wait for a promise too, if the hook stayed. */
function giveTurn(frame: Frame): void {
  frame.bind(evaluateExit, () => {
    frame.bind(evaluateExit, undefined);
    return nextTurn();
  });
}
