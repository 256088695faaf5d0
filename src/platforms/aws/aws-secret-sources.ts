import type { SecretSource } from "../../ports/secrets.ts";
import { callService } from "./call-service.ts";
import { quickService } from "./client-limits.ts";

/** Where the clients of the two services find them, and how; Lambda's environment says so when absent. */
export interface SecretClientConfig {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts?: number;
}

/**
 * `ssm:` reads parameters of the Systems Manager Parameter Store, decrypted; `secretsmanager:` reads the text of secrets
 * of Secrets Manager, by name or ARN, but never the resume key, which the dispatcher's role may read too. Each client is
 * loaded when it is first needed: most containers need neither. They reject with a retryable `service.failed`.
 */
export function createAwsSecretSources(
  config: SecretClientConfig = {},
  resumeKeySecretArn?: string,
): Readonly<Record<"ssm" | "secretsmanager", SecretSource>> {
  const options = { ...quickService, ...config };
  const ssm = once(async () => {
    const { GetParameterCommand, SSMClient } = await import("./ssm.ts");
    return { client: new SSMClient(options), GetParameterCommand };
  });
  const secretsManager = once(async () => {
    const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
    return { client: new SecretsManagerClient(options), GetSecretValueCommand };
  });
  return {
    ssm: {
      read: async (Name) => {
        const { client, GetParameterCommand } = await ssm();
        const command = new GetParameterCommand({ Name, WithDecryption: true });
        const notFound = ["ParameterNotFound", "ParameterVersionNotFound"];
        return (await readSecret("ssm:GetParameter", notFound, () => client.send(command)))?.Parameter?.Value;
      },
    },
    secretsmanager: {
      read: async (SecretId) => {
        const { client, GetSecretValueCommand } = await secretsManager();
        const command = new GetSecretValueCommand({ SecretId });
        const notFound = ["ResourceNotFoundException"];
        const found = await readSecret("secretsmanager:GetSecretValue", notFound, () => client.send(command));
        return found?.ARN !== undefined && found.ARN === resumeKeySecretArn ? undefined : found?.SecretString;
      },
    },
  };
}

/**
 * Undefined for one of the errors that say "not found". An error that is not the service's own goes without its text:
 * a broken answer is quoted there, with the secret (I16).
 */
async function readSecret<TResult>(
  operation: string,
  notFound: readonly string[],
  call: () => Promise<TResult>,
): Promise<TResult | undefined> {
  return callService(operation, async () => {
    try {
      return await call();
    } catch (error) {
      const { name } = error instanceof Error ? error : new Error();
      if (notFound.includes(name)) return undefined;
      throw error instanceof Error && "$fault" in error ? error : Object.assign(new Error(), { name });
    }
  });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
