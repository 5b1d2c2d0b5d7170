import { expect, test } from 'vitest'
import { virtualClock } from '../../kube/testing/virtualClock.ts'
import { sightsOf } from './sights.ts'

const anna = { username: 'anna', groups: ['developers'] }
const places = ['a', 'b', 'c']

function start(may: (namespace?: string, groups?: readonly string[]) => boolean) {
  const clock = virtualClock()
  const asked: (string | undefined)[] = []
  const rights = { may }
  const authority = {
    may: async ({ groups }: { groups: readonly string[] }, { namespace }: { namespace?: string }) => {
      asked.push(namespace)
      return { allowed: rights.may(namespace, groups) }
    },
  }
  const sights = sightsOf(authority, clock)
  return { clock, rights, sights, asked: () => asked.splice(0).toSorted() }
}

test('who may see everything is asked for once', async () => {
  const { sights, asked } = start(() => true)
  expect(await sights.of(anna, places)).toMatchObject({ everywhere: true })
  expect(asked()).toEqual([undefined])
})
test('where somebody may not see is not asked for again within a minute; where he may, each time', async () => {
  const { clock, sights, asked } = start((namespace) => namespace === 'b')
  expect([...(await sights.of(anna, places)).namespaces]).toEqual(['b'])
  expect(asked()).toEqual(['a', 'b', 'c', undefined])
  expect([...(await sights.of(anna, [...places, 'd'])).namespaces]).toEqual(['b'])
  expect(asked()).toEqual(['b', 'd', undefined])
  await clock.advance(60_000)
  await sights.of(anna, places)
  expect(asked()).toEqual(['a', 'b', 'c', undefined])
})
test('a right that is lost is lost at once, one that is given counts within a minute', async () => {
  const { clock, rights, sights } = start((namespace) => namespace === 'b')
  await sights.of(anna, places)
  rights.may = (namespace) => namespace === 'c'
  expect([...(await sights.of(anna, places)).namespaces]).toEqual([])
  await clock.advance(60_000)
  expect([...(await sights.of(anna, places)).namespaces]).toEqual(['c'])
})
test('what one was refused says nothing of another, nor of the same name in other groups', async () => {
  const { sights } = start((namespace, groups) => namespace === 'a' && groups?.includes('admins') === true)
  expect([...(await sights.of(anna, places)).namespaces]).toEqual([])
  expect([...(await sights.of({ ...anna, groups: ['admins'] }, places)).namespaces]).toEqual(['a'])
})
