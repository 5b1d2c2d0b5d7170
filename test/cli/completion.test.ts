import { expect, test } from 'vitest'
import { type Bench, bench } from './bench.ts'
import { statuses } from './statuses.ts'

function shop(): Bench {
  const b = bench()
  for (const name of ['checkout', 'cart', 'mailer']) b.rollout(name, 'v1')
  b.report('checkout', statuses(b).running)
  return b
}

/** What is offered for the last of the words; the directive last. */
async function offered(b: Bench, ...words: string[]): Promise<string[]> {
  const { code, out, err } = await b.serin(['__complete', '--', ...words])
  expect([code, err]).toEqual([0, ''])
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
}

test('verbs and flags', async () => {
  const b = shop()
  expect(await offered(b, 're')).toEqual(['resume', 'retry', 'restart', 'reject', 'release', 'record', ':4'])
  expect(await offered(b, 'promote', '--f')).toEqual(['--full', ':4'])
  expect(await offered(b, 'get', 'checkout', '-o', 'j')).toEqual(['json', ':4'])
  expect(await offered(b, 'get', '--output=y')).toEqual(['--output=yaml', ':4'])
  expect(await offered(b, 'completion', '')).toEqual(['bash', 'zsh', 'fish', ':4'])
  expect(await offered(b, 'lint', '-f', '')).toEqual([':0'])
})

test('Rollouts of the namespace, with their phase, and no second one', async () => {
  const b = shop()
  expect(await offered(b, 'get', 'c')).toEqual(['cart', 'checkout', ':4'])
  expect((await b.serin(['__complete', '--', 'get', 'ch'])).out).toBe('checkout\tPaused\n:4\n')
  expect(await offered(b, 'get', '-n', 'default', '')).toEqual([':4'])
  expect(await offered(b, 'get', '--namespace=shop', 'm')).toEqual(['mailer', ':4'])
  expect(await offered(b, 'get', 'cart', '')).toEqual([':4'])
})

test('namespaces, contexts and versions', async () => {
  const b = shop()
  expect(await offered(b, 'list', '-n', 'sh')).toEqual(['shop', ':4'])
  expect(await offered(b, 'list', '--context', '')).toEqual(['here', 'there', ':4'])
  expect(await offered(b, 'undo', 'checkout', '--to', '')).toEqual(['v1hash', ':4'])
})

test('a cluster that is away or hangs costs candidates, not the shell', async () => {
  const b = shop()
  b.server.faults.add({ match: () => true, do: 'hang' })
  const began = b.clock.now()
  expect(await offered(b, 'get', '')).toEqual([':4'])
  expect(b.clock.now() - began).toBeLessThan(5000)
  b.server.stop()
  expect(await offered(b, 'get', '')).toEqual([':4'])
})
