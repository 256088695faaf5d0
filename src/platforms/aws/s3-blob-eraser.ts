import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { RefluxoError } from "../../engine/index.ts";
import type { BlobEraser } from "../../ports/blob-eraser.ts";
import { callService } from "./call-service.ts";

/** Erases objects in buckets without versions: in others an older version would stay. */
export class S3BlobEraser implements BlobEraser {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async eraseFolder({ bucket, prefix }: { bucket: string; prefix: string }): Promise<void> {
    for (;;) {
      const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix });
      const { Contents = [] } = await callService("s3:ListObjectsV2", () => this.#client.send(list));
      const objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : { Key }));
      // What is listed is gone before the next list, so the first page is always the one that is left.
      if (objects.length === 0) return;
      const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } });
      const { Errors = [] } = await callService("s3:DeleteObjects", () => this.#client.send(command));
      const [error] = Errors;
      if (error === undefined) continue;
      throw new RefluxoError("service.failed", `s3:DeleteObjects failed: ${error.Code}`, { isRetryable: true });
    }
  }
}
