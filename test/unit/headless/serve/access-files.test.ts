import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { leaveAccess, readAccess } from '../../../../electron/headless/serve/access-files.ts';
import { HostToken } from '../../../../electron/headless/serve/host-token.ts';

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-access-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('how a host is reached lies in two files that only its account can read, until it ends', () => {
  const folder = newFolder();
  const access = { origin: 'http://127.0.0.1:7600', token: new HostToken().text };
  leaveAccess(folder, { origin: 'http://127.0.0.1:1', token: 'of-one-before' });
  const take = leaveAccess(folder, access);

  expect(readAccess(folder)).toEqual(access);
  expect(readdirSync(folder).sort()).toEqual(['address', 'token']);
  for (const name of readdirSync(folder)) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  // As a scraper takes it from a file.
  expect(readFileSync(path.join(folder, 'token'), 'utf8')).toBe(`${access.token}\n`);
  take();
  expect(readAccess(folder)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test('a token admits whoever names it, and nobody else', () => {
  const token = new HostToken();
  const admits = (authorization?: string): boolean =>
    token.admits(authorization === undefined ? {} : { authorization });

  expect([admits(`Bearer ${token.text}`), admits(`bearer ${token.text}`)]).toEqual([true, true]);
  expect(
    [undefined, '', token.text, `Basic ${token.text}`, `Bearer ${token.text}x`, 'Bearer '].map(admits),
  ).toEqual([false, false, false, false, false, false]);
  expect(new HostToken().text).not.toBe(token.text);
  expect(Buffer.from(token.text, 'base64url')).toHaveLength(32);
});
