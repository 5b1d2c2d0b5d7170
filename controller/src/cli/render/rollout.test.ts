import { describe, expect, test } from 'vitest'
import { ago, inRun, now, plain, pod, replicaSet, rollout, snapshot, status, version } from '../testing/fixtures.ts'
import { listView } from './list.ts'
import { width } from './paint.ts'
import { rolloutView } from './rollout.ts'

const sets = [replicaSet('v1', 2, 2), replicaSet('v2', 1, 0), replicaSet('v0', 0, 0)]
const pods = [
  pod('v1', 'b'),
  pod('v1', 'a', { containerStatuses: [{ ready: true, restartCount: 3 }] }),
  pod('v2', 'c', { phase: 'Pending', containerStatuses: [{ ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } }] }),
]

describe('a Rollout in a run', () => {
  test('shows weight, steps, why it waits and the tree', () => {
    expect(rolloutView(plain, snapshot(inRun(), 'v2', { sets, pods }), now).join('\n')).toMatchInlineSnapshot(`
      "Rollout    shop/checkout  Progressing
      Workload   Deployment checkout
      Run        7, v1hash (checkout:v1) → v2hash (checkout:v2), started 12m ago by a changed template;
                 routes move the traffic
      Weight     ██░░░░░░░░░░░░░░░░░░ 10 % canary, 90 % stable
      Steps      ✔ 10 % of the traffic  ▶ pause until somebody promotes  ○ 50 % of the traffic
                 ○ pause of 5m
      Waiting    for somebody to promote it: step 2 is a pause without an end: serin promote checkout
                 (since 9m)

      NAME                              STATUS            PODS  AGE   INFO
      Rollout checkout                  Progressing             2d2h
      ├─ version v2hash                 canary                        checkout:v2
      │  └─ ReplicaSet checkout-v2hash  starting          0/1   2d2h
      │     └─ Pod checkout-v2hash-c    ImagePullBackOff  0/1   2d2h
      └─ version v1hash                 stable                        checkout:v1
         └─ ReplicaSet checkout-v1hash  available         2/2   2d2h
            ├─ Pod checkout-v1hash-a    Running           1/1   2d2h  3 restarts
            └─ Pod checkout-v1hash-b    Running           1/1   2d2h
      1 older version without pods not shown"
    `)
  })
  test('in plain ASCII where the locale is no UTF-8', () => {
    const text = rolloutView({ ...plain, unicode: false }, snapshot(inRun(), 'v2', { sets, pods }), now).join('\n')
    expect([...text].filter((letter) => letter > '~')).toEqual([])
    expect(text).toContain('[x] 10 % of the traffic')
    expect(text).toContain('[>] pause until somebody promotes')
  })
  test('no line is wider than the terminal', () => {
    for (const columns of [42, 60, 80]) {
      const view = rolloutView({ ...plain, columns, colour: true }, snapshot(inRun(), 'v2', { sets, pods }), now)
      for (const line of view) expect(width(line)).toBeLessThanOrEqual(columns)
    }
  })
  test('shows the share and the pods of a fresh baseline apart from those of stable', () => {
    const baseline = { set: 'checkout-v1hash-b7', hash: 'v1hash-b7', replicas: 1, available: 1 }
    const text = rolloutView(plain, snapshot(inRun({ baseline }), 'v2', { sets, pods }), now).join('\n')
    expect(text).toContain('10 % canary, 10 % fresh baseline, 80 % stable')
    expect(text).toMatch(/version v1hash-b7 +baseline +checkout:v1/)
  })
  test('says who paused it, and what is wanted when the weight is not there yet', () => {
    const paused = inRun({ paused: { since: ago(2), by: 'anna' }, weight: { wanted: 50, actual: 10 } })
    const text = rolloutView(plain, snapshot(paused, 'v2'), now).join('\n')
    expect(text).toContain('Paused     by anna, 2m ago')
    expect(text).toContain('10 % canary, 90 % stable, 50 % wanted')
  })
})

test('at rest it shows stable and what is kept warm', () => {
  const kept = { version: version('v0'), until: new Date(now + 600_000).toISOString(), from: 6, routed: true }
  expect(rolloutView(plain, snapshot(status({ kept }), 'v1', { sets: [replicaSet('v1', 2, 2)] }), now).join('\n')).toMatchInlineSnapshot(`
    "Rollout    shop/checkout  Healthy
    Workload   Deployment checkout
    Message    shop/checkout:v1 serves
    Stable     v1hash (checkout:v1), since 2d2h
    Kept       v0hash (checkout:v0), warm until 12:10:00 UTC

    NAME                              STATUS     PODS  AGE   INFO
    Rollout checkout                  Healthy          2d2h
    ├─ version v1hash                 stable                 checkout:v1
    │  └─ ReplicaSet checkout-v1hash  available  2/2   2d2h
    └─ version v0hash                 kept                   checkout:v0"
  `)
})

test('without a status or a workload it says so', () => {
  const text = rolloutView(plain, snapshot(undefined, 'v1', { workload: undefined }), now).join('\n')
  expect(text).toContain('the controller has not looked at it yet')
  expect(text).toContain('there is none of that name')
})

test('more than twenty pods of a version are only counted', () => {
  const many = Array.from({ length: 25 }, (_, index) => pod('v1', `p${String(index).padStart(2, '0')}`))
  const text = rolloutView({ ...plain, columns: 0 }, snapshot(status(), 'v1', { sets: [replicaSet('v1', 25, 25)], pods: many }), now).join(
    '\n',
  )
  expect(text).toContain('5 more pods')
  expect(text).not.toContain('p24')
})

test('the list has a row for each, with what it waits for', () => {
  const rollouts = [rollout(inRun()), rollout(status(), 'mailer'), rollout(undefined, 'new', 'team-b')]
  expect(listView(plain, rollouts, true).join('\n')).toMatchInlineSnapshot(`
    "NAMESPACE  NAME      PHASE        STEP  WEIGHT  STABLE       WAITING
    shop       checkout  Progressing  2/4   10 %    checkout:v1  for somebody to promote it
    shop       mailer    Healthy                    checkout:v1
    team-b     new       Unknown                                 for the controller to look at it"
  `)
})
