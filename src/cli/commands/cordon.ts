import { UsageError } from '../command.ts';
import type { Command } from '../command.ts';

function command(verb: 'cordonNode' | 'uncordonNode', word: string, summary: string): Command {
  return {
    usage: 'NODE', summary, options: {},
    async run({ client, print }, { positionals: [name, more] }) {
      if (name === undefined || more !== undefined) throw new UsageError(`usage: gantry ${word} NODE`);
      await (await client()).request(`mutation ${verb}($name: String!) { ${verb}(name: $name) { revision } }`, { name });
      print(`node ${name} is ${word}ed\n`);
    },
  };
}

/** Keeps new Pods away from a node. */
export const cordon = command('cordonNode', 'cordon', 'Keeps new Pods away from a node; running ones stay.');

/** Lets them come again. */
export const uncordon = command('uncordonNode', 'uncordon', 'Lets new Pods come to a node again.');
