import { expect, test } from 'vitest'
import { crashing } from './crashes.ts'
import type { Crashes } from './observed.ts'
import type { Scene } from './scene.ts'

const scene = (crashes: Crashes | undefined) => ({ o: { crashes }, run: { canary: { replicas: 2 } } }) as unknown as Scene

test.each<[string, Crashes | undefined, string | undefined]>([
  ['nobody looked', undefined, undefined],
  ['two restarts may be an accident', { restarts: 2, last: '', both: false }, undefined],
  [
    'three are none',
    { restarts: 3, last: 'exit code 3', both: false },
    'pods of the new version crash: 3 restarts of 2 pods since it has traffic, the last by exit code 3',
  ],
  ['where both versions crash it is not the new one', { restarts: 9, last: 'OOMKilled', both: true }, undefined],
])('%s', (_, crashes, because) => {
  expect(crashing(scene(crashes))).toBe(because)
})
