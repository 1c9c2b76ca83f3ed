import type { Container, Pod } from '../../../src/model/object.ts';
import { secretText } from './build-env.ts';
import type { EnvSources } from './build-env.ts';

/** Shorter values would leave no text readable, and guard nothing. */
const shortest = 3;

/** What a container is given from Secrets in variables, and so may stand in its command line and in what is said when that fails. The longest come first. */
export function secretValues(pod: Pod, container: Container, sources: Pick<EnvSources, 'secret'>): readonly string[] {
  const names = [...container.env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name), ...container.envFrom.map(({ secretRef }) => secretRef?.name)];
  const texts = [...new Set(names)].flatMap((name) => {
    const secret = name === undefined ? undefined : sources.secret(pod.metadata.namespace ?? '', name);
    return secret ? [...secretText(secret).values()] : [];
  });
  return [...new Set(texts.map((text) => text.trim()))].filter(({ length }) => length >= shortest).sort((one, other) => other.length - one.length);
}

/** A text in which nothing of a Secret stands. */
export function conceal(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const any = new RegExp(secrets.map((secret) => secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  return text.replace(any, '<secret>');
}

/** Whether an error or one of its causes tells something of a Secret. */
export function tells(error: unknown, secrets: readonly string[]): boolean {
  if (!(error instanceof Error)) return secrets.some((secret) => String(error).includes(secret));
  return secrets.some((secret) => `${error.message}\n${error.stack ?? ''}`.includes(secret)) || (error.cause !== undefined && tells(error.cause, secrets));
}
