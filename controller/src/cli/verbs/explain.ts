import { exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { lines, print } from '../output.ts'
import { plainName, readSnapshot } from '../read.ts'
import { explain as explained, explanationView } from '../render/explain.ts'
import { format, namespace, text, type Verb } from '../verb.ts'

export const explain: Verb = {
  name: 'explain',
  about: 'say in plain sentences why a Rollout is where it is, and what you can do',
  argument: { name: '<name>', about: 'name of the Rollout' },
  scope: 'rollout',
  flags: [],
  async run(call) {
    const { io } = call
    const as = format(call)
    const named = { namespace: await namespace(call), name: plainName(call.args[0] ?? '') }
    const context = text(call, 'context')
    const flags = ` -n ${named.namespace}${context === undefined ? '' : ` --context ${context}`}`
    const explanation = explained(await readSnapshot(await call.cluster(), named), io.clock.now(), flags)
    if (as === 'table') lines(io, explanationView(lookOf(io), explanation))
    else print(io, as, explanation)
    return exit.ok
  },
}
