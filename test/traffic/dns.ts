import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import type { ApiClient, Json } from '../cluster/apiClient.ts'
import { follow } from '../cluster/follow.ts'

const TYPE_A = 1
const NAME_ERROR = 3
const TTL_SECONDS = 1

/**
 * Answers SERVICE.NAMESPACE.svc.cluster.local with the addresses of its ready endpoints: nothing serves cluster IPs here.
 * So a port must be the target's own. Names it does not know do not exist.
 */
export async function serveNames(client: ApiClient, address: string, port = 53): Promise<{ port: number; stop(): Promise<void> }> {
  const slices = new Map<string, Json>()
  const followed = follow(client, '/apis/discovery.k8s.io/v1/endpointslices', {
    is: (slice) => slices.set(slice.metadata.uid, slice),
    gone: (slice) => slices.delete(slice.metadata.uid),
  })
  const lookUp = (name: string): string[] | undefined => {
    const [, service, namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(name) ?? []
    const found = [...slices.values()].filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === service,
    )
    return found.length === 0 ? undefined : found.flatMap(readyAddresses)
  }
  const socket = createSocket('udp4')
  socket.on('message', (question: Buffer, { address, port }: RemoteInfo) => {
    const answer = answerTo(question, lookUp)
    if (answer) socket.send(answer, port, address)
  })
  socket.bind(port, address)
  await Promise.all([once(socket, 'listening'), followed.synced])
  return {
    port: socket.address().port,
    async stop() {
      socket.close()
      await followed.stop()
    },
  }
}

function readyAddresses(slice: Json): string[] {
  const ready = (slice.endpoints ?? []).filter(({ conditions }: Json) => conditions?.ready !== false)
  return ready.flatMap(({ addresses }: Json) => addresses)
}

/** The answer to a query with one question; undefined for what is none. `lookUp` gives undefined for a name that does not exist. */
export function answerTo(query: Buffer, lookUp: (name: string) => string[] | undefined): Buffer | undefined {
  const labels: string[] = []
  let at = 12
  for (;;) {
    const length = query[at]
    if (length === undefined || length > 63) return undefined
    if (length === 0) break
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  if (query.length < at + 5) return undefined
  const type = query.readUInt16BE(at + 1)
  const known = lookUp(labels.join('.').toLowerCase())
  const addresses = type === TYPE_A ? (known ?? []) : []
  const header = Buffer.from(query.subarray(0, 12))
  // Answer, authoritative, recursion as asked for and offered.
  header.writeUInt16BE(0x8480 | (header.readUInt16BE(2) & 0x0100) | (known ? 0 : NAME_ERROR), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(addresses.length, 6)
  header.writeUInt32BE(0, 8)
  return Buffer.concat([header, query.subarray(12, at + 5), ...addresses.map(record)])
}

/** An A record of the name in the question. */
function record(address: string): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt16BE(0xc00c, 0)
  bytes.writeUInt16BE(TYPE_A, 2)
  bytes.writeUInt16BE(1, 4)
  bytes.writeUInt32BE(TTL_SECONDS, 6)
  bytes.writeUInt16BE(4, 10)
  address.split('.').forEach((part, index) => {
    bytes.writeUInt8(Number(part), 12 + index)
  })
  return bytes
}
