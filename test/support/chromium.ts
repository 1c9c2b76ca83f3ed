import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A page in a headless browser. */
export interface BrowserPage extends AsyncDisposable {
  open(url: string): Promise<void>;
  /** The value of an expression in the page; promises are awaited. Rejects with what the page threw. */
  evaluate<T>(expression: string): Promise<T>;
  /** Resolves when an expression becomes true; rejects after `timeoutMs`, naming it. */
  until(expression: string, timeoutMs?: number): Promise<void>;
  /** A picture of the page, PNG. */
  screenshot(): Promise<Buffer>;
  /** Addresses of everything that the page asked for. */
  readonly requested: readonly string[];
}

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly request?: { readonly url: string } };
  readonly result?: { readonly result?: { readonly value?: unknown }; readonly data?: string; readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } } };
  readonly error?: { readonly message: string };
}

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--window-size=1400,900'];

/** Starts Debian's Chromium with a profile of its own and opens an empty page, driven through its debugging protocol. */
export async function openBrowser(executable = '/usr/bin/chromium'): Promise<BrowserPage> {
  const profile = await mkdtemp(path.join(tmpdir(), 'gantry-chromium-'));
  const browser = spawn(executable, [...flags, `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const port = await new Promise<string>((resolve, reject) => {
    let text = '';
    browser.stderr.on('data', (part: Buffer) => {
      text += String(part);
      const found = /DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(text);
      if (found?.[1]) resolve(found[1]);
    });
    browser.once('error', reject);
    browser.once('exit', () => reject(new Error(`the browser ended: ${text.slice(-500)}`)));
  });
  const targets = await (await fetch(`http://127.0.0.1:${port}/json`)).json() as { type: string; webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(targets.find((target) => target.type === 'page')?.webSocketDebuggerUrl ?? '');
  await once(socket, 'open');

  const waiting = new Map<number, (reply: Reply) => void>();
  const requested: string[] = [];
  let lastId = 0, loaded = () => {};
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Reply;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.method === 'Network.requestWillBeSent' && message.params?.request) requested.push(message.params.request.url);
    if (message.method === 'Page.loadEventFired') loaded();
  });
  const command = (method: string, params: object = {}) => new Promise<NonNullable<Reply['result']>>((resolve, reject) => {
    const id = lastId += 1;
    waiting.set(id, ({ result, error }) => {
      waiting.delete(id);
      if (result) resolve(result);
      else reject(new Error(`${method}: ${error?.message}`));
    });
    socket.send(JSON.stringify({ id, method, params }));
  });
  await command('Page.enable');
  await command('Network.enable');

  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await command('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result?.value as T;
  };
  return {
    requested,
    evaluate,
    open: async (url) => {
      const isLoaded = new Promise<void>((resolve) => { loaded = resolve; });
      await command('Page.navigate', { url });
      await isLoaded;
    },
    until: async (expression, timeoutMs = 60_000) => {
      const poll = `new Promise((resolve, reject) => { const end = Date.now() + ${timeoutMs}; const look = () => { try { if (${expression}) return resolve(true); } catch {} if (Date.now() > end) reject(new Error('never true: ' + ${JSON.stringify(expression)} + '; the page says ' + document.body.innerText.slice(0, 500))); else setTimeout(look, 20); }; look(); })`;
      await evaluate(poll);
    },
    screenshot: async () => Buffer.from((await command('Page.captureScreenshot')).data ?? '', 'base64'),
    [Symbol.asyncDispose]: async () => {
      socket.close();
      const ended = once(browser, 'exit');
      browser.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
