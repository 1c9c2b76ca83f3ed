const textOpcode = 0x81, shortest = 126, longestOfTwoBytes = 65_536;

/** A whole text message as the bytes of its WebSocket frame (RFC 6455, 5.2): unmasked and not compressed, as servers may send it. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < shortest ? 2 : length < longestOfTwoBytes ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = textOpcode;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, head);
  return frame;
}

/** A `next` message of graphql-transport-ws. `idText` and `result` are JSON text already. */
export function nextFrame(idText: string, result: string): Buffer {
  return textFrame(`{"id":${idText},"type":"next","payload":${result}}`);
}
