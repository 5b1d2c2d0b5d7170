import { lintTexts, type TextFinding } from '../../api/lintText.ts'
import { exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { readManifests } from '../manifests.ts'
import { lines, print } from '../output.ts'
import { findingsView } from '../render/findings.ts'
import { format, isSet, texts, type Verb } from '../verb.ts'

export const lint: Verb = {
  name: 'lint',
  about: 'check manifests without a cluster',
  scope: 'none',
  flags: [
    {
      flags: '-f, --filename <path>',
      about: 'file, folder (all YAML and JSON in it), or - for standard input; may be given several times',
      required: true,
      repeat: true,
    },
    { flags: '--complete', about: 'all that the Rollouts need is among the files: what is missing is an error' },
  ],
  help: 'Objects in all of the files are checked against each other.\n\nExit code: 0 no errors (warnings may be printed), 1 errors, 3 usage.',
  async run(call) {
    const { io } = call
    const as = format(call)
    const manifests = (await Promise.all(texts(call, 'filename').map((path) => readManifests(path, io.stdin)))).flat()
    const context = isSet(call, 'complete') ? { complete: true } : {}
    const found = lintTexts(
      manifests.map(({ text }) => text),
      context,
    )
    const findings = found.map(({ text, ...finding }) => ({ file: manifests[text]?.file ?? '', ...finding }))
    if (as === 'table') lines(io, findingsView(lookOf(io), findings, manifests.length))
    else print(io, as, findings.map(machine))
    return findings.some(({ severity }) => severity === 'error') ? exit.failed : exit.ok
  },
}

function machine({ keys: _, ...finding }: TextFinding & { file: string }): unknown {
  return finding
}
