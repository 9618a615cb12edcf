/** An id that no target of the draft has: `target-1`, `target-2` … */
export function nextTargetId(ids: readonly string[]): string {
  const numbers = ids.map((id) => Number(/^target-(\d+)$/.exec(id)?.[1] ?? 0));
  return `target-${Math.max(0, ...numbers) + 1}`;
}
