import { createServer } from "node:http";
import { listen } from "../../src/platforms/local/loopback.ts";

/** A Secrets Manager that runs. */
export interface SecretsManager {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Plays GetSecretValue of Secrets Manager over its wire protocol; any other call, or another secret, is refused. */
export async function startSecretsManager(secrets: Readonly<Record<string, string>>): Promise<SecretsManager> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { SecretId }: { readonly SecretId?: string } = JSON.parse(Buffer.concat(chunks).toString());
    const isGet = request.headers["x-amz-target"] === "secretsmanager.GetSecretValue";
    const SecretString = isGet ? secrets[SecretId ?? ""] : undefined;
    response.writeHead(SecretString === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(
      JSON.stringify(SecretString === undefined ? { __type: "ResourceNotFoundException" } : { SecretString }),
    );
  });
  const port = await listen(server, 0, { title: "Secrets Manager", portVariable: "none" });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
