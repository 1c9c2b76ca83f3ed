import type { Pod, Secret } from '../../src/model/object.ts';
import type { RegistryCredential } from '../runtime/runtime.ts';
import { secretText } from './env/build-env.ts';

/** Which credentials fit an image, the closest first, and which Secrets of the Pod could not be used. */
export interface PullCredentials {
  readonly credentials: readonly RegistryCredential[];
  /** Names of Secrets that are missing or hold none. */
  readonly unusable: readonly string[];
}

/** One entry of a Docker configuration. */
interface Entry {
  readonly username?: string;
  readonly password?: string;
  /** Base64 of `username:password`. */
  readonly auth?: string;
}

/** Name of Docker Hub where an image names no registry. */
const dockerHub = 'index.docker.io';

/** Reads the Secrets that a Pod names for pulling, of type `kubernetes.io/dockerconfigjson` or `kubernetes.io/dockercfg`, and picks the entries of the image's registry, as Kubernetes does. */
export function pullCredentials(pod: Pod, image: string, secretNamed: (name: string) => Secret | undefined): PullCredentials {
  const unusable: string[] = [];
  const found = pod.spec.imagePullSecrets.flatMap(({ name }) => {
    const entries = entriesOf(secretNamed(name));
    if (!entries) unusable.push(name);
    return Object.entries(entries ?? {});
  });
  const fitting = found.flatMap(([address, entry]) => {
    const credential = credentialOf(address, entry);
    return credential && fits(address, image) ? [{ address: bareAddress(address), credential }] : [];
  });
  return { credentials: fitting.sort((a, b) => b.address.length - a.address.length).map(({ credential }) => credential), unusable };
}

function entriesOf(secret: Secret | undefined): Readonly<Record<string, Entry>> | undefined {
  if (!secret) return undefined;
  const text = secretText(secret);
  try {
    if (secret.type === 'kubernetes.io/dockercfg') return JSON.parse(text.get('.dockercfg') ?? '') as Record<string, Entry>;
    return (JSON.parse(text.get('.dockerconfigjson') ?? '') as { readonly auths?: Record<string, Entry> }).auths;
  } catch {
    return undefined;
  }
}

function credentialOf(serverAddress: string, { username, password, auth }: Entry): RegistryCredential | undefined {
  const [, user, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth ?? '', 'base64').toString('utf8')) ?? [];
  const known = { username: username ?? user, password: password ?? secret };
  return known.username && known.password !== undefined ? { username: known.username, password: known.password, serverAddress } : undefined;
}

/** Host and path of a registry, without scheme and version. */
function bareAddress(address: string): string {
  const bare = address.replace(/^https?:\/\//, '').replace(/\/(v[12]\/?)?$/, '');
  return bare.replace(/^docker\.io(?=\/|$)/, dockerHub);
}

/** Whether an entry is for an image: the same registry (`*` stands for one part of its name), and a path that the image lies below. */
function fits(address: string, image: string): boolean {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const [host = '', ...path] = bareAddress(hasRegistry ? image : `${dockerHub}/${image}`).split('/');
  const [pattern = '', ...wanted] = bareAddress(address).split('/');
  const parts = pattern.split('.'), names = host.split('.');
  return parts.length === names.length && parts.every((part, index) => part === '*' || part === names[index]) && wanted.every((part, index) => part === path[index]);
}
