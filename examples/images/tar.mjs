import { pack } from 'tar-stream';

/**
 * A tar archive in memory, always the same for the same entries.
 * @param {readonly { name: string, content?: string | Buffer, linkTo?: string, isFolder?: boolean, mode?: number }[]} entries in the order given
 * @returns {Promise<Buffer>}
 */
export async function tar(entries) {
  const archive = pack();
  const mtime = new Date(0);
  for (const { name, content, linkTo, isFolder, mode } of entries) {
    if (linkTo !== undefined) archive.entry({ name, type: 'symlink', linkname: linkTo, mtime });
    else if (isFolder) archive.entry({ name, type: 'directory', mode: mode ?? 0o755, mtime });
    else archive.entry({ name, mode: mode ?? 0o644, mtime }, content ?? '');
  }
  archive.finalize();
  const chunks = [];
  for await (const chunk of archive) chunks.push(chunk);
  return Buffer.concat(chunks);
}
