import { expect, it } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { refusesCanaryService, refusesService, selects } from './serviceRefusals.ts'
import { pin } from './services.ts'
import { applyPatch } from './testing/applyPatch.ts'

function service(spec: object | undefined, metadata = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', ...metadata }, ...(spec && { spec }) }
}
const plain = service({ selector: { app: 's' } })

it.each([
  ['no spec', service(undefined), 'has no selector'],
  ['no selector', service({ selector: {} }), 'has no selector'],
  ['ExternalName', service({ type: 'ExternalName', externalName: 'x', selector: { app: 's' } }), 'of type ExternalName'],
  ['headless', service({ selector: { app: 's' }, clusterIP: 'None' }), 'is headless'],
  ['pinned by others', service({ selector: { app: 's', 'pod-template-hash': 'x' } }), 'names pod-template-hash'],
])('refuses a Service: %s', (_, object, words) => {
  expect(refusesService(object)).toContain(words)
})

it('takes a plain Service, a headless one where no route is asked, and one in a run', () => {
  expect(refusesService(plain)).toBeUndefined()
  expect(refusesService(service({ selector: { app: 's' }, clusterIP: 'None' }), { routed: false })).toBeUndefined()
  expect(refusesService(applyPatch(plain, pin(plain, 'abc', '7', 'shop')))).toBeUndefined()
})

it('takes a canary Service only when the Rollout owns it as its controller', () => {
  const owned = (owner: object) => service({}, { ownerReferences: [owner] })
  expect(refusesCanaryService(owned({ uid: 'u1', controller: true }), 'u1')).toBeUndefined()
  for (const other of [plain, owned({ uid: 'u1' }), owned({ uid: 'u2', controller: true })]) {
    expect(refusesCanaryService(other, 'u1')).toContain('Service s already')
  }
})

it('selects pods that bear all its labels; an empty selector selects none', () => {
  expect(selects(plain, { app: 's', more: 'x' })).toBe(true)
  expect(selects(plain, { app: 't' })).toBe(false)
  expect(selects(service({}), { app: 's' })).toBe(false)
})
