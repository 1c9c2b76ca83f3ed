import type { Rule } from '../rule.ts';

const mostLines = 300;

/** Long files hide ideas: one idea a file. */
export const fileLength: Rule = ({ path, text }) => {
  const lines = text.replace(/\n$/, '').split('\n').length;
  return lines <= mostLines ? [] : [{ path, line: mostLines + 1, message: `${lines} lines; at most ${mostLines}, one idea a file` }];
};
