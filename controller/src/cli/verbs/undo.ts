import type { Aim } from '../../api/commandObject.ts'
import { CliError } from '../exit.ts'
import { hashOf, presentTemplate, type RolloutSeen, readSnapshot } from '../read.ts'
import { type Call, text } from '../verb.ts'
import { commandVerb } from './commandVerb.ts'

export const undo = commandVerb({
  name: 'undo',
  about: 'go back to the version before, or to the one named by --to',
  flags: [{ flags: '--to <hash>', about: 'version to go back to; the beginning of its hash is enough' }],
  help: 'As long as the version before is kept warm, no pod is started. `serin get` shows the hashes.',
  action: 'undo',
  aim: aimAt,
})

/** Names the version to go back to, so that what is done is what was meant even when another run ends in between. */
async function aimAt(rollout: RolloutSeen, call: Call): Promise<Aim> {
  const { status, metadata } = rollout
  if (status?.run) return { run: status.run.id }
  const typed = text(call, 'to')
  const { sets, workload } = await readSnapshot(await call.cluster(), metadata)
  if (typed === undefined) {
    if (status?.kept) return { revision: status.kept.version.hash }
    if (workload && status?.stable && presentTemplate(workload) !== status.stable.template) return { revision: status.stable.hash }
    const before = status?.history.find(({ result, to }) => result === 'Promoted' && to.hash === status.stable?.hash)
    return before ? { revision: before.from.hash } : {}
  }
  const known = [...new Set(sets.map(hashOf).filter((hash) => hash !== ''))].sort()
  const meant = known.filter((hash) => hash.startsWith(typed))
  const [only, another] = meant
  if (only === undefined)
    throw new CliError(`--to ${typed}: no version of ${metadata.name} has a hash that begins so`, [
      `There are ${known.join(', ') || 'none'}.`,
    ])
  if (another !== undefined && only !== typed)
    throw new CliError(`--to ${typed} fits several versions: ${meant.join(', ')}`, ['Write more of the hash.'])
  return { revision: only }
}
