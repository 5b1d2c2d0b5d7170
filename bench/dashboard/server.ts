// The server in a process of its own, so that its memory is its own. Told the API server's address; says where it listens.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock } from '../../controller/src/clock.ts'
import { accessTo } from '../../controller/src/kube/testing/access.ts'
import { undiciTransport } from '../../controller/src/kube/transport.ts'
import { startServer } from '../../controller/src/server/testing/startServer.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const [api = '', token = ''] = process.argv.slice(2)
const transport = undiciTransport(accessTo(api, { token: () => token }), { clock: systemClock })
const rates = { reads: 1e9, writes: 1e9, logins: 1e9 }
const { url } = await startServer({ transport, options: { rates, streams: { perPerson: 1e6, all: 1e6 } } })
process.on('message', () => {
  collect()
  const { heapUsed, rss, external } = process.memoryUsage()
  process.send?.({ heapMb: heapUsed / 2 ** 20, rssMb: rss / 2 ** 20, externalMb: external / 2 ** 20 })
})
process.on('disconnect', () => process.exit())
process.send?.({ url })
