/** Whether a text holds an expression, as a whole or among other characters: `{% input.total %}`, `Order {% input.id %}`. */
export function hasExpression(text: string): boolean {
  const begin = text.indexOf("{%");
  return begin !== -1 && text.includes("%}", begin + 2);
}
