import { describe, expect, it } from 'vitest'
import { pledges, promisesPage } from '../promises.ts'
import { sourceToken } from '../shop.ts'
import {
  answer,
  command,
  deployment,
  entry,
  held,
  pod,
  pods,
  rollout,
  route,
  run,
  service,
  set,
  shopName,
  stable,
  type Theatre,
  theatreOf,
} from './theatre.ts'

const canary = `${shopName}-canary`
const refused = { template: 't-new', because: 'it was bad', result: 'RolledBack' }
const aborted = entry('Aborted')

/** Two versions, the new one in a run, each with its Service. */
const inRun = (of: Theatre, status = {}): Theatre =>
  of
    .put(deployment({ version: 'good1', paused: true }), set('old'), set('new', { version: 'good1', of: 'Rollout' }))
    .put(service('old', held), service('new', { name: canary }), route(0, held))
    .put(...pods('old', 2), ...pods('new', 2))
    .put(rollout({ phase: 'Progressing', run: run(status) }))
    .pass(20_000)

/** Nothing is under way. */
const atRest = (of: Theatre): Theatre =>
  of
    .put(deployment(), set('old'), service(), route(), ...pods('old', 2))
    .put(rollout())
    .pass(20_000)

/** What stands in the repository, as its tool applied it, with something changed. */
function applied(of: Theatre, spec = {}): Theatre {
  const { deployment: manifest, service: own, rollout: written } = of.sim.repository.of(shopName)
  return of.put({ ...manifest, spec: { ...manifest.spec, ...spec } }, own, written)
}

const request = { method: 'PATCH', status: 200 }
const event = (name: string, reason: string, note: string, more = {}) => ({
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: `${shopName}.${name}` },
  regarding: { kind: 'Rollout', uid: 'uid-of-it' },
  reason,
  note,
  ...more,
})
const pausedRun = (more = {}) =>
  run({ step: { index: 1, kind: 'pause', since: '2026-01-01T00:00:00.000Z' }, weight: { wanted: 50, actual: 50 }, ...more })
const stepOf = (index: number, kind: string) => ({ step: { index, kind, since: '2026-01-01T00:00:00.000Z' } })

interface Tale {
  /** In which the promise is kept. */
  kept(of: () => Theatre): Theatre
  /** In each of which it is broken, by what. */
  broken: Record<string, [tell: (of: () => Theatre) => Theatre, says: RegExp]>
}

