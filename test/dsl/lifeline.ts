import type { HttpRequest, Transport } from '../../controller/src/kube/types.ts'

/** Where a controller dies: at its n-th write, before the server heard of it or after it was done, with the answer lost. */
export interface Death {
  atWrite: number
  write: 'done' | 'not done'
}

/** Something that happens in the moment before a write arrives. */
export interface Ambush {
  /** Method and path, as `PATCH /apis/...`, and the body. */
  match: RegExp
  deed(request: HttpRequest): Promise<void>
  /** How often; for ever when left out. */
  times?: number
}

/** A transport that counts writes, and can be made to kill whoever uses it. */
export interface Lifeline extends Transport {
  /** Writes so far that change what a run is about: no leases, no events, no reviews. */
  writes(): number
  /** Objects and lists that were asked for so far, of the same; watches are left out. */
  reads(): number
  /** What was written, for people: method and path. */
  log: string[]
  /** Calls `kill` at that write, counted from now on. */
  dieAt(death: Death, kill: () => void): void
  ambush(ambush: Ambush): void
}

const besides = /\/(leases|events|selfsubjectreviews|selfsubjectaccessreviews|subjectaccessreviews)(\/|\?|$)/

const isRead = ({ method, path, watch }: HttpRequest): boolean => method === 'GET' && !watch && !besides.test(path)

const isWrite = ({ method, path }: HttpRequest): boolean => method !== 'GET' && !besides.test(path)

export function lifeline(transport: Transport): Lifeline {
  let writes = 0
  let reads = 0
  let doom: { at: number; write: Death['write']; kill: () => void } | undefined
  const log: string[] = []
  const ambushes: { ambush: Ambush; left: number }[] = []
  const struck = async (request: HttpRequest) => {
    const text = `${request.method} ${request.path} ${request.body ?? ''}`
    for (const entry of ambushes) {
      if (entry.left === 0 || !entry.ambush.match.test(text)) continue
      entry.left--
      await entry.ambush.deed(request)
    }
  }
  return {
    writes: () => writes,
    reads: () => reads,
    log,
    dieAt({ atWrite, write }, kill) {
      doom = { at: writes + atWrite, write, kill }
    },
    ambush: (ambush) => void ambushes.push({ ambush, left: ambush.times ?? Number.POSITIVE_INFINITY }),
    async send(request) {
      if (isRead(request)) reads++
      if (!isWrite(request)) return transport.send(request)
      await struck(request)
      writes++
      log.push(`${request.method} ${request.path}`)
      if (doom?.at !== writes) return transport.send(request)
      const { write, kill } = doom
      doom = undefined
      // The dying one's own signal would take the request back.
      const { signal: _, ...alone } = request
      if (write === 'done') for await (const _piece of (await transport.send(alone)).body);
      kill()
      throw new Error('the controller died in the middle of this write')
    },
    close: () => transport.close(),
  }
}
