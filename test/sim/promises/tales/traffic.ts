import type { Json } from '../../../cluster/apiClient.ts'
import { deployment, entry, held, pod, pods, rollout, route, run, service, set, shopName, type Theatre } from '../theatre.ts'
import { atRest, canary, inRun, replaced, type Tale } from './scenes.ts'

const notLetIn = { replicas: 1, conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] }

const nativelyRecreated = { ...deployment({ strategy: 'Recreate', version: 'good1' }), status: { updatedReplicas: 0 } }

/** A run at its weight, whose next step is of so many pods. */
const thenScaled = (scale: Json, ...between: Json[]) => ({
  weight: { wanted: 100, actual: 100 },
  spec: { ...run().spec, canary: { steps: [{ weight: 100 }, ...between, { scale }] } },
})

const saidConfirmed = rollout({
  phase: 'Progressing',
  run: run({ weight: { wanted: 50, actual: 50, confirmedAt: '2026-01-01T00:00:01.000Z' } }),
})

/** The gateway takes over a weight, somebody writes other rules, and then it is said to be confirmed. */
function overwritten(of: Theatre, { guarded, afterMs }: { guarded: boolean; afterMs: number }): Theatre {
  of.sim.guarded = () => guarded
  return inRun(of)
    .put(route(50, { ...held, generation: 2 }), route(50, { ...held, generation: 2, taken: 2 }))
    .put(route(undefined, { generation: 3, taken: 2 }))
    .pass(afterMs)
    .put(saidConfirmed)
}

