// Type tests: `npm run typecheck` runs them; an unused @ts-expect-error fails it.
import { defineWorkflow } from "../../src/engine/index.ts";
import { nodes } from "../../src/nodes/index.ts";

const id = "n";
const edges = [] as const;

// One node of every built-in type, with an expression where the type takes one.
defineWorkflow(nodes, {
  id: "all",
  startNodeId: "choose",
  nodes: [
    { id: "ask", type: "approval", data: { title: "Ship order {% input.orderId %}?" } },
    {
      id: "choose",
      type: "choice",
      data: { rules: [{ when: "{% input.total > 100 %}", handle: "large" }], default: "small" },
    },
    { id: "stop", type: "fail", data: { code: "order.refused", message: "Refused: {% nodes.ask.last.comment %}" } },
    {
      id: "call",
      type: "http-request",
      data: {
        method: "POST",
        url: "https://api.example/orders",
        headers: { "x-shop": "main" },
        query: { page: 1, tag: ["a", "{% input.tag %}"] },
        body: { order: "{% input %}" },
        auth: { secret: "ssm:/shop/key" },
        timeoutMs: "{% globals.timeoutMs %}",
      },
    },
    { id: "rows", type: "map", data: { definitionId: "row", items: "{% input.rows %}", toleratedFailures: "10%" } },
    {
      id: "both",
      type: "parallel",
      data: { branches: { a: { definitionId: "a" }, b: { definitionId: "b", input: "{% input.b %}" } } },
    },
    {
      id: "tell",
      type: "publish-event",
      data: { source: "shop", detailType: "Paid", detail: { id: "{% input.id %}" } },
    },
    { id: "read", type: "read-object", data: { key: "{% input.key %}", as: "json", maxBytes: 5 } },
    {
      id: "send",
      type: "send-message",
      data: { queue: "orders", body: { any: "thing" }, attributes: { kind: "order" } },
    },
    { id: "child", type: "sub-workflow", data: { definitionId: "refund", mode: "detached", workflowId: "r-1" } },
    { id: "shape", type: "transform", data: { output: { total: "{% input.total %}" } } },
    { id: "empty", type: "transform" },
    { id: "pause", type: "wait", data: { durationMs: 5 } },
    { id: "write", type: "write-object", data: { key: "a.json", body: [1], as: "json" } },
  ],
  edges: [
    // The handles of a choice are a function of its data, so any text may be one.
    { id: "1", source: "choose", target: "ask", sourceHandle: "large" },
    { id: "2", source: "ask", target: "call", sourceHandle: "approved" },
    { id: "3", source: "call", target: "stop", sourceHandle: "error" },
    { id: "4", source: "call", target: "rows" },
  ],
});

// @ts-expect-error approval: no title.
defineWorkflow(nodes, { id, nodes: [{ id, type: "approval", data: { detailsFrom: "n" } }], edges });

// @ts-expect-error choice: a rule without a handle.
defineWorkflow(nodes, { id, nodes: [{ id, type: "choice", data: { rules: [{ when: true }] } }], edges });

// @ts-expect-error fail: no message.
defineWorkflow(nodes, { id, nodes: [{ id, type: "fail", data: { code: "a.b" } }], edges });

// @ts-expect-error http-request: a method that HTTP does not have.
defineWorkflow(nodes, { id, nodes: [{ id, type: "http-request", data: { method: "get", url: "https://a" } }], edges });

defineWorkflow(nodes, {
  id,
  // @ts-expect-error http-request: a header that is no text.
  nodes: [{ id, type: "http-request", data: { method: "GET", url: "https://a", headers: { "x-a": 5 } } }],
  edges,
});

// @ts-expect-error map: items that are no list.
defineWorkflow(nodes, { id, nodes: [{ id, type: "map", data: { definitionId: "row", items: 5 } }], edges });

// @ts-expect-error parallel: a branch that does not say what it runs.
defineWorkflow(nodes, { id, nodes: [{ id, type: "parallel", data: { branches: { a: { input: 1 } } } }], edges });

// @ts-expect-error publish-event: no detail.
defineWorkflow(nodes, { id, nodes: [{ id, type: "publish-event", data: { source: "s", detailType: "d" } }], edges });

// @ts-expect-error read-object: a form that it does not read.
defineWorkflow(nodes, { id, nodes: [{ id, type: "read-object", data: { key: "a", as: "csv" } }], edges });

// @ts-expect-error send-message: a delay that is no number.
defineWorkflow(nodes, { id, nodes: [{ id, type: "send-message", data: { body: 1, delaySeconds: "5" } }], edges });

defineWorkflow(nodes, {
  id,
  // @ts-expect-error sub-workflow: another mode.
  nodes: [{ id, type: "sub-workflow", data: { definitionId: "a", mode: "later" } }],
  edges,
});

// @ts-expect-error transform: a field that it does not have.
defineWorkflow(nodes, { id, nodes: [{ id, type: "transform", data: { result: 5 } }], edges });

// @ts-expect-error wait: a duration that is no number.
defineWorkflow(nodes, { id, nodes: [{ id, type: "wait", data: { durationMs: "soon" } }], edges });

// @ts-expect-error write-object: no key.
defineWorkflow(nodes, { id, nodes: [{ id, type: "write-object", data: { body: 1 } }], edges });

defineWorkflow(nodes, {
  id,
  nodes: [{ id, type: "transform" }],
  // @ts-expect-error A handle of a type that has the default exit alone.
  edges: [{ id: "e", source: id, target: id, sourceHandle: "done" }],
});
