// Loaded when an object is first read or written; named imports, so that the bundler leaves the other commands out.
export { S3Client } from "@aws-sdk/client-s3";
