import { difference, type Verdict } from '@serin/analysis'
import type { Word } from '../../evidence/assessment.ts'
import { seated } from '../../evidence/parts.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { guarded } from '../judging/guarded.ts'
import { lines, print } from '../output.ts'
import { partsView } from '../render/parts.ts'
import { type Call, text } from '../verb.ts'
import { readParts } from './readRecord.ts'
import { judgedAgain } from './recordText.ts'

/** Judges a record of several parts again, shows what each says and what they say together, and whether that is what the record says. */
export function replayParts(call: Call, content: string, source: string): ExitCode {
  const { io } = call
  const file = readParts(content, source)
  const { record, terms, verdicts, verdict: before } = file
  const judged = guarded(() => judgedAgain(record, terms))
  const { parts, together } = judged
  const json = text(call, 'output') === 'json'
  if (json) print(io, 'json', { ...together, parts: parts.map(({ part: { key, judge }, verdict }) => ({ key, judge, verdict })) })
  else lines(io, partsView(lookOf(io), judged))
  const say = (words: string) => (json ? io.err : io.out)(`${words}\n`)
  if (!before && verdicts.every((verdict) => verdict === undefined)) {
    say('The record carries no verdict: there is nothing to compare with.')
    return codeOf(together.verdict)
  }
  for (const [at, { part, verdict }] of parts.entries()) {
    const was = verdicts[at]
    // With or without what explaining adds: the same when either is.
    const plain = () => guarded(() => seated(part, record.parts[at]?.intervals ?? []).verdict())
    const found = was && difference(was, verdict)
    if (was && found !== undefined && difference(was, plain()) !== undefined) throw differs(`${part.key}: ${found}`)
  }
  const found = before && difference(before, { ...before, verdict: together.verdict, because: together.because })
  if (found !== undefined) throw differs(found)
  say(`Replayed: the same ${parts.length === 1 ? 'verdict' : 'verdicts'}, bit for bit.`)
  return exit.ok
}

const differs = (found: string) => new CliError(`replayed, the verdict is another one: ${found}`, [], exit.failed)

/** Exit code of a word, as `serin judge` has it. */
export function codeOf(word: Word | Verdict['verdict']): ExitCode {
  switch (word) {
    case 'Pass':
    case 'pass':
      return exit.ok
    case 'Fail':
    case 'fail':
      return exit.failed
    default:
      return exit.timedOut
  }
}
