const MAX_PEM_BYTES = 200_000;

export type ReadPem =
  { readonly text: string; readonly problem: null } | { readonly text: null; readonly problem: string };

/** The text of a file that somebody chose; the content is judged where it is put. */
export async function readPemFile(file: File): Promise<ReadPem> {
  if (file.size > MAX_PEM_BYTES) {
    return { text: null, problem: `${file.name} is larger than 200 KB, so it is not a certificate or key.` };
  }
  try {
    const text = await file.text();
    if (text.includes('-----BEGIN ')) return { text, problem: null };
    return { text: null, problem: `${file.name} is not in PEM form: it has no line -----BEGIN …-----.` };
  } catch {
    return { text: null, problem: `${file.name} cannot be read.` };
  }
}
