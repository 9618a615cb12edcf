// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { act, cleanup, render, screen } from '@testing-library/react';
import { Suspense, type ReactElement } from 'react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { later, type Later } from '../../../../renderer/shell/later.ts';
import { PageBoundary } from '../../../../renderer/shell/page-boundary.tsx';
import { completeJsdom } from '../../../support/page/in-jsdom.ts';

beforeAll(completeJsdom);
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

interface Named {
  readonly name: string;
}
const Greeting = ({ name }: Named): ReactElement => <p>Hello {name}</p>;

const show = ({ Page }: Later<Named>): void =>
  void render(
    <MantineProvider>
      <PageBoundary>
        <Suspense fallback={<p>Loading</p>}>
          <Page name="you" />
        </Suspense>
      </PageBoundary>
    </MantineProvider>,
  );

it('a page is fetched once, when it is opened', async () => {
  const fetchPage = vi.fn<() => Promise<typeof Greeting>>(() => Promise.resolve(Greeting));
  const page = later(fetchPage);
  expect(fetchPage).not.toHaveBeenCalled();
  await act(async () => show(page));
  expect(screen.getByText('Hello you')).toBeTruthy();
  await page.load();
  expect(fetchPage).toHaveBeenCalledTimes(1);
});

it('a page that was fetched before is drawn at once', async () => {
  const page = later(() => Promise.resolve(Greeting));
  await page.load();
  show(page);
  expect(screen.getByText('Hello you')).toBeTruthy();
});

it('a page that cannot be fetched says so and what to do, and is asked for anew the next time', async () => {
  vi.spyOn(console, 'error').mockReturnValue();
  let fails = true;
  const page = later(() => (fails ? Promise.reject(new Error('no such file')) : Promise.resolve(Greeting)));
  await act(async () => show(page));
  expect(screen.getByRole('heading', { name: 'This page cannot be shown' })).toBeTruthy();
  expect(screen.getByText('no such file')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Load the page again' })).toBeTruthy();
  fails = false;
  cleanup();
  await act(async () => show(page));
  expect(screen.getByText('Hello you')).toBeTruthy();
});
