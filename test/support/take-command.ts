/** The first whole command of `text`, and how much of it that is. A line between two commands is a keepalive. */
export function takeCommand(text: string): { words: string[]; length: number } | undefined {
  const blank = /^(\r?\n)+/.exec(text)?.[0].length ?? 0;
  const head = /^\*(\d+)\r\n/.exec(text.slice(blank));
  if (!head) return undefined;
  let at = blank + head[0].length;
  const words: string[] = [];
  for (let i = 0; i < Number(head[1]); i++) {
    const bulk = /^\$(\d+)\r\n/.exec(text.slice(at));
    if (!bulk) return undefined;
    const from = at + bulk[0].length;
    const to = from + Number(bulk[1]);
    if (text.length < to + 2) return undefined;
    words.push(text.slice(from, to));
    at = to + 2;
  }
  return { words, length: at };
}
