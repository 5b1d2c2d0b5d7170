import { type Clock, sleep } from '../../clock.ts'
import type { HttpRequest, HttpResponse, JsonPatchOp, KubeObject, Transport } from '../types.ts'
import { status } from './apiServer.ts'

/** How the network treats one client, at the moment of a request. */
export interface Weather {
  /** Until the request arrives, and again until the answer does. */
  delayMs: number
  /** Requests never arrive, or their answers never do. */
  lost: 'nothing' | 'requests' | 'answers'
}

/** Objects of any kind behind a Transport, without sockets: create, get, list, JSON and merge patch, delete, resourceVersions. */
export interface MemoryApi {
  objects: Map<string, KubeObject>
  requests: HttpRequest[]
  /** A client's way to it; its weather may be changed at any time. */
  transport(): { transport: Transport; weather: Weather }
  /** Answers the next requests with these statuses instead. */
  refuse(...codes: { code: number; reason: string }[]): void
}

export function memoryApi(clock: Clock): MemoryApi {
  const objects = new Map<string, KubeObject>()
  const requests: HttpRequest[] = []
  const refusals: { code: number; reason: string }[] = []
  let version = 0

  const store = (path: string, object: KubeObject): object => {
    const before = objects.get(path)
    const metadata = { ...object.metadata, uid: before?.metadata.uid ?? `uid-${version}`, resourceVersion: String(++version) }
    const stored = { ...object, metadata }
    objects.set(path, stored)
    return stored
  }
  const answer = (request: HttpRequest): { code: number; value: object } => {
    requests.push(request)
    const refusal = refusals.shift()
    if (refusal) return { code: refusal.code, value: status(refusal.code, refusal.reason, 'scripted') }
    const path = request.path.split('?')[0] ?? ''
    const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body)
    const known = objects.get(path)
    if (request.method === 'POST') {
      const object = body as KubeObject
      const at = `${path}/${object.metadata.name}`
      if (objects.has(at)) return { code: 409, value: status(409, 'AlreadyExists', `"${object.metadata.name}" already exists`) }
      return { code: 201, value: store(at, object) }
    }
    if (request.method === 'GET' && !known) {
      const items = [...objects].filter(([at]) => at.startsWith(`${path}/`)).map(([, object]) => object)
      if (items.length > 0) return { code: 200, value: { kind: 'List', metadata: { resourceVersion: String(version) }, items } }
    }
    if (!known) return { code: 404, value: status(404, 'NotFound', `${path} not found`) }
    if (request.method === 'DELETE') objects.delete(path)
    if (request.method !== 'PATCH') return { code: 200, value: known }
    if (request.headers?.['content-type'] === 'application/json-patch+json') {
      const patched = jsonPatch(known, body as JsonPatchOp[])
      if (patched) return { code: 200, value: store(path, patched) }
      return { code: 422, value: status(422, 'Invalid', 'the server rejected our request due to an error in our request', {}) }
    }
    return { code: 200, value: store(path, mergePatch(known, body) as KubeObject) }
  }
  return {
    objects,
    requests,
    refuse: (...codes) => void refusals.push(...codes),
    transport() {
      const weather: Weather = { delayMs: 5, lost: 'nothing' }
      const send = async (request: HttpRequest): Promise<HttpResponse> => {
        const never = new Promise<never>((_, reject) => {
          request.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
        })
        never.catch(() => {})
        if (weather.lost === 'requests') return never
        await Promise.race([never, sleep(clock, weather.delayMs)])
        const { code, value } = answer(request)
        if (weather.lost === 'answers') return never
        await Promise.race([never, sleep(clock, weather.delayMs)])
        return { status: code, headers: {}, body: once(JSON.stringify(value)) }
      }
      return { transport: { send, close: async () => {} }, weather }
    },
  }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const result: Record<string, unknown> = { ...(target as object) }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else result[name] = mergePatch(result[name], value)
  }
  return result
}

/** The patched copy; undefined when a test fails or a path is missing. Knows add, replace, remove and test on objects. */
function jsonPatch(target: KubeObject, ops: JsonPatchOp[]): KubeObject | undefined {
  const copy = structuredClone(target)
  for (const op of ops) {
    const steps = op.path.split('/').slice(1)
    const last = steps.pop() ?? ''
    let parent = copy as Record<string, unknown> | undefined
    for (const step of steps) parent = parent?.[step] as Record<string, unknown> | undefined
    if (!parent) return undefined
    if (op.op === 'test' && JSON.stringify(parent[last]) !== JSON.stringify(op.value)) return undefined
    if (op.op === 'add' || op.op === 'replace') parent[last] = op.value
    if (op.op === 'remove') delete parent[last]
  }
  return copy
}
