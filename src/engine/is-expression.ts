/** Whether a value is a text that stands for what an expression yields: `{% nodes.order.last.total %}`. */
export function isExpression(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("{%") && value.endsWith("%}") && value.length >= 4;
}
