import { expect, it } from "vitest";
import { readLocalConfig } from "../../../src/platforms/local/config.ts";

it("has a default for everything", () => {
  expect(readLocalConfig({})).toEqual({
    ports: { http: 3000, sqsAndS3: 4566, dynamodb: 8000, eventBridge: 4567 },
    parameters: {},
    emulatorHost: "127.0.0.1",
    stateFolder: ".refluxo",
    templatePath: "template.yaml",
  });
});

it("takes every value from its variable", () => {
  const environment = {
    REFLUXO_HTTP_PORT: "0",
    REFLUXO_SQS_S3_PORT: "5566",
    REFLUXO_DYNAMODB_PORT: "65535",
    REFLUXO_EVENTBRIDGE_PORT: "5567",
    REFLUXO_PARAMETERS: " HttpAllowedNetworks=127.0.0.0/8,a.test:80  SecretParameterPath=/a=b/ EventBusName=",
    REFLUXO_EMULATOR_HOST: "0.0.0.0",
    REFLUXO_STATE_FOLDER: "elsewhere",
    REFLUXO_TEMPLATE: "other.yaml",
  };
  expect(readLocalConfig(environment)).toEqual({
    ports: { http: 0, sqsAndS3: 5566, dynamodb: 65535, eventBridge: 5567 },
    parameters: { HttpAllowedNetworks: "127.0.0.0/8,a.test:80", SecretParameterPath: "/a=b/", EventBusName: "" },
    emulatorHost: "0.0.0.0",
    stateFolder: "elsewhere",
    templatePath: "other.yaml",
  });
});

it.each([
  ["REFLUXO_HTTP_PORT", "65536"],
  ["REFLUXO_SQS_S3_PORT", "-1"],
  ["REFLUXO_DYNAMODB_PORT", "http"],
  ["REFLUXO_EVENTBRIDGE_PORT", "events"],
  ["REFLUXO_EMULATOR_HOST", "everywhere"],
  ["REFLUXO_STATE_FOLDER", ""],
  ["REFLUXO_TEMPLATE", ""],
])("%s=%s is an error that names the variable", (name, value) => {
  expect(() => readLocalConfig({ [name]: value })).toThrow(new RegExp(`^${name} must`));
});

it("a parameter without a value is an error that names the variable", () => {
  expect(() => readLocalConfig({ REFLUXO_PARAMETERS: "LogLevel=INFO LogLevel" })).toThrow(
    /^REFLUXO_PARAMETERS\S* must be/,
  );
});
