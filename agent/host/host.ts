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

/**
 * This machine. `prefix` is put before every command line, such as `['nsenter', '--net=/run/netns/n1']`.
 * A program that is not on the PATH is looked for where administrators' programs are, as the PATH of a login by `su` lacks them.
 */
export function createHost(prefix: readonly string[] = []): Host {
  return {
    async run(program, args, input) {
      try {
        return await runCommand(program, [...prefix, program, ...args], input);
      } catch (error) {
        if (!(error instanceof CommandError) || !error.isMissing || program.includes('/')) throw error;
        return runCommand(program, [...prefix, `/usr/sbin/${program}`, ...args], input);
      }
    },
  };
}

function runCommand(name: string, [command = name, ...args]: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => reject(new CommandError(name, error.message)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else reject(new CommandError(name, Buffer.concat(err).toString().trim() || (signal ? `ended by ${signal}` : `exit code ${code}`)));
    });
    child.stdin.on('error', () => undefined); // the program ended before it read all; its exit code tells why
    child.stdin.end(input);
  });
}
