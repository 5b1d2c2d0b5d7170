import { expect, test } from 'vitest'
import { cluster } from './controllers/testing/cluster.ts'
import { createSandbox } from './sandbox.ts'
import type { Obj } from './types.ts'

test('ten minutes with three Deployments and 100 requests a second take seconds, and lose none while rolling', async () => {
  const c = cluster()
  for (const name of ['a', 'b', 'c']) {
    c.api.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' } as Obj['metadata'],
      spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
    })
    c.deploy(name, { replicas: 3, container: { lifecycle: { preStop: { sleep: { seconds: 1 } } } } })
  }
  await c.settle()
  for (const service of ['a', 'b', 'c']) c.load.start({ via: { service }, rps: 100 / 3 })
  const began = performance.now()
  await c.clock.advance(300_000)
  for (const name of ['a', 'b', 'c']) c.setImage(name, 'app:v2')
  await c.clock.advance(300_000)
  expect(performance.now() - began).toBeLessThan(8000)
  const counts = c.load.counts()
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(59_990)
  expect(counts.filter(({ cause }) => cause)).toEqual([])
  expect(new Set(counts.map(({ version }) => version))).toEqual(new Set(['v1', 'v2']))
  c.stop()
})

test('runs on the clock of the machine too', async () => {
  const sandbox = createSandbox({ images: { 'app:v1': { startMs: 20 } } })
  sandbox.api.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default' } as Obj['metadata'],
    spec: { containers: [{ name: 'app', image: 'app:v1' }] },
  })
  await sandbox.settle()
  expect(sandbox.api.get('v1', 'Pod', 'default', 'p')?.status.phase).toBe('Running')
  sandbox.stop()
})

test('a stopped sandbox does nothing more', async () => {
  const c = cluster()
  c.deploy('shop')
  await c.settle()
  c.load.start({ via: { service: 'shop' }, rps: 10 })
  c.stop()
  const before = c.load.counts()
  c.scale('shop', 5)
  await c.clock.advance(60_000)
  expect(c.pods('shop')).toHaveLength(2)
  expect(c.load.counts()).toEqual(before)
})
