/**
 * The server itself has said no. Whatever else a command fails with is no answer of its: a connection that broke, or that said
 * nothing in time.
 */
export function isReplyError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** For a command that a server may refuse, or not know: what stands for its answer then. @throws what is no refusal */
export const ifRefused =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (!isReplyError(error)) throw error;
    return instead;
  };
