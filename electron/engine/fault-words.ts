/**
 * Ends this process after a fault that nobody caught, with its stack on stderr. Node by itself would print the properties of
 * the error as well: of one that Redis answered, the command with its arguments, which may be a password or a value.
 */
export function endOnFaults(): void {
  process.on('uncaughtException', (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : typeof error;
    process.stderr.write(`${text}\n`, () => process.exit(1));
  });
}
