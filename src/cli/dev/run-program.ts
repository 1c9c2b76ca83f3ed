import { execFile } from 'node:child_process';
import { CommandFailure } from '../command.ts';

/** Runs a program; its output. A failure says what was run and why it failed. */
export function runProgram(program: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { encoding: 'utf8' }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else reject(new CommandFailure(`${program} ${args.join(' ')}: ${stderr.trim() || error.message}`));
    });
  });
}

/** `ip` with a line of arguments. */
export function ip(line: string): Promise<string> {
  return runProgram('ip', ...line.split(' '));
}

/** A line of `ip` whose failure does not matter, such as the removal of what is not there. */
export async function tryIp(line: string): Promise<boolean> {
  return ip(line).then(() => true, () => false);
}
