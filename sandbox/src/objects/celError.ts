/** A compile error as the real server prints it: where it is, and the line with a pointer under it. `at` counts characters from 0. */
export function located(source: string, at: number, message: string): string {
  const before = source.slice(0, Math.max(0, at)).split('\n')
  const line = source.split('\n')[before.length - 1] ?? ''
  const column = before.at(-1)?.length ?? 0
  return `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${'.'.repeat(column)}^`
}

/** Where an operand should stand. */
const endOfSource =
  "Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"

const rewordings: readonly [RegExp, (match: RegExpExecArray) => string][] = [
  [/^Unknown variable: (.+)$/, ([, name]) => `undeclared reference to '${name}' (in container '')`],
  [
    /^no such overload: (\S+) (\S+) (\S+)$/,
    ([, left, op, right]) => `found no matching overload for '_${op}_' applied to '(${left}, ${right})'`,
  ],
  [/^Unexpected token: EOF$/, () => endOfSource],
  [/^No such key: (.+)$/, ([, key]) => `no such key: ${key}`],
  [/^No such key: index out of bounds, index (-?\d+).*$/, ([, index]) => `index out of bounds: ${index}`],
]

/** The evaluator's words in those of the real server, for what people meet most. */
export function reworded(message: string): string {
  for (const [pattern, words] of rewordings.toReversed()) {
    const match = pattern.exec(message)
    if (match) return words(match)
  }
  return message
}
