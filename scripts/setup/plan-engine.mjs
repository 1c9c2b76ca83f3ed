/**
 * What is known about a machine before its Docker Engine is looked for.
 * @typedef {object} Machine
 * @property {string} platform as process.platform
 * @property {string} osRelease text of /etc/os-release, or ''
 * @property {boolean} isRoot
 * @property {boolean} hasSystemd whether systemd runs this machine
 * @property {boolean} answers whether an engine answers
 * @property {string | undefined} refusal why it could not be asked: 'EACCES', 'ENOENT', 'ECONNREFUSED' …
 * @property {string | undefined} dockerHost DOCKER_HOST where it is set
 * @property {readonly string[]} missing names of `packages` whose programs are missing
 */

/**
 * Debian packages and the program by which each is recognised. An engine that already runs makes the first one unnecessary.
 * @type {Readonly<Record<string, string>>}
 */
export const packages = {
  'docker.io': 'dockerd',
  nftables: 'nft',
  iptables: 'iptables',
  iproute2: 'ip',
  conntrack: 'conntrack',
  'busybox-static': 'busybox',
};

/**
 * The steps that make an engine answer, or what a person must do.
 * @typedef {{ kind: 'install', packages: readonly string[] } | { kind: 'start' } | { kind: 'start-unit' } | { kind: 'explain', lines: readonly string[] }} EngineStep
 * @param {Machine} machine
 * @returns {readonly EngineStep[]}
 */
export function planEngine(machine) {
  const mayInstall = machine.isRoot && machine.platform === 'linux' && isDebianLike(machine.osRelease);
  if (machine.answers) {
    const extras = machine.missing.filter((name) => name !== 'docker.io');
    return mayInstall && extras.length > 0 ? [{ kind: 'install', packages: extras }] : [];
  }
  if (machine.dockerHost) return [{ kind: 'explain', lines: [`DOCKER_HOST is ${machine.dockerHost}, and no Docker Engine answers there.`, 'Start that engine, or unset DOCKER_HOST to use this machine\'s own.'] }];
  if (!mayInstall) return [{ kind: 'explain', lines: explainEngine(machine) }];
  const install = machine.missing.length > 0 ? [/** @type {const} */ ({ kind: 'install', packages: machine.missing })] : [];
  return [...install, { kind: machine.hasSystemd ? 'start-unit' : 'start' }];
}

/**
 * Whether a machine has Debian's package manager.
 * @param {string} osRelease text of /etc/os-release
 */
export function isDebianLike(osRelease) {
  const ids = [...osRelease.matchAll(/^(?:ID|ID_LIKE)=(.*)$/gm)].flatMap((match) => match[1].replaceAll('"', '').split(' '));
  return ids.includes('debian') || ids.includes('ubuntu');
}

/**
 * The commands that a person must run where set-up may not act by itself.
 * @param {Pick<Machine, 'platform' | 'osRelease' | 'isRoot' | 'refusal'>} machine
 * @returns {readonly string[]}
 */
export function explainEngine({ platform, osRelease, refusal }) {
  if (refusal === 'EACCES') return ['A Docker Engine runs here, but you may not use it. Run:', '  sudo usermod -aG docker "$USER" && newgrp docker', 'or start Gantry as root, which Services need (packet rules): sudo npm start'];
  if (platform !== 'linux') return ['No Docker Engine answers. Install and start Docker Desktop (https://docs.docker.com/desktop), then try again.', 'Services (cluster IPs, node ports) need Linux; Pods run without them.'];
  if (isDebianLike(osRelease)) return ['No Docker Engine answers, and only root may install one. Run:', `  sudo apt-get update && sudo apt-get install -y ${Object.keys(packages).join(' ')}`, 'and try again as root (sudo npm start): set-up then starts the engine, and Services need root too.'];
  if (/^ID(_LIKE)?=.*(fedora|rhel|centos)/m.test(osRelease)) return ['No Docker Engine answers. Run:', '  sudo dnf install -y moby-engine nftables iptables-nft iproute conntrack-tools busybox', '  sudo systemctl enable --now docker'];
  if (/^ID(_LIKE)?=.*arch/m.test(osRelease)) return ['No Docker Engine answers. Run:', '  sudo pacman -S --needed docker nftables iptables-nft iproute2 conntrack-tools busybox', '  sudo systemctl enable --now docker'];
  if (/^ID(_LIKE)?=.*alpine/m.test(osRelease)) return ['No Docker Engine answers. Run:', '  apk add docker nftables iptables iproute2 conntrack-tools busybox-static', '  rc-service docker start'];
  return ['No Docker Engine answers. Install Docker Engine (https://docs.docker.com/engine/install), nftables, iptables, iproute2 and conntrack,', 'start it (for example: sudo systemctl enable --now docker), and try again.'];
}

/**
 * The arguments of the engine that set-up starts. Its Pods' range makes the agent put Pods on docker0, which is the fastest way.
 * @param {string} pidFile
 * @returns {readonly string[]}
 */
export function engineArguments(pidFile) {
  return ['--bip', '10.244.0.1/24', '--ip-masq=false', '--userland-proxy=false', '--live-restore', '--pidfile', pidFile];
}
