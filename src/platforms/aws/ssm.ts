// Loaded when a secret is first read; named imports, so that the bundler leaves the other commands out.
export { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
