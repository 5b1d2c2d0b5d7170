import { exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { lines, print } from '../output.ts'
import { readRollouts } from '../read.ts'
import { listView } from '../render/list.ts'
import { format, isSet, namespace, type Verb } from '../verb.ts'

export const list: Verb = {
  name: 'list',
  about: 'show all Rollouts of a namespace, or of all with -A',
  scope: 'list',
  flags: [{ flags: '--under-way', about: 'only those with a run under way; the exit code is then 1 if there is one' }],
  async run(call) {
    const { io } = call
    const as = format(call)
    const everywhere = isSet(call, 'allNamespaces')
    const running = isSet(call, 'underWay')
    const where = everywhere ? undefined : await namespace(call)
    const rollouts = (await readRollouts(await call.cluster(), where)).filter(({ status }) => !running || status?.run !== undefined)
    if (as !== 'table') print(io, as, { apiVersion: 'v1', kind: 'List', items: rollouts.map(({ raw }) => raw) })
    else if (rollouts.length > 0) lines(io, listView(lookOf(io), rollouts, everywhere))
    else {
      const none = running ? 'No run is under way' : 'There are no Rollouts'
      io.err(where === undefined ? `${none}.\n` : `${none} in namespace ${where}; -A shows those of all namespaces.\n`)
    }
    return running && rollouts.length > 0 ? exit.failed : exit.ok
  },
}
