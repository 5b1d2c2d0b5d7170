import { isSet } from '../verb.ts'
import { atRun, atStep, commandVerb } from './commandVerb.ts'

export const promote = commandVerb({
  name: 'promote',
  about: 'end the present pause, or the waiting for evidence, and take the next step',
  flags: [{ flags: '--full', about: 'leave out all steps that are left; pods are still waited for' }],
  help: 'With --full the verb needed on rollouts.serin.dev is promoteFull.',
  action: (call) => (isSet(call, 'full') ? 'promoteFull' : 'promote'),
  aim: (rollout, call) => (isSet(call, 'full') ? atRun(rollout, 'promote') : atStep(rollout, 'promote')),
})
