import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Converted, convert as convertTexts } from '../../convert/convert.ts'
import { peers } from '../../convert/converter.ts'
import { manifestsText } from '../../convert/manifests.ts'
import { CliError, exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { readManifests } from '../manifests.ts'
import { conversionView } from '../render/conversion.ts'
import { type Call, isSet, text, texts, type Verb } from '../verb.ts'

export const convert: Verb = {
  name: 'convert',
  about: 'turn manifests of Argo Rollouts, Flagger, Kruise Rollouts and Kayenta into those of Serin, without a cluster',
  scope: 'none',
  flags: [
    {
      flags: '-f, --filename <path>',
      about: 'file, folder (all YAML and JSON in it), or - for standard input; may be given several times',
      required: true,
      repeat: true,
    },
    { flags: '-o, --output <format>', about: 'how the objects are printed', default: 'yaml', choices: ['yaml', 'json'] },
    { flags: '--out-dir <folder>', about: 'write each object into a file of its own in this folder, instead of printing them' },
    { flags: '--from <peer>', about: 'convert the objects of this one only', choices: peers },
    { flags: '--only-converted', about: 'leave out objects that are none of theirs, like Deployments and Services' },
    { flags: '--report <format>', about: 'how findings are written to standard error', default: 'text', choices: ['text', 'json'] },
    { flags: '--strict', about: 'exit 1 when something is lost or left to do' },
  ],
  help: [
    'Objects go to standard output, findings to standard error: what is lost, what behaves differently, what is left to do.',
    'Nothing is dropped silently: each field is in the result or among the findings. No cluster is asked or changed.',
    '',
    'Examples:',
    '  helm template shop | serin convert -f - > serin.yaml',
    '  serin convert -f manifests/ --strict --out-dir converted/',
    '  serin convert -f canary-config.json --from kayenta',
    '',
    'Exit code: 0 converted (findings may be printed), 1 with --strict something is lost or left to do, 3 usage.',
  ].join('\n'),
  async run(call) {
    const { io } = call
    const manifests = (await Promise.all(texts(call, 'filename').map((path) => readManifests(path, io.stdin)))).flat()
    const from = peers.find((peer) => peer === text(call, 'from'))
    const { objects, findings } = convertTexts(manifests, { from, onlyConverted: isSet(call, 'onlyConverted') })
    await printed(call, objects)
    const unchanged = objects.filter((one) => one.unchanged).length
    const counts = { converted: objects.length - unchanged, unchanged }
    if (text(call, 'report') === 'json') io.err(`${JSON.stringify({ findings, ...counts }, null, 2)}\n`)
    else io.err(`${conversionView(lookOf(io), findings, counts).join('\n')}\n`)
    return isSet(call, 'strict') && findings.some(({ severity }) => severity !== 'changed') ? exit.failed : exit.ok
  },
}

async function printed(call: Call, objects: readonly Converted[]): Promise<void> {
  const { io } = call
  const json = text(call, 'output') === 'json'
  const write = (some: readonly Converted[]) =>
    json ? `${JSON.stringify(some.length === 1 ? some[0]?.object : listOf(some), null, 2)}\n` : manifestsText(some)
  const folder = text(call, 'outDir')
  if (folder === undefined) {
    if (objects.length > 0) io.out(write(objects))
    return
  }
  const files = filesOf(objects, json ? 'json' : 'yaml')
  try {
    await mkdir(folder, { recursive: true })
    for (const [name, some] of files) await writeFile(join(folder, name), write(some))
  } catch (error) {
    throw new CliError(`--out-dir ${folder}: cannot be written (${error instanceof Error ? error.message : String(error)})`)
  }
  io.err(`${files.size} files are in ${folder}\n`)
}

function listOf(objects: readonly Converted[]): unknown {
  return { apiVersion: 'v1', kind: 'List', items: objects.map(({ object }) => object) }
}

/** `rollout-checkout.yaml`; objects of the same kind and name share a file. */
function filesOf(objects: readonly Converted[], ending: string): Map<string, Converted[]> {
  const files = new Map<string, Converted[]>()
  for (const one of objects) {
    const { kind, metadata } = one.object
    const words = [kind, metadata?.namespace, metadata?.name].filter((word) => typeof word === 'string')
    const name = `${words
      .join('-')
      .toLowerCase()
      .replace(/[^a-z0-9.-]/g, '-')
      .slice(0, 200)}.${ending}`
    files.set(name, [...(files.get(name) ?? []), one])
  }
  return files
}
