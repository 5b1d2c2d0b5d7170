import type { Judged } from '../analyses/recordText.ts'
import type { Look } from '../io.ts'
import { paint, wrap } from './paint.ts'
import { verdictView } from './verdict.ts'
import { wordTone } from './words.ts'

/** Every part of an analysis with its verdict, then what they say together. */
export function partsView(look: Look, { parts, together }: Judged): string[] {
  const each = parts.flatMap(({ part, verdict }) => [
    paint(look, 'bold', `${part.key}${part.dryRun ? ' (tried out: decides nothing)' : ''}`),
    ...verdictView(look, verdict),
    '',
  ])
  const word = together.verdict === 'Running' ? 'NOT YET' : together.verdict.toUpperCase()
  const [head = '', ...more] = wrap(`Together ${word}: ${together.because}`, look.columns)
  return [...each, head.replace(word, paint(look, wordTone(together.verdict), word)), ...more]
}
