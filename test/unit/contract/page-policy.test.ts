import { expect, test } from 'vitest';
import { contentSecurityPolicy, contentTypeOf, withNonce } from '../../../shared/page-policy.ts';

test('allows styles by their nonce, and nothing inline besides', () => {
  const policy = contentSecurityPolicy('abc=', ['ws://127.0.0.1:7600']);

  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'nonce-abc='",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self' ws://127.0.0.1:7600",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  expect(policy).not.toContain('unsafe');
});

test('tells the page its nonce', () => {
  expect(withNonce('<meta name="csp-nonce" content="__CSP_NONCE__" />', 'a+/=')).toBe(
    '<meta name="csp-nonce" content="a+/=" />',
  );
});

test('a source map is no file of the page', () => {
  expect(contentTypeOf('/assets/index-1.js')).toBe('text/javascript; charset=utf-8');
  expect(contentTypeOf('/assets/index-1.js.map')).toBeUndefined();
  expect(contentTypeOf('/.stamp')).toBeUndefined();
});
