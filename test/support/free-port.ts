import { createServer } from 'node:net';

const taken = new Set<number>();

/**
 * A port of this machine on which nothing listens, for a program that is started and stopped while it keeps its port. The system gives ports from 32768 on
 * to whoever asks for any, at any moment; so this one lies below.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 9_000);
    if (!taken.has(port) && await isFree(port)) {
      taken.add(port);
      return port;
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
