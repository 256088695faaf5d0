import type { LocalStack } from "../run-local-stack.ts";

/** What to try next, ready to paste; `waiting` is the workflow that waits for an answer, if one does, and the link to its page. */
export function nextCommands(
  { endpoints, developmentKey, names }: LocalStack,
  stateFolder: string,
  waiting: { readonly workflowId: string; readonly link: string | undefined } | undefined,
): string {
  const { http, s3 } = endpoints;
  // A line of its own for the answer; the shell's prompt would follow it otherwise.
  const curl = "curl -s -w '\\n'";
  const key = `-H "authorization: Bearer ${developmentKey}"`;
  const json = `-H "content-type: application/json"`;
  const approval =
    waiting === undefined
      ? ""
      : `
Look at the order that waits for a person:
  ${curl} ${key} ${http}/workflows/${waiting.workflowId}${
    waiting.link === undefined
      ? ""
      : `
Approve it in a browser, as somebody to whom the link was mailed:
  ${waiting.link}`
  }
Approve it:
  ${curl} -X POST ${key} ${json} -d '{"payload":{"approved":true,"by":"you"}}' ${http}/workflows/${waiting.workflowId}/resume`;
  return `
The application is up at ${http}; its state is in ${stateFolder}/, so stop it in any way and start it again.
Development key (the local stand-in for IAM): ${developmentKey}
${approval}
Start another order:
  ${curl} -X POST ${key} ${json} -d "{\\"definitionId\\":\\"order-fulfilment\\",\\"input\\":$(cat src/workflows/samples/order-small.json)}" ${http}/workflows
Import a CSV by uploading it:
  curl -s -T src/workflows/samples/products.csv ${s3}/${names["UploadBucket"]}/incoming/products.csv
Update prices from a list of 10,000 rows, with 100 child workflows:
  curl -s -T src/workflows/samples/prices.csv ${s3}/${names["UploadBucket"]}/prices/spring.csv
Stop with Ctrl-C.
`;
}
