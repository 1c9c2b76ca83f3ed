import { UsageError, namespaceOption, text } from '../command.ts';
import type { Command } from '../command.ts';

const tail = `query podLogs($namespace: String, $name: String!, $container: String, $tailLines: Int, $previous: Boolean) {
  result: podLogs(namespace: $namespace, name: $name, container: $container, tailLines: $tailLines, previous: $previous) { lines } }`;
const follow = `subscription podLogs($namespace: String, $name: String!, $container: String, $tailLines: Int) {
  result: podLogs(namespace: $namespace, name: $name, container: $container, tailLines: $tailLines) { line } }`;

/** Shows the end of a container's log, and with `-f` each line as it is written. */
export const logs: Command = {
  usage: 'POD [-c CONTAINER] [-n NAMESPACE] [--tail LINES] [-f] [--previous]',
  summary: "Shows the end of a container's log; -f goes on as lines are written.",
  options: { ...namespaceOption, container: { type: 'string', short: 'c' }, tail: { type: 'string' }, follow: { type: 'boolean', short: 'f' }, previous: { type: 'boolean' } },
  async run({ client, print, signal }, { positionals: [name, more], values }) {
    if (name === undefined || more !== undefined) throw new UsageError(`usage: gantry logs ${this.usage}`);
    const tailLines = Number(text(values, 'tail') ?? 100);
    if (!Number.isInteger(tailLines) || tailLines < 0) throw new UsageError('--tail is a whole number of lines');
    const variables = { namespace: text(values, 'namespace') ?? 'default', name, container: text(values, 'container'), tailLines };
    if (values['follow'] !== true) {
      const { result } = await (await client()).request<{ result: { lines: readonly string[] } }>(tail, { ...variables, previous: values['previous'] === true });
      print(result.lines.map((line) => `${line}\n`).join(''));
      return;
    }
    for await (const { result } of (await client()).subscribe<{ result: { line: string } }>(follow, variables, signal)) print(`${result.line}\n`);
  },
};
