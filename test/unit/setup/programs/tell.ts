// Tells what it was started with, and ends as it is asked to.
import path from 'node:path';
import { projectFile } from '../../../../src/lib/project-file.ts';

const [, program = '', ...args] = process.argv;

function failOnPurpose(): never {
  throw new Error('as asked');
}

process.stdout.write(`${JSON.stringify({ program: path.relative(projectFile('.'), program), args, package: projectFile('package.json') })}\n`);
if (args[0] === 'fail') failOnPurpose();
if (args[0] === 'stay') setInterval(() => undefined, 1_000);
if (args[0] === 'exit') process.exit(7);