const tales: Record<string, Tale> = {
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
      'a weight without a Service': [(of) => inRun(of()).gone('Service', canary).put(route(50, held)), /no pod of it is ready/],
      'a switch to pods that are not there': [(of) => atRest(of()).put(service('new', held)), /Service s1 selects new/],
    },
  },
  'enough pods for its share': {
    kept: (of) => inRun(of()).put(route(50, held), route(100, held)).gone('Pod', 's1-old-1'),
    broken: {
      'fewer pods of the new version than its share needs': [
        (of) =>
          inRun(of())
            .put(route(100, held))
            .put(pod('new', 0, { ready: false })),
        /Service s1-canary has 100 % of the traffic and 1 ready pods; of 2 it needs 2/,
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
    kept: (of) => inRun(of()).at('still'),
    broken: {
      'the Service not pinned': [(of) => inRun(of()).put(service()), /selects pods of any version/],
      'the Service on the new version': [(of) => inRun(of()).put(service('new', held)), /selects new, not old/],
    },
  },
  'weights settle': {
    kept: (of) => inRun(of()).put(route(50, held)).pass(1_000).put(route(100, held)).gone('HTTPRoute', shopName).put(route()),
    broken: {
      'two weights in half a second': [(of) => inRun(of()).put(route(50, held)).pass(500).put(route(100, held)), /after 500 ms/],
    },
  },
  'confirmed by the gateway': {
    kept: (of) =>
      inRun(of())
        .put(route(50, { ...held, generation: 2 }), route(50, { ...held, generation: 2, taken: 2 }))
        .put(rollout({ phase: 'Progressing', run: run({ weight: { wanted: 50, actual: 50, confirmedAt: '2026-01-01T00:00:01.000Z' } }) })),
    broken: {
      'the gateway has not spoken': [
        (of) =>
          inRun(of())
            .put(route(50, { ...held, generation: 2 }))
            .put(
              rollout({ phase: 'Progressing', run: run({ weight: { wanted: 50, actual: 50, confirmedAt: '2026-01-01T00:00:01.000Z' } }) }),
            ),
        /has taken generation 1 of 2/,
      ],
    },
  },
  'the way back': {
    kept: (of) => atRest(of()).put(service('old', held), route(0, held), route(50, held)).put(service(), route()).at('rested'),
    broken: {
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
  'one active set': {
    kept: (of) => inRun(of()),
    broken: {
      'both belong to the Deployment': [(of) => inRun(of()).put(set('new', { version: 'good1' })), /s1-old \(2\) and s1-new \(2\)/],
    },
  },
  'nothing restarts': {
    kept: (of) => inRun(of()).gone('Pod', 's1-new-0'),
    broken: {
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
        .put(set('older', { replicas: 0, revision: '0' }))
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
            .put(set('older', { replicas: 0 }))
            .at('rested'),
        /two ReplicaSets are revision 1/,
      ],
      'an older revision serves': [
        (of) =>
          atRest(of())
            .put(set('newer', { replicas: 0, revision: '2' }))
            .at('rested'),
        /revision 1 serves/,
      ],
      'guarded by nobody': [(of) => atRest(of()).gone('Rollout', shopName).at('rested'), /serin.dev\/managed=s1/],
    },
  },
  'nothing is orphaned': {
    kept: (of) => atRest(of()).at('rested'),
    broken: {
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
            .gone('Rollout', shopName),
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
  'held is held': {
    kept: (of) => inRun(of()).put(pod('new', 3)),
    broken: {
      'a pod of a version that nobody releases': [
        (of) => atRest(of()).put(set('new', { replicas: 0 }), pod('new', 0)),
        /s1-new .* got pod s1-new-0/,
      ],
      'a set scaled': [(of) => atRest(of()).put(set('new', { replicas: 0 }), set('new', { replicas: 2 })), /was scaled from 0 to 2/],
    },
  },
  'bad stays away': {
    kept: (of) =>
      atRest(of())
        .put(rollout({ history: [aborted], refused, phase: 'Degraded' }))
        .put(rollout({ history: [aborted], run: run({ id: 2, trigger: 'Retry' }), lastRun: 2, phase: 'Progressing' })),
    broken: {
      'a weight': [
        (of) =>
          atRest(of())
            .put(rollout({ history: [aborted], refused, phase: 'Degraded' }))
            .put(route(10)),
        /a version that was refused gets 10 %/,
      ],
      'a pod': [
        (of) => atRest(of()).put(rollout({ history: [aborted], refused, phase: 'Degraded' }), set('new', { replicas: 0 }), pod('new', 0)),
        /s1-new was refused and gets pod/,
      ],
      'another run': [
        (of) =>
          atRest(of())
            .put(rollout({ history: [aborted], refused, phase: 'Degraded' }))
            .put(rollout({ history: [aborted], run: run({ id: 2 }), lastRun: 2, phase: 'Progressing' })),
        /run 2 tries it again/,
      ],
    },
  },
  'only what serves is promoted': {
    kept: (of) => atRest(of()).put(rollout({ history: [entry('Promoted')] })),
    broken: {
      'a version that is never ready': [
        (of) => atRest(of()).put(rollout({ history: [entry('Promoted', { to: { ...stable, images: ['demo:unready1'] } })] })),
        /promoted demo:unready1/,
      ],
      'errors that an analysis saw': [
        (of) =>
          atRest(of())
            .put(rollout({ run: run({ spec: { analysis: { templates: [{ name: 'http' }] } } }), phase: 'Progressing' }))
            .put(rollout({ history: [entry('Promoted', { to: { ...stable, images: ['demo:errors1'] } })] })),
        /every fourth request fails/,
      ],
    },
  },
  'only bad is refused': {
    kept: (of) => inRun(of()).put(rollout({ history: [aborted], phase: 'Degraded', refused })),
    broken: {
      'a good version': [
        (of) => inRun(of()).put(rollout({ history: [entry('RolledBack')], phase: 'Degraded', refused })),
        /rolled demo:good1 back/,
      ],
    },
  },
  'no step is skipped': {
    kept: (of) => inRun(of()).put(rollout({ phase: 'Paused', run: pausedRun() })),
    broken: {
      'back to the first': [
        (of) => inRun(of(), pausedRun()).put(rollout({ phase: 'Progressing', run: run() })),
        /went back from step 2 to 1/,
      ],
      'a weight': [
        (of) => inRun(of()).put(rollout({ phase: 'Paused', run: pausedRun({ weight: { wanted: 0, actual: 0 } }) })),
        /with 0 %, and the steps before say 50 %/,
      ],
      'a pause': [
        (of) => {
          const spec = { ...run().spec, canary: { steps: [{ pause: { for: '10m' } }, { weight: 50 }] } }
          return inRun(of(), { spec, ...stepOf(0, 'pause') }).put(
            rollout({ phase: 'Progressing', run: run({ spec, ...stepOf(1, 'weight') }) }),
          )
        },
        /at step 1, a pause of 600000 ms/,
      ],
    },
  },
  'every command is answered': {
    kept: (of) =>
      atRest(of())
        .put(command('abort'))
        .put(command('abort', { status: { phase: 'Refused', message: 'no' } }))
        .pass(60_000)
        .at('still'),
    broken: {
      never: [(of) => atRest(of()).put(command('abort')).pass(6_000).at('still'), /was not answered for 6000 ms/],
      twice: [
        (of) =>
          atRest(of()).put(
            command('abort', { status: { phase: 'Done', message: 'yes' } }),
            command('abort', { status: { phase: 'Refused', message: 'no' } }),
          ),
        /was answered "Done: yes", and then "Refused: no"/,
      ],
    },
  },
  'every command is obeyed once': {
    kept: (of) =>
      inRun(of(), pausedRun())
        .put(command('promote'))
        .put(rollout({ phase: 'Progressing', run: pausedRun(stepOf(2, 'pause')), answers: [answer()] })),
    broken: {
      'one promote ends two pauses': [
        (of) =>
          inRun(of(), pausedRun())
            .put(command('promote'))
            .put(rollout({ phase: 'Progressing', run: pausedRun({ stage: 'Promoting', step: undefined }), answers: [answer()] })),
        /went past the pause of step 3/,
      ],
      'a pause ends by itself': [
        (of) => inRun(of(), pausedRun()).put(rollout({ phase: 'Progressing', run: pausedRun(stepOf(2, 'pause')) })),
        /went past the pause of step 2, and 0 commands/,
      ],
      'a retry that nobody asked for': [
        (of) => atRest(of()).put(rollout({ phase: 'Progressing', run: run({ trigger: 'Retry' }) })),
        /begun by Retry, and 0 such commands/,
      ],
      'one retry begins two runs': [
        (of) =>
          atRest(of())
            .put(command('retry'))
            .put(rollout({ phase: 'Progressing', run: run({ trigger: 'Retry' }), answers: [answer()] }))
            .put(rollout({ history: [entry('RolledBack')], phase: 'Degraded' }))
            .put(rollout({ phase: 'Progressing', run: run({ id: 2, trigger: 'Retry' }), history: [entry('RolledBack')] })),
        /run 2 was begun by Retry, and 1 such/,
      ],
      'an abort that nobody asked for': [
        (of) => inRun(of()).put(rollout({ history: [aborted], phase: 'Degraded' })),
        /ended as Aborted, and 0/,
      ],
      'done, and not done': [
        (of) =>
          inRun(of())
            .put(command('pause'))
            .put(rollout({ phase: 'Progressing', run: run(), answers: [answer()] })),
        /s1-command-1 was done, and run 1 is not paused/,
      ],
      'promoted after an abort': [
        (of) =>
          inRun(of())
            .put(command('abort'))
            .put(
              rollout({
                phase: 'Degraded',
                run: run({ stage: 'RollingBack', outcome: { result: 'Aborted', because: '' } }),
                answers: [answer()],
              }),
            )
            .put(rollout({ history: [entry('Promoted')] })),
        /was aborted, and ended as Promoted/,
      ],
    },
  },
  'paused is paused': {
    kept: (of) => inRun(of(), { paused: { by: 'anna' } }).put(rollout({ phase: 'Paused', run: run({ paused: { by: 'anna' } }) })),
    broken: {
      'more traffic': [
        (of) =>
          inRun(of(), { paused: { by: 'anna' } }).put(
            rollout({ phase: 'Paused', run: run({ paused: { by: 'anna' }, weight: { wanted: 50, actual: 0 } }) }),
          ),
        /is paused, and went from 0 to 50 %/,
      ],
      'a step': [
        (of) =>
          inRun(of(), { paused: { by: 'anna' } }).put(
            rollout({ phase: 'Paused', run: run({ paused: { by: 'anna' }, ...stepOf(1, 'pause') }) }),
          ),
        /went from step 1 to 2/,
      ],
    },
  },
  'a reason for waiting': {
    kept: (of) => inRun(of()).at('still'),
    broken: {
      none: [(of) => inRun(of(), { waiting: undefined }), /waits for undefined/],
      'a time that has gone by': [
        (of) => inRun(of(), { waiting: { for: 'x', because: 'y', since: 'z', until: '2026-01-01T00:00:01.000Z' } }).at('still'),
        /and that was \d+ ms ago/,
      ],
    },
  },
  'the status tells the truth': {
    kept: (of) =>
      inRun(of())
        .put(route(50, held), rollout({ phase: 'Progressing', run: run({ weight: { wanted: 50, actual: 50 } }) }))
        .at('still'),
    broken: {
      'of the weight': [(of) => inRun(of()).put(route(50, held)).at('still'), /the status says 0 %, the routes 50 %/],
      'of the weight at rest': [(of) => atRest(of()).put(route(50)).at('still'), /no run is under way, and the routes/],
      'of the generation': [
        (of) =>
          atRest(of())
            .put(rollout({ metadata: { generation: 2 } }))
            .at('still'),
        /about generation 1/,
      ],
      'of the version': [
        (of) =>
          atRest(of())
            .put(deployment({ version: 'good7' }))
            .at('still'),
        /Healthy with demo:good0, and the Deployment wants demo:good7/,
      ],
      'of the step': [(of) => inRun(of(), stepOf(1, 'weight')).at('still'), /is at step/],
      'of people': [(of) => inRun(of(), pausedRun({ weight: { wanted: 0, actual: 0 } })).at('still'), /the run waits for people/],
      'of pods': [
        (of) =>
          inRun(of())
            .put(
              route(50, held),
              rollout({ phase: 'Progressing', run: run({ weight: { wanted: 50, actual: 50 }, canary: { replicas: 2, available: 1 } }) }),
            )
            .at('still'),
        /counts 1 available pods of the new version, and 2 are/,
      ],
    },
  },
  'history is kept': {
    kept: (of) => inRun(of()).put(rollout({ history: [aborted] })),
    broken: {
      'a run is missing': [(of) => inRun(of()).put(rollout({ lastRun: 1 })), /run 1 is over, and stands in no history/],
      'a run twice': [(of) => atRest(of()).put(rollout({ history: [aborted, aborted] })), /of runs 1, 1/],
      'a number left out': [(of) => atRest(of()).put(rollout({ lastRun: 2 })), /the last run was 0, and is 2/],
      'written anew': [(of) => inRun(of()).put(rollout({ history: [aborted] }), rollout({ history: [entry('Promoted')] })), /was changed/],
      'a run of another number': [(of) => inRun(of()).put(rollout({ phase: 'Progressing', run: run(), lastRun: 2 })), /the last run is 2/],
    },
  },
  'conditions agree': {
    kept: (of) => inRun(of()).put(rollout()),
    broken: {
      'ready in a run': [(of) => inRun(of()).put(rollout({ run: run() })), /run 1 is under way: phase Healthy/],
      'ready and not healthy': [
        (of) => atRest(of()).put({ ...rollout(), status: { ...rollout().status, phase: 'Degraded' } }),
        /phase Degraded, Ready true/,
      ],
      'of another generation': [(of) => atRest(of()).put(rollout({ observedGeneration: 2 })), /is of generation 1/],
    },
  },
  'everything ends': {
    kept: (of) => atRest(of()).at('calm').at('rested'),
    broken: {
      'a run that waits for nobody': [(of) => inRun(of()).at('calm'), /run 1 is Stepping/],
      'a run after people spoke': [(of) => inRun(of(), pausedRun()).at('calm').at('rested'), /run 1 is still Stepping/],
      'neither healthy nor refused': [
        (of) =>
          atRest(of())
            .put(rollout({ phase: 'Degraded' }))
            .at('rested'),
        /it ends as Degraded/,
      ],
      'a deletion': [
        (of) =>
          atRest(of())
            .put(rollout({ metadata: { deletionTimestamp: 'then' } }))
            .at('rested'),
        /does not go/,
      ],
    },
  },
  'idle is silent': {
    kept: (of) => atRest(of()).ask(request).at('rested').ask({ watch: true }).at('idle'),
    broken: {
      'a write': [(of) => atRest(of()).at('rested').ask(request).at('idle'), /PATCH rollouts\/s1/],
      'a read': [(of) => atRest(of()).at('rested').ask({}).at('idle'), /GET rollouts\/s1/],
      'a list': [(of) => atRest(of()).at('rested').ask({ name: undefined }).at('idle'), /GET rollouts/],
      'a write where something stands in the way': [
        (of) =>
          atRest(of())
            .put(rollout({ phase: 'Degraded' }))
            .at('rested')
            .ask({})
            .ask(request)
            .at('idle'),
        /still: PATCH rollouts\/s1/,
      ],
    },
  },
  'no write without need': {
    kept: (of) =>
      atRest(of())
        .ask({ ...request, changed: true })
        .ask({ ...request, status: 409 }),
    broken: { 'a write that changes nothing': [(of) => atRest(of()).ask(request), /PATCH rollouts\/s1 changed nothing/] },
  },
  'few reads': {
    kept: (of) => Array.from({ length: 60 }).reduce<Theatre>((theatre) => theatre.ask({}), inRun(of())),
    broken: {
      'a loop': [(of) => Array.from({ length: 61 }).reduce<Theatre>((theatre) => theatre.ask({}), inRun(of())), /more than 60 reads/],
    },
  },
  'told once': {
    kept: (of) => of().put(event('a', 'RunStarted', 'run 1'), event('b', 'RunStarted', 'run 2')),
    broken: {
      'two events': [(of) => of().put(event('a', 'RunStarted', 'run 1'), event('b', 'RunStarted', 'run 1')), /by two events/],
      'one event, twice': [(of) => of().put(event('a', 'Aborted', 'run 1', { series: { count: 2 } })), /told 2 times/],
    },
  },
  'an empty diff': {
    kept: (of) => applied(of()).at('rested'),
    broken: {
      'for a tool that applies': [
        (of) => applied(of(), { replicas: 7 }),
        /applying Deployment s1 again would change .spec.replicas from 7 to 2/,
      ],
      'for a tool that compares by itself': [
        (of) => {
          const theatre = of()
          theatre.sim.guarded = () => false
          return applied(theatre, { replicas: 7 }).at('rested')
        },
        /differ at .spec.replicas: 7 instead of 2/,
      ],
    },
  },
  'secrets stay secret': {
    kept: (of) => atRest(of()).log('all is well').at('rested'),
    broken: {
      'in a status': [(of) => of().put(rollout({ message: `401 of ${sourceToken}` })), /stands in Rollout s1/],
      'in an event': [(of) => of().put(event('a', 'AnalysisWaits', sourceToken)), /stands in Event/],
      'in a log': [(of) => of().log(`Authorization: Bearer ${sourceToken}`), /stands in a log/],
    },
  },
  'no loud bugs': {
    kept: (of) => of().log('a write failed'),
    broken: { 'a bug': [(of) => of().log("TypeError: Cannot read properties of undefined (reading 'x')"), /TypeError/] },
  },
}

const ofTheatre = (name: string) => () => theatreOf(name, name === 'an empty diff' ? { by: 'gitops', mode: 'Pods' } : {})

describe('every promise', () => {
  it('has a tale of how it is kept, and of how it is broken', () => {
    expect(Object.keys(tales).sort()).toEqual(pledges.map(({ name }) => name).sort())
    for (const { broken } of Object.values(tales)) expect(Object.keys(broken).length).toBeGreaterThan(0)
  })

  it('stands on the page for people (vitest -u writes it)', async () => {
    await expect(promisesPage()).toMatchFileSnapshot('../../../docs/reference/promises.md')
  })
})

describe.each(Object.entries(tales))('%s', (name, { kept, broken }) => {
  it('is kept', () => {
    expect(kept(ofTheatre(name)).breach).toBeUndefined()
  })
  it.each(Object.entries(broken))('is broken by: %s', (_, [tell, says]) => {
    expect(tell(ofTheatre(name)).breach).toMatch(says)
  })
})
