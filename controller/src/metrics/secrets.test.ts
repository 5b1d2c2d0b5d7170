import { expect, test } from 'vitest'
import { virtualClock } from '../kube/testing/virtualClock.ts'
import type { KubeObject } from '../kube/types.ts'
import { secretCache } from './secrets.ts'

const object = (name: string, values: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'shop' },
  data: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
})

function cacheOver(read: (namespace: string, name: string) => Promise<KubeObject | undefined>) {
  const clock = virtualClock()
  const reads: string[] = []
  const secrets = secretCache(async (namespace, name) => {
    reads.push(`${namespace}/${name}`)
    return read(namespace, name)
  }, clock)
  return { clock, reads, secrets }
}

test('values are decoded, without line breaks at their end, and read once a minute', async () => {
  const { clock, reads, secrets } = cacheOver(async (_, name) => object(name, { token: ' schlüssel\n', other: 'x\r\n' }))
  const both = await Promise.all([secrets.value('shop', { name: 'a', key: 'token' }), secrets.value('shop', { name: 'a', key: 'other' })])
  expect(both).toEqual([' schlüssel', 'x'])
  await clock.advance(59_999)
  await secrets.value('shop', { name: 'a', key: 'token' })
  expect(reads).toEqual(['shop/a'])
  await clock.advance(1)
  await secrets.value('shop', { name: 'a', key: 'token' })
  expect(reads).toEqual(['shop/a', 'shop/a'])
})

test('the same name in another namespace is another Secret', async () => {
  const { secrets } = cacheOver(async (namespace, name) => object(name, { key: namespace }))
  expect(await secrets.value('one', { name: 'a', key: 'key' })).toBe('one')
  expect(await secrets.value('two', { name: 'a', key: 'key' })).toBe('two')
})

test('a forgotten one is read anew', async () => {
  let value = 'old'
  const { secrets } = cacheOver(async (_, name) => object(name, { key: value }))
  const ask = () => secrets.value('shop', { name: 'a', key: 'key' })
  expect(await ask()).toBe('old')
  value = 'new'
  expect(await ask()).toBe('old')
  secrets.forget('other', ['a'])
  expect(await ask()).toBe('old')
  secrets.forget('shop', ['b', 'a'])
  expect(await ask()).toBe('new')
})

test('what is missing is said and looked for again with the next use', async () => {
  let there: KubeObject | undefined
  const { secrets } = cacheOver(async () => there)
  const ask = () => secrets.value('shop', { name: 'a', key: 'key' })
  await expect(ask()).rejects.toMatchObject({ fault: 'refused', message: 'there is no Secret a in namespace shop: create it' })
  there = object('a', { key: 'value' })
  expect(await ask()).toBe('value')
  await expect(secrets.value('shop', { name: 'a', key: 'toString' })).rejects.toMatchObject({
    fault: 'refused',
    message: 'Secret a in namespace shop has no key toString: add it',
  })
})

test('a Secret that could not be read is the cluster that is down', async () => {
  let broken = true
  const { secrets } = cacheOver(async () => {
    if (broken) throw new Error('connection refused')
    return object('a', { key: 'value' })
  })
  await expect(secrets.value('shop', { name: 'a', key: 'key' })).rejects.toMatchObject({ fault: 'down' })
  broken = false
  expect(await secrets.value('shop', { name: 'a', key: 'key' })).toBe('value')
})
