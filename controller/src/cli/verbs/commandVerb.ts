import type { Aim } from '../../api/commandObject.ts'
import type { CommandAction } from '../../api/rolloutCommand.ts'
import { CliError, exit } from '../exit.ts'
import type { RolloutSeen } from '../read.ts'
import { sendCommand } from '../sendCommand.ts'
import { type Call, dryRunFlag, type Flag, reasonFlag, type Verb } from '../verb.ts'

interface CommandVerb {
  name: string
  about: string
  flags?: readonly Flag[]
  help?: string
  action: CommandAction | ((call: Call) => CommandAction)
  aim(rollout: RolloutSeen, call: Call): Aim | Promise<Aim>
}

/** A verb that asks the controller for something by a RolloutCommand. */
export function commandVerb({ name, about, flags = [], help = '', action, aim }: CommandVerb): Verb {
  return {
    name,
    about,
    argument: { name: '<name>', about: 'name of the Rollout' },
    scope: 'rollout',
    flags: [
      ...flags,
      reasonFlag,
      dryRunFlag,
      { flags: '--wait <duration>', about: 'how long to wait for the answer; 0s: not at all', default: '10s' },
    ],
    help: `${help}${help === '' ? '' : '\n\n'}Exit code: 0 done, 1 refused (the reason is printed), 2 not answered in time, 3 usage or not found.\nNeeds the verb of its name on rollouts.serin.dev, and create on rolloutcommands.serin.dev.`,
    run: (call) =>
      sendCommand(call, { action: typeof action === 'function' ? action(call) : action, aim: (rollout) => aim(rollout, call) }),
  }
}

/** Aims at the run that is under way, so that a command which arrives late does nothing to the next one. No run: a CliError. */
export function atRun(rollout: RolloutSeen, verb: string): Aim {
  const run = rollout.status?.run
  if (!run) {
    const { namespace, name } = rollout.metadata
    throw new CliError(
      `no run of ${name} is under way: there is nothing to ${verb}`,
      [`\`serin explain ${name} -n ${namespace}\` says where it is.`],
      exit.failed,
    )
  }
  return { run: run.id, revision: run.to.hash }
}

/** Aims at the present step of the run. */
export function atStep(rollout: RolloutSeen, verb: string): Aim {
  const aim = atRun(rollout, verb)
  const index = rollout.status?.run?.step?.index
  return index === undefined ? aim : { ...aim, step: index }
}
