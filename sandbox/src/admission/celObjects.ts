import { following, type Token, tokenize, unescapedName } from '../objects/celSource.ts'

/**
 * Rewrites message construction, which the parser lacks, to map literals: `Object{metadata: Object.metadata{…}}` becomes
 * `dyn({"metadata": dyn({…})})`, and so `JSONPatch{op: 'add', …}`. Text that constructs nothing comes back as it is.
 */
export function withoutMessages(source: string): string {
  if (!/\b(Object|JSONPatch)\b/.test(source)) return source
  const tokens = tokenize(source)
  let out = ''
  // What each open bracket is: a message's own brace, or any other.
  const open: ('message' | 'other')[] = []
  let keyMayFollow = false
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token
    const brace = messageBrace(tokens, i)
    if (brace >= 0) {
      out += 'dyn({'
      open.push('message')
      keyMayFollow = true
      i = brace
      continue
    }
    if (token.kind === 'space' || (token.text === '?' && keyMayFollow)) {
      out += token.text
      continue
    }
    if (keyMayFollow && token.kind === 'name' && tokens[following(tokens, i + 1)]?.text === ':')
      out += JSON.stringify(unescapedName(token.text))
    else if (token.text === '}') out += open.at(-1) === 'message' ? '})' : '}'
    else out += token.text

    if (['{', '[', '('].includes(token.text)) open.push('other')
    if (['}', ']', ')'].includes(token.text)) open.pop()
    keyMayFollow = token.text === ',' && open.at(-1) === 'message'
  }
  return out
}

/** Where the brace is that opens the message whose type begins at `at`; -1 when none does. */
function messageBrace(tokens: readonly Token[], at: number): number {
  const { kind, text } = tokens[at] as Token
  if (kind !== 'name' || (text !== 'Object' && text !== 'JSONPatch')) return -1
  let next = following(tokens, at + 1)
  while (tokens[next]?.text === '.' && tokens[next + 1]?.kind === 'name') next = following(tokens, next + 2)
  return tokens[next]?.text === '{' ? next : -1
}
