import { describe, expect, test } from 'vitest'
import { policies, policyLabel } from '../api/policies.ts'
import { reaches } from '../kube/policyMatch.ts'
import { gateIn, type NamespaceLabels } from './policyReach.ts'

const me = 'system:serviceaccount:serin-system:serin'
const other = 'system:serviceaccount:serin-two:serin'
const nameLabel = 'kubernetes.io/metadata.name'

function holding(serinUser: string, namespaceSelector?: unknown) {
  const all = policies({ serinUser, name: serinUser === me ? 'ours' : 'theirs', namespaceSelector })
  const found = all.find(({ metadata }) => metadata.labels?.[policyLabel] === 'hold-deployments')
  if (!found) throw new Error('no policy holds Deployments')
  return found
}
const named = (...values: string[]) => ({ matchExpressions: [{ key: nameLabel, operator: 'In', values }] })
const team = (name: string) => ({ matchLabels: { team: name } })

describe('where a policy applies', () => {
  test.each<[string, unknown, boolean | undefined, boolean]>([
    ['everywhere', undefined, true, true],
    ['everywhere, by an empty selector', {}, true, true],
    ['in namespaces by name', named('shop', 'web'), true, true],
    ['in others by name', named('web'), false, false],
    ['by the label that the API server writes', { matchLabels: { [nameLabel]: 'shop' } }, true, true],
    ['everywhere but there', { matchExpressions: [{ key: nameLabel, operator: 'NotIn', values: ['shop'] }] }, false, false],
    ['by a label that it has', team('a'), undefined, true],
    ['by another value of it', team('b'), undefined, false],
    ['by a label that is not there', { matchExpressions: [{ key: 'off', operator: 'DoesNotExist' }] }, undefined, true],
    ['by a label that is there', { matchExpressions: [{ key: 'team', operator: 'Exists' }] }, undefined, true],
    ['by values that it has not', { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['b'] }] }, undefined, true],
    ['by a name that is wrong, whatever its labels', { ...team('a'), ...named('web') }, false, false],
  ])('%s', (_, selector, byName, byLabels) => {
    const policy = holding(me, selector)
    expect(reaches(policy, 'shop')).toBe(byName)
    expect(reaches(policy, 'shop', { team: 'a' })).toBe(byLabels)
  })
})

describe('the gate of a namespace', () => {
  const gate = (held: ReturnType<typeof holding>[], labels: NamespaceLabels = 'unread') => {
    const found = gateIn({ me, policies: held }, 'shop', labels)
    return typeof found === 'object' ? found.notOurs : found
  }

  test('is the policies, where the ones that reach it exempt us', () => {
    expect(gate([holding(me)])).toBe('policies')
    expect(gate([holding(me, named('shop')), holding(other, named('web'))])).toBe('policies')
  })

  test('is pausing, where none reaches it', () => {
    expect(gate([])).toBe('paused')
    expect(gate([holding(me, named('web')), holding(other, named('web'))])).toBe('paused')
  })

  test('is not ours where one that reaches it exempts somebody else, though another exempts us', () => {
    expect(gate([holding(other)])).toMatch(/^the admission policies \(theirs-hold-deployments\) do not exempt .*serin-system:serin/)
    expect(gate([holding(me, named('shop')), holding(other)])).toMatch(/of another release of Serin too \(theirs-hold-deployments\)/)
  })

  test('needs the labels of the namespace only where they decide', () => {
    expect(gate([holding(me, team('a'))])).toBe('unread')
    expect(gate([holding(me), holding(other, team('a'))])).toBe('unread')
    expect(gate([holding(me), holding(me, team('a'))])).toBe('policies')
    expect(gate([holding(me, team('a')), holding(other)])).toMatch(/another release/)
    expect(gate([holding(me, team('a')), holding(other, team('b'))], { team: 'a' })).toBe('policies')
    expect(gate([holding(me, team('a'))], { team: 'b' })).toBe('paused')
  })

  test('where labels cannot be seen, our policies are taken to reach it, and those of others too', () => {
    expect(gate([holding(me, team('a'))], 'unreadable')).toBe('policies')
    expect(gate([holding(me), holding(other, team('a'))], 'unreadable')).toMatch(/give it the right to get namespaces$/)
  })
})
