/** An image by what tells it from others: the last part of its name and its tag, or the first digits of its digest. Registry and path are left out. */
export function imageText(image: string): string {
  const [named = '', digest] = image.split('@')
  const last = named.slice(named.lastIndexOf('/') + 1)
  const hash = digest?.split(':')[1]?.slice(0, 12)
  return hash && !last.includes(':') ? `${last}@${hash}` : last
}

/** What is behind the name: tag or first digits of the digest; `latest` where it has neither. */
export function tagText(image: string): string {
  const short = imageText(image)
  return /[:@](.+)$/.exec(short)?.[1] ?? 'latest'
}
