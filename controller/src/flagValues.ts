// Values of flags that the controller and the dashboard share. What is wrong with one is said in a sentence that has an example.
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { addressPolicy } from './metrics/addresses.ts'

export interface Address {
  host: string
  port: number
}

/** What a command line asks for. */
export type ParsedFlags<Flags> = { do: 'run'; flags: Flags } | { do: 'help'; text: string } | { do: 'refuse'; because: string }

/** A program that takes options and nothing else, and ends no process. */
export function flagCommand(name: string, about: string): Command {
  return new Command(name).description(about).exitOverride().allowExcessArguments(false)
}

/** Reads a command line, without the program's name. Whatever is wrong with it is one line. */
export function readFlags<Flags extends object>(command: Command, args: readonly string[]): ParsedFlags<Flags> {
  let text = ''
  command.configureOutput({
    writeOut(piece) {
      text += piece
    },
    writeErr() {},
  })
  try {
    return { do: 'run', flags: command.parse(args, { from: 'user' }).opts<Flags>() }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.helpDisplayed') return { do: 'help', text }
    return { do: 'refuse', because: error.message.replace(/^error: /, '').replaceAll('\n', ' ') }
  }
}

export function labelValue(text: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text))
    throw new InvalidArgumentError('Write a name of lower-case letters, digits and hyphens.')
  return text
}

export function cidrs(text: string, before: readonly string[]): string[] {
  try {
    addressPolicy({ deny: [text] })
  } catch {
    throw new InvalidArgumentError('It is no address and no CIDR: write one like 10.0.0.0/8, fd00::/8 or 10.1.2.3.')
  }
  return [...before, text]
}

export function listenIn(text: string): Address {
  const found = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text)
  const port = Number(found?.[3])
  if (!found || port > 65_535)
    throw new InvalidArgumentError('Write an address and a port from 0 to 65535: :8080, 127.0.0.1:8080 or [::1]:8080.')
  return { host: found[1] || found[2] || '0.0.0.0', port }
}
