import { UsageError, text } from '../command.ts';
import type { Command } from '../command.ts';

/** Makes a token with which machines can join. */
export const nodeToken: Command = {
  usage: '[--expires SECONDS]',
  summary: 'Makes a token with which machines can join, good for an hour unless told otherwise.',
  options: { expires: { type: 'string' } },
  async run({ client, print }, { values }) {
    const seconds = Number(text(values, 'expires') ?? 3600);
    if (!Number.isInteger(seconds) || seconds < 1) throw new UsageError('--expires is a whole number of seconds');
    print(`${await createJoinToken(await client(), seconds)}\n`);
  },
};

/** A new join token. */
export async function createJoinToken(client: { request<T>(document: string, variables: Readonly<Record<string, unknown>>): Promise<T> }, expiresInSeconds: number): Promise<string> {
  const { result } = await client.request<{ result: { token: string } }>('mutation createJoinToken($seconds: Int) { result: createJoinToken(expiresInSeconds: $seconds) { token } }', { seconds: expiresInSeconds });
  return result.token;
}
