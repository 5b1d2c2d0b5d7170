import { scripts } from '../completion/scripts.ts'
import { CliError, exit } from '../exit.ts'
import type { Verb } from '../verb.ts'

export const completion: Verb = {
  name: 'completion',
  about: 'print a script that teaches a shell to complete verbs, flags, Rollouts and namespaces',
  argument: { name: '<shell>', about: 'bash, zsh or fish', choices: Object.keys(scripts) },
  scope: 'none',
  flags: [],
  help: [
    '  bash   source <(serin completion bash)',
    '  zsh    source <(serin completion zsh)',
    '  fish   serin completion fish | source',
    '',
    'For `kubectl serin`, put an executable named kubectl_complete-serin on the PATH that runs: serin __complete -- "$@"',
  ].join('\n'),
  async run({ io, args }) {
    const script = scripts[args[0] ?? '']
    if (script === undefined)
      throw new CliError(`no completion for ${args[0] ?? ''}`, [`There is one for ${Object.keys(scripts).join(', ')}.`])
    io.out(script)
    return exit.ok
  },
}
