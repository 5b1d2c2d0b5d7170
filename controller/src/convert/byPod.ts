const aggregation = /\b(sum|avg|min|max|count|stddev|stdvar|group|quantile|topk|bottomk|count_values)\b\s*/g
const grouping = /^\s*(by|without)\s*\(([^()]*)\)/

/**
 * A PromQL expression that gives one number for each pod: every aggregation keeps the label that names the pod. Strings and label matchers are left
 * alone. Serin tells the versions apart by that label.
 */
export function byPod(query: string, label: string): string {
  const code = blanked(query)
  let written = ''
  let from = 0
  const inserts: { at: number; text: string; until: number }[] = []
  for (const { index, 0: word } of code.matchAll(aggregation)) {
    const begin = index + word.length
    const [before, kind, labels = ''] = grouping.exec(code.slice(begin)) ?? []
    if (before !== undefined) {
      if (kind === 'by') inserts.push(added(begin, before, labels, label))
      continue
    }
    if (code[begin] !== '(') continue
    const end = closing(code, begin)
    const [after, kindAfter, labelsAfter = ''] = grouping.exec(code.slice(end)) ?? []
    if (after !== undefined && kindAfter === 'by') inserts.push(added(end, after, labelsAfter, label))
    else if (after === undefined) inserts.push({ at: index + word.trimEnd().length, text: ` by (${label}) `, until: begin })
  }
  for (const { at, text, until } of inserts.sort((a, b) => a.at - b.at)) {
    written += query.slice(from, at) + text
    from = until
  }
  return written + query.slice(from)
}

/** The labels of a grouping, with one more. */
function added(start: number, text: string, labels: string, label: string): { at: number; text: string; until: number } {
  const [at, until] = [start + text.lastIndexOf('(') + 1, start + text.length - 1]
  const list = labels
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  return { at, text: (list.includes(label) ? list : [...list, label]).join(', '), until }
}

/** Behind the bracket that closes the one at `open`. */
function closing(code: string, open: number): number {
  let depth = 0
  for (let at = open; at < code.length; at++) {
    if (code[at] === '(') depth++
    if (code[at] === ')' && --depth === 0) return at + 1
  }
  return code.length
}

/** The same length, with nothing in strings, selectors and placeholders. */
function blanked(query: string): string {
  const blank = (text: string) => '\0'.repeat(text.length)
  return query.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, blank).replace(/\{[^{}]*\}/g, blank)
}
