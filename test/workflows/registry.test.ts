import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { assertValidDefinition } from "../../src/engine/index.ts";
import { nodes } from "../../src/nodes/index.ts";
import type { HttpRequest } from "../../src/ports/http-client.ts";
import { runWorkflow } from "../../src/testing/index.ts";
import { checkGlobals } from "../../src/workflows/check-globals.ts";
import { bindings, globals, nodeDefinitions, workflowNodes, workflows } from "../../src/workflows/registry.ts";
import { firstRuns, sampleRuns, sampleServices } from "../../src/workflows/samples.ts";
import { askService } from "./ask-service.ts";

const root = new URL("../..", import.meta.url).pathname;

describe("registry", () => {
  test.each(workflows.map((workflow) => [workflow.id, workflow] as const))(
    "definition %s is valid",
    (_id, workflow) => {
      expect(() => assertValidDefinition(workflow, nodeDefinitions)).not.toThrow();
    },
  );

  test("every JSON file beside the registry is registered under its own name", () => {
    const files = globSync("src/workflows/*.json", { cwd: root, exclude: ["src/workflows/*.schema.json"] }).map(
      (file) => file.slice(14, -5),
    );
    expect(files.toSorted()).toEqual(workflows.map(({ id }) => id).toSorted());
  });

  test("every workflow has a test and a sample, or is the child of one that has", () => {
    const isSampled = (id: string) => sampleRuns.some(({ definitionId }) => definitionId === id);
    const children = new Set(
      workflows.flatMap(({ id, nodes }) =>
        isSampled(id) ? nodes.map(({ data }) => String(Object(data).definitionId)) : [],
      ),
    );
    const without = workflows.filter(
      ({ id }) => !existsSync(`${root}/test/workflows/${id}.test.ts`) || !(isSampled(id) || children.has(id)),
    );
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  test("every node type has a test of its own, or is part of a workflow that has one", () => {
    const tested = new Set(workflows.flatMap((workflow) => workflow.nodes.map(({ type }) => type)));
    const without = Object.keys(nodeDefinitions).filter(
      (type) => !tested.has(type) && globSync(`test/{nodes,workflows}/**/${type}.test.ts`, { cwd: root }).length === 0,
    );
    expect(without).toEqual([]);
    expect(Object.keys(nodes).filter((type) => !existsSync(`${root}/test/nodes/${type}.test.ts`))).toEqual([]);
  });

  test("every node type stands in a file of its own name", () => {
    const without = Object.keys(workflowNodes).filter(
      (type) => globSync(`src/workflows/**/${type}.ts`, { cwd: root }).length !== 1,
    );
    expect(without).toEqual([]);
  });

  test("uploaded CSV files and the nightly schedule start their workflows", () => {
    expect(bindings.objectCreated).toContainEqual({ keySuffix: ".csv", definitionId: "csv-import" });
    expect(bindings.schedules).toContainEqual({ rule: "nightly-report", definitionId: "nightly-report" });
  });
});

describe("the globals of expressions", () => {
  test("are frozen to the last member, and JSON", () => {
    expect(Object.isFrozen(globals)).toBe(true);
    const declared = checkGlobals({ limits: { order: [100] } });
    expect(Object.isFrozen(declared["limits"])).toBe(true);
    expect(JSON.parse(JSON.stringify(globals))).toEqual(globals);
  });

  test("what is not JSON is refused with its place", () => {
    expect(() => checkGlobals({ limits: { order: Number.NaN } })).toThrow("globals.limits.order is NaN");
  });
});

/** Requests to the simulated services, by the globals that name them. */
function atServices(): object {
  const services = new Map(Object.entries(sampleServices).map(([name, create]) => [globals[name], create()]));
  const http = {
    send: (request: HttpRequest) => {
      const service = services.get(new URL(request.url).origin);
      if (service === undefined) throw new Error(`No sample service answers ${request.url}`);
      return askService(service).send(request);
    },
  };
  return { declared: globals, http };
}

function others(definitionId: string) {
  return workflows.filter(({ id }) => id !== definitionId);
}

describe("sampleRuns", () => {
  test("every started sample reaches its expected status with its own answer", async () => {
    for (const sample of sampleRuns) {
      if (sample.type !== "start") continue;
      const workflow = workflows.find(({ id }) => id === sample.definitionId);
      if (workflow === undefined) throw new Error(`There is no workflow ${sample.definitionId}.`);
      const { definitionId, workflowId, input, resume, expectedStatus } = sample;
      const asked: string[] = [];
      const run = await runWorkflow(workflow, {
        ...{ nodeDefinitions, definitions: others(definitionId), globals: atServices, workflowId, input },
        answers: ({ nodeId }) => {
          // A wait ends by itself.
          if (workflow.nodes.some(({ id, type }) => id === nodeId && type === "wait")) return undefined;
          asked.push(nodeId);
          return nodeId === (resume?.atNode ?? asked[0]) ? resume?.payload : undefined;
        },
      });
      expect(run.status, workflowId).toBe(expectedStatus);
      if (resume !== undefined) expect(asked.at(-1), workflowId).toBe(resume.atNode ?? asked[0]);
      // An answer is there for a pause alone.
      expect(asked.length > 0, workflowId).toBe(resume !== undefined || expectedStatus === "paused");
    }
  });

  test("npm start begins the orders alone, of which one waits for a person", () => {
    expect(firstRuns.map(({ workflowId }) => workflowId)).toEqual(["order-1001", "order-1002"]);
    expect(firstRuns.at(-1)?.resume).toBeDefined();
  });

  test("every simulated service stands behind a global that is a placeholder when it is deployed", () => {
    for (const name of Object.keys(sampleServices)) expect(globals[name]).toMatch(/^https:\/\/[a-z-]+\.example$/);
  });

  test("every upload is a file whose key starts its workflow, and every scheduled event exists", () => {
    for (const sample of sampleRuns) {
      if (sample.type === "upload") {
        expect(readFileSync(sample.file).length).toBeGreaterThan(0);
        const binding = bindings.objectCreated.find(
          ({ keyPrefix = "", keySuffix = "" }) => sample.key.startsWith(keyPrefix) && sample.key.endsWith(keySuffix),
        );
        expect(binding?.definitionId).toBe(sample.definitionId);
      }
      if (sample.type === "schedule") expect(existsSync(`${root}/events/${sample.eventFile}`)).toBe(true);
    }
  });
});
