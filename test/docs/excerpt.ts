/**
 * Lines of an excerpt that the output does not have. Ages, hashes and random endings of names may differ, spaces too. `amountsDiffer`: so may counts,
 * ratios and bars, since what chance brings in a run depends on when it began.
 */
export function missingFrom(excerpt: string, output: string, amountsDiffer = false): string[] {
  const plain = amountsDiffer ? (line: string) => countless(timeless(line)) : timeless
  const said = output.split('\n').map(plain)
  return excerpt.split('\n').filter((line) => line.trim() !== '' && !said.some((spoken) => spoken.includes(plain(line))))
}

function timeless(line: string): string {
  return line
    .replaceAll(/\b(\d+d)?(\d+h)?(\d+m)?\d+(\.\d+)?s\b|\b\d+[dhm]\b/g, 'AGE')
    .replaceAll(/\b[bcdfghjklmnpqrstvwxz2456789]{8,10}\b/g, 'HASH')
    .replaceAll(/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-ID')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function countless(line: string): string {
  return line
    .replaceAll(/\b\d{2}:\d{2}:\d{2}\b/g, 'TIME')
    .replaceAll(/[░█]+/g, 'BAR')
    .replaceAll(/\b(one|\d[\d,.]*) (s|seconds?|minutes?|hours?)\b/g, 'AGE')
    .replaceAll(/\d[\d,.]*\d|\d/g, 'N')
    .replaceAll(/; (at the present rate AGE more|AGE more at the present rate, which is after the deadline)/g, '; REST')
    .replaceAll(/(N times|about the same as) the baseline's( \((up to N|N to N)\))?/g, 'RATIO')
    .replaceAll(/(N×)( \((up to N|N to N)\))?/g, '$1')
    .replaceAll(/\s+/g, ' ')
}
