import { PAGE_KEY_NAME } from '../../shared/contract/page-key.ts';

const CHANNEL = 'lockstep-key';
/** Pages of one browser answer each other within a moment, or are not there. */
const BORROW_MS = 500;

/** '' for a page that was not opened by a link. */
export const pageKey = (): string => sessionStorage.getItem(PAGE_KEY_NAME) ?? '';

export const keepKey = (key: string): void => sessionStorage.setItem(PAGE_KEY_NAME, key);

/** Gives the key to other pages of this browser that ask for one. Nothing outside of the page's own origin hears that. */
export function lendKey(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const key = pageKey();
    if (isQuestion(data) && key !== '' && key !== data.instead) channel.postMessage({ key });
  });
}

/** The key of another page of this browser; undefined when there is none that differs from the own one. */
export function borrowKey(): Promise<string | undefined> {
  const channel = new BroadcastChannel(CHANNEL);
  return new Promise<string | undefined>((resolve) => {
    setTimeout(() => resolve(undefined), BORROW_MS);
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isAnswer(data)) resolve(data.key);
    });
    channel.postMessage({ instead: pageKey() });
  }).finally(() => channel.close());
}

const isQuestion = (data: unknown): data is { readonly instead: string } =>
  typeof data === 'object' && data !== null && 'instead' in data && typeof data.instead === 'string';

const isAnswer = (data: unknown): data is { readonly key: string } =>
  typeof data === 'object' && data !== null && 'key' in data && typeof data.key === 'string';
