/** What opens side by side, in order; where one fails, those that opened are closed again. @throws what the first of them failed with */
export async function allOrNone<T extends { close(): void }>(opening: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(opening);
  const failed = settled.find((one) => one.status === 'rejected');
  const opened = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (!failed) return opened;
  for (const one of opened) one.close();
  throw failed.reason;
}
