import type { SecretInput } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** Fills a Secret. Plain text in stringData becomes base64 in data, over keys of the same name. */
export function applyDefaults({ type = 'Opaque', data = {}, stringData = {}, immutable = false }: SecretInput): Content<'Secret'> {
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')] as const);
  return { type, data: { ...data, ...Object.fromEntries(encoded) }, immutable };
}
