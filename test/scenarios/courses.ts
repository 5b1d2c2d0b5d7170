import type { Course } from '../dsl/deaths.ts'

const steps = [{ weight: 20 }, { pause: {} }, { weight: 60 }]
const small = { replicas: 3 }

/** Those whose every write is a place to die. */
export const courses: Course[] = [
  {
    name: 'a canary over a route is promoted',
    prepare: ({ given }) => given.shopWithRoute({ canary: { steps }, keepOld: '1s' }, small),
    async take({ when, then }) {
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.asks('promote', { run: 1, step: 1 })
      await then.lastRunWas('Promoted', { id: 1 })
      await then.nothingIsLeftOfTheRun()
      await then.noPodRestarted('v2')
      await then.everHadPods('v2', 3)
    },
  },
  {
    name: 'a canary over a route is aborted',
    prepare: ({ given }) => given.shopWithRoute({ canary: { steps } }, small),
    async take({ when, then }) {
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.asks('abort', { run: 1 })
      await then.lastRunWas('Aborted', { id: 1 })
      await then.nothingIsLeftOfTheRun()
      await then.noPodRestarted('v1')
    },
  },
  {
    name: 'pods in proportion are promoted',
    prepare: ({ given }) => given.shopOfPods({ canary: { steps }, keepOld: '1s' }, small),
    async take({ when, then }) {
      await when.imageBecomes('v2')
      await then.runIs({ step: 1 })
      await when.asks('promote', { run: 1 })
      await then.lastRunWas('Promoted', { id: 1 })
      await then.nothingIsLeftOfTheRun()
      await then.noPodRestarted('v2')
      await then.everHadPods('v2', 3)
    },
  },
  {
    name: 'blue/green is switched, and undone',
    prepare: ({ given }) => given.shopWithService({ blueGreen: { approve: 'manual' }, keepOld: '8s' }, small),
    async take({ when, then }) {
      await when.imageBecomes('v2')
      await then.runIs({ step: 1 })
      await when.asks('promote', { run: 1 })
      await then.lastRunWas('Promoted', { id: 1 })
      await when.asks('undo')
      await then.lastRunWas('Promoted', { id: 2, to: 'v1' })
      await then.nothingIsLeftOfTheRun()
      await then.everHadPods('v1', 3)
    },
  },
  {
    name: 'a newer template replaces the run',
    prepare: ({ given }) => given.shopWithRoute({ canary: { steps } }, small),
    async take({ when, then }) {
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.imageBecomes('v3')
      await then.runIs({ id: 2, step: 1, weight: 20, to: 'v3' })
      await then.hasNoPods('v2')
    },
  },
  {
    name: 'a Rollout is deleted in mid-run',
    prepare: ({ given }) => given.shopWithRoute({ canary: { steps } }, small),
    async take({ when, then }) {
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.deleted('Rollout')
      await then.rolloutIsGone()
      await then.deploymentIsNotManaged()
      await then.routeIsAsBefore()
      await then.serviceIsAsBefore()
    },
  },
  {
    name: 'a canary with a fresh baseline is promoted',
    prepare: ({ given }) => given.shopWithRoute({ canary: { baseline: 'fresh', steps }, keepOld: '1s' }, small),
    async take({ when, then }) {
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.asks('promote', { run: 1, step: 1 })
      await then.lastRunWas('Promoted', { id: 1 })
      await then.nothingIsLeftOfTheRun()
      await then.noPodRestarted('v2')
      await then.everHadPods('v2', 3)
      await then.hasSets(2)
    },
  },
  {
    name: 'a canary with a fresh baseline is aborted',
    prepare: ({ given }) => given.shopWithRoute({ canary: { baseline: 'fresh', steps } }, small),
    async take({ when, then }) {
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.asks('abort', { run: 1 })
      await then.lastRunWas('Aborted', { id: 1 })
      await then.nothingIsLeftOfTheRun()
      await then.hasNoPods('v2')
      await then.hasSets(1)
    },
  },
]