export const trafficTales: Record<string, Tale> = {
  'no traffic to nobody': {
    kept: (of) =>
      inRun(of())
        .put(route(50, held))
        .put(...['old', 'new'].flatMap((hash) => [0, 1].map((at) => pod(hash, at, { ready: false }))))
        .pass(5_000)
        .put(service(), service('old', held)),
    broken: {
      'a pin away from the pods that are ready': [
        (of) =>
          inRun(of())
            .put(service(), pod('old', 0, { ready: false }), pod('old', 1, { ready: false }))
            .pass(5_000)
            .put(service('old', held)),
        /Service s1 selects old/,
      ],
      'a weight without a ready pod': [
        (of) =>
          inRun(of())
            .put(pod('new', 0, { ready: false }), pod('new', 1, { ready: false }))
            .pass(5_000)
            .put(route(50, held)),
        /gives Service s1-canary 50 %/,
      ],
      'a weight without a Service': [
        (of) => inRun(of()).gone('Service', canary).pass(30_000).put(route(50, held)),
        /no pod of it is ready/,
      ],
      'a switch to pods that are not there': [(of) => atRest(of()).put(service('new', held)), /Service s1 selects new/],
    },
  },
  'enough pods for its share': {
    kept: (of) =>
      inRun(of())
        .put(route(50, held), route(100, held))
        .gone('Pod', 's1-old-1')
        .put({ ...set('old'), status: notLetIn })
        .put(route(0, held), rollout({ phase: 'Progressing', run: run(thenScaled({ percent: 50 }, { scale: { matchTraffic: true } })) }))
        .put(pod('old', 0, { ready: false, restarts: 2 }))
        .pass(20_000)
        .put(pod('old', 1), pod('old', 0), route(100, held))
        .gone('Pod', 's1-new-1')
        .put(rollout({ phase: 'Progressing' }), nativelyRecreated)
        .gone('Pod', 's1-old-0')
        .gone('Pod', 's1-old-1')
        // Pods of another version are there still: it is at work, though all of the present one are.
        .put(set('old'), ...pods('old', 2), route(0), { ...deployment(), status: { replicas: 4, updatedReplicas: 2 } })
        .pass(20_000)
        .put(deployment({ version: 'good2', paused: true }))
        .gone('Pod', 's1-old-1')
        // The workload grows under a share, and nothing more is let in.
        .put(...pods('old', 2), set('new', { version: 'good1', of: 'Rollout' }), ...pods('new', 2), route(50, held))
        .pass(1_000)
        .put(deployment({ version: 'good1', paused: true, replicas: 6 }), ...pods('old', 6))
        .pass(10_000)
        .put({ ...set('new', { version: 'good1', of: 'Rollout' }), status: notLetIn })
        .pass(10_000)
        .put(pod('new', 0)),
    broken: {
      'pods of the new version that do not come for a workload that grew': [
        (of) =>
          inRun(of())
            .put(route(50, held), deployment({ version: 'good1', paused: true, replicas: 6 }), ...pods('old', 6))
            .pass(20_000)
            .put(pod('new', 0)),
        /Service s1-canary has 50 % of the traffic and 2 ready pods; of 6 it needs 3/,
      ],
      'pods of stable that the native controller recreates in mid-run': [
        (of) => inRun(of()).put(nativelyRecreated).gone('Pod', 's1-old-0').gone('Pod', 's1-old-1'),
        /Service s1 has 100 % .* 0 ready pods; of 2 it needs 2, less 1/,
      ],
      'fewer pods of the new version than its next step says': [
        (of) =>
          inRun(of(), thenScaled({ replicas: 2 }))
            .put(route(100, held))
            .gone('Pod', 's1-new-1'),
        /Service s1-canary has 100 % of the traffic and 1 ready pods; of 2 it needs 2/,
      ],
      'fewer pods of the new version than a step after a pause says': [
        (of) =>
          inRun(of(), thenScaled({ replicas: 1 }, { pause: {} }))
            .put(route(100, held))
            .gone('Pod', 's1-new-1'),
        /Service s1-canary has 100 % of the traffic and 1 ready pods; of 2 it needs 2/,
      ],
      'fewer pods of the new version than its share needs': [
        (of) =>
          inRun(of())
            .put(route(100, held))
            .put(pod('new', 0, { ready: false })),
        /Service s1-canary has 100 % of the traffic and 1 ready pods; of 2 it needs 2/,
      ],
      'pods of the new version that are not let in': [
        (of) =>
          inRun(of())
            .put({ ...set('new', { version: 'good1', of: 'Rollout' }), status: notLetIn })
            .gone('Pod', 's1-new-1')
            .put(route(100, held)),
        /Service s1-canary has 100 % of the traffic and 1 ready pods; of 2 it needs 2/,
      ],
      'fewer pods of stable, beside one of the new version that was killed again and again': [
        (of) =>
          inRun(of())
            .put(pod('new', 0, { ready: false, restarts: 2 }))
            .gone('Pod', 's1-old-1'),
        /Service s1 has 100 % .* 1 ready/,
      ],
      'a pod that is taken away after it was killed again and again': [
        (of) => inRun(of()).put(pod('old', 1, { ready: false, restarts: 2, deletionTimestamp: '2026-01-01T00:00:00.000Z' })),
        /Service s1 has 100 % .* 1 ready/,
      ],
      'fewer pods of stable': [(of) => inRun(of()).gone('Pod', 's1-old-1'), /Service s1 has 100 % .* 1 ready/],
      'more lost than were killed': [
        (of) => {
          const theatre = inRun(of())
          theatre.sim.excuse(shopName)
          return theatre.gone('Pod', 's1-old-0').gone('Pod', 's1-old-1')
        },
        /0 ready pods; of 2 it needs 2, less 1/,
      ],
    },
  },
  'nothing emptied under traffic': {
    kept: (of) =>
      inRun(of())
        .put(route(50, held), route(0, held))
        .put(set('new', { version: 'good1', of: 'Rollout', replicas: 0 }))
        .put(route(50, held))
        .gone('Service', shopName)
        .gone('ReplicaSet', 's1-old'),
    broken: {
      'a set that a route sends to': [
        (of) =>
          inRun(of())
            .put(route(50, held))
            .put(set('new', { version: 'good1', of: 'Rollout', replicas: 0 })),
        /emptied while HTTPRoute s1 gives Service s1-canary 50 %/,
      ],
      'a set that a controller deletes': [
        (of) => inRun(of()).gone('ReplicaSet', 's1-old').ask({ method: 'DELETE', resource: 'replicasets', name: 's1-old', changed: true }),
        /ReplicaSet s1-old is emptied/,
      ],
      'a set that the Service is pinned to': [(of) => inRun(of()).put(set('old', { replicas: 0 })), /emptied/],
      'a Service that a route sends to': [
        (of) =>
          inRun(of())
            .put(route(1, held))
            .gone('Service', canary)
            .ask({ method: 'DELETE', resource: 'services', name: canary, changed: true }),
        /Service s1-canary is deleted/,
      ],
      'a Service that is garbage by now': [
        (of) => inRun(of()).put(route(1, held)).gone('Rollout', shopName).gone('Service', canary),
        /Service s1-canary is deleted/,
      ],
    },
  },
  'drained before it goes': {
    kept: (of) => {
      const back = { stage: 'RollingBack', outcome: { result: 'Aborted', because: '' }, spec: { traffic: { drain: '2s' } } }
      return inRun(of(), back)
        .put(route(50, held), route(0, held))
        .pass(2_000)
        .put(set('new', { version: 'good1', of: 'Rollout', replicas: 0 }))
    },
    broken: {
      'pods that go too early': [
        (of) => {
          const back = { stage: 'RollingBack', outcome: { result: 'Aborted', because: '' }, spec: { traffic: { drain: '2s' } } }
          return inRun(of(), back)
            .put(route(50, held), route(0, held))
            .pass(1_000)
            .put(set('new', { version: 'good1', of: 'Rollout', replicas: 0 }))
        },
        /emptied 1000 ms after its last traffic, and drains for 2000 ms/,
      ],
    },
  },
  'callers stay on stable': {
    // A newer template cut the native update of a cheap hand-over short.
    kept: (of) =>
      inRun(of())
        .at('still')
        .put(rollout({ phase: 'Progressing', run: run({ stage: 'Promoting' }) }), service(undefined, { labels: {} }), route())
        .put(set('new', { version: 'good1' }), deployment({ version: 'good2', paused: true }))
        .put(rollout({ phase: 'Progressing', stable: { ...run().to, since: '' }, history: [entry('Promoted')], lastRun: 1 }))
        .at('still')
        // What does not serve with most pods gives way.
        .put(set('old', { of: 'Rollout' }))
        .at('still')
        .put(set('old', { of: 'Rollout', replicas: 0 }))
        .at('still')
        // The next run finds the set of its version there, without pods.
        .gone('Pod', 's1-new-0')
        .gone('Pod', 's1-new-1')
        .put(rollout({ phase: 'Progressing', run: run() })),
    broken: {
      'the Service not pinned': [(of) => inRun(of()).put(service()), /selects pods of any version/],
      'the version before, between runs': [
        (of) =>
          atRest(of())
            .put(set('new', { version: 'good1', of: 'Rollout' }), pod('new', 0))
            .put(rollout({ history: [{ ...entry('Promoted'), from: run().to, to: run().from }], lastRun: 1 }))
            .put(service(undefined, { labels: {} })),
        /sends to pod s1-new-0/,
      ],
      'the Service on the new version': [(of) => inRun(of()).put(service('new', held)), /selects new, not old/],
      'the Service made anew while a run goes back': [
        (of) =>
          inRun(of(), { stage: 'RollingBack', outcome: { result: 'Aborted', because: 'so it was' } })
            .gone('Service', shopName)
            .put(service())
            .at('still'),
        /goes back, and Service s1 sends to pod s1-new-0/,
      ],
    },
  },
  'weights settle': {
    kept: (of) =>
      inRun(of())
        .put(route(50, held))
        .pass(1_000)
        .put(route(80, held))
        .put(rollout({ spec: { traffic: { verify: { settle: '0s' } } }, run: run() }))
        .put(route(100, held))
        .gone('HTTPRoute', shopName)
        .put(route()),
    broken: {
      'two weights in half a second': [(of) => inRun(of()).put(route(50, held)).pass(500).put(route(100, held)), /after 500 ms/],
    },
  },
  'confirmed by the gateway': {
    kept: (of) => overwritten(of(), { guarded: false, afterMs: 100 }),
    broken: {
      'the gateway has not spoken': [
        (of) =>
          inRun(of())
            .put(route(50, { ...held, generation: 2 }))
            .put(saidConfirmed),
        /has taken generation 1 of 2/,
      ],
      'the gateway has not spoken, and nobody guards': [
        (of) => {
          const theatre = of()
          theatre.sim.guarded = () => false
          return inRun(theatre)
            .put(route(50, { ...held, generation: 2 }))
            .put(saidConfirmed)
        },
        /has taken generation 1 of 2/,
      ],
      'somebody wrote over it long before': [(of) => overwritten(of(), { guarded: false, afterMs: 200 }), /has taken generation 2 of 3/],
      'another weight came where nobody else could write one': [
        (of) => overwritten(of(), { guarded: true, afterMs: 100 }),
        /has taken generation 2 of 3/,
      ],
    },
  },
  'the way back': {
    kept: (of) =>
      replaced(atRest(of()).put(service('old', held), route(0, held), route(50, held)).put(service(), route()))
        .put(route(50, held))
        .gone('Rollout', shopName)
        .put(service(), rollout())
        .put(route(0, held), route(0))
        .at('rested')
        // What another Rollout of the same workload holds is not for this one to give back.
        .put(service('old', { labels: { ...held.labels, 'serin.dev/rollout': 'twin' } }))
        .gone('Rollout', shopName),
    broken: {
      'a Service that is never let go after its Rollout was replaced and deleted': [
        (of) => replaced(atRest(of())).gone('Rollout', shopName).at('rested'),
        /Service s1 still has serin.dev\/run/,
      ],
      'other rules after the run that followed a Rollout that vanished': [
        (of) =>
          replaced(atRest(of()).put(route(50, held)))
            .gone('Rollout', shopName)
            .put(rollout(), route(0), route(50, held), route(50)),
        /HTTPRoute s1 was .*"weight":0.* and is left as/,
      ],
      'other rules': [(of) => atRest(of()).put(route(0, held), route(0)), /HTTPRoute s1 was .* and is left as/],
      'a label is left': [
        (of) => atRest(of()).put(route(0, held), route(undefined, { labels: { 'serin.dev/rollout': shopName } })),
        /is left as/,
      ],
      'a pin is left': [(of) => atRest(of()).put(service('old', held)).at('rested'), /Service s1 still has serin.dev\/run/],
      'the Rollout goes before its labels': [
        (of) => atRest(of()).put(route(0, held)).gone('Rollout', shopName),
        /HTTPRoute s1 still has serin.dev\/run/,
      ],
    },
  },
}
