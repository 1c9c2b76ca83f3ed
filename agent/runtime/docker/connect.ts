import Docker from 'dockerode';
import { Agent } from 'node:http';
import { inspect } from 'node:util';

/** Connections kept for the next call: more are needed only while many calls run at once. */
const keptConnections = 8;

/** dockerode turns all options of every call into text for its debug output, whether that is wanted or not: this one of them must be short. */
class KeptConnections extends Agent {
  [inspect.custom](): string {
    return 'KeptConnections';
  }
}

/** The engine behind a unix socket. Opens nothing until it is first called; idle connections keep no process alive. */
export function connectDocker(socketPath: string): Docker {
  const options: Docker.DockerOptions & { readonly agent: Agent } = { socketPath, agent: new KeptConnections({ keepAlive: true, maxFreeSockets: keptConnections }) };
  return new Docker(options);
}
