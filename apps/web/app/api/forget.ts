const holders = new Set<() => void>();

/** For whatever keeps answers of the server on the page: called when another person is signed in, or another language is read. */
export function onForget(holder: () => void): () => void {
  holders.add(holder);
  return () => holders.delete(holder);
}

export function forgetAnswers(): void {
  for (const holder of holders) holder();
}
