/** A node's data, and how many expressions it has. */
export interface StepData {
  readonly expressions: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What every workflow of the benchmark starts with. */
export const input = {
  orderId: "order-4711",
  customer: { email: "ada@example.com", name: "Ada" },
  items: [
    { sku: "a-1", qty: 2, price: 19.9 },
    { sku: "b-2", qty: 1, price: 5 },
    { sku: "c-3", qty: 4, price: 2.5 },
  ],
};

const sources = [
  "input.customer.email",
  "$sum(input.items.(qty * price))",
  "input.items[price > 3]{ sku: qty }",
  'input.customer.name & ", " & workflow.id',
  "$count(input.items) > 2 ? globals.currency : null",
];

/** The same data with 0, 1 and 5 expressions in the place of constants. */
export const stepData: readonly StepData[] = [0, 1, 5].map((expressions) => ({
  expressions,
  data: Object.fromEntries(
    sources.map((source, index) => [`value${index}`, index < expressions ? `{% ${source} %}` : "ada@example.com"]),
  ),
}));
