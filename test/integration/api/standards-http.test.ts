import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from './support.ts';
import type { TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => { api = await startTestApi(); });
afterAll(() => api[Symbol.asyncDispose]());

/** As the audits ask, with the token that every request here needs. */
const fetchWithToken = (url: string, init: RequestInit = {}) => {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${api.admin}`);
  return fetch(url, { ...init, headers });
};

describe('the audits of GraphQL over HTTP', () => {
  const audits = serverAudits({ url: () => api.url, fetchFn: fetchWithToken });

  test('are all there', () => expect(audits.length).toBeGreaterThanOrEqual(60));

  test.each(audits)('$id: $name', async (audit) => {
    const { status, ...why } = await audit.fn();
    expect({ status, ...(status === 'ok' ? {} : why) }).toEqual({ status: 'ok' });
  });
});
