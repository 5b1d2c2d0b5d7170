import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { crdOf } from '../../controller/src/api/crd.ts'
import { kinds } from '../../controller/src/api/kinds.ts'
import { lintText } from '../../controller/src/api/lintText.ts'
import { run } from '../../controller/src/cli/program.ts'
import { terminal } from '../../controller/src/cli/testing/terminal.ts'
import { parseFlags } from '../../scripts/start/flags.ts'
import { type CommandLine, commandLines } from './commandLine.ts'
import { missingFrom } from './excerpt.ts'
import { anchorsOf, linksOf, partsOf } from './page.ts'
import { openStage, type Stage } from './stage.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const guides = readdirSync(join(root, 'docs/guides'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/guides/${name}`)
const pages = ['README.md', ...guides]
const blocks = (path: string, ...languages: string[]) =>
  partsOf(read(path)).flatMap((part) => (part.kind === 'block' && languages.includes(part.language) ? [part] : []))

describe.each(pages)('%s', (path) => {
  test('links lead to files and headings that are there', () => {
    const broken = linksOf(read(path)).filter(({ target }) => {
      if (/^https?:/.test(target)) return false
      const [file = '', anchor] = target.split('#')
      const at = file === '' ? path : relative(root, resolve(root, dirname(path), file))
      return !existsSync(join(root, at)) || (anchor !== undefined && !anchorsOf(read(at)).has(anchor))
    })
    expect(broken).toEqual([])
  })

  test('manifests have no finding', () => {
    for (const { text, line } of blocks(path, 'yaml')) expect({ line, found: lintText(text) }).toEqual({ line, found: [] })
  })

  test('every block says what it is', () => {
    const unknown = partsOf(read(path)).filter((part) => part.kind === 'block' && !['sh', 'yaml', 'text', 'js'].includes(part.language))
    expect(unknown).toEqual([])
  })

  test('every serin command has verbs and flags that exist, also where it is not run', async () => {
    const typed = [...blocks(path, 'sh', 'text').flatMap(({ text }) => text.split('\n')), ...inlineCode(read(path))]
    // What `serin explain` prints behind two spaces is no command.
    const commands = typed.map((line) => line.trim().split('  ')[0] ?? '').filter((line) => /^serin [a-z]/.test(line))
    for (const { text, words } of commandLines(commands.join('\n'))) {
      const { code, err } = await parsed(words.slice(1))
      expect({ text, usage: code === 3 && !notReached.test(err) ? err : '' }).toEqual({ text, usage: '' })
    }
  })

  test('every npm script and flag of the controller or the dashboard exists', () => {
    const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts
    const text = read(path)
    for (const [, name = ''] of text.matchAll(/\bnpm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name)
    for (const { words } of commandLines(
      blocks(path, 'sh')
        .flatMap((block) => block.text)
        .join('\n'),
    ).filter(({ words: [first] }) => first === 'npm')) {
      expect(Object.keys(scripts)).toContain(words[1])
      if (words[1] === 'start') expect(parseFlags(words.slice(3))).toMatchObject({ do: 'start' })
    }
    const program = read(path.includes('/dashboard') ? 'controller/src/dashboardFlags.ts' : 'controller/src/flags.ts')
    const table = /\| Flag \|[\s\S]*?\n\n/.exec(text)?.[0] ?? ''
    const rows = table.split('\n').filter((line) => line.startsWith('| `--'))
    const flags = [...rows, ...text.split('\n').filter((line) => line.includes('controller/src/main.ts'))]
    for (const [, flag = ''] of flags.join('\n').matchAll(/(?<![\w-])(--[a-z-]+)/g)) expect(program).toContain(flag)
  })
})

/** Code between backquotes that is a whole command. */
function inlineCode(markdown: string): string[] {
  return partsOf(markdown).flatMap((part) =>
    part.kind === 'prose' ? [...part.text.matchAll(/`(serin [a-z][^`]*)`/g)].map(([, code = '']) => withName(code)) : [],
  )
}

/** In a sentence the name may be left out: `serin retry`. */
function withName(code: string): string {
  const [, verb = '', ...rest] = code.split(' ')
  const nameless =
    ['lint', 'list', 'sources', 'version', 'completion', 'judge', 'plan', 'backtest'].includes(verb) ||
    rest.some((word) => !word.startsWith('-'))
  if (verb === 'analyze' && rest.length === 0) return `${code} --rollout name`
  if (verb === 'release' && !code.includes('--reason')) return `${code}${nameless ? '' : ' name'} --reason x`
  return nameless ? code : `${code} name`
}

const unreachable = 'no cluster is asked'
/** The flags were understood: what they speak of is not there. */
const notReached = new RegExp(`${unreachable}|there is no such file|standard input is empty|there is no metric in any interval`)

/** Lets the command line be read, and stops where a cluster would be asked. */
async function parsed(args: readonly string[]): Promise<{ code: number; err: string }> {
  const { io, said } = terminal({ columns: 80, rows: 24, env: {}, signal: AbortSignal.abort() })
  const code = await run({
    args: args[0] === 'lint' ? ['lint', '-f', join(root, 'examples')] : args,
    program: 'serin',
    io,
    clusters: {
      connect: () => Promise.reject(new Error(unreachable)),
      contexts: async () => [],
    },
  }).catch((error: Error) => {
    said.err += error.message
    return 3
  })
  return { code, err: said.err }
}

/** The pages that are played from top to bottom on a cluster of their own. */
describe('played', () => {
  const played = guides.filter((path) => blocks(path, 'sh').length > 0)

  test('are all guides with commands', () => expect(played.length).toBeGreaterThanOrEqual(5))

  test.concurrent.each(played)(
    '%s',
    async (path) => {
      const folder = mkdtempSync(join(tmpdir(), 'serin-docs-'))
      cpSync(join(root, 'examples/quick-start.yaml'), join(folder, 'shop.yaml'))
      for (const each of ['charts', 'examples']) cpSync(join(root, each), join(folder, each), { recursive: true })
      const stage = await openStage({
        bare: path.endsWith('install.md'),
        asked({ body, signature }) {
          writeFileSync(join(folder, 'request.body'), body)
          writeFileSync(join(folder, 'request.signature'), signature)
        },
      })
      try {
        await play(stage, folder, path)
      } finally {
        await stage.close()
        rmSync(folder, { recursive: true })
      }
    },
    120_000,
  )
})

test('whoever removes Serin by hand is told of every kind', () => {
  const [, named = ''] = /^kubectl delete crd (.*)$/m.exec(read('docs/guides/when-it-goes-wrong.md')) ?? []
  expect(named.split(' ').sort()).toEqual(kinds.map((kind) => crdOf(kind).metadata.name).sort())
})

async function play(stage: Stage, folder: string, path: string): Promise<void> {
  /** What the commands just before said: excerpts of it may follow. */
  let said = ''
  let amountsDiffer = false
  for (const part of partsOf(read(path))) {
    const where = `${path}:${part.line}`
    if (part.kind === 'wait') await stage.wait(part.ms)
    else if (part.kind === 'controller') await (part.order === 'start' ? stage.startController() : stage.stopController())
    else if (part.kind === 'traffic') stage.traffic(part.rps, part.service)
    else if (part.kind === 'image') stage.fails(part.image, part.errorRate)
    else if (part.kind === 'prometheus') stage.prometheus(part.order)
    else if (part.kind === 'amounts differ') amountsDiffer = true
    else if (part.kind === 'prose') said = part.text.trim() === '' ? said : ''
    else if (part.kind === 'hidden' || part.language === 'sh') {
      said = ''
      for (const line of commandLines(part.text)) said += await typed(stage, folder, line, where)
    } else if (part.language === 'yaml' || part.language === 'js') {
      const name = /^(?:#|\/\/) (\S+\.(?:yaml|mjs))\n/.exec(part.text)?.[1]
      if (name !== undefined) writeFileSync(join(folder, name), part.text)
    } else if (said !== '') {
      expect({ where, missing: missingFrom(part.text, said, amountsDiffer), said }).toEqual({ where, missing: [], said })
      said = ''
      amountsDiffer = false
    }
  }
}

/** Runs one command as it stands in the page, and gives what it said. */
async function typed(stage: Stage, folder: string, { text, words, exitCode, from }: CommandLine, where: string): Promise<string> {
  // Files are those of the page's own folder, also those that a command makes.
  const made = words[0] === 'serin' && words.includes('-o') ? words[words.indexOf('-o') + 1] : undefined
  const [program, ...args] = words.map((word) =>
    !isAbsolute(word) && word !== '.' && (existsSync(join(folder, word)) || word === made) ? join(folder, word) : word,
  )
  const input = from === undefined ? undefined : (await shell(from, folder)).output
  const programs = { serin: stage.serin, kubectl: (words: string[]) => stage.kubectl(words, input), helm: stage.helm }
  const { code, output } = await (isOneOf(programs, program) ? programs[program](args) : shell(text, folder))
  expect({ where, text, code, output }).toEqual({ where, text, code: exitCode, output })
  return output
}

function isOneOf<T extends object>(table: T, key: string | undefined): key is Extract<keyof T, string> {
  return key !== undefined && Object.hasOwn(table, key)
}

function shell(command: string, cwd: string): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    execFile('sh', ['-c', command], { cwd }, (error, stdout) => done({ code: error ? 1 : 0, output: stdout }))
  })
}
