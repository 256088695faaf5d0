/** What ends a name, by JSONata's tokenizer. */
const operators = new Set(".[]{}(),@#;:?+-*/%|=<>^&!~");

const spaces = new Set(" \t\n\r\v");

/**
 * Where the `%}` stands that ends the expression which begins at `from`, or -1. Reads as JSONata's tokenizer does, so that
 * a `%}` inside of a string, a quoted name, a pattern or a comment ends nothing.
 */
export function findExpressionEnd(text: string, from: number): number {
  let position = from;
  // After an operand `/` divides, elsewhere it begins a pattern; `%` and `*` are operands where an operand may stand.
  let isAfterOperand = false;
  while (position < text.length) {
    if (text.startsWith("%}", position)) return position;
    const char = text.charAt(position);
    const next = skipToken(text, position, isAfterOperand);
    if (next === -1) return -1;
    if (!spaces.has(char) && !text.startsWith("/*", position)) {
      isAfterOperand = isOperand(text.slice(position, next), isAfterOperand);
    }
    position = next;
  }
  return -1;
}

/** Where the token at `position` ends; -1 when the text ends within it. */
function skipToken(text: string, position: number, isAfterOperand: boolean): number {
  const char = text.charAt(position);
  if (spaces.has(char)) return position + 1;
  if (text.startsWith("/*", position)) return after(text.indexOf("*/", position + 2), 2);
  if (char === '"' || char === "'") return skipString(text, position, char);
  if (char === "`") return after(text.indexOf("`", position + 1), 1);
  if (char === "/" && !isAfterOperand) return skipPattern(text, position);
  if (operators.has(char)) return position + 1;
  let end = position + 1;
  while (end < text.length && !operators.has(text.charAt(end)) && !spaces.has(text.charAt(end))) end++;
  return end;
}

function after(found: number, length: number): number {
  return found === -1 ? -1 : found + length;
}

function skipString(text: string, begin: number, quote: string): number {
  for (let position = begin + 1; position < text.length; position++) {
    if (text.charAt(position) === "\\") position++;
    else if (text.charAt(position) === quote) return position + 1;
  }
  return -1;
}

/** A `/` inside of brackets does not end a pattern, as in JSONata. */
function skipPattern(text: string, begin: number): number {
  let depth = 0;
  for (let position = begin + 1; position < text.length; position++) {
    const char = text.charAt(position);
    if (char === "\\") position++;
    else if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    else if (char === "/" && depth === 0) return position + 1;
  }
  return -1;
}

function isOperand(token: string, isAfterOperand: boolean): boolean {
  if (token === "and" || token === "or" || token === "in") return false;
  if (token === "%" || token === "*") return !isAfterOperand;
  return token.length > 1 || !operators.has(token) || ")]}".includes(token);
}
