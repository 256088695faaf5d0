import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadTemplate } from "../../src/platforms/local/template/load-template.ts";

describe("loading a template", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "template-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function load(text: string) {
    const path = join(directory, "template.yaml");
    writeFileSync(path, text);
    return loadTemplate(path);
  }

  function readValue(yaml: string) {
    return load(`Resources: { R: { Type: T, Properties: { Value: ${yaml} } } }`).Resources["R"]?.Properties["Value"];
  }

  test.each([
    ["!Ref Table", { Ref: "Table" }],
    ["!Condition IsBig", { Condition: "IsBig" }],
    ["!GetAtt Table.Arn", { "Fn::GetAtt": ["Table", "Arn"] }],
    ["!GetAtt Db.Endpoint.Address", { "Fn::GetAtt": ["Db", "Endpoint.Address"] }],
    ["!GetAtt [Table, Arn]", { "Fn::GetAtt": ["Table", "Arn"] }],
    [`!Sub "\${A}-b"`, { "Fn::Sub": `\${A}-b` }],
    [`!Sub ["\${A}", { A: !Ref B }]`, { "Fn::Sub": [`\${A}`, { A: { Ref: "B" } }] }],
    [
      "!If [C, !GetAtt T.Arn, !Ref AWS::NoValue]",
      { "Fn::If": ["C", { "Fn::GetAtt": ["T", "Arn"] }, { Ref: "AWS::NoValue" }] },
    ],
    [
      "!Select [2, !Split ['/', !Ref AWS::StackId]]",
      { "Fn::Select": [2, { "Fn::Split": ["/", { Ref: "AWS::StackId" }] }] },
    ],
    ["!Transform { Name: N }", { "Fn::Transform": { Name: "N" } }],
    ["{ Ref: Table }", { Ref: "Table" }],
    ["2012-10-17", "2012-10-17"],
    ["[1, true, null]", [1, true, null]],
  ])("reads %s in long form", (yaml, expected) => {
    expect(readValue(yaml)).toEqual(expected);
  });

  test("gives sections that are left out as empty ones", () => {
    expect(load("Resources: { R: { Type: T } }")).toEqual({
      Metadata: {},
      Parameters: {},
      Mappings: {},
      Conditions: {},
      Rules: {},
      Globals: {},
      Resources: { R: { Type: "T", Properties: {}, Metadata: {} } },
      Outputs: {},
    });
  });

  test.each(["", "Resources: 5", "Resources: { R: { Properties: {} } }", "just text"])(
    "refuses %j, which is no template",
    (text) => {
      expect(() => load(text)).toThrow(/Invalid/);
    },
  );

  test("refuses a tag that CloudFormation does not have", () => {
    expect(() => readValue("!Reff Table")).toThrow(/Reff/);
  });

  test("refuses text that is not YAML, and a file that is not there", () => {
    expect(() => load("Resources: {")).toThrow(/line 1/);
    expect(() => loadTemplate(join(directory, "none.yaml"))).toThrow(/ENOENT/);
  });
});
