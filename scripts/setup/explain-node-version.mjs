/**
 * What is wrong with a version of Node, for a person; undefined where it is new enough.
 * @param {string} version such as 20.20.2
 * @param {string} wanted such as >=20.19
 * @returns {string | undefined}
 */
export function explainNodeVersion(version, wanted) {
  const least = wanted.replace('>=', '').split('.').map(Number);
  const parts = version.split('.').map(Number);
  for (let i = 0; i < least.length; i += 1) {
    if (parts[i] > least[i]) return undefined;
    if (parts[i] < least[i]) return `Gantry needs Node ${least.join('.')} or later; this is ${version}. Install it from https://nodejs.org or with a version manager, then try again.`;
  }
  return undefined;
}
