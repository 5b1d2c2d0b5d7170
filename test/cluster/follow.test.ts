import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { follow } from './follow.ts'
import { httpsClient } from './httpsClient.ts'

const object = (name: string, resourceVersion: string) => ({ metadata: { name, uid: name, resourceVersion } })

test('what vanished while the watch was expired is told as gone, and a closed client ends in peace', async () => {
  const lists = [
    [object('a', '1'), object('b', '2')],
    [object('b', '2'), object('c', '9')],
  ]
  let asked = 0
  const server = createServer((request, response) => {
    asked++
    const watching = request.url?.includes('watch=true')
    if (!watching) response.end(JSON.stringify({ metadata: { resourceVersion: '5' }, items: lists.shift() ?? [] }))
    else if (lists.length > 0) response.end(`${JSON.stringify({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })}\n`)
    else response.write(`${JSON.stringify({ type: 'ADDED', object: object('d', '10') })}\n`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = httpsClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {})
  const told: string[] = []
  const followed = follow(client, '/things', {
    is: ({ metadata }) => told.push(`+${metadata.name}`),
    gone: ({ metadata }) => told.push(`-${metadata.name}`),
  })
  while (!told.includes('+d')) await sleep(10)
  expect(told).toEqual(['+a', '+b', '-a', '+b', '+c', '+d'])
  client.close()
  const before = asked
  // Time goes on: it does not try again and again without a pause.
  await sleep(150)
  expect(asked).toBe(before)
  await followed.stop()
  server.close()
})
