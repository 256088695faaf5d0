import { expect, it } from "vitest";
import { readLocalConfig } from "../../../src/platforms/local/config.ts";

it("has a default for everything", () => {
  expect(readLocalConfig({})).toEqual({
    ports: { http: 3000, sqsAndS3: 4566, dynamodb: 8000 },
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
    REFLUXO_EMULATOR_HOST: "0.0.0.0",
    REFLUXO_STATE_FOLDER: "elsewhere",
    REFLUXO_TEMPLATE: "other.yaml",
  };
  expect(readLocalConfig(environment)).toEqual({
    ports: { http: 0, sqsAndS3: 5566, dynamodb: 65535 },
    emulatorHost: "0.0.0.0",
    stateFolder: "elsewhere",
    templatePath: "other.yaml",
  });
});

it.each([
  ["REFLUXO_HTTP_PORT", "65536"],
  ["REFLUXO_SQS_S3_PORT", "-1"],
  ["REFLUXO_DYNAMODB_PORT", "http"],
  ["REFLUXO_EMULATOR_HOST", "everywhere"],
  ["REFLUXO_STATE_FOLDER", ""],
  ["REFLUXO_TEMPLATE", ""],
])("%s=%s is an error that names the variable", (name, value) => {
  expect(() => readLocalConfig({ [name]: value })).toThrow(new RegExp(`^${name} must`));
});
