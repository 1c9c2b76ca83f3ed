import { spawn } from 'node:child_process';

/** Runs a program on the node; tests run it in a network namespace. */
export interface Host {
  /**
   * The program's standard output. Rejects with CommandError where it cannot start, fails, or takes longer than 30 s.
   * `input` is sent to its standard input.
   */
  run(program: string, args: readonly string[], input?: string): Promise<string>;
}

/** A program that did not do what was asked. `isMissing`: it is not installed; `isForbidden`: root is needed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly isMissing: boolean;
  readonly isForbidden: boolean;
  constructor(program: string, message: string) {
    super(`${program}: ${message}`);
    this.isMissing = /ENOENT|executable file not found|failed to execute .*No such file/.test(message);
    this.isForbidden = /not permitted|permission denied|EACCES|you must be root/i.test(message);
  }
}

const timeoutMs = 30_000;

/** This machine. `prefix` is put before every command line, such as `['nsenter', '--net=/run/netns/n1']`. */
export function createHost(prefix: readonly string[] = []): Host {
  return {
    run: (program, args, input) => new Promise((resolve, reject) => {
      const [command = program, ...rest] = [...prefix, program, ...args];
      const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs, env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.on('error', (error) => reject(new CommandError(program, error.message)));
      child.on('close', (code, signal) => {
        if (code === 0) resolve(Buffer.concat(out).toString());
        else reject(new CommandError(program, Buffer.concat(err).toString().trim() || (signal ? `ended by ${signal}` : `exit code ${code}`)));
      });
      child.stdin.on('error', () => undefined); // the program ended before it read all; its exit code tells why
      child.stdin.end(input ?? '');
    }),
  };
}
