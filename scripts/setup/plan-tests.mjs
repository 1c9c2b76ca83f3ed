/**
 * One part of `npm test`: a check that passes or fails as a whole, or a run of vitest over some of its projects.
 * `machine`: the name of a machine of its own (`scripts/machine.mjs`) that it runs on, because it owns ports, routes and packet rules.
 * @typedef {{ name: string, kind: 'check', script: string } | { name: string, kind: 'vitest', projects: readonly string[], machine?: string }} Part
 */

/** @type {readonly Part[]} */
const parts = [
  { name: 'types', kind: 'check', script: 'typecheck' },
  { name: 'lint', kind: 'check', script: 'lint' },
  { name: 'unit', kind: 'vitest', projects: ['unit'] },
  { name: 'conformance', kind: 'vitest', projects: ['conformance'] },
  { name: 'integration', kind: 'vitest', projects: ['integration'] },
  { name: 'chaos', kind: 'vitest', projects: ['chaos'] },
  { name: 'e2e', kind: 'vitest', projects: ['e2e'], machine: 'gantry-e2e' },
];

/**
 * The parts to run. Without names all of them; conformance, integration and chaos then share one run.
 * @param {readonly string[]} args names of parts, and after them anything for vitest
 * @returns {{ parts: readonly Part[], vitestArgs: readonly string[] }}
 */
export function planTests(args) {
  const names = args.filter((arg) => parts.some((part) => part.name === arg));
  const vitestArgs = args.filter((arg) => !names.includes(arg));
  if (names.length > 0) return { parts: parts.filter((part) => names.includes(part.name)), vitestArgs };
  // Further arguments alone, such as a file, are for vitest: checks of the whole project are left out.
  const chosen = vitestArgs.length > 0 ? parts.filter((part) => part.kind === 'vitest') : parts;
  return { parts: share(chosen), vitestArgs };
}

/** @param {readonly Part[]} chosen @returns {readonly Part[]} */
function share(chosen) {
  return chosen.flatMap((part) => {
    if (part.name === 'integration' || part.name === 'chaos') return [];
    return part.name === 'conformance'
      ? [{ name: 'conformance, integration and chaos', kind: /** @type {const} */ ('vitest'), projects: ['conformance', 'integration', 'chaos'] }] : [part];
  });
}
