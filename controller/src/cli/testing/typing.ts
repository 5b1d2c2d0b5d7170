import type { ExitCode } from '../exit.ts'
import { run } from '../program.ts'
import { terminal } from './terminal.ts'

export interface Typing {
  readonly stdin?: string
  /** Standard input in pieces; `said` is what had been printed when each was asked for. */
  pieces?(said: () => string): AsyncIterable<string>
  /** Nobody reads on once so much was printed. */
  readonly unreadAfter?: number
}

/** Types a command line where there is no cluster, and gives what it said. Words are apart by blanks; `'…'` holds a word with blanks. */
export async function typed(line: string, typing: Typing = {}): Promise<{ code: ExitCode; out: string; err: string }> {
  const { pieces } = typing
  const { io, said } = terminal({
    stdin: async () => typing.stdin ?? '',
    ...(pieces ? { stdinPieces: () => pieces(() => said.out) } : {}),
    unread: () => said.out.length >= (typing.unreadAfter ?? Number.POSITIVE_INFINITY),
    rows: 24,
    env: { LANG: 'C.UTF-8' },
  })
  const code = await run({
    args: [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
    program: 'serin',
    io,
    clusters: { connect: () => Promise.reject(new Error('there is no cluster here')), contexts: async () => [] },
  })
  return { code, out: said.out, err: said.err }
}
