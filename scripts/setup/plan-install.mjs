/**
 * Whether what npm installed is what the lock file asks for, by npm's own record of it (`node_modules/.package-lock.json`).
 * Optional packages may be missing: they are for other platforms.
 * @param {string} wantedText package-lock.json
 * @param {string | undefined} foundText the record, where there is one
 */
export function isInstalled(wantedText, foundText) {
  if (foundText === undefined) return false;
  const wanted = JSON.parse(wantedText).packages;
  const found = JSON.parse(foundText).packages;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '' || entry.link) return true;
    const there = found[name];
    if (!there) return Boolean(entry.optional || entry.devOptional || entry.peer);
    return there.version === entry.version && there.integrity === entry.integrity;
  }) && Object.keys(found).every((name) => name in wanted);
}

/**
 * Whether dependencies must be installed, with the reason for a person.
 * @param {{ stamp: string | undefined, wantedStamp: string, lock: string, record: string | undefined, hasNewNode: boolean }} facts
 *   stamp: text of the stamp file; record: npm's own record; hasNewNode: the stamp is of another version of Node
 * @returns {{ isStale: false, isStamped: boolean } | { isStale: true, reason: string }}
 */
export function planInstall({ stamp, wantedStamp, lock, record, hasNewNode }) {
  if (stamp === wantedStamp) return { isStale: false, isStamped: true };
  if (record === undefined) return { isStale: true, reason: 'not installed yet' };
  if (hasNewNode) return { isStale: true, reason: 'installed for another version of Node' };
  if (!isInstalled(lock, record)) return { isStale: true, reason: 'package-lock.json has changed' };
  return { isStale: false, isStamped: false };
}
