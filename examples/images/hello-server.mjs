/** The server of the hello image, `/bin/hello`, as a shell script. Text and no file, for programs that hold it are put together into one file. */
export const helloServer = [
  '#!/bin/sh',
  '# Serves a page that names its Pod. On SIGTERM it takes no new connections, finishes those under way, and ends.',
  'mkdir -p /tmp/www',
  'echo "${GREETING:-Hello} from ${POD_NAME:-$(hostname)}" > /tmp/www/index.html',
  'httpd -f -p "${PORT:-8080}" -h /tmp/www &',
  'server=$!',
  'finish() {',
  '  kill "$server"',
  '  while pidof httpd > /dev/null; do sleep 0.05; done',
  '  exit 0',
  '}',
  'trap finish TERM INT',
  'wait "$server"',
  '',
].join('\n');
