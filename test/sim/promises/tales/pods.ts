import type { Json } from '../../../cluster/apiClient.ts'
import { deployment, pod, pods, rollout, run, service, set, shopName, stable, type Theatre } from '../theatre.ts'
import { atRest, canary, inRun, replaced, type Tale } from './scenes.ts'

/** A set that a deleted Deployment left behind. */
const orphan = { ...set('new'), metadata: { ...set('new').metadata, ownerReferences: [] } }

/** Its stable version was of a Deployment that is gone. */
const ofGone = rollout({ stable: { ...stable, workload: 'gone' } })

/** By an autoscaler that changes its mind, in mid-run. */
const scaled = (theatre: Theatre, ...sizes: number[]): Theatre =>
  theatre.put(...sizes.map((replicas) => deployment({ version: 'good1', paused: true, replicas })))

/** The new version was handed over by the cheap hand-over, and somebody wants one pod less while the native controller still updates, or before it is let go. */
const smallerNatively = (theatre: Theatre, paused = false): Theatre => {
  const handOver = { spec: { ...run().spec, handOver: { at: 50 } } }
  return theatre
    .put(set('new', { version: 'good1', replicas: 5 }), ...pods('new', 5), rollout({ run: run({ stage: 'Promoting', ...handOver }) }))
    .put(deployment({ version: 'good1', replicas: 5, paused }))
    .pass(20_000)
    .put({ ...deployment({ version: 'good1', replicas: 4, paused }), status: { replicas: 7, updatedReplicas: 4 } })
    .gone('Pod', 's1-new-4')
    .gone('Pod', 's1-new-3')
}

/** A newer template is held while the native controller still updates, and takes what is too many from both. */
const overtakenNatively = (theatre: Theatre, version: string): Theatre => {
  const handOver = { spec: { ...run().spec, handOver: { at: 50 } } }
  return theatre
    .put(set('new', { version: 'good1', replicas: 2 }), rollout({ run: run({ stage: 'Promoting', ...handOver }) }))
    .put(deployment({ version, paused: true }))
    .gone('Pod', 's1-new-1')
}

/** An answer was lost a moment ago. */
const disturbed = (theatre: Theatre): Theatre => {
  theatre.sim.undisturbed = () => 1_000
  return theatre
}

/** The set of the new version is deleted between the two writes of a hand-over, and made again; meanwhile the native controller starts an older one. */
const startedInAHandOver = (of: Theatre, ms: number): Theatre => {
  const ready = (hash: string, more: Json) => {
    const { status, ...rest } = set(hash, more)
    return { ...rest, status: { ...status, readyReplicas: 2 } }
  }
  return inRun(of, { stage: 'Promoting' })
    .put(set('old', { of: 'Rollout' }))
    .gone('ReplicaSet', 's1-new')
    .pass(ms)
    .put(ready('older', { version: 'good2', revision: '0' }), ready('new', { version: 'good1' }))
}

