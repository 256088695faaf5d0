import { RefluxoError } from "../engine/index.ts";

/** The codes of what can go wrong with an expression; all are terminal, since another attempt sees the same data. */
export type ExpressionErrorCode =
  | "expression.failed"
  | "expression.syntax"
  | "expression.timeout"
  | "expression.too-deep"
  | "expression.too-large"
  | "expression.nothing"
  | "expression.not-json";

/** Why an expression ended, before anybody has said which one it was. */
export class ExpressionError extends RefluxoError {
  override readonly name = "ExpressionError";
  override readonly code: ExpressionErrorCode;

  constructor(code: ExpressionErrorCode, reason: string) {
    super(code, reason);
    this.code = code;
  }
}

/** JSONata's codes that are bounds of ours. */
const boundCodes: Readonly<Record<string, ExpressionErrorCode>> = {
  D1011: "expression.too-deep",
  D1012: "expression.timeout",
  D2014: "expression.too-large",
  D2015: "expression.too-large",
};

/** The most characters of JSONata's reason, which may quote data. */
const maxReasonLength = 300;

/**
 * What JSONata threw, as an error of ours. It has no cause: JSONata's error holds the value that it was about, and data
 * belongs in no log.
 */
export function toExpressionError(thrown: unknown): ExpressionError {
  if (thrown instanceof ExpressionError) return thrown;
  if (thrown instanceof RangeError && thrown.message.includes("string length")) {
    return new ExpressionError("expression.too-large", "a text became too long");
  }
  const { code, message, position } = readError(thrown);
  const bound = boundCodes[code];
  const place = position === undefined ? "" : ` (at character ${position})`;
  const reason = `${code === "" ? "" : `${code}: `}${shorten(message, maxReasonLength)}${place}`;
  return new ExpressionError(bound ?? (code.startsWith("S") ? "expression.syntax" : "expression.failed"), reason);
}

function readError(thrown: unknown): { code: string; message: string; position: number | undefined } {
  if (typeof thrown !== "object" || thrown === null) return { code: "", message: String(thrown), position: undefined };
  const [code, message, position] = ["code", "message", "position"].map((key): unknown => Reflect.get(thrown, key));
  return {
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : "it could not be evaluated",
    position: typeof position === "number" ? position : undefined,
  };
}

/** Cuts a text, never through a character outside the basic plane. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(maxLength - 2)) ? maxLength - 2 : maxLength - 1;
  return `${text.slice(0, end)}…`;
}
