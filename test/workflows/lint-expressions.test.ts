import { describe, expect, test } from "vitest";
import { chain, edge, lint, problems } from "./lint-under-test.ts";

/** An order, and then a node with this data. */
const following = (data: unknown) => chain(["order", "order"], ["or-der", "any"], ["n", "any", data]);
const found = async (text: string) => problems(following({ text }));

describe("the lint of expressions", () => {
  test.each([
    ["{% input.total + nodes.order.last.total * 2 %}"],
    ["{% nodes.`or-der`.last.anything.goes %}"],
    ['{% nodes."or-der".all[0].x %}'],
    ["{% nodes.order.error.code & workflow.id & globals.stage & error.message & compensates.nodeId %}"],
    ["{% $sum(nodes.order.last.items.(price * quantity)) %}"],
    ["{% input.items[price > 5 and nodes = 3].{'sku': sku, 'other': last} %}"],
    ["{% ($x := nodes.order.last; $x.whatever) %}"],
    ["{% $map(input.rows, function($row) { $row.name & input.suffix }) %}"],
    ["{% input.list ~> |$|{'price': cost}| %}"],
    ["{% $.input & $$.input %}"],
    ["{% input.list^(>price).name %}"],
    ["{% '%}' & input.x %}"],
    ["Order {% input.id %} of {% nodes.order.last.customer.email %}"],
    ["50% of {it}"],
  ])("finds nothing in %s", async (text) => {
    expect(await found(text)).toEqual([]);
  });

  test("expression-syntax: what is not JSONata, at its place", async () => {
    expect(await lint(following({ text: "Total: {% input. %}" }))).toMatchObject([
      { rule: "expression-syntax", severity: "error", line: 19 },
    ]);
    expect(await found("{% input.total")).toEqual(["expression-syntax: node 'n': the {% has no closing %}"]);
    expect(await found("{% ok %} {% (1 + %}")).toEqual(
      expect.arrayContaining([expect.stringContaining("expression-syntax")]),
    );
  });

  test.each([
    ["{% inputs.total %}", "there is no 'inputs' at the root of an expression"],
    ["{% nodes.order.output.total %}", "a node has no 'output' in expressions"],
    ["{% $uppercase(orders.id) %}", "there is no 'orders' at the root of an expression"],
    ["{% input.x ? yes : 'no' %}", "there is no 'yes' at the root of an expression"],
    ["{% input.items[price > $$.limit] %}", "there is no 'limit' at the root of an expression"],
  ])("expression-name-unknown: %s", async (text, message) => {
    expect(await found(text)).toEqual([`expression-name-unknown: ${message}`]);
  });

  test("expression-node-unknown: a node that does not exist, or whose dash was not quoted", async () => {
    expect(await lint(following({ text: "x {% 1 + nodes.ordr.last %}" }))).toMatchObject([
      { rule: "expression-node-unknown", line: 19, column: 27, message: "there is no node 'ordr'" },
    ]);
    const [first] = await lint(following({ text: "{% nodes.or-der.last %}" }));
    expect(first).toMatchObject({ rule: "expression-node-unknown", fix: expect.stringContaining("nodes.`or-der`") });
    expect(await found("{% nodes.order.last[nodes.nobody.last = id] %}")).toEqual([]);
    expect(await found("{% nodes.order.last[$$.nodes.nobody.last = id] %}")).toHaveLength(1);
  });

  test("expression-node-cannot-have-run: a node on no path before", async () => {
    const early = chain(["a", "any", { x: "{% nodes.b.last %}" }], ["b", "any", { x: "{% nodes.a.last %}" }]);
    expect(await problems(early)).toEqual([
      "expression-node-cannot-have-run: node 'a' reads the result of 'b', which cannot have run before it",
    ]);
    expect(await problems(chain(["a", "any", "{% nodes.a.all %}"]))).toHaveLength(1);
  });

  test("expression-node-cannot-have-run: a branch does not see the other one, the join sees both", async () => {
    const branches = (reader: string, read: string) => ({
      id: "d",
      nodes: ["start", "left", "right", "join"].map((id) => ({
        id,
        type: "any",
        data: id === reader ? { x: `{% nodes.${read}.last %}` } : {},
      })),
      edges: [edge("start", "left", "l"), edge("start", "right", "r"), edge("left", "join"), edge("right", "join")],
    });
    expect(await problems(branches("left", "right"))).toHaveLength(1);
    expect(await problems(branches("join", "right"))).toEqual([]);
    expect(await problems(branches("join", "left"))).toEqual([]);
  });

  test("expression-node-cannot-have-run: loops count, an error edge leads from the node that failed", async () => {
    const loop = chain(["a", "any", "{% nodes.b.last %}"], ["b", "any"]);
    expect(await problems({ ...loop, maxSteps: 9, edges: [edge("a", "b"), edge("b", "a", "more")] })).toEqual([]);
    const failing = chain(["a", "any"], ["b", "any", "{% nodes.a.error.message %}"]);
    expect(await problems({ ...failing, edges: [edge("a", "b", "error")] })).toEqual([]);
  });

  test("expression-node-cannot-have-run: a compensation may read every node", async () => {
    const undone = chain(["a", "any", {}, { compensate: "undo" }], ["b", "any"], ["undo", "any", "{% nodes.b.last %}"]);
    expect(await problems({ ...undone, edges: [edge("a", "b")] })).toEqual([]);
  });

  test.each([
    ["{% nodes.order.last.totals %}", "the output of node 'order' has no field 'totals' there"],
    ["{% nodes.order.last.customer.name %}", "the output of node 'order' has no field 'name' there"],
    ["{% nodes.order.last.items.price %}", "the output of node 'order' has no field 'price' there"],
    ["{% nodes.order.last.items[0].price %}", "the output of node 'order' has no field 'price' there"],
    ["{% nodes.order.last.total.amount %}", "the output of node 'order' has no field 'amount' there"],
  ])("output-input-mismatch: %s", async (text, message) => {
    expect(await found(text)).toEqual([`output-input-mismatch: ${message}`]);
  });

  test("output-input-mismatch: not of outputs that may have more, are one of several, or are not known", async () => {
    const of = (type: string, path: string) => problems(chain(["x", type], ["n", "any", `{% nodes.x.last.${path} %}`]));
    expect(await of("loose", "whatever")).toEqual([]);
    expect(await of("any", "whatever")).toEqual([]);
    expect(await of("either", "reasons")).toEqual([]);
    expect(await of("either", "total")).toEqual([]);
    expect(await of("either", "tootal")).toHaveLength(1);
  });

  test("output-input-mismatch: not of a part that a type checks in code, and of the parts beside it", async () => {
    const of = (path: string) => problems(chain(["x", "partly"], ["n", "any", `{% nodes.x.last.${path} %}`]));
    expect(await of("rows.whatever")).toEqual([]);
    expect(await of("count.whatever")).toHaveLength(1);
    expect(await of("rowz")).toEqual(["output-input-mismatch: the output of node 'x' has no field 'rowz' there"]);
  });

  test("output-input-mismatch: a pause that may time out leaves its own fields", async () => {
    const read = (path: string, more: object) =>
      problems(chain(["x", "order", {}, more], ["n", "any", `{% nodes.x.last.${path} %}`]));
    expect(await read("timedOut", { pauseTimeoutMs: 5 })).toEqual([]);
    expect(await read("total", { pauseTimeoutMs: 5 })).toEqual([]);
    expect(await read("total.amount", { pauseTimeoutMs: 5 })).toHaveLength(1);
    expect(await read("timedOut", {})).toHaveLength(1);
  });

  test("output-input-mismatch: a value of another JSON type than the node's type takes", async () => {
    const charge = (data: unknown) => problems(chain(["order", "order"], ["n", "charge", data]));
    expect(await charge({ amount: "{% nodes.order.last.id %}" })).toEqual([
      "output-input-mismatch: the value is 'string', and the type of the node takes 'number' here",
    ]);
    expect(await charge({ amount: "{% nodes.order.last.total %}" })).toEqual([]);
    expect(await charge({ amount: "{% $number(nodes.order.last.id) %}" })).toEqual([]);
    expect(await charge({ amount: 1, note: "{% nodes.order.last.total %}" })).toHaveLength(1);
    expect(await charge({ amount: 1, note: "Total {% nodes.order.last.total %}" })).toEqual([]);
    expect(await charge({ amount: "{% nodes.order.last.items.sku %}" })).toEqual([]);
  });
});
