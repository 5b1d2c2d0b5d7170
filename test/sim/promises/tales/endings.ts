import type { Json } from '../../../cluster/apiClient.ts'
import { deployment, rollout, run, set } from '../theatre.ts'
import { atRest, inRun, pausedRun, refused, stepOf, type Tale } from './scenes.ts'

const goingBack = (from: string) => ({
  ...{ stage: 'RollingBack', step: undefined, weight: { wanted: 50, actual: 50 } },
  from: { ...run().from, images: [`demo:${from}`] },
})

const restarted = ({ spec, ...rest }: Json): Json => {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': 'then' }
  return { ...rest, spec: { ...spec, template: { ...spec.template, metadata: { ...spec.template.metadata, annotations } } } }
}

export const endingsTales: Record<string, Tale> = {
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
      'a weight, after an edit': [
        (of) => {
          const spec = { ...run().spec, canary: { steps: [{ weight: 20 }, { pause: {} }] } }
          return inRun(of(), pausedRun()).put(rollout({ phase: 'Paused', run: pausedRun({ spec }) }))
        },
        /goes on at step 2 of its edited steps with 50 %, and the steps before say 20 %/,
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
  'everything ends': {
    kept(of) {
      // Nobody gives traffic back to a version that does not stay up: people have to let another one out.
      const dead = inRun(of(), goingBack('flaky0')).at('calm')
      if (dead.breach !== undefined) return dead
      // A restart taken back is a version of its own, and may be refused.
      return atRest(of())
        .at('calm')
        .at('rested')
        .put(restarted(set('old')), deployment({ paused: true }), rollout({ phase: 'Degraded', refused }))
        .at('rested')
    },
    broken: {
      'a run that waits for nobody': [(of) => inRun(of()).at('calm'), /run 1 is Stepping/],
      'a run that goes back to a version that stays up': [(of) => inRun(of(), goingBack('good0')).at('calm'), /run 1 is RollingBack/],
      'a run after people spoke': [(of) => inRun(of(), pausedRun()).at('calm').at('rested'), /run 1 is still Stepping/],
      'neither healthy nor refused': [
        (of) =>
          atRest(of())
            .put(rollout({ phase: 'Degraded' }))
            .at('rested'),
        /it ends as Degraded/,
      ],
      'a version that serves, and counts as refused': [
        (of) =>
          atRest(of())
            .put(deployment({ paused: true }), rollout({ phase: 'Degraded', refused }))
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
}
