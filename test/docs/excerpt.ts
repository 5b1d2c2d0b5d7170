/** Lines of an excerpt that the output does not have. Ages, hashes and random endings of names may differ, spaces too. */
export function missingFrom(excerpt: string, output: string): string[] {
  const said = output.split('\n').map(timeless)
  return excerpt.split('\n').filter((line) => line.trim() !== '' && !said.some((spoken) => spoken.includes(timeless(line))))
}

function timeless(line: string): string {
  return line
    .replaceAll(/\b(\d+d)?(\d+h)?(\d+m)?\d+(\.\d+)?s\b|\b\d+[dhm]\b/g, 'AGE')
    .replaceAll(/\b[bcdfghjklmnpqrstvwxz2456789]{8,10}\b/g, 'HASH')
    .replaceAll(/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-ID')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
