/** Replaces `$(NAME)` by its value; an unknown name stays as written, `$$` is a dollar sign. */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole: string, name: string | undefined) => {
    if (whole === '$$') return '$';
    return (name !== undefined ? values.get(name) : undefined) ?? whole;
  });
}
