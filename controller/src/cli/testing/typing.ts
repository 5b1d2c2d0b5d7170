import { systemClock } from '../../clock.ts'
import type { ExitCode } from '../exit.ts'
import { run } from '../program.ts'

export interface Typing {
  readonly stdin?: string
  /** Standard input in pieces; `said` is what had been printed when each was asked for. */
  pieces?(said: () => string): AsyncIterable<string>
  /** Nobody reads on once so much was printed. */
  readonly unreadAfter?: number
}

/** Types a command line where there is no cluster, and gives what it said. Words are apart by blanks; `'…'` holds a word with blanks. */
export async function typed(line: string, typing: Typing = {}): Promise<{ code: ExitCode; out: string; err: string }> {
  const said = { out: '', err: '' }
  const { pieces } = typing
  const code = await run({
    args: [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
    program: 'serin',
    io: {
      out(text) {
        said.out += text
      },
      err(text) {
        said.err += text
      },
      stdin: async () => typing.stdin ?? '',
      ...(pieces ? { stdinPieces: () => pieces(() => said.out) } : {}),
      unread: () => said.out.length >= (typing.unreadAfter ?? Number.POSITIVE_INFINITY),
      isTty: false,
      columns: 100,
      rows: 24,
      env: { LANG: 'C.UTF-8' },
      clock: systemClock,
      signal: new AbortController().signal,
    },
    clusters: { connect: () => Promise.reject(new Error('there is no cluster here')), contexts: async () => [] },
  })
  return { code, ...said }
}
