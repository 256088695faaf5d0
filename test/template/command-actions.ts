/** What IAM asks for an SDK command: these actions, on what the function's environment names. */
export interface CommandActions {
  readonly actions: readonly string[];
  /** The variable that names the resource, or the resource itself where nodes name it. */
  readonly variable: string;
  readonly isNamedByNodes?: true;
  /** Whether the actions are on the objects of the bucket, not on the bucket. */
  readonly isOnObjects?: true;
}

const table = "TABLE_NAME";
const bucket = { variable: "PAYLOAD_BUCKET", isOnObjects: true } as const;

/** The commands that this application uses, by the Service Authorization Reference. */
export const commandActions: Readonly<Record<string, CommandActions>> = {
  GetItemCommand: { actions: ["dynamodb:GetItem"], variable: table },
  PutItemCommand: { actions: ["dynamodb:PutItem"], variable: table },
  QueryCommand: { actions: ["dynamodb:Query"], variable: table },
  UpdateItemCommand: { actions: ["dynamodb:UpdateItem"], variable: table },
  SendMessageBatchCommand: { actions: ["sqs:SendMessage"], variable: "QUEUE_URL" },
  ChangeMessageVisibilityCommand: { actions: ["sqs:ChangeMessageVisibility"], variable: "QUEUE_URL" },
  PutEventsCommand: { actions: ["events:PutEvents"], variable: "EVENT_BUS_NAME" },
  // Steps go in batches; poison is sent by itself, and so is what nodes send to the queues that a parameter names.
  SendMessageCommand: { actions: ["sqs:SendMessage"], variable: "DEAD_LETTER_QUEUE_URL" },
  GetObjectCommand: { actions: ["s3:GetObject"], ...bucket },
  HeadObjectCommand: { actions: ["s3:GetObject"], ...bucket },
  PutObjectCommand: { actions: ["s3:PutObject"], ...bucket },
  BatchGetItemCommand: { actions: ["dynamodb:BatchGetItem"], variable: table },
  BatchWriteItemCommand: { actions: ["dynamodb:BatchWriteItem"], variable: table },
  DeleteObjectsCommand: { actions: ["s3:DeleteObject"], ...bucket },
  ListObjectsV2Command: { actions: ["s3:ListBucket"], variable: "PAYLOAD_BUCKET" },
  GetParameterCommand: { actions: ["ssm:GetParameter"], variable: "SecretParameterPath*", isNamedByNodes: true },
  GetSecretValueCommand: { actions: ["secretsmanager:GetSecretValue"], variable: "RESUME_KEY_SECRET_ARN" },
};
