import { describe, expect, test } from 'vitest';
import { engineArguments, explainEngine, isDebianLike, planEngine } from '../../../scripts/setup/plan-engine.mjs';

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const ubuntu = 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n';
const mint = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n';
const fedora = 'ID=fedora\n';
const machine = { platform: 'linux', osRelease: debian, isRoot: true, hasSystemd: false, answers: false, refusal: 'ENOENT', dockerHost: undefined, missing: ['docker.io', 'nftables'] };

describe('planEngine', () => {
  test('an engine that answers is left alone', () => {
    expect(planEngine({ ...machine, answers: true, missing: [] })).toEqual([]);
    expect(planEngine({ ...machine, answers: true, missing: ['docker.io'] })).toEqual([]);
    expect(planEngine({ ...machine, answers: true, osRelease: fedora })).toEqual([]);
    expect(planEngine({ ...machine, answers: true, isRoot: false })).toEqual([]);
  });

  test('beside an engine that answers, missing tools are installed', () => {
    expect(planEngine({ ...machine, answers: true })).toEqual([{ kind: 'install', packages: ['nftables'] }]);
  });

  test('Debian as root: installs what is missing and starts an engine', () => {
    expect(planEngine(machine)).toEqual([{ kind: 'install', packages: ['docker.io', 'nftables'] }, { kind: 'start' }]);
    expect(planEngine({ ...machine, missing: [] })).toEqual([{ kind: 'start' }]);
    expect(planEngine({ ...machine, osRelease: ubuntu, hasSystemd: true, missing: [] })).toEqual([{ kind: 'start-unit' }]);
  });

  test.each([{ ...machine, isRoot: false }, { ...machine, osRelease: fedora }, { ...machine, platform: 'darwin', osRelease: '' }])('elsewhere it only explains', (other) => {
    expect(planEngine(other)).toMatchObject([{ kind: 'explain' }]);
  });

  test('an engine that was asked for by DOCKER_HOST is never replaced by another', () => {
    expect(planEngine({ ...machine, dockerHost: 'unix:///x.sock' })).toMatchObject([{ kind: 'explain' }]);
  });
});

test('isDebianLike', () => {
  expect([debian, ubuntu, mint].map(isDebianLike)).toEqual([true, true, true]);
  expect(['', fedora, 'ID=arch\nNAME=debian'].map(isDebianLike)).toEqual([false, false, false]);
});

test.each([
  [{ ...machine, isRoot: false }, 'sudo apt-get update && sudo apt-get install -y docker.io nftables'],
  [{ ...machine, isRoot: false, refusal: 'EACCES' }, 'sudo usermod -aG docker'],
  [{ ...machine, osRelease: fedora }, 'sudo dnf install'],
  [{ ...machine, osRelease: 'ID=alpine\n' }, 'apk add'],
  [{ ...machine, osRelease: 'ID=manjaro\nID_LIKE=arch\n' }, 'sudo pacman'],
  [{ ...machine, platform: 'darwin', osRelease: '' }, 'Docker Desktop'],
  [{ ...machine, osRelease: 'ID=void\n' }, 'docs.docker.com'],
])('explains the way out (%#)', (other, command) => {
  expect(explainEngine(other).join('\n')).toContain(command);
});

test('the engine that set-up starts keeps containers when it stops, and leaves addresses alone', () => {
  expect(engineArguments('/s/docker.pid').join(' ')).toBe('--bip 10.244.0.1/24 --ip-masq=false --userland-proxy=false --live-restore --pidfile /s/docker.pid');
});
