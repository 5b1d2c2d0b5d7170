/** One field of a message as it is on the wire. */
export interface WireField {
  number: number
  /** Of a number. */
  value: bigint
  /** Of anything with a length. */
  bytes: Uint8Array
}

/** The fields of a message in the order they come. Throws RangeError for bytes that are no message. */
export function* wireFields(bytes: Uint8Array): Generator<WireField, void> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 63n) throw new RangeError('the message ends within a number')
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const piece = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('the message ends within a field')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const key = varint()
    const number = Number(key >> 3n)
    const none = new Uint8Array(0)
    switch (Number(key & 7n)) {
      case 0:
        yield { number, value: varint(), bytes: none }
        break
      case 1:
        yield { number, value: 0n, bytes: piece(8) }
        break
      case 2:
        yield { number, value: 0n, bytes: piece(Number(varint())) }
        break
      case 5:
        yield { number, value: 0n, bytes: piece(4) }
        break
      default:
        throw new RangeError('the message holds a field of an unknown wire type')
    }
  }
}
