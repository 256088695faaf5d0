import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, test } from "vitest";
import { S3BlobStore } from "../../../src/platforms/aws/s3-blob-store.ts";
import { FakeService, type ServiceAnswer, type ServiceRequest, xmlError } from "./fake-service.ts";

let service: FakeService | undefined;
let client: S3Client | undefined;

afterEach(async () => {
  client?.destroy();
  await service?.stop();
});

async function storeOver(answer: (request: ServiceRequest) => ServiceAnswer) {
  service = await FakeService.start(answer);
  client = new S3Client({ ...service.clientConfig, forcePathStyle: true, maxAttempts: 1 });
  return { blobs: new S3BlobStore(client), service };
}

describe("reading", () => {
  test("a version is asked for by its id", async () => {
    const { blobs, service } = await storeOver(() => ({ headers: { "content-length": "2" }, body: "ok" }));
    const part = await blobs.read({ bucket: "uploads", key: "a b.csv", versionId: "v+1" });
    expect(part?.totalBytes).toBe(2);
    expect(service.requests[0]?.operation).toMatch(/^GET \/uploads\/a%20b\.csv\?.*versionId=v%2B1/);
  });

  test.each(["NoSuchKey", "NoSuchVersion"])("%s means that there is no such object", async (code) => {
    const { blobs } = await storeOver(() => xmlError(code, "gone", 404));
    expect(await blobs.read({ bucket: "uploads", key: "a", versionId: "v1" })).toBeUndefined();
  });

  test.each([
    { code: "AccessDenied", status: 403 },
    { code: "NoSuchBucket", status: 404 },
  ])("$code is an error, not an absent object", async ({ code, status }) => {
    const { blobs } = await storeOver(() => xmlError(code, "internal detail", status));
    await expect(blobs.read({ bucket: "uploads", key: "a" })).rejects.toMatchObject({
      message: `s3:GetObject failed: ${code}`,
      isRetryable: true,
    });
  });

  test("past the end of a version, the size asked for is that version's", async () => {
    const { blobs, service } = await storeOver(({ operation }) =>
      operation.startsWith("HEAD")
        ? { headers: { "content-length": "1234" }, body: "" }
        : xmlError("InvalidRange", "The requested range is not satisfiable", 416),
    );
    const part = await blobs.read({ bucket: "uploads", key: "a", versionId: "v1" }, { offset: 1234, maxBytes: 10 });
    expect(part).toEqual({ bytes: new Uint8Array(), totalBytes: 1234 });
    expect(service.requests.at(-1)?.operation).toMatch(/^HEAD \/uploads\/a\?.*versionId=v1/);
  });
});

describe("writing", () => {
  test("what S3 refuses is a retryable error that names the call", async () => {
    const { blobs } = await storeOver(() => xmlError("SlowDown", "internal detail", 503));
    await expect(blobs.write({ bucket: "payloads", key: "a" }, "body", "text/plain")).rejects.toMatchObject({
      message: "s3:PutObject failed: SlowDown",
      isRetryable: true,
    });
  });
});
