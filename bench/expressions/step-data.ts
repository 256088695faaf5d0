/** A node's data, and what expressions it has. */
export interface StepData {
  readonly name: string;
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

/** What expressions see as `globals`. */
export const globals = { currency: "EUR" };

const paths = ["input.customer.email", "input.orderId", "workflow.id"];
const text = 'input.customer.name & ", " & workflow.id';
const sum = "$sum(input.items.(qty * price))";
const condition = "$count(input.items) > 2 ? globals.currency : null";
const group = "input.items[price > 3]{ sku: qty }";

/** Data of five members, the first of which are expressions. */
function dataWith(name: string, sources: readonly string[]): StepData {
  const members = Array.from({ length: 5 }, (_, index): [string, string] => {
    const source = sources[index];
    return [`value${index}`, source === undefined ? "ada@example.com" : `{% ${source} %}`];
  });
  return { name, data: Object.fromEntries(members) };
}

/** No expressions; one of each kind; three paths, a text and a sum; and five of which one is a path. */
export const stepData: readonly StepData[] = [
  dataWith("none", []),
  dataWith("1: a path", paths.slice(0, 1)),
  dataWith("1: a sum over three items", [sum]),
  dataWith("5: three paths, a text, a sum", [...paths, text, sum]),
  dataWith("5: a path, a text, a sum, a condition, a group", [...paths.slice(0, 1), text, sum, condition, group]),
];
