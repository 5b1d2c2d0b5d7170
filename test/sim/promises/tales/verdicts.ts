import { deployment, entry, pod, rollout, route, run, set, stable, type Theatre } from '../theatre.ts'
import { aborted, atRest, inRun, refused, type Tale } from './scenes.ts'

/** A good version goes back because its metric has no data, as its people wrote. */
const withoutData = (of: Theatre): Theatre =>
  inRun(of, { spec: { ...run().spec, analysis: { onNoData: 'rollback' } } }).put(
    rollout({ history: [entry('RolledBack', { because: 'errors: no data of either version' })], phase: 'Degraded', refused }),
  )

/** Somebody deletes the set of the new version when the native controller has it. */
const handedOverAndDeleted = (of: Theatre): Theatre =>
  inRun(of, { stage: 'Promoting' })
    .put(pod('new', 3), deployment({ version: 'good1' }))
    .gone('ReplicaSet', 's1-new')
    .put(rollout({ phase: 'Degraded', run: run({ stage: 'RollingBack' }) }))

/** The native controller scales a set of a version whose runs ended so, the last one first, between the writes of the hand-over of another one. */
const scaledInHandOver = (of: Theatre, before: object, ...results: string[]): Theatre =>
  inRun(of)
    .put(rollout(before))
    .put(
      rollout({
        history: results.map((result) => entry(result, { to: { ...run().to, set: 's1-older' } })),
        run: run({ id: 2, stage: 'Promoting' }),
        lastRun: 2,
      }),
    )
    .put(set('older', { version: 'good9', replicas: 0 }), set('older', { version: 'good9' }))

/** A newer template comes while the native controller is at an update back. */
const comesAmidUpdate = (of: Theatre, guarded: boolean): Theatre => {
  of.sim.guarded = () => guarded
  return atRest(of).put(deployment({ version: 'good2' }), set('new', { version: 'good2' }))
}

/** The stable version's set is taken from the workload when its run is over, and the native controller scales one of the history. */
const takenLate = (of: Theatre, faultMs: number): Theatre => {
  of.sim.undisturbed = () => faultMs
  const older = { version: 'good9', revision: '0' }
  return atRest(of).put(set('older', { ...older, replicas: 0 }), set('old', { of: 'Rollout' }), set('older', older))
}

export const verdictsTales: Record<string, Tale> = {
  'held is held': {
    kept(of) {
      const again = scaledInHandOver(of(), { stable: { ...stable, set: 's1-older' } }, 'Superseded')
      const retried = scaledInHandOver(of(), {}, 'Promoted', 'Aborted')
      // What was made anew serves, and follows the workload, also while a newer template is held.
      const anew = handedOverAndDeleted(of()).put(set('again', { version: 'good1' }), deployment({ version: 'good2', paused: true }))
      anew.put(set('again', { version: 'good1', replicas: 3 }))
      // Comes while the glass is broken, and starts just after.
      const broken = deployment({ version: 'good2', metadata: { annotations: { 'serin.dev/release': 'now' } } })
      const late = atRest(of()).put(broken, deployment({ version: 'good2' }), set('new', { version: 'good2' }))
      const unguarded = { ...deployment({ version: 'good2' }), metadata: { ...deployment().metadata, labels: {} } }
      const early = atRest(of())
        .gone('Deployment', 's1')
        .put(unguarded, deployment({ version: 'good2' }), set('new', { version: 'good2' }))
      return (
        [again, retried, anew, late, takenLate(of(), 9_000), comesAmidUpdate(of(), false)].find(({ breach }) => breach !== undefined) ??
        early
      )
    },
    broken: {
      'a set of a version that was superseded and never served': [
        (of) => scaledInHandOver(of(), {}, 'Superseded'),
        /s1-older .* was scaled from 0 to 2/,
      ],
      'a set of a version that was refused when it came again': [
        (of) => scaledInHandOver(of(), {}, 'Aborted', 'Promoted'),
        /s1-older .* was scaled from 0 to 2/,
      ],
      'a set beside the one that was deleted': [
        (of) => handedOverAndDeleted(of()).put(set('newer', { version: 'good2' })),
        /s1-newer .* was scaled from 0 to 2/,
      ],
      'a pod of a version that nobody releases': [
        (of) => atRest(of()).put(set('new', { replicas: 0 }), pod('new', 0)),
        /s1-new .* got pod s1-new-0/,
      ],
      'a set of a template that came to one that policies hold': [(of) => comesAmidUpdate(of(), true), /s1-new .* was scaled from 0 to 2/],
      'a set that stable left room for long after the last fault': [(of) => takenLate(of(), 11_000), /s1-older .* was scaled from 0 to 2/],
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
            .put(deployment({ version: 'good1', paused: true }))
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
    kept(of) {
      const early = of()
      early.sim.plan = { ...early.sim.plan, skewMs: 3_000 }
      const skewed = withoutData(early)
      if (skewed.breach !== undefined) return skewed
      const again = inRun(of(), { id: 2 }).put(rollout({ history: [entry('Superseded', { id: 2 }), aborted], phase: 'Degraded', refused }))
      return again.breach === undefined ? inRun(of()).put(rollout({ history: [aborted], phase: 'Degraded', refused })) : again
    },
    broken: {
      'a good version without data': [(of) => withoutData(of()), /rolled demo:good1 back/],
      'a good version': [
        (of) => inRun(of()).put(rollout({ history: [entry('RolledBack')], phase: 'Degraded', refused })),
        /rolled demo:good1 back/,
      ],
      'a version that was replaced': [
        (of) => inRun(of()).put(rollout({ history: [entry('Superseded')], phase: 'Progressing', refused })),
        /was superseded, and demo:good1 counts as refused/,
      ],
    },
  },
}
