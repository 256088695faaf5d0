import { join } from "node:path";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { createResources } from "../../../../src/platforms/local/template/create-resources.ts";
import { loadTemplate } from "../../../../src/platforms/local/template/load-template.ts";
import { readApplication } from "../../../../src/platforms/local/template/read-application.ts";
import { startTestEmulators } from "../local-clients.ts";

const fixture = loadTemplate(join(import.meta.dirname, "fixture.yaml"));

async function start() {
  const started = await startTestEmulators();
  const { endpoints } = started.emulators;
  const application = readApplication(fixture, { sqsEndpoint: endpoints.sqs, httpEndpoint: "http://127.0.0.1:1" });
  return { ...started, endpoints, application };
}

it("makes what is missing, and a second time keeps it and changes only a queue's attributes", async () => {
  const { endpoints, application, sqs, s3 } = await start();
  await createResources(application, endpoints);
  const queue = application.queues[0];
  await sqs.send(new SendMessageCommand({ QueueUrl: queue?.url, MessageBody: "kept" }));
  await createResources(
    {
      ...application,
      queues: application.queues.map((spec) => ({
        ...spec,
        attributes: { ...spec.attributes, VisibilityTimeout: "43", RedrivePolicy: "" },
      })),
    },
    endpoints,
  );
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue?.url, AttributeNames: ["All"] }),
  );
  expect(Attributes).toMatchObject({ VisibilityTimeout: "43", ApproximateNumberOfMessages: "1", QueueArn: queue?.arn });
  expect(Attributes["RedrivePolicy"]).toBeUndefined();
  await s3.send(new HeadBucketCommand({ Bucket: application.names["UploadBucket"] }));
});

it("refuses a kept table whose keys differ from the template's", async () => {
  const { endpoints, application } = await start();
  await createResources(application, endpoints);
  const tables = application.tables.map((table) => ({
    ...table,
    create: { ...table.create, KeySchema: [{ AttributeName: "id", KeyType: "HASH" as const }] },
  }));
  await expect(createResources({ ...application, tables }, endpoints)).rejects.toMatchObject({
    code: "local.table-differs",
  });
});
