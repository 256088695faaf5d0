/** A classic S3 notification of one object. */
export function classic(object: Record<string, unknown> = {}, eventName = "ObjectCreated:Put") {
  return {
    Records: [
      {
        eventSource: "aws:s3",
        awsRegion: "eu-central-1",
        eventName,
        s3: {
          bucket: { name: "uploads" },
          object: { key: "a.csv", size: 5, eTag: "e1", sequencer: "00A1", ...object },
        },
      },
    ],
  };
}

/** EventBridge's event of the same object. */
export function bridged(object: Record<string, unknown> = {}, detailType = "Object Created") {
  return {
    source: "aws.s3",
    "detail-type": detailType,
    region: "eu-central-1",
    detail: {
      bucket: { name: "uploads" },
      object: { key: "a.csv", size: 5, etag: "e1", sequencer: "00A1", ...object },
    },
  };
}
