import { atRun, commandVerb } from './commandVerb.ts'

export const pause = commandVerb({
  name: 'pause',
  about: 'stop the run where it is, with its present weight',
  action: 'pause',
  aim: (rollout) => atRun(rollout, 'pause'),
})
