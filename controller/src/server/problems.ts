import { KubeError } from '../kube/errors.ts'
import type { Problem } from './dto/problem.ts'

const continues = 'Runs under way continue; nothing was changed.'

interface Entry {
  status: number
  /** What is wrong, the same for every occurrence. */
  title: string
  /** What it means for releases. */
  effect: string
  /** When it comes, and what to do, for the page of the reference. */
  help: string
}

/** Every problem the API answers with. Codes are stable. */
export const problems = {
  'SERIN-400-INPUT': {
    status: 400,
    title: 'The request is not well-formed',
    effect: continues,
    help: 'A field, a parameter or a cursor is not as the description of the API has it. `errors` names each that is wrong; `/api/v1/openapi.json` says what is taken.',
  },
  'SERIN-401-LOGIN': {
    status: 401,
    title: 'Nobody is logged in',
    effect: continues,
    help: 'There is no session, it has ended, or the login itself failed. Log in; programs send `Authorization: Bearer` with a token of Kubernetes. If logging in fails again and again, `detail` says which claim or token is missing: see [login](../guides/dashboard-login.md).',
  },
  'SERIN-401-TOKEN': {
    status: 401,
    title: 'The API server does not accept these credentials',
    effect: continues,
    help: 'The token has ended, or is for another cluster or audience. Get a new one, e.g. `kubectl create token <ServiceAccount> -n <namespace>`, and log in with it.',
  },
  'SERIN-403-VERB': {
    status: 403,
    title: 'A right is missing',
    effect: continues,
    help: 'RBAC does not give the person the verb that `missing` names. Somebody who administers the namespace gives it by a Role and a RoleBinding: see [who may do what](../guides/rights.md). An answer of the API server is kept for some seconds: a right that was just given counts after that.',
  },
  'SERIN-403-CSRF': {
    status: 403,
    title: 'The request does not come from the page',
    effect: continues,
    help: 'The header `x-csrf-token` is missing or of an older session, or `Origin` is not the address that the server knows as its own. Reload the page. If it stays, `--origin` (scheme, host and port) is not what people have in the address bar, or a proxy changes `Host`.',
  },
  'SERIN-403-READONLY': {
    status: 403,
    title: 'Nothing can be changed here',
    effect: continues,
    help: 'The server was started with `--read-only`. Use `serin` or `kubectl`, or another dashboard.',
  },
  'SERIN-403-IMPERSONATION': {
    status: 403,
    title: 'This server may not act for this person',
    effect: continues,
    help: 'The login gives no token that the API server accepts, and the dashboard was not allowed to act for that user or one of the groups. An administrator names them: see [acting for people](../guides/dashboard-login.md#acting-for-people). Users and groups of Kubernetes itself (`system:`) are never acted for.',
  },
  'SERIN-404-ROUTE': {
    status: 404,
    title: 'There is no such address',
    effect: continues,
    help: 'Nothing is served there by this version. `/api/v1/openapi.json` lists all that is.',
  },
  'SERIN-404-OBJECT': {
    status: 404,
    title: 'It does not exist',
    effect: continues,
    help: 'The object that the address names is not in the cluster: it was deleted, never made, or its name is misspelt. Records of old runs go with their AnalysisRuns.',
  },
  'SERIN-409-STALE': {
    status: 409,
    title: 'It has changed meanwhile',
    effect: continues,
    help: 'Somebody or something was faster, or an `Idempotency-Key` was used for another command. Look again, and decide anew.',
  },
  'SERIN-413-SIZE': {
    status: 413,
    title: 'The request is too large',
    effect: continues,
    help: 'Bodies have at most 256 KiB; what a session keeps, a token and the names of groups, at most 12 KiB.',
  },
  'SERIN-415-TYPE': {
    status: 415,
    title: 'The request is not of a type that is read here',
    effect: continues,
    help: 'Send JSON, with `Content-Type: application/json`.',
  },
  'SERIN-422-REFUSED': {
    status: 422,
    title: 'The API server refused it',
    effect: continues,
    help: 'Kubernetes checked what was asked and said no: a field of the object, or a policy of the cluster. `detail` has its words.',
  },
  'SERIN-429-RATE': {
    status: 429,
    title: 'Too many requests',
    effect: continues,
    help: 'By this person, or from this address, or too many logins failed. `Retry-After` says after how many seconds to try again. Pages open at once have a limit of their own: close some.',
  },
  'SERIN-500-BUG': {
    status: 500,
    title: 'A defect of this server',
    effect: continues,
    help: 'Its log has the error under `requestId`. Try again; report it with that line if it stays.',
  },
  'SERIN-502-CLUSTER': {
    status: 502,
    title: 'The API server cannot be reached',
    effect: 'Runs under way continue as far as the controller can reach it.',
    help: 'The dashboard got no answer from Kubernetes, or that it cannot answer now. Try again; if it stays, look at the API server, and at NetworkPolicies between it and the dashboard.',
  },
  'SERIN-502-SHAPE': {
    status: 502,
    title: 'An object is not as this version of Serin knows it',
    effect: continues,
    help: 'The dashboard and the controller or the CRDs are of different versions. Install the same version of all: see [operations](../guides/operations.md).',
  },
  'SERIN-502-ISSUER': {
    status: 502,
    title: 'The issuer of logins cannot be reached',
    effect: continues,
    help: 'The OpenID Connect issuer does not answer the dashboard, or the address is no issuer. Open `<issuer>/.well-known/openid-configuration` from inside the cluster; who is logged in stays so. Tokens of Kubernetes still work where they are a way to log in.',
  },
  'SERIN-503-BUSY': {
    status: 503,
    title: 'This server has as many pages open as it can serve',
    effect: continues,
    help: 'Try again later, or run more replicas of the dashboard.',
  },
  'SERIN-503-STARTING': {
    status: 503,
    title: 'This server does not know the cluster yet',
    effect: continues,
    help: 'It has just started and lists Rollouts. Try again in a moment; if it stays, its log says which right it lacks or what does not answer.',
  },
} as const satisfies Record<string, Entry>

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
  const { status, title, effect }: Entry = problems[code]
  return { type: `urn:serin:problem:${code}`, code, title, status, detail: message, effect, requestId, ...more }
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
