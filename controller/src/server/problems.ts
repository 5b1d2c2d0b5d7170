import { KubeError } from '../kube/errors.ts'
import type { Problem } from './dto/problem.ts'

const docs = 'https://serin.dev/docs/reference/problems'
const continues = 'Runs under way continue; nothing was changed.'

/** Every problem the API answers with. Codes are stable. */
export const problems = {
  'SERIN-400-INPUT': { status: 400, title: 'The request is not well-formed', effect: continues },
  'SERIN-401-LOGIN': { status: 401, title: 'Nobody is logged in', effect: continues },
  'SERIN-401-TOKEN': { status: 401, title: 'The API server does not accept these credentials', effect: continues },
  'SERIN-403-VERB': { status: 403, title: 'A right is missing', effect: continues },
  'SERIN-403-CSRF': { status: 403, title: 'The request does not come from the page', effect: continues },
  'SERIN-403-READONLY': { status: 403, title: 'Nothing can be changed here', effect: continues },
  'SERIN-403-IMPERSONATION': { status: 403, title: 'This server may not act for this person', effect: continues },
  'SERIN-404-ROUTE': { status: 404, title: 'There is no such address', effect: continues },
  'SERIN-404-OBJECT': { status: 404, title: 'It does not exist', effect: continues },
  'SERIN-409-STALE': { status: 409, title: 'It has changed meanwhile', effect: continues },
  'SERIN-413-SIZE': { status: 413, title: 'The request is too large', effect: continues },
  'SERIN-415-TYPE': { status: 415, title: 'The request is not of a type that is read here', effect: continues },
  'SERIN-422-REFUSED': { status: 422, title: 'The API server refused it', effect: continues },
  'SERIN-429-RATE': { status: 429, title: 'Too many requests', effect: continues },
  'SERIN-500-BUG': { status: 500, title: 'A defect of this server', effect: continues },
  'SERIN-502-CLUSTER': {
    status: 502,
    title: 'The API server cannot be reached',
    effect: 'Runs under way continue as far as the controller can reach it.',
  },
  'SERIN-502-SHAPE': { status: 502, title: 'An object is not as this version of Serin knows it', effect: continues },
  'SERIN-503-BUSY': { status: 503, title: 'This server has as many pages open as it can serve', effect: continues },
  'SERIN-502-ISSUER': { status: 502, title: 'The issuer of logins cannot be reached', effect: continues },
  'SERIN-503-STARTING': { status: 503, title: 'This server does not know the cluster yet', effect: continues },
} as const satisfies Record<string, { status: number; title: string; effect: string }>

export type ProblemCode = keyof typeof problems

/** Thrown by routes: becomes a Problem. `detail` says what is wrong this time, where, and what to do; never a secret. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: ProblemCode
  readonly more: Pick<Problem, 'missing' | 'errors'>

  constructor(code: ProblemCode, detail: string, more: Pick<Problem, 'missing' | 'errors'> = {}) {
    super(detail)
    this.code = code
    this.more = more
  }
}

/** The body of a refusal. */
export function problemOf({ code, message, more }: Refusal, requestId: string): Problem {
  const { status, title, effect } = problems[code]
  return { type: `${docs}#${code.toLowerCase()}`, code, title, status, detail: message, effect, requestId, ...more }
}

/** What a failed request to the API server is for the person who asked. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (!(error instanceof KubeError))
    return new Refusal('SERIN-500-BUG', 'It was logged. Try again; report it with the request id if it stays.')
  if (error.status === 0) return new Refusal('SERIN-502-CLUSTER', error.message)
  if (error.status === 401) return new Refusal('SERIN-401-TOKEN', 'Log in again.')
  if (error.status === 403)
    return new Refusal(/ cannot impersonate[: -]/.test(error.message) ? 'SERIN-403-IMPERSONATION' : 'SERIN-403-VERB', error.message)
  if (error.status === 404) return new Refusal('SERIN-404-OBJECT', error.message)
  if (error.status === 409) return new Refusal('SERIN-409-STALE', error.message)
  if (error.status === 429) return new Refusal('SERIN-429-RATE', error.message)
  if (error.status >= 500) return new Refusal('SERIN-502-CLUSTER', error.message)
  return new Refusal('SERIN-422-REFUSED', error.message)
}
