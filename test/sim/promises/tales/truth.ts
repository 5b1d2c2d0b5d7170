import { deployment, entry, held, rollout, route, run, service, set, shopName } from '../theatre.ts'
import { aborted, atRest, inRun, pausedRun, stepOf, type Tale } from './scenes.ts'

/** It goes back to pods that do not come, since before there was anything to see. */
const stuckBack = (waiting = {}) => ({
  stage: 'RollingBack',
  weight: { wanted: 50, actual: 50 },
  spec: { ...run().spec, progressDeadline: '10s' },
  waiting: { for: 'pods', because: 'traffic goes only to pods that are there', since: '2026-01-01T00:00:00.000Z', ...waiting },
})

const tooFew = { ...deployment(), status: { observedGeneration: 1, availableReplicas: 1, updatedReplicas: 1 } }
const flapping = run({
  to: { ...run().to, images: ['demo:flaps1'] },
  weight: { wanted: 50, actual: 50 },
  canary: { replicas: 2, available: 1 },
})

export const truthTales: Record<string, Tale> = {
  'a reason for waiting': {
    kept: (of) => inRun(of(), stuckBack({ stuck: 'pods do not come back' })).at('still'),
    broken: {
      none: [(of) => inRun(of(), { waiting: undefined }), /waits for undefined/],
      'a time that has gone by': [
        (of) => inRun(of(), { waiting: { for: 'x', because: 'y', since: 'z', until: '2026-01-01T00:00:01.000Z' } }).at('still'),
        /and that was \d+ ms ago/,
      ],
      'a way back that is stuck': [
        (of) => inRun(of(), stuckBack()).at('still'),
        /stuck on its way back for 120000 ms, and does not say so/,
      ],
    },
  },
  'the status tells the truth': {
    kept: (of) =>
      inRun(of())
        .put(route(50, held), rollout({ phase: 'Progressing', run: run({ weight: { wanted: 50, actual: 50 } }) }))
        .at('still')
        .gone('Service', shopName)
        .put(rollout({ phase: 'Progressing', run: pausedRun() }))
        .at('still')
        .gone('HTTPRoute', shopName)
        .put(
          rollout({
            phase: 'Progressing',
            run: run({ weight: { wanted: 50, actual: 0 }, waiting: { for: 'HTTPRoute s1 to be made again', because: 'y', since: 'z' } }),
          }),
        )
        .at('still')
        // Its set is deleted while it is scaled to nothing.
        .put(route(), service(), set('old', { replicas: 0 }), deployment({ replicas: 0 }), rollout({ phase: 'Healthy' }))
        .gone('ReplicaSet', 's1-old')
        .at('still')
        // It may have no more pods for now.
        .put({ ...set('old'), status: { conditions: [{ type: 'ReplicaFailure', status: 'True' }] } }, tooFew)
        .at('still')
        // It crashes and comes back.
        .put(route(50, held), deployment({ version: 'flaps1', paused: true }), set('new', { version: 'flaps1', of: 'Rollout' }))
        .put(rollout({ phase: 'Progressing', run: flapping }))
        .at('still'),
    broken: {
      'of a set that was deleted': [(of) => atRest(of()).gone('ReplicaSet', 's1-old').at('still'), /the stable set s1-old does not exist/],
      'of a route that is gone': [
        (of) =>
          inRun(of(), { weight: { wanted: 50, actual: 50 } })
            .gone('HTTPRoute', shopName)
            .at('still'),
        /the status says 50 %, and 50 % are wanted; the routes give 0 %/,
      ],
      'of the weight': [
        (of) => inRun(of()).put(route(50, held)).at('still'),
        /the status says 0 %, and 0 % are wanted; the routes give 50 %/,
      ],
      'of the weight by pods': [
        (of) => inRun(of(), { mode: 'Pods', weight: { wanted: 10, actual: 9 }, ...stepOf(1, 'pause') }).at('still'),
        /the status says 9 %, and 2 pods beside 2 are 50 %/,
      ],
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
      'of pods at rest': [(of) => atRest(of()).put(tooFew).at('still'), /it is Healthy, and 1 of 2 pods are available/],
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
}
