/** Offers a text, or bytes, to the user as a file of that name. */
export function saveFile(
  name: string,
  type: 'text/csv' | 'application/json' | 'text/plain' | 'text/html' | 'application/pdf',
  content: string | Uint8Array<ArrayBuffer>,
): void {
  const address = URL.createObjectURL(
    new Blob([content], { type: typeof content === 'string' ? `${type};charset=utf-8` : type }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has taken hold of the content by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
