import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { entryCommand } from '../../../src/lib/entry-command.ts';

/** How long the campaigns are. */
export interface CampaignLengths {
  readonly minutes: number;
  readonly inputs: number;
}

/** Who looks on. */
export interface Onlooker {
  /** Every line that is printed. */
  tell(line: string): void;
  /** Each campaign's process. */
  started(child: ChildProcess): void;
  /** Whether the campaigns that have not begun are left out. */
  isEnding(): boolean;
}

/** Runs every campaign, one after the other, with all that it prints; returns a line for each with its outcome, and whether all went well. */
export async function runCampaigns({ minutes, inputs }: CampaignLengths, onlooker: Onlooker): Promise<{ readonly lines: readonly string[]; readonly isGood: boolean }> {
  const campaigns = [
    { name: 'faults, and a rollout on simulated nodes', file: 'test/chaos/main.ts', args: ['--minutes', String(minutes)] },
    { name: 'leaders that die or freeze, at the default lease', file: 'test/chaos/main.ts', args: ['--minutes', String(Math.min(minutes, 3)), '--lease', '15', '--every', '20', '--faults', 'kill-leader,freeze-leader', '--kills', '0'] },
    { name: 'a rollout in real containers', file: 'test/chaos/main.ts', args: ['--minutes', '0', '--rollout', 'docker'] },
    { name: 'malformed inputs', file: 'test/fuzz/main.ts', args: ['--inputs', String(inputs)] },
  ];
  const lines: string[] = [];
  let isGood = true;
  for (const { name, file, args } of campaigns) {
    if (onlooker.isEnding()) {
      lines.push(`${name}: left out`);
      continue;
    }
    onlooker.tell(`\n── ${name}: ${file} ${args.join(' ')}`);
    const { code, said } = await run(entryCommand(file, args), onlooker);
    const verdicts = said.filter((line) => /^(seed|faults|operations|takeovers|verdict) {2,}|^fuzz: /.test(line));
    lines.push(`${name}: ${code === 0 ? 'good' : `ended with ${code}`}`, ...verdicts.map((line) => `  ${line}`));
    isGood &&= code === 0;
  }
  return { lines, isGood };
}

function run([program, ...args]: readonly [string, ...string[]], { tell, started }: Onlooker): Promise<{ readonly code: number | null; readonly said: readonly string[] }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  started(child);
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    tell(line);
  });
  return new Promise((resolve) => { child.once('close', (code) => resolve({ code, said })); });
}
