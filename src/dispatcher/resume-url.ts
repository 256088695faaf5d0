/**
 * The URL that a resume token makes: a machine posts an answer there, a person opens it. It is as secret as
 * the token. Neither an id nor a token has a character that a URL would change.
 */
export function resumeUrl(apiUrl: string, workflowId: string, token: string): string {
  return `${apiUrl.replace(/\/+$/, "")}/resume/${workflowId}/${token}`;
}
