import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { BlobName, BlobPart, BlobStore } from "../../ports/blob-store.ts";
import { callService } from "./call-service.ts";

/** Objects in S3. */
export class S3BlobStore implements BlobStore {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async read(
    { bucket, key, versionId }: BlobName,
    range?: { offset: number; maxBytes: number },
  ): Promise<BlobPart | undefined> {
    const object = { Bucket: bucket, Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
    const command = new GetObjectCommand({
      ...object,
      ...(range && { Range: `bytes=${range.offset}-${range.offset + range.maxBytes - 1}` }),
    });
    return callService("s3:GetObject", async () => {
      try {
        const { Body, ContentLength, ContentRange } = await this.#client.send(command);
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        return { bytes, totalBytes: totalOf(ContentRange) ?? ContentLength ?? bytes.byteLength };
      } catch (error) {
        if (isNamed(error, "NoSuchKey") || isNamed(error, "NoSuchVersion")) return undefined;
        if (!isNamed(error, "InvalidRange")) throw error;
        // Past the end; where that is, only HeadObject says in the same way everywhere.
        const { ContentLength = 0 } = await this.#client.send(new HeadObjectCommand(object));
        return { bytes: new Uint8Array(), totalBytes: ContentLength };
      }
    });
  }

  async write(
    { bucket, key }: Omit<BlobName, "versionId">,
    body: string | Uint8Array,
    contentType: string,
  ): Promise<void> {
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType });
    await callService("s3:PutObject", () => this.#client.send(command));
  }
}

/** The size of the whole object in `bytes 0-99/1234`. */
function totalOf(contentRange: string | undefined): number | undefined {
  const total = contentRange === undefined ? undefined : /\/(\d+)$/.exec(contentRange)?.[1];
  return total === undefined ? undefined : Number(total);
}

/** By name, since the SDK has classes for some of these errors only. */
function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
