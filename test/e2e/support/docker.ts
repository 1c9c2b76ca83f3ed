import { request } from 'node:http';

/** One running container. */
export interface ContainerView {
  readonly id: string;
  readonly name: string;
  readonly podName: string;
  readonly podUid: string;
}

/** All running containers of an engine. */
export async function listContainers(socket: string): Promise<ContainerView[]> {
  const list = JSON.parse(await dockerGet(socket, '/containers/json')) as { Id: string; Names: string[]; Labels: Record<string, string> }[];
  return list.map((c) => ({ id: c.Id, name: c.Names[0]!.slice(1), podName: c.Labels['io.kubernetes.pod.name'] ?? '', podUid: c.Labels['io.kubernetes.pod.uid'] ?? '' }));
}

/** The ids of all running containers, sorted. */
export async function runningContainers(socket: string): Promise<string[]> {
  return (await listContainers(socket)).map((c) => c.id).sort();
}

/** GET at the engine's API; the body as text. Rejects when it refuses or is silent for 20 s. */
export const dockerGet = (socket: string, urlPath: string) => call(socket, 'GET', urlPath);

/** POST (or another method) at the engine's API; the body of the answer as text. Rejects when it refuses. */
export const dockerPost = (socket: string, urlPath: string, body?: unknown, method = 'POST') => call(socket, method, urlPath, body);

function call(socket: string, method: string, urlPath: string, body?: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: socket, path: urlPath, method, timeout: 20_000, headers: { 'content-type': 'application/json' } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => { text += part; })
        .on('end', () => (response.statusCode! < 400 ? resolve(text) : reject(new Error(`${method} ${urlPath}: ${response.statusCode} ${text}`))));
    });
    outgoing.on('error', reject).on('timeout', () => outgoing.destroy(new Error('the engine does not answer')));
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
