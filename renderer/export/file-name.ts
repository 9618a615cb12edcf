/** `orders-to-standby-differences-2026-03-01T14-05-09.csv`: fit for every file system, in local time. */
export function exportFileName(task: string, what: string, atMs: number, extension: string): string {
  const name = task
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}-${two(at.getMinutes())}-${two(at.getSeconds())}`;
  return `${name || 'task'}-${what}-${day}T${time}.${extension}`;
}
