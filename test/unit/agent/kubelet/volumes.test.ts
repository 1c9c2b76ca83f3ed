import { mkdtemp, mkdir, readFile, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseItems } from '../../../../agent/kubelet/volumes/choose-items.ts';
import { hostPathVolume } from '../../../../agent/kubelet/volumes/host-path.ts';
import { createPodVolumes } from '../../../../agent/kubelet/volumes/pod-volumes.ts';
import { resolveSubPath } from '../../../../agent/kubelet/volumes/sub-path.ts';
import { mountPointsBelow } from '../../../../agent/kubelet/volumes/tmpfs.ts';
import { writeAtomically } from '../../../../agent/kubelet/volumes/write-atomically.ts';
import { storedPod } from './pod-model.ts';

const noTmpfs = { mount: (directory: string) => mkdir(directory, { recursive: true }).then(() => undefined), unmountBelow: () => Promise.resolve() };

describe('volumes', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gantry-volumes-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const payload = (files: Record<string, string>, mode = 0o644) => new Map(Object.entries(files).map(([name, text]) => [name, { data: Buffer.from(text), mode }]));

  it('change as one: through a single link that is swapped', async () => {
    expect(await writeAtomically(folder, payload({ a: '1', 'sub/b': '2' }))).toBe(true);
    const first = await readlink(path.join(folder, '..data'));
    expect(await writeAtomically(folder, payload({ a: '1', 'sub/b': '2' }))).toBe(false);
    expect(await writeAtomically(folder, payload({ a: '3', c: '4' }, 0o600))).toBe(true);
    expect(await readFile(path.join(folder, 'a'), 'utf8')).toBe('3');
    expect((await stat(path.join(folder, 'c'))).mode & 0o777).toBe(0o600);
    const names = await readdir(folder);
    expect(names.filter((name) => !name.startsWith('..')).sort()).toEqual(['a', 'c']);
    expect(names).not.toContain(first);
  });

  it('take named keys to their paths, and refuse a missing one', () => {
    const data = new Map([['key', Buffer.from('x')]]);
    expect([...chooseItems(data, [{ key: 'key', path: 'to/file', mode: 0o400 }], 0o644, false, 'it')]).toEqual([['to/file', { data: Buffer.from('x'), mode: 0o400 }]]);
    expect(() => chooseItems(data, [{ key: 'none', path: 'p' }], 0o644, false, 'configmap "c"')).toThrow('configmap "c" references non-existent key: none');
    expect(chooseItems(data, [{ key: 'none', path: 'p' }], 0o644, true, 'it').size).toBe(0);
  });

  it('keep subPath within the volume, also through links', async () => {
    await mkdir(path.join(folder, 'inner'));
    await symlink('/etc', path.join(folder, 'out'));
    expect(await resolveSubPath(folder, 'inner/new')).toBe(path.join(folder, 'inner/new'));
    await expect(resolveSubPath(folder, '../x')).rejects.toThrow('leads out');
    await expect(resolveSubPath(folder, 'out')).rejects.toThrow('leads out');
  });

  it('check the type of a hostPath and make what may be made', async () => {
    const at = (name: string, type: string) => {
      const pod = storedPod({ containers: [{ name: 'a', image: 'a' }], volumes: [{ name: 'v', hostPath: { path: path.join(folder, name), type } }] });
      const none = () => Promise.resolve();
      const sources = { configMap: () => undefined, secret: () => undefined, services: () => [], addresses: {}, allocatable: {} };
      return hostPathVolume.prepare({ pod, volume: pod.spec.volumes[0]!, directory: folder, sources, tmpfs: { mount: none, unmountBelow: none } });
    };
    expect((await stat(await at('dir', 'DirectoryOrCreate'))).mode & 0o7777).toBe(0o755);
    expect((await stat(await at('file', 'FileOrCreate'))).mode & 0o7777).toBe(0o644);
    await expect(at('dir', 'File')).rejects.toThrow('is not a File');
    await expect(at('none', 'Directory')).rejects.toThrow('does not exist');
    await expect(at('file', 'Socket')).rejects.toThrow('is not a Socket');
  });

  it('note when the end of a Pod began, for the next agent too, until all of it is removed', async () => {
    const volumes = () => createPodVolumes({ folder, tmpfs: noTmpfs, dns: () => Promise.reject(new Error('no DNS is wanted')) });
    expect([await volumes().endBeganAtMs('uid-1', 1000), await volumes().endBeganAtMs('uid-1', 5000)]).toEqual([1000, 1000]);
    expect(await volumes().list()).toEqual(['uid-1']);
    await volumes().remove('uid-1');
    expect(await volumes().endBeganAtMs('uid-1', 9000)).toBe(9000);
  });

  it('say which emptyDir on disk has grown beyond its limit', async () => {
    const volumes = createPodVolumes({ folder, tmpfs: noTmpfs, dns: () => Promise.reject(new Error('no DNS is wanted')) });
    const pod = storedPod({ containers: [{ name: 'a', image: 'a' }], volumes: [{ name: 'free' }, { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Ki' } }, { name: 'small', emptyDir: { sizeLimit: '100Ki' } }] });
    await volumes.prepare(pod, { configMap: () => undefined, secret: () => undefined, services: () => [], addresses: {}, allocatable: {} });
    const write = (name: string) => writeFile(path.join(folder, pod.metadata.uid, 'volumes', name, 'data'), Buffer.alloc(200 * 1024, 1));
    await write('free');
    expect(await volumes.overLimit(pod)).toBeUndefined();
    await write('small');
    expect(await volumes.overLimit(pod)).toBe('Usage of EmptyDir volume "small" exceeds the limit "100Ki".');
  });

  it('find the mounts below a folder, deepest first', () => {
    const line = (point: string): string => `36 35 98:0 / ${point} rw - tmpfs tmpfs rw`;
    expect(mountPointsBelow(['/a', '/a/b\\040c', '/ab', '/x/a'].map(line).join('\n'), '/a')).toEqual(['/a/b c', '/a']);
  });
});
