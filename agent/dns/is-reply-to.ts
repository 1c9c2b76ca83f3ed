/** Whether a message is the reply to a query: the same id and question, whatever its case. */
export function isReplyTo(reply: Buffer, query: Buffer): boolean {
  if (reply.length < 12 || reply.readUInt16BE(0) !== query.readUInt16BE(0) || (reply.readUInt16BE(2) & 0x8000) === 0) return false;
  if (reply.readUInt16BE(4) === 0) return codeOf(reply) !== 0; // a refusal may leave the question out
  const length = questionLength(query);
  return question(reply, length) === question(query, length);
}

/** The code of a reply, as a number. */
export function codeOf(reply: Buffer): number {
  return reply.readUInt16BE(2) & 0xf;
}

/** Whether a reply was cut to fit. */
export function isTruncated(reply: Buffer): boolean {
  return (reply.readUInt16BE(2) & 0x200) !== 0;
}

function question(message: Buffer, length: number): string {
  return message.toString('latin1', 12, 12 + length).toLowerCase();
}

function questionLength(message: Buffer): number {
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) at += length + 1;
  return at + 5 - 12;
}
