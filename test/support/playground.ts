import type { BrowserPage } from './chromium.ts';

/** Opens the playground and signs in by its token box. */
export async function openPlayground(page: BrowserPage, url: string, token: string): Promise<void> {
  await page.open(url);
  await page.until(`document.querySelector('.graphiql-container .CodeMirror')`);
  await page.evaluate(`(() => { document.getElementById('token').value = ${JSON.stringify(token)}; document.querySelector('#sign-in button').click(); })()`);
  await page.until(`document.getElementById('state').dataset.ok === 'true' && document.querySelector('.graphiql-query-editor .CodeMirror')`);
}

/** Runs a document in the current tab; the text of the answer, or of a subscription's latest event, once it contains `expected`. */
export async function runInPlayground(page: BrowserPage, document: string, expected: string): Promise<string> {
  await page.evaluate(`document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.setValue(${JSON.stringify(document)})`);
  await page.evaluate(`document.querySelector('.graphiql-execute-button').click()`);
  const answer = `document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()`;
  await page.until(`${answer}.includes(${JSON.stringify(expected)})`);
  return page.evaluate<string>(answer);
}

/** Stops a running subscription. */
export async function stopInPlayground(page: BrowserPage): Promise<void> {
  await page.evaluate(`document.querySelector('.graphiql-execute-button').click()`);
}
