import { expect, test } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { applyPatch } from '../traffic/testing/applyPatch.ts'
import { deployment } from './deployment.ts'
import type { OwnerIdentity } from './view.ts'

const rollout: OwnerIdentity = { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', name: 'web', uid: 'rollout-uid' }
const container = (image: string) => ({ spec: { containers: [{ name: 'web', image }] } })

const workload: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'deployment-uid', generation: 2, annotations: { team: 'new' } },
  spec: {
    replicas: 4,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web', tier: 'new' } }, ...container('demo:v2') },
  },
}
const labels = { app: 'web', tier: 'old', 'pod-template-hash': 'one' }
const stable: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'web-one',
    namespace: 'shop',
    uid: 'set-uid',
    labels,
    annotations: { team: 'old', 'deployment.kubernetes.io/revision': '1' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'deployment-uid', controller: true }],
  },
  spec: {
    replicas: 4,
    minReadySeconds: 5,
    selector: { matchLabels: { app: 'web', 'pod-template-hash': 'one' } },
    template: { metadata: { labels }, ...container('demo:v1') },
  },
}

test('a set like another one has its template under a hash of its own, and belongs to the Rollout', () => {
  const view = deployment.view(workload, [stable], rollout)
  const [like] = view.sets
  if (!like) throw new Error('no set')
  const [action] = deployment.create(view, { name: 'web-one-b7', hash: 'one-b7', replicas: 2, rollout, like, because: 'why' })
  expect(action).toMatchObject({ verb: 'create', because: 'why' })
  if (action?.verb !== 'create') throw new Error('nothing was made')
  const own = { app: 'web', tier: 'old', 'pod-template-hash': 'one-b7' }
  expect(action.object).toEqual({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: 'web-one-b7',
      namespace: 'shop',
      labels: { ...own, 'serin.dev/rollout': 'web' },
      annotations: { team: 'old' },
      ownerReferences: [{ ...rollout, controller: true, blockOwnerDeletion: false }],
    },
    spec: {
      replicas: 2,
      minReadySeconds: 5,
      selector: { matchLabels: { app: 'web', 'pod-template-hash': 'one-b7' } },
      template: { metadata: { labels: own }, ...container('demo:v1') },
    },
  })
  const made = deployment.view(workload, [stable, action.object], rollout).sets
  expect(made[1]?.template).toBe(made[0]?.template)
  expect(made[1]?.owner).toBe('rollout')
})

test('a write that takes pods from a set comes too late once the set changed hands, or was emptied and filled again', () => {
  const before = { ...stable, metadata: { ...stable.metadata, generation: 3 } }
  const view = deployment.view(workload, [before], rollout)
  const [set] = view.sets
  if (!set) throw new Error('no set')
  const [again] = deployment.take(view, set.name, rollout, 'why')
  if (again?.verb !== 'patch') throw new Error('nothing was taken')
  const withoutLabels = { ...before, metadata: { ...before.metadata, labels: {} } }
  const handsChanged = applyPatch(withoutLabels, again.ops)
  const filledAgain = { ...before, metadata: { ...before.metadata, generation: 5 } }
  const late = [...deployment.resize(view, set, 0, 'why'), ...deployment.give(view, set, { replicas: 0, forget: false, because: 'why' })]
  expect(late).toHaveLength(2)
  for (const write of late) {
    const ops = write.verb === 'patch' ? write.ops : []
    expect(applyPatch(before, ops)).toMatchObject({ spec: { replicas: 0 } })
    expect(() => applyPatch(handsChanged, ops)).toThrow('/metadata/ownerReferences')
    expect(() => applyPatch(filledAgain, ops)).toThrow('/metadata/generation')
  }
})
