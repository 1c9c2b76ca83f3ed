// The page's own script: a token for this browser tab, and GraphiQL with it. React and GraphiQL are globals of their bundles.
import { createClient } from '/graphql/graphql-ws/client.js';

const { React, ReactDOM, GraphiQL } = window;
const form = document.getElementById('sign-in');
const input = document.getElementById('token');
const state = document.getElementById('state');
const url = new URL('/graphql', location.href);
const socketUrl = new URL(url);
socketUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
const root = ReactDOM.createRoot(document.getElementById('graphiql'));
const defaultTabs = await (await fetch('/graphql/first-steps.json')).json();

let socket;
let shown = 0;

/** Shows GraphiQL under a token; asks for the schema anew. */
function show(token) {
  void socket?.dispose();
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  socket = createClient({ url: socketUrl.href, connectionParams: headers, lazy: true });
  const fetcher = reading(GraphiQL.createFetcher({ url: url.href, headers, wsClient: socket }));
  shown += 1;
  root.render(React.createElement(GraphiQL, { key: shown, fetcher, defaultTabs, defaultEditorToolsVisibility: false, shouldPersistHeaders: false }));
}

/** GraphiQL tells what it last parsed, a moment behind the editor; what is sent is read again, so that paste and Ctrl-Enter in one go run the right operation in the right way. */
function reading(fetcher) {
  return (request, options) => {
    let documentAST;
    try {
      documentAST = GraphiQL.GraphQL.parse(request.query);
    } catch {
      return fetcher(request, options); // the server says where it does not parse
    }
    const operations = documentAST.definitions.filter(({ kind }) => kind === 'OperationDefinition');
    const named = operations.find(({ name }) => name?.value === request.operationName);
    const operationName = (named ?? operations[0])?.name?.value;
    return fetcher({ ...request, operationName }, { ...options, documentAST });
  };
}

function say(text, ok) {
  state.textContent = text;
  state.dataset.ok = String(ok);
}

/** Tries a token, and keeps it for this tab if it is good. */
async function signIn(token) {
  if (!token) {
    say('The first start wrote the admin token to .gantry/admin.token; paste it here.', false);
    return show('');
  }
  const response = await fetch(url, {
    method: 'POST', body: JSON.stringify({ query: '{ server { version } revision }' }),
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', authorization: `Bearer ${token}` },
  });
  const { data, errors } = await response.json();
  if (data?.server) {
    sessionStorage.setItem('gantry.token', token);
    say(`connected to Gantry ${data.server.version}, revision ${data.revision}`, true);
  } else {
    sessionStorage.removeItem('gantry.token');
    say(errors?.[0]?.message ?? `status ${response.status}`, false);
  }
  show(token);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  signIn(input.value.trim()).catch((error) => say(String(error), false));
});

// `#token=…` signs in by a link; the fragment never leaves the browser, and is taken out of the address at once.
const linked = new URLSearchParams(location.hash.slice(1)).get('token');
if (linked) history.replaceState(null, '', location.pathname);
input.value = linked ?? sessionStorage.getItem('gantry.token') ?? '';
await signIn(input.value);
