import type { Problem } from '../../../controller/src/server/dto/problem.ts'
import { root } from '../root.ts'

/** What the server answered instead. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** Nothing came back: the server is away, or the network is. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

let csrf = ''

/** Told once by the session; sent with everything that changes something. */
export function tellCsrf(token: string): void {
  csrf = token
}

const base = `${root}api/v1`

/** Path and query of an address of the API. Values are escaped; undefined and empty ones are left out. */
export function path(parts: readonly string[], query: Record<string, string | number | boolean | undefined> = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(key, String(value))
  const text = search.toString()
  return `${base}/${parts.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`
}

/** Throws ApiError for what the server refuses and Unreachable where nothing came back. */
export async function get<T>(address: string, signal?: AbortSignal): Promise<T> {
  return exchange<T>(address, { ...(signal ? { signal } : {}) })
}

/** Changes something. Throws as `get` does. */
export async function post<T>(address: string, body: unknown = {}): Promise<T> {
  return exchange<T>(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
    body: JSON.stringify(body),
  })
}

async function exchange<T>(address: string, init: RequestInit): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(address, { credentials: 'same-origin', ...init })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Unreachable('The server does not answer.', { cause: error })
  }
  if (answer.status === 204) return undefined as T
  const body: unknown = await answer.json().catch(() => undefined)
  if (answer.ok) return body as T
  if (isProblem(body)) throw new ApiError(body)
  throw new Unreachable(`Something between here and the server answered ${answer.status}.`)
}

const isProblem = (body: unknown): body is Problem => typeof body === 'object' && body !== null && 'code' in body && 'detail' in body
