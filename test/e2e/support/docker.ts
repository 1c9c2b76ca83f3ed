import { request } from 'node:http';
import { dockerGet } from './engine.ts';

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

/** POST at the engine's API; rejects when it refuses. */
export function dockerPost(socket: string, urlPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ socketPath: socket, path: urlPath, method: 'POST' }, (response) => {
      response.resume().once('end', () => (response.statusCode! < 400 ? resolve() : reject(new Error(`${urlPath}: ${response.statusCode}`))));
    }).on('error', reject).end();
  });
}
