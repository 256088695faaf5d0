import { expect, test } from "vitest";
import { loadTemplate } from "../../src/platforms/local/template/load-template.ts";
import { readApplication } from "../../src/platforms/local/template/read-application.ts";
import { readEvent } from "./event-files.ts";
import { templatePath } from "./test-stack.ts";

test("env.json points sam local at the stack that npm start runs on its standard ports", () => {
  const sqsEndpoint = "http://host.docker.internal:4566";
  const { functions } = readApplication(loadTemplate(templatePath), {
    sqsEndpoint,
    httpEndpoint: "http://127.0.0.1:3000",
  });
  const expected = functions.map(({ logicalId, environment }) => [logicalId, withoutPowertools(environment)]);
  const given = Object.entries(readEvent("env.json")).map(([id, variables]) => [id, withoutEndpoints(variables)]);
  expect(Object.fromEntries(given)).toEqual(Object.fromEntries(expected));
});

function withoutPowertools(variables: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !/^(POWERTOOLS|NODE)_/.test(name)));
}

function withoutEndpoints(variables: unknown) {
  if (typeof variables !== "object" || variables === null) throw new TypeError("env.json holds variables by function");
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith("AWS_ENDPOINT_URL_")));
}
