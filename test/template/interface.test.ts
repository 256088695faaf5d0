import { describe, expect, test } from "vitest";
import { asList, at, template } from "./read-project-template.ts";

describe("the outputs", () => {
  test("name the URLs, the data stores, the functions and the dashboard", () => {
    const references = Object.fromEntries(
      Object.entries(template.Outputs).map(([name, output]) => [name, output["Value"]]),
    );
    expect(references).toEqual({
      ApiUrl: { "Fn::Sub": `https://\${HttpApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}` },
      StepQueueUrl: { Ref: "StepQueue" },
      DeadLetterQueueUrl: { Ref: "DeadLetterQueue" },
      TableName: { Ref: "WorkflowTable" },
      UploadBucketName: { Ref: "UploadBucket" },
      PayloadBucketName: { Ref: "PayloadBucket" },
      DispatcherFunctionName: { Ref: "DispatcherFunction" },
      ApiFunctionName: { Ref: "ApiFunction" },
      SweeperFunctionName: { Ref: "SweeperFunction" },
      DashboardName: { Ref: "Dashboard" },
    });
  });
});

describe("the parameters", () => {
  test("each have a default, a description, bounds, and a place in the console's groups", () => {
    const groups = asList(at(template.Metadata, "AWS::CloudFormation::Interface", "ParameterGroups"));
    const grouped = groups.flatMap((group) => asList(at(group, "Parameters")));
    expect(grouped.toSorted()).toEqual(Object.keys(template.Parameters).toSorted());
    for (const [name, parameter] of Object.entries(template.Parameters)) {
      expect(parameter.Default, name).toBeDefined();
      expect(parameter.Description, name).toMatch(/\S/);
      const isBounded = parameter.AllowedValues ?? parameter.MaxValue ?? parameter["AllowedPattern"];
      expect(isBounded, name).toBeDefined();
    }
  });
});
