/** Where the emulators listen, and how to sign requests to them: everything that an AWS SDK client needs. */
export interface Endpoints {
  /** SQS clients also need `useQueueUrlAsEndpoint: false`, or queue URLs of this very address. */
  readonly sqs: string;
  /** S3 clients also need `forcePathStyle: true`. */
  readonly s3: string;
  readonly dynamodb: string;
  /** PutEvents only. */
  readonly eventBridge: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The account that the emulators play. */
export const localAccountId = "000000000000";

/** The region that the emulators play: the SDKs' own default, so that ARNs agree whoever asks. */
export const localRegion = "us-east-1";
