const meta = (): string => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

/** The nonce that the content security policy of this page asks of style elements; its host has put it into the page. */
export const styleNonce = (): string => meta();

/** Tells it to the packages that make style elements of their own, such as the scroll lock under a dialog. */
export function announceNonce(): void {
  Object.defineProperty(globalThis, '__webpack_nonce__', { value: meta(), configurable: true });
}
