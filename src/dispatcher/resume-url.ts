/** The URL that a resume token makes: a machine posts an answer there, a person opens it. It is as secret as the token. */
export function resumeUrl(apiUrl: string, workflowId: string, token: string): string {
  return `${apiUrl.replace(/\/+$/, "")}/resume/${encodeURIComponent(workflowId)}/${token}`;
}
