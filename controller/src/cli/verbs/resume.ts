import { atRun, commandVerb } from './commandVerb.ts'

export const resume = commandVerb({
  name: 'resume',
  about: 'let a paused run go on',
  action: 'resume',
  aim: (rollout) => atRun(rollout, 'resume'),
})
