/** One thing to send to a server: an HTTP request, or what goes over one WebSocket. */
export type FuzzInput =
  | { readonly via: 'http'; readonly method: string; readonly query: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly via: 'websocket'; readonly messages: readonly (string | Uint8Array)[] };

/** Stands for an administrator's token where an input carries one. */
export const tokenMark = 'ADMIN-TOKEN';

/** A POST as clients send it. */
export function post(body: unknown): FuzzInput {
  return { via: 'http', method: 'POST', query: '', headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenMark}` }, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
