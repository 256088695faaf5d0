import type { NodesDefinition } from "../engine/index.ts";
import { approval } from "./approval.ts";
import { choice } from "./choice.ts";
import { fail } from "./fail.ts";
import { httpRequest } from "./http-request.ts";
import { map } from "./map.ts";
import { parallel } from "./parallel.ts";
import { publishEvent } from "./publish-event.ts";
import { readObject } from "./read-object.ts";
import { sendMessage } from "./send-message.ts";
import { subWorkflow } from "./sub-workflow.ts";
import { transform } from "./transform.ts";
import { wait } from "./wait.ts";
import { writeObject } from "./write-object.ts";

/** The built-in node types by name: one line each. Each keeps its own type, for `defineWorkflow`. */
export const nodes = {
  approval,
  choice,
  fail,
  "http-request": httpRequest,
  map,
  parallel,
  "publish-event": publishEvent,
  "read-object": readObject,
  "send-message": sendMessage,
  "sub-workflow": subWorkflow,
  transform,
  wait,
  "write-object": writeObject,
} satisfies NodesDefinition;
