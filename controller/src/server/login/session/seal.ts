import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { keyBytes } from '../options.ts'

/** Encrypts what browsers keep for this server, and knows it again. */
export interface Seal {
  /** What is sealed for one purpose is of no use for another. */
  close(purpose: string, value: unknown): Promise<string>
  /** Undefined for what was not sealed by one of the keys, or for another purpose. */
  open(purpose: string, text: string): Promise<unknown>
  /** Proves that this server said `text`. */
  mark(text: string): string
  isMark(text: string, mark: string): boolean
}

interface Key {
  id: string
  bytes: Buffer
  marking: Buffer
}

/** The first key encrypts, all decrypt: a new one is put in front, and the old one taken away when its sessions are over. Without any, one is made. */
export function createSeal(keys: readonly string[]): Seal {
  const given = keys.flatMap((key) => keyBytes(key) ?? [])
  const all = (given.length > 0 ? given : [randomBytes(32)]).map(keyOf) as [Key, ...Key[]]
  const [first] = all
  const markBy = ({ marking }: Key, text: string) => createHmac('sha256', marking).update(text).digest()
  return {
    close(purpose, value) {
      const plain = new TextEncoder().encode(JSON.stringify(value))
      return new CompactEncrypt(plain).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.id, typ: purpose }).encrypt(first.bytes)
    },
    async open(purpose, text) {
      try {
        const { plaintext } = await compactDecrypt(
          text,
          ({ kid, typ }) => {
            const key = all.find(({ id }) => id === kid)
            if (!key || typ !== purpose) throw new Error('sealed by somebody else, or for something else')
            return key.bytes
          },
          { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
        )
        return JSON.parse(new TextDecoder().decode(plaintext)) as unknown
      } catch {
        return undefined
      }
    },
    mark: (text) => markBy(first, text).toString('base64url'),
    isMark(text, mark) {
      const given = Buffer.from(mark, 'base64url')
      return given.length === 32 && all.some((key) => timingSafeEqual(markBy(key, text), given))
    },
  }
}

function keyOf(bytes: Buffer): Key {
  return {
    id: createHash('sha256').update(bytes).digest('base64url').slice(0, 8),
    bytes,
    marking: createHmac('sha256', bytes).update('marks').digest(),
  }
}