export const podsTales: Record<string, Tale> = {
  'one active set': {
    kept: (of) => startedInAHandOver(of(), 0),
    broken: {
      'an older one gets ready in a hand-over, long after the set of the new version was deleted': [
        (of) => startedInAHandOver(of(), 5_000),
        /s1-older \(2\) and s1-new \(2\)/,
      ],
      'both belong to the Deployment': [(of) => inRun(of()).put(set('new', { version: 'good1' })), /s1-old \(2\) and s1-new \(2\)/],
    },
  },
  'nothing restarts': {
    kept: (of) =>
      overtakenNatively(inRun(of()), 'good2').breach !== undefined
        ? overtakenNatively(inRun(of()), 'good2')
        : smallerNatively(disturbed(smallerNatively(scaled(inRun(of()).gone('Pod', 's1-new-0'), 1, 5).gone('Pod', 's1-old-0'))), true),
    broken: {
      'a new pod after a cheap hand-over that nothing disturbed, before it is let go': [
        (of) => smallerNatively(inRun(of()), true),
        /pod s1-new-3 of the new version goes after it was handed over/,
      ],
      'a new pod after a cheap hand-over with the template of its run': [
        (of) => overtakenNatively(inRun(of()), 'good1'),
        /pod s1-new-1 of the new version goes after it was handed over/,
      ],
      'more stable pods than somebody wished away for a moment': [
        (of) => scaled(inRun(of()), 1, 5).gone('Pod', 's1-old-0').gone('Pod', 's1-old-1'),
        /pod s1-old-1 of the stable version goes/,
      ],
      'a stable pod in the steps': [
        (of) => inRun(of()).gone('Pod', 's1-old-0'),
        /pod s1-old-0 of the stable version goes while run 1 is Stepping/,
      ],
      'a stable pod on the way back': [
        (of) =>
          inRun(of(), { stage: 'RollingBack', outcome: { result: 'Aborted', because: '' } }).put(
            pod('old', 0, { deletionTimestamp: 'now' }),
          ),
        /goes while run 1 is RollingBack/,
      ],
      'a new pod after the hand-over': [
        (of) =>
          inRun(of(), { stage: 'Promoting' })
            .put(set('new', { version: 'good1' }))
            .gone('Pod', 's1-new-0'),
        /goes after it was handed over/,
      ],
    },
  },
  'an ordinary Deployment': {
    kept: (of) =>
      atRest(of())
        .put(set('older', { version: 'good1', replicas: 0, revision: '0' }), set('double', { replicas: 0 }))
        .at('rested')
        // A native update numbers its set while one of the history is with the Rollout.
        .put(set('away', { version: 'good2', of: 'Rollout', replicas: 0, revision: '2' }), set('old', { revision: '2' }))
        .put(deployment({ revision: '2' }))
        .put(set('away', { version: 'good2', replicas: 0, revision: '2' }))
        .at('rested'),
    broken: {
      'another strategy': [(of) => atRest(of()).put(deployment({ strategy: 'Recreate' })), /was made with/],
      'a set with two owners': [
        (of) =>
          atRest(of())
            .put({ ...set('old'), metadata: { ...set('old').metadata, ownerReferences: [] } })
            .at('rested'),
        /s1-old is owned by \[\]/,
      ],
      'two sets of a revision': [
        (of) =>
          atRest(of())
            .put(set('older', { version: 'good1', replicas: 0 }))
            .at('rested'),
        /two ReplicaSets are revision 1/,
      ],
      'an older revision serves': [
        (of) =>
          atRest(of())
            .put(set('newer', { version: 'good1', replicas: 0, revision: '2' }))
            .at('rested'),
        /revision 1 serves/,
      ],
      'guarded by nobody': [(of) => atRest(of()).gone('Rollout', shopName).at('rested'), /serin.dev\/managed=s1/],
    },
  },
  'nothing is orphaned': {
    kept: (of) =>
      replaced(atRest(of()))
        .put(set('new', { of: 'Rollout' }), deployment({ metadata: { labels: {} } }))
        .gone('Rollout', shopName)
        .gone('ReplicaSet', 's1-new')
        .put(deployment(), service(), rollout())
        .at('rested')
        // All of it is deleted, and applied again before what went with it is gone.
        .put(set('old', { labels: { 'serin.dev/rollout': shopName } }), deployment({ metadata: { labels: {}, uid: 'anew' } }))
        .gone('Rollout', shopName)
        // Who sees that it is gone takes its name off the set that serves.
        .put(rollout(), set('old', { labels: { 'serin.dev/rollout': shopName } }))
        .gone('Rollout', shopName)
        // The Deployment alone is deleted and applied again; nobody has looked at it yet.
        .put(rollout(), orphan)
        .gone('Deployment', shopName)
        .put({ ...deployment({ metadata: { labels: {}, uid: 'third' } }), status: undefined })
        .gone('Rollout', shopName)
        // A leader that has not heard of the set of the run takes it that all is gone.
        .gone('ReplicaSet', 's1-new')
        .put(deployment({ metadata: { labels: {}, uid: 'another' } }), ofGone, set('new', { of: 'Rollout' }))
        .gone('Rollout', shopName),
    broken: {
      'the name of the Rollout on a set of the history': [
        (of) =>
          atRest(of())
            .put(set('older', { replicas: 0, labels: { 'serin.dev/rollout': shopName } }))
            .at('rested'),
        /ReplicaSet s1-older has the label serin.dev\/rollout/,
      ],
      'a set that nobody has': [
        (of) =>
          atRest(of())
            .put(orphan, deployment({ metadata: { labels: {} } }))
            .gone('Rollout', shopName),
        /ReplicaSet s1-new belongs to nobody/,
      ],
      'a set that stays when its Rollout vanished without its finalizer': [
        (of) =>
          replaced(atRest(of()))
            .put(set('new', { of: 'Rollout' }), deployment({ metadata: { labels: {} } }))
            .gone('Rollout', shopName)
            .put(deployment(), service(), rollout())
            .at('rested'),
        /ReplicaSet s1-new still belongs to the Rollout/,
      ],
      'a Service': [
        (of) =>
          atRest(of())
            .put(service('new', { name: canary }))
            .at('rested'),
        /Service s1-canary is left/,
      ],
      'a set': [
        (of) =>
          atRest(of())
            .put(set('new', { of: 'Rollout', replicas: 0 }))
            .at('rested'),
        /still belongs to the Rollout/,
      ],
      'a finalizer': [
        (of) =>
          atRest(of())
            .put(rollout({ metadata: { finalizers: ['serin.dev/run'] } }))
            .at('rested'),
        /finalizers serin.dev\/run/,
      ],
      'a pod': [(of) => atRest(of()).put(pod('new', 0)).at('rested'), /3 pods are there, and 2 were wanted/],
      'a label after the Rollout': [
        (of) =>
          atRest(of())
            .put(deployment({ metadata: { labels: {} } }), set('old', { labels: { 'serin.dev/rollout': shopName } }))
            .gone('Rollout', shopName)
            .at('rested'),
        /has the label serin.dev\/rollout/,
      ],
      'an analysis that goes on': [
        (of) =>
          atRest(of())
            .put({ kind: 'AnalysisRun', metadata: { name: 's1-1' }, spec: { for: { run: 1 } }, status: { phase: 'Running' } })
            .at('rested'),
        /AnalysisRun s1-1 goes on/,
      ],
    },
  },
}
