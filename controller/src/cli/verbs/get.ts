import { exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { explainFailure } from '../kubeErrors.ts'
import { lookUntil } from '../look.ts'
import { lines, print } from '../output.ts'
import { plainName, readSnapshot, type Snapshot } from '../read.ts'
import { rolloutView } from '../render/rollout.ts'
import { screen } from '../screen.ts'
import { format, isSet, namespace, type Verb } from '../verb.ts'

export const get: Verb = {
  name: 'get',
  about: 'show a Rollout with its analysis, versions, ReplicaSets and pods',
  argument: { name: '<name>', about: 'name of the Rollout' },
  scope: 'rollout',
  flags: [{ flags: '-w, --watch', about: 'keep showing it until Ctrl-C; where there is no terminal, print it whenever it changes' }],
  async run(call) {
    const { io } = call
    const cluster = await call.cluster()
    const as = format(call)
    const named = { namespace: await namespace(call), name: plainName(call.args[0] ?? '') }
    const read = () => readSnapshot(cluster, named)
    const view = (snapshot: Snapshot, now = io.clock.now()) => rolloutView(lookOf(io), snapshot, now)
    if (!isSet(call, 'watch')) {
      const snapshot = await read()
      if (as === 'table') lines(io, view(snapshot))
      else print(io, as, snapshot.rollout.raw)
      return exit.ok
    }
    const place = screen(io)
    // Ages grow all the time: whether something changed is judged as if no time had passed.
    const began = io.clock.now()
    let before: string | undefined
    await lookUntil(io, {
      read,
      see(snapshot) {
        const timeless = as === 'table' ? view(snapshot, began).join('\n') : JSON.stringify(snapshot.rollout.raw)
        if (as !== 'table' && timeless !== before) print(io, as, snapshot.rollout.raw)
        if (as === 'table' && (io.isTty || timeless !== before)) place.show(view(snapshot))
        before = timeless
        return false
      },
      lost: (error) => {
        const words = explainFailure(error, cluster)?.message ?? 'the cluster does not answer'
        if (before !== words) io.err(`${words}; trying again\n`)
        before = words
      },
    })
    return exit.ok
  },
}
