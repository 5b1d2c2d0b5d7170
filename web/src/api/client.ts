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
  return bodyOf<T>(await exchange(address, { ...(signal ? { signal } : {}) }))
}

/** As `get`, of what is not JSON. */
export async function getText(address: string, signal: AbortSignal): Promise<string> {
  return (await exchange(address, { signal })).text()
}

/** Changes something. Throws as `get` does. */
export async function post<T>(address: string, body: unknown = {}): Promise<T> {
  const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf }
  return bodyOf<T>(await exchange(address, { method: 'POST', headers, body: JSON.stringify(body) }))
}

async function bodyOf<T>(answer: Response): Promise<T> {
  return (answer.status === 204 ? undefined : await answer.json().catch(() => undefined)) as T
}

/** An answer of 2xx. */
async function exchange(address: string, init: RequestInit): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(address, { credentials: 'same-origin', ...init })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Unreachable('The server does not answer.', { cause: error })
  }
  if (answer.ok) return answer
  const problem: unknown = await answer.json().catch(() => undefined)
  if (isProblem(problem)) throw new ApiError(problem)
  throw new Unreachable(`Something between here and the server answered ${answer.status}.`)
}

const isProblem = (body: unknown): body is Problem => typeof body === 'object' && body !== null && 'code' in body && 'detail' in body
