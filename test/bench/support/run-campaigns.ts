import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { entryCommand } from '../../../src/lib/entry-command.ts';

/** How long the campaigns are. */
export interface CampaignLengths {
  readonly minutes: number;
  readonly inputs: number;
}

/** Runs every campaign, one after the other, with all that it prints; returns a line for each with its outcome, and whether all went well. */
export async function runCampaigns({ minutes, inputs }: CampaignLengths, tell: (line: string) => void): Promise<{ readonly lines: readonly string[]; readonly isGood: boolean }> {
  const campaigns = [
    { name: 'faults, and a rollout on simulated nodes', file: 'test/chaos/main.ts', args: ['--minutes', String(minutes)] },
    { name: 'leaders that die or freeze, at the default lease', file: 'test/chaos/main.ts', args: ['--minutes', String(Math.min(minutes, 3)), '--lease', '15', '--every', '20', '--faults', 'kill-leader,freeze-leader', '--kills', '0'] },
    { name: 'a rollout in real containers', file: 'test/chaos/main.ts', args: ['--minutes', '0', '--rollout', 'docker'] },
    { name: 'malformed inputs', file: 'test/fuzz/main.ts', args: ['--inputs', String(inputs)] },
  ];
  const lines: string[] = [];
  let isGood = true;
  for (const { name, file, args } of campaigns) {
    tell(`\n── ${name}: ${file} ${args.join(' ')}`);
    const { code, said } = await run(entryCommand(file, args), tell);
    const verdicts = said.filter((line) => /^(seed|faults|operations|takeovers|verdict) {2,}|^fuzz: /.test(line));
    lines.push(`${name}: ${code === 0 ? 'good' : `ended with ${code}`}`, ...verdicts.map((line) => `  ${line}`));
    isGood &&= code === 0;
  }
  return { lines, isGood };
}

function run([program, ...args]: readonly [string, ...string[]], tell: (line: string) => void): Promise<{ readonly code: number | null; readonly said: readonly string[] }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    tell(line);
  });
  return new Promise((resolve) => { child.once('close', (code) => resolve({ code, said })); });
}
