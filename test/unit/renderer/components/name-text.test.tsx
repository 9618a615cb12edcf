// @vitest-environment jsdom
import { cleanup, createEvent, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { cutMiddle } from '../../../../renderer/components/cut-middle.ts';
import { NameText } from '../../../../renderer/components/name-text.tsx';

afterEach(cleanup);

const long = (end: string): string => `customer:${'0'.repeat(120)}:${end}`;

it('tells names apart that differ at their end alone, and has each whole in its title', () => {
  render(
    <ul>
      {['orders', 'order2'].map((end) => (
        <li key={end}>
          <NameText name={long(end)} />
        </li>
      ))}
    </ul>,
  );
  const texts = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
  expect(new Set(texts).size).toBe(2);
  for (const text of texts) expect([...text].length).toBe(72);
  expect(screen.getByTitle(long('orders')).textContent).toMatch(/^customer:0+…0+:orders$/);
});

it('is copied whole where all that is shown of it was chosen', () => {
  render(<NameText name={long('orders')} />);
  const shown = screen.getByTitle(long('orders'));
  const copied: string[] = [];
  const copy = (): void => {
    const event = createEvent.copy(shown, {
      clipboardData: { setData: (_type: string, text: string) => copied.push(text) },
    });
    fireEvent(shown, event);
  };
  window.getSelection()!.selectAllChildren(shown);
  copy();
  expect(copied).toEqual([long('orders')]);
  window.getSelection()!.setBaseAndExtent(shown.firstChild!, 0, shown.firstChild!, 8);
  copy();
  expect(copied).toHaveLength(1);
});

it('leaves a short name as it is, and no character in two', () => {
  render(<NameText name="user:1" />);
  expect(screen.queryByTitle('user:1')).toBeNull();
  expect(cutMiddle('😀😀😀😀😀', 3)).toBe('😀…😀');
});
