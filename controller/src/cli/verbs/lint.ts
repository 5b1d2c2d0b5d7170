import { lintText, type TextFinding } from '../../api/lintText.ts'
import { exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { readManifests } from '../manifests.ts'
import { lines, print } from '../output.ts'
import { findingsView } from '../render/findings.ts'
import { format, isSet, text, type Verb } from '../verb.ts'

export const lint: Verb = {
  name: 'lint',
  about: 'check manifests without a cluster',
  scope: 'none',
  flags: [
    { flags: '-f, --filename <path>', about: 'file, folder (all YAML and JSON in it), or - for standard input', required: true },
    { flags: '--complete', about: 'all that the Rollouts need is among the files: what is missing is an error' },
  ],
  help: 'Exit code: 0 no errors (warnings may be printed), 1 errors, 3 usage.',
  async run(call) {
    const { io } = call
    const as = format(call)
    const manifests = await readManifests(text(call, 'filename') ?? '', io.stdin)
    const context = isSet(call, 'complete') ? { complete: true } : {}
    const findings = manifests.flatMap(({ file, text: content }) => lintText(content, context).map((finding) => ({ file, ...finding })))
    if (as === 'table') lines(io, findingsView(lookOf(io), findings, manifests.length))
    else print(io, as, findings.map(machine))
    return findings.some(({ severity }) => severity === 'error') ? exit.failed : exit.ok
  },
}

function machine({ keys: _, ...finding }: TextFinding & { file: string }): unknown {
  return finding
}
