import { sleep } from '../../clock.ts'
import { candidates } from '../completion/candidates.ts'
import { exit } from '../exit.ts'
import type { Verb } from '../verb.ts'

/** A shell must not hang because a cluster does. */
const patienceMs = 3000

/** What the completion scripts ask. Speaks the protocol that kubectl expects of `kubectl_complete-serin`: a candidate a line, then `:directive`. */
export const complete: Verb = {
  name: '__complete',
  about: 'candidates for the last of the given words',
  argument: { name: '[words...]', about: 'what was typed so far' },
  scope: 'none',
  flags: [],
  hidden: true,
  async run({ io, clusters, verbs, args }) {
    // What cannot be asked is not offered: completion never prints errors.
    const asked = candidates({ verbs, clusters, words: args }).catch(() => ({ words: [] }))
    const enough = new AbortController()
    const found = await Promise.race([asked, sleep(io.clock, patienceMs, enough.signal).then(() => ({ words: [] }))])
    enough.abort()
    if (found === 'files') io.out(':0\n')
    else {
      for (const { word, about } of found.words) io.out(about === undefined ? `${word}\n` : `${word}\t${about}\n`)
      io.out(':4\n')
    }
    return exit.ok
  },
}
