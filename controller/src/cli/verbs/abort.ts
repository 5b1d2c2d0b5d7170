import { atRun, commandVerb } from './commandVerb.ts'

export const abort = commandVerb({
  name: 'abort',
  about: 'take the traffic back to the stable version and end the run',
  action: 'abort',
  aim: (rollout) => atRun(rollout, 'abort'),
})
